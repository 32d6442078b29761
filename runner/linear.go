package runner

import (
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Linear implements [sim.Linear]: a spot market owes its supply at the price for
// sales, and credit must back its supply over its leverage at the price for
// purchases. That does not hold while collateral of another price is wrapped,
// nor for a market that may fail or whose synth decays.
func (d spotDriver) Linear(s *sim.State) (asset int, owed, backed float64, ok bool) {
	m, plain := s.Sys.External(d.id).(*spot.Market)
	if !plain || !m.Wrapped().IsZero() || !m.DecayRate().IsZero() {
		return 0, 0, 0, false
	}
	supply := units.FloatU(m.Supply())
	owed = float64(supply * units.FloatU(d.sell))
	return d.asset, owed, float64(supply*units.FloatU(d.buy)) / units.FloatU(m.Config().CollateralLeverage), true
}

// Proportion implements [sim.Proportional]. The protocol divides by a leverage
// other than 1 before it rounds; prices that may be too old are read by the market
// itself.
func (d spotDriver) Proportion(s *sim.State) (supply fp.Int128, owed, backed fp.Uint256, ok bool) {
	m, plain := s.Sys.External(d.id).(*spot.Market)
	if !plain || m.StrictStaleness() != 0 || m.Config().CollateralLeverage != fp.UnitU256 {
		return supply, owed, backed, false
	}
	supply, ok = fp.Int256(m.Supply()).QuickInt128()
	return supply, d.sell, d.buy, ok && supply.Hi >= 0
}
