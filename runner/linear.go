package runner

import (
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
