package agents

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// PerpsTrader sends orders to an instrument of a perps market from a number of
// margin accounts. Orders are committed and settled as the protocol demands,
// one settlement delay apart, and accounts that fall below their maintenance
// margin are liquidated by a keeper at the next step.
//
// With two accounts it is aggregate flow, one account a side: reported debt
// depends on skew, funding and entry prices only, so how many people stand
// behind a side does not matter. Orders are then executed at once, and the
// accounts stand for a crowd that never falls: they bring their whole notional
// as margin, and pay what they owe beyond it at their next order.
type PerpsTrader struct {
	Market     int // into sim.World.Markets
	Instrument perps.InstrumentID
	Asset      int
	Flow       Flow
	Leverage   float64
	Accounts   int
	First      model.AccountID // of its accounts, which follow each other
	Stated     int             // so many of the first have positions or margin at the start
	Aggregate  bool
	Latency    uint64       // seconds from when an order can be settled to its settlement
	Referrer   model.Actor  // of its orders, nobody by default
	Margin     *SynthMargin // of individual accounts; nil is USD

	name   string
	pick   stream
	open   []bool // by account: with a position or margin
	book   book
	start  fp.Int256 // what stated accounts have at the start, D18 USD
	lookup lookup
}

// lookup returns the first account after an id, in ascending order, that a
// keeper should look at.
type lookup func(m *perps.Market, after model.AccountID) (model.AccountID, bool)

// NewPerpsTrader gives a trader the stream that picks its accounts.
func NewPerpsTrader(seed uint64, id string, t PerpsTrader) *PerpsTrader {
	t.name, t.pick = id, newStream(seed, "trader account", id)
	t.open, t.lookup = make([]bool, t.Accounts), (*perps.Market).AtRisk
	return &t
}

func (t *PerpsTrader) market(s *sim.State) *perps.Market {
	return sim.External(s.Sys, s.World.Markets[t.Market].ID).(*perps.Market)
}

// Begin implements [Agent].
func (t *PerpsTrader) Begin(s *sim.State) error {
	clear(t.open)
	t.book = book{who: t.name}
	m := t.market(s)
	t.start = fp.Int256{}
	for k := range t.Stated {
		t.open[k] = true
		equity, err := m.Equity(t.First + model.AccountID(k))
		if err != nil {
			return err
		}
		t.start = t.start.Add(equity)
	}
	return nil
}

// Act implements [Agent].
func (t *PerpsTrader) Act(s *sim.State) error {
	m := t.market(s)
	if err := t.liquidations(s, m); err != nil {
		return err
	}
	price := s.Price[t.Asset].Uint256()
	if price.IsZero() {
		return nil
	}
	if t.Flow.panics(s, t.Asset) {
		return t.closeAll(s, m)
	}
	for k, o := range t.Flow.orders(s, t.Asset, t.funding(m)) {
		usd, err := units.Amount(o.usd)
		if err != nil {
			return &sim.Failure{Err: fmt.Errorf("order size: %w", err)}
		}
		size := usd.DivDecimal(price).Int256()
		if !o.buy {
			size = size.Neg()
		}
		if err := t.trade(s, m, t.account(s, o.buy, k), size, price); err != nil {
			return err
		}
	}
	return nil
}

// funding is the instrument's funding rate per day, 0 when the market does not
// answer, or nobody looks at it.
func (t *PerpsTrader) funding(m *perps.Market) float64 {
	if t.Flow.Style != FundingArbitrage {
		return 0
	}
	rate, err := m.FundingRate(m.Instrument(t.Instrument))
	if err != nil {
		return 0
	}
	return units.Float(rate)
}

// account picks the account of order k. Aggregate flow opens on its own side
// or closes on the other, with equal chance.
func (t *PerpsTrader) account(s *sim.State, buy bool, k int) model.AccountID {
	u := t.pick.uniform(s, k)
	if t.Aggregate {
		if buy == (u < 0.5) {
			return t.First
		}
		return t.First + 1
	}
	return t.First + model.AccountID(u*float64(t.Accounts))
}

// trade brings an account the margin of an order, commits and settles it. A
// person brings none to reduce a position.
func (t *PerpsTrader) trade(s *sim.State, m *perps.Market, id model.AccountID, size fp.Int256, price fp.Uint256) error {
	held := m.Position(id, m.Instrument(t.Instrument)).Size.Wide()
	if t.Aggregate {
		if size = t.onSide(id, held, size); size.IsZero() {
			return nil
		}
	}
	if size.IsZero() {
		return nil
	}
	grows := size.Magnitude()
	if t.Aggregate {
		if err := t.payDebt(s, m, id); err != nil {
			return err
		}
	} else {
		if !s.HasTime(t.delay(m)) {
			return nil
		}
		grows = growth(held, size)
	}
	margin := grows.MulDecimal(price).MulDecimal(units.MustAmount(1 / t.Leverage))
	if err := t.fund(s, m, id, margin); err != nil {
		return err
	}
	return t.execute(s, m, id, size)
}

