package markets

import "backtest/model"

// Cloner is a market that can be copied with its system. All markets here are.
type Cloner interface {
	Clone(to *model.System) model.ExternalMarket
}

// Clone copies a market for a copy of its system; it is what
// [model.System.Clone] asks for when all markets are Cloners.
func Clone(_ model.MarketID, m model.ExternalMarket, to *model.System) model.ExternalMarket {
	return m.(Cloner).Clone(to)
}
