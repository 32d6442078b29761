package perps

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Synth is a spot market as the perps market sees it: what its synth is, what
// it is worth (D18 USD, throwing when the price is negative), and the skew
// scale (D18) of the spot market.
type Synth interface {
	Synth() model.CollateralID
	SellPrice() fp.Uint256
	SkewScale() fp.Uint256
}

// findSynth returns the spot market behind a collateral id, through wrappers
// that have an Unwrap method.
func (m *Market) findSynth(id model.MarketID) (Synth, bool) {
	if id == USDMargin || id > model.MarketID(m.sys.Markets()) {
		return nil, false
	}
	external := m.sys.External(id)
	if w, ok := external.(interface{ Unwrap() model.ExternalMarket }); ok {
		external = w.Unwrap()
	}
	s, ok := external.(Synth)
	return s, ok
}

func (m *Market) synth(id model.MarketID) Synth {
	s, ok := m.findSynth(id)
	if !ok {
		fp.Throw(InvalidId{id})
	}
	return s
}

// value returns the value (D18 USD) of a synth as margin.
func (m *Market) value(h Holding) fp.Uint256 {
	return h.Amount.MulDecimal(m.synth(h.ID).SellPrice())
}

// discountedValue returns the value (D18 USD) less what selling the amount
// would cost in skew.
func (m *Market) discountedValue(h Holding) fp.Uint256 {
	return m.discountedAt(h, m.synth(h.ID).SellPrice())
}

// discountedAt is discountedValue at a price (D18 USD).
func (m *Market) discountedAt(h Holding, price fp.Uint256) fp.Uint256 {
	scale, value := m.synth(h.ID).SkewScale(), h.Amount.MulDecimal(price)
	if scale.IsZero() {
		return value
	}
	c := m.config.Get().Collaterals[h.ID]
	impact := h.Amount.DivDecimal(scale).MulDecimal(c.DiscountScalar)
	discount := op.Min(op.Max(impact, c.Lower), c.Upper)
	return value.MulDecimal(fp.UnitU256.Sub(discount))
}

// totalCollateralValue returns the undiscounted value (D18 USD) of all margin.
func (m *Market) totalCollateralValue() fp.Uint256 {
	g := m.global.Get()
	return g.usd.Add(m.values(g.synths, m.value))
}

func (m *Market) values(list []Holding, value func(Holding) fp.Uint256) (sum fp.Uint256) {
	for _, h := range list {
		if !h.Amount.IsZero() {
			sum = sum.Add(value(h))
		}
	}
	return sum
}

// amountOf returns the amount of a synth in a list.
func amountOf(list []Holding, id model.MarketID) fp.Uint256 {
	for _, h := range list {
		if h.ID == id {
			return h.Amount
		}
	}
	return fp.Uint256{}
}

// withAmount returns a copy of a list in which a synth has the amount. Entries
// keep their order; with drop, one of 0 leaves like the element of a set.
func withAmount(list []Holding, id model.MarketID, amount fp.Uint256, drop bool) []Holding {
	k := slices.IndexFunc(list, func(h Holding) bool { return h.ID == id })
	switch {
	case k < 0:
		return append(slices.Clip(list), Holding{id, amount})
	case drop && amount.IsZero():
		return op.Remove(list, list[k])
	}
	list = slices.Clone(list)
	list[k].Amount = amount
	return list
}

// addMargin changes a collateral of an account, and of all accounts together,
// by a signed amount (D18).
func (m *Market) addMargin(a *account, id model.MarketID, delta fp.Int256) {
	g, s := m.global.Edit(m.sys.Journal()), m.edit(a)
	if id == USDMargin {
		s.usd = s.usd.Int256().Add(delta).Uint256()
		g.usd = g.usd.Int256().Add(delta).Uint256()
		return
	}
	s.synths = withAmount(s.synths, id, amountOf(s.synths, id).Int256().Add(delta).Uint256(), true)
	g.synths = withAmount(g.synths, id, amountOf(g.synths, id).Int256().Add(delta).Uint256(), false)
}

// setDebt sets the debt (D18 USD) of an account; that of all accounts follows
// and does not fall below 0.
func (m *Market) setDebt(a *account, debt fp.Uint256) {
	s, g := m.edit(a), m.global.Edit(m.sys.Journal())
	total := g.debt.Int256().Add(debt.Int256().Sub(s.debt.Int256()))
	s.debt, g.debt = debt, fp.MaxInt(total, fp.Int256{}).Uint256()
}

// charge books a realised profit or loss (D18 USD): a profit repays debt and
// then adds to the margin in USD, a loss takes of that and then becomes debt.
func (m *Market) charge(a *account, amount fp.Int256) {
	s := a.state.Get()
	if amount.Sign() > 0 {
		left := s.debt.Int256().Sub(amount)
		m.setDebt(a, fp.MaxInt(left, fp.Int256{}).Uint256())
		m.addMargin(a, USDMargin, fp.MaxInt(left.Neg(), fp.Int256{}))
		return
	}
	credit := s.usd.Int256().Add(amount)
	if credit.Sign() > 0 {
		m.addMargin(a, USDMargin, amount)
		return
	}
	m.addMargin(a, USDMargin, s.usd.Int256().Neg())
	m.setDebt(a, s.debt.Int256().Sub(credit).Uint256())
}