// delay returns the seconds from a commitment to its settlement: keepers wait
// for the end of the delay and for the price that settles the order, which is
// no other in the same step.
func (t *PerpsTrader) delay(m *perps.Market) uint64 {
	x := m.Instrument(t.Instrument).Strategy(0)
	return max(x.Delay, x.PriceDelay) + t.Latency
}

// growth is by how much an order makes a position larger.
func growth(held, size fp.Int256) fp.Uint256 {
	before, after := held.Magnitude(), held.Add(size).Magnitude()
	if after.Less(before) {
		return fp.Uint256{}
	}
	return after.Sub(before)
}

// execute commits an order, lets the settlement delay pass and settles it. An
// account that is flat afterwards takes its margin home. Nothing happens when
// the step has no time left.
func (t *PerpsTrader) execute(s *sim.State, m *perps.Market, id model.AccountID, size fp.Int256) error {
	if t.Aggregate {
		done, err := m.Trade(id, t.Instrument, size, t.Referrer)
		if err == nil {
			t.note(s, m, done.Fee)
		}
		if err := t.refused(s, err); err != nil {
			return err
		}
		return t.withdrawIfFlat(s, m, id)
	}
	delay := t.delay(m)
	if !s.HasTime(delay) {
		return nil
	}
	_, err := m.CommitOrder(id, perps.Order{
		InstrumentID: t.Instrument, SizeDelta: size.Int128(), AcceptablePrice: acceptable(size), Referrer: t.Referrer,
	})
	var fee fp.Uint256
	if err == nil {
		s.Wait(delay)
		fee, err = t.settle(m, id, size)
	}
	if err == nil {
		t.note(s, m, fee)
	}
	if err := t.refused(s, err); err != nil {
		return err
	}
	return t.withdrawIfFlat(s, m, id)
}

// note books an order fee (D18 USD) as far as it stays in the market.
func (t *PerpsTrader) note(s *sim.State, m *perps.Market, fee fp.Uint256) {
	s.NoteTrade(t.Market, fee.Sub(m.Collected(fee, t.Referrer)).Int256())
}

// onSide keeps the first account long and the second short: an order on the
// other side closes at most what is there.
func (t *PerpsTrader) onSide(id model.AccountID, held, size fp.Int256) fp.Int256 {
	long := id == t.First
	if long == (size.Sign() > 0) {
		return size
	}
	if left := held.Magnitude(); left.Less(size.Magnitude()) {
		return held.Neg()
	}
	return size
}

// acceptable takes any price.
func acceptable(size fp.Int256) fp.Uint256 {
	if size.Sign() > 0 {
		return fp.MaxUint256
	}
	return fp.Uint256{}
}

// refused passes over what the protocol may refuse a trader.
func (t *PerpsTrader) refused(s *sim.State, err error) error {
	t.book.refused(s, t.Market, err)
	return end(s.Outcome(err))
}

// settle settles a committed order and returns the order fee (D18 USD), which
// the market keeps.
func (t *PerpsTrader) settle(m *perps.Market, id model.AccountID, size fp.Int256) (fp.Uint256, error) {
	q, err := m.QuoteOrder(m.Instrument(t.Instrument), size)
	if err != nil {
		return fp.Uint256{}, err
	}
	return q.Fee, m.SettleOrder(model.Keeper, id)
}

// closeAll closes every position.
func (t *PerpsTrader) closeAll(s *sim.State, m *perps.Market) error {
	for id := range t.opened() {
		held := m.Position(id, m.Instrument(t.Instrument)).Size.Wide()
		if held.IsZero() {
			continue
		}
		if err := t.execute(s, m, id, held.Neg()); err != nil {
			return err
		}
	}
	return nil
}

// End implements [Closer]: the traders' result is what they took out and
// still have as margin, less what they brought.
func (t *PerpsTrader) End(s *sim.State) error {
	m := t.market(s)
	s.Unpaid(t.Market, t.book.owed)
	result := t.book.received.Int256().Sub(t.book.paid.Int256()).Sub(t.start)
	for id := range t.opened() {
		margin, err := m.Equity(id)
		if err != nil {
			return nil
		}
		result = result.Add(margin)
	}
	s.TraderResult(result)
	return nil
}
