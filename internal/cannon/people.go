package cannon

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"backtest/internal/start"
)

// marketID finds the market that a table or a call of pools names.
func (c *configuration) marketID(name string) string {
	lower := strings.ToLower(strings.TrimSpace(name))
	for _, s := range c.d.Synths {
		if s.Key == name || strings.EqualFold(c.ids[s], name) {
			return c.ids[s]
		}
	}
	if synth, ok := strings.CutPrefix(lower, "synth "); ok {
		for _, s := range c.d.Synths {
			if strings.EqualFold(s.Symbol, synth) || strings.EqualFold(s.Symbol, "s"+synth) {
				return c.ids[s]
			}
		}
	}
	if strings.Contains(lower, "perps") && len(c.d.Instruments) > 0 {
		return "perps"
	}
	return ""
}

// allMarkets are the ids of the markets, in order.
func (c *configuration) allMarkets() (ids []string) {
	for _, s := range c.d.Synths {
		ids = append(ids, c.ids[s])
	}
	if len(c.d.Instruments) > 0 {
		ids = append(ids, "perps")
	}
	return ids
}

// pools writes the pools of a table, of the files, or an assumed one.
func (c *configuration) pools() {
	weights := c.d.Pools
	byPool, order := map[string][]PoolWeight{}, []string{}
	for _, w := range weights {
		if c.marketID(w.Market) == "" {
			c.d.Report.NotRepresentable = append(c.d.Report.NotRepresentable,
				Mention{fmt.Sprintf("the market %q of pool %s; the files have %s", w.Market, w.Pool, strings.Join(c.allMarkets(), ", ")), "", w.At.String()})
			continue
		}
		if byPool[w.Pool] == nil {
			order = append(order, w.Pool)
		}
		byPool[w.Pool] = append(byPool[w.Pool], w)
	}
	names := start.Names{}
	for _, id := range order {
		p := c.root.Add("pools")
		p.Set("id", names.Take("pool-"+id, "pool"), "")
		list := byPool[id]
		all := c.allMarkets()
		slices.SortStableFunc(list, func(a, b PoolWeight) int {
			return slices.Index(all, c.marketID(a.Market)) - slices.Index(all, c.marketID(b.Market))
		})
		for _, w := range list {
			m := p.Add("markets")
			m.Set("market", c.marketID(w.Market), w.At.String())
			m.Number("weight", w.Weight, start.MostAmount, "")
			m.Number("max_debt_share_value", w.MaxDebtShareValue, start.MostShare, "")
		}
	}
	if len(order) > 0 {
		return
	}
	p := c.root.Add("pools")
	p.Comment = "Assumption: no file tells weights; a table of them can be given with --pools."
	p.Set("id", "main", "")
	for _, id := range c.allMarkets() {
		m := p.Add("markets")
		m.Set("market", id, "")
		m.Set("weight", "1", "")
		m.Set("max_debt_share_value", "1", "")
	}
}

// flowing bounds how many instruments get traders by themselves.
const flowing = 5

// people writes who acts, all of it assumed.
func (c *configuration) people() {
	lps := c.root.Add("lps")
	lps.Comment = "Assumption: providers, traders, liquidators and keepers, their numbers and sizes."
	lps.Set("id", "providers", "")
	lps.Set("pool", c.firstPool(), "")
	lps.Set("collateral", c.deposited(), "")
	lps.Set("count", "100", "")
	lps.Set("collateral_usd", "{kind: lognormal, median: 100_000, sigma: 1}", "")
	for i, s := range c.d.Instruments {
		if i == flowing {
			break
		}
		t := c.root.Add("traders")
		t.Set("id", "flow-"+c.ids[s], "")
		t.Set("market", "perps", "")
		t.Set("instrument", c.ids[s], "")
		t.Set("orders_per_day", "24", "")
		t.Set("size_usd", "{kind: lognormal, median: "+c.orderSize(s)+", sigma: 1}", "")
	}
	l := c.root.Add("liquidators")
	l.Set("id", "bot", "")
	l.Set("check_every", "1h", "")
	k := c.root.Add("keepers")
	k.Set("id", "rebalance", "")
	k.Set("action", "rebalance", "")
	k.Set("every", "1d", "")
	c.root.Sub("record").Set("every", "1d", "")
}

// orderSize is a thousandth of what an instrument may hold, at least 100 USD.
func (c *configuration) orderSize(s *Subject) string {
	most := s.raw("max_market_value")
	if most == nil {
		return "1_000"
	}
	size := new(big.Int).Quo(most, start.Units(1_000))
	if size.Cmp(big.NewInt(100)) < 0 {
		size.SetInt64(100)
	}
	if size.Cmp(big.NewInt(100_000)) > 0 {
		size.SetInt64(100_000)
	}
	return size.String()
}

func (c *configuration) firstPool() string {
	for _, w := range c.d.Pools {
		if c.marketID(w.Market) != "" {
			return start.Name("pool-" + w.Pool)
		}
	}
	return "main"
}

// deposited is a collateral type that is open to deposits, dollars first.
func (c *configuration) deposited() string {
	best := c.d.Collaterals[0]
	for _, s := range c.d.Collaterals {
		open, dollars := s.Words["depositing"] != "false", dollar(c.ids[s])
		bestOpen, bestDollars := best.Words["depositing"] != "false", dollar(c.ids[best])
		if open && !bestOpen || open == bestOpen && dollars && !bestDollars {
			best = s
		}
	}
	return c.ids[best]
}
