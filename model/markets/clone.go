package markets

import "backtest/model"

// Cloner is a market that can be copied with its system. All markets here are.
type Cloner interface {
	Clone(to *model.System) model.ExternalMarket
}

// Reuser is a Cloner that makes its copy in the memory of old, a copy that is
// no longer needed, if that is of its own kind; old may be nil.
type Reuser interface {
	CloneInto(old model.ExternalMarket, to *model.System) model.ExternalMarket
}

// Clone copies a market for a copy of its system; it is what
// [model.System.Clone] and [model.System.Restore] ask for when all markets are
// Cloners.
func Clone(id model.MarketID, m model.ExternalMarket, to *model.System) model.ExternalMarket {
	return cloneInto(to.External(id), m, to)
}

func cloneInto(old, m model.ExternalMarket, to *model.System) model.ExternalMarket {
	if r, ok := m.(Reuser); ok {
		return r.CloneInto(old, to)
	}
	return m.(Cloner).Clone(to)
}
