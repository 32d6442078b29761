package agents

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
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

// LookAtAll has a trader's keeper look at each of its accounts in every step.
func (t *PerpsTrader) LookAtAll() { t.lookup = each([]model.AccountID{t.First}, t.Accounts) }

// LookAtAll has an endorsed liquidator look at the accounts of all traders,
// given by their first ones.
func (e *Endorsed) LookAtAll(accounts int, first ...model.AccountID) {
	e.lookup = each(first, accounts)
}

// each looks at everybody of groups of n accounts.
func each(first []model.AccountID, n int) lookup {
	return func(_ *perps.Market, after model.AccountID) (model.AccountID, bool) {
		for _, id := range first {
			if after+1 < id+model.AccountID(n) {
				return max(after+1, id), true
			}
		}
		return 0, false
	}
}
