package runner

import (
	"slices"
	"strconv"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

// trader is a perps account as somebody states it.
type trader struct {
	account    uint64
	group      string // of traders; empty for nobody's
	instrument int
	size       fp.Int256  // units D18
	entry      fp.Uint256 // D18 USD
	margin     fp.Uint256 // D18 USD
}

// traderColumns are those of a file of traders.
var traderColumns = [2][]string{{"account", "instrument", "size", "entry_price", "margin_usd"}, {"group"}}

// readTraders reads the traders of a perps market, if there are any.
func (b *builder) readTraders(s *configs.StatePerps) (list []trader, err error) {
	if s == nil {
		return nil, nil
	}
	m := &b.cfg.Markets[b.markets[s.Market]]
	instruments := map[string]int{}
	for k := range m.Instruments {
		instruments[m.Instruments[k].ID] = k
	}
	t := readStated(s.Positions, traderColumns[0], traderColumns[1], nil)
	seen := map[string]string{}
	for i := range t.rows {
		row := &t.rows[i]
		x := trader{account: t.id(row, "account"), size: t.rounded(row, "size", true), entry: t.rounded(row, "entry_price", false).Uint256(), margin: t.rounded(row, "margin_usd", false).Uint256()}
		var known bool
		var name string
		if x.instrument, name, known = word(t, row, "instrument", instruments); !known || x.account == 0 {
			continue
		}
		if text, at := t.cell(row, "group"); text != "" {
			x.group = text
			g := slices.IndexFunc(b.cfg.Traders, func(g configs.Trader) bool { return g.ID == text })
			if g < 0 || b.cfg.Traders[g].Market != s.Market || b.cfg.Traders[g].Accounts == 0 {
				t.fault(at, "group: found %q, allowed: one of traders of %s with accounts", clipText(text), s.Market)
			}
		}
		key := strconv.FormatUint(x.account, 10) + "/" + name
		if before, twice := seen[key]; twice {
			t.fault(t.place(row, "account"), "found a second position %s, allowed: each once; the first is at %s", key, before)
		}
		_, seen[key] = t.cell(row, "account")
		if x.size.IsZero() && x.margin.IsZero() {
			t.fault(t.place(row, "size"), "found 0 and no margin, allowed: a size or a margin")
		}
		list = append(list, x)
	}
	return list, t.err("state.perps.positions")
}

// traderGroup is the stated accounts of a group of traders of a market, or of nobody.
// In the protocol their ids follow each other.
type traderGroup struct {
	market string
	group  string
	first  model.AccountID
	ids    map[uint64]model.AccountID // by stated id
	count  int
}

// traderGroupOf returns the stated accounts of a group, nil when there are none;
// an empty name is of all that belong to none.
func (b *builder) traderGroupOf(market, group string) *traderGroup {
	for _, c := range b.traderGroups {
		if c.market == market && c.group == group {
			return c
		}
	}
	return nil
}

// joinGroup is traderGroupOf for somebody who joins it.
func (b *builder) joinGroup(market, group string) *traderGroup {
	if c := b.traderGroupOf(market, group); c != nil {
		return c
	}
	c := &traderGroup{market: market, group: group, ids: map[uint64]model.AccountID{}}
	if g := slices.IndexFunc(b.cfg.Traders, func(t configs.Trader) bool { return t.ID == group }); g >= 0 {
		c.first = perpsAccounts * model.AccountID(1+g)
	} else {
		c.first = perpsAccounts * model.AccountID(1+len(b.cfg.Traders)+len(b.traderGroups))
	}
	b.traderGroups = append(b.traderGroups, c)
	return c
}

// id returns the protocol's id of a stated account; 0 is a new one.
func (c *traderGroup) id(stated uint64) model.AccountID {
	if id, known := c.ids[stated]; known && stated != 0 {
		return id
	}
	id := c.first + model.AccountID(c.count)
	c.count++
	if stated != 0 {
		c.ids[stated] = id
	}
	return id
}

func (b *builder) unnamed(market string) model.AccountID { return b.joinGroup(market, "").id(0) }

// writeTraders writes the traders of a file.
func (b *builder) writeTraders(d *state.State, s *configs.StatePerps, list []trader) {
	p := d.Markets[b.markets[s.Market]].External.Perps
	for i := range list {
		x := &list[i]
		id := b.joinGroup(s.Market, x.group).id(x.account)
		b.writeTrader(d, p, &p.Instruments[x.instrument], x, id)
	}
}

// writeTrader writes a position and its margin: its account's, the market's and
// the instrument's books follow.
func (b *builder) writeTrader(d *state.State, p *state.Perps, in *state.Instrument, x *trader, id model.AccountID) {
	at, known := b.margins[id]
	if !known {
		at = len(p.Accounts)
		b.margins[id] = at
		p.Accounts = append(p.Accounts, state.PerpsAccount{ID: state.ID(id), Exists: true, Stored: true})
	}
	a := &p.Accounts[at]
	a.MarginUSD = a.MarginUSD.Add(x.margin)
	p.MarginUSD = p.MarginUSD.Add(x.margin)
	if x.size.IsZero() {
		return
	}
	a.Positions = append(a.Positions, state.PerpsPosition{Instrument: in.ID, Size: x.size.Int128(), EntryPrice: x.entry.Uint128()})
	a.Open = append(a.Open, in.ID)
	in.Size, in.Skew = in.Size.Add(x.size.Magnitude()), in.Skew.Add(x.size)
	in.DebtCorrection = in.DebtCorrection.Add(x.size.MulDecimal(x.entry.Int256()))
	if in.LastFundingTime == 0 {
		in.LastFundingTime = d.Now
	}
}
