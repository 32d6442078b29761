package agents

import (
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
)

// Sell sells up to an amount of synths.
func (t *SpotTrader) Sell(s *sim.State, synths fp.Uint256) error { return t.sell(s, synths) }

// Draw is an order as tests see it.
type Draw struct {
	USD float64
	Buy bool
}

// Draws are the orders of the present step.
func (f *Flow) Draws(s *sim.State, asset int, funding float64) (list []Draw) {
	for _, o := range f.orders(s, asset, funding) {
		list = append(list, Draw{o.usd, o.buy})
	}
	return list
}

// BuyChance is the probability of a buy in the present step.
func (f *Flow) BuyChance(s *sim.State, asset int, funding float64) float64 {
	return f.buyChance(s, asset, funding)
}
