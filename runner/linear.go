package runner

import (
	"backtest/model/markets/spot"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Linear implements [sim.Linear]: a spot market owes its supply, and credit
// must back its supply over its leverage, both at the price of the asset. That
// does not hold while collateral of another price is wrapped, nor for a market
// that may fail.
func (d spotDriver) Linear(s *sim.State) (asset int, owed, backed float64, ok bool) {
	m, plain := s.Sys.External(d.id).(*spot.Market)
	if !plain || !m.Wrapped().IsZero() {
		return 0, 0, 0, false
	}
	owed = units.FloatU(m.Supply())
	return d.asset, owed, owed / units.FloatU(m.Config().CollateralLeverage), true
}
