package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// sweepStep takes a step if nothing happens in it.
func (s *State) sweepStep(step int) bool {
	x := &s.sweeping
	for a := range x.price {
		p, err := units.Price128(s.prices.Oracle(a, step))
		if err != nil {
			return false
		}
		x.price[a] = p
	}
	for m := range x.markets {
		if !x.markets[m].reprice(x.price, &x.model.Reported[m]) {
			return false
		}
	}
	for v := range x.vaults {
		x.model.Price[v] = x.price[s.World.Collaterals[s.World.Vaults[v].Collateral].Asset]
	}
	if !x.model.Step() {
		return false
	}
	if !s.sweptCalm() {
		x.model.Undo()
		return false
	}
	for v := range x.vaults {
		s.observeSwept(v)
	}
	for m := range x.markets {
		s.used(m, utilisation(x.markets[m].need.Wide(), x.model.Credit(m).Wide()))
	}
	return true
}

// reprice works out what a market reports and needs.
func (m *sweptMarket) reprice(price []fp.Int128, reported *fp.Uint128) bool {
	owes, ok := m.at(price[m.asset], m.owed)
	if *reported = owes; !ok || m.backed == m.owed {
		m.need = owes
		return ok
	}
	m.need, ok = m.at(price[m.asset], m.backed)
	return ok
}

func (m *sweptMarket) at(price fp.Int128, factor fp.Uint256) (worth fp.Uint128, ok bool) {
	if factor != fp.UnitU256 {
		f, small := factor.QuickUint128()
		g, fits := f.QuickInt128()
		if price, ok = price.QuickMulDecimal(g); !ok || !fits || !small {
			return worth, false
		}
	}
	x, ok := m.units.QuickMulDecimal(price)
	if !ok {
		return worth, false
	}
	return x.QuickUint128()
}

// sweptCalm reports that clearly nothing can be liquidated, and that no market
// comes to be locked or unlocked. What vaults owe and are worth is the same before
// and after the rebalances of a step.
func (s *State) sweptCalm() bool {
	x := &s.sweeping
	for m := range x.markets {
		if credit := x.model.Credit(m); (credit.Cmp(x.markets[m].need) < 0) != s.locked[m] {
			return false
		}
	}
	for v := range x.vaults {
		y := &x.vaults[v]
		y.look(&x.model, v)
		if float64(y.sizes.value*(1-keyMargin)) <= float64(y.liquidation*y.sizes.debt) || !y.worstAbove(y.liquidation) {
			return false
		}
	}
	return true
}

// look takes a vault's figures after a step.
func (y *sweptVault) look(w *model.Sweep, vault int) {
	y.sizes = sizes{units.Float128(w.Debt(vault)), units.FloatU128(w.Value(vault))}
	y.value = units.FloatD27(w.ValuePerShare(vault))
	y.worth = float64(units.Float128(w.Price[vault]) * y.share)
}

// worstAbove is [State.worstAbove] in a sweep.
func (y *sweptVault) worstAbove(ratio float64) bool {
	return !y.indebted || clearlyAbove(ratio, y.key, y.least, y.value, y.share, y.worth)
}

// observeSwept takes the ratios of a vault into the row of the path.
func (s *State) observeSwept(vault int) {
	y := &s.sweeping.vaults[vault]
	s.takeRatios(vault, y.sizes, y.issuance)
	if !y.worstAbove(s.Row.MinPositionCRatio) {
		o := s.sweeping.model.Outlook(vault)
		s.takeWorst(s.WorstRatio(vault, &o))
	}
}
