package runner

import (
	"slices"

	"backtest/pricepaths"
)

// lineage is a path that branched off others: it began as the path root, and
// from each branch on the draws of another path count. A splice at i is a
// branch after step i: the draws of step i are still the old ones.
type lineage struct {
	root     uint64
	branches []pricepaths.Splice
}

// branch goes on after a step with the draws of a path.
func (l lineage) branch(step int, path uint64) lineage {
	return lineage{l.root, append(slices.Clone(l.branches), pricepaths.Splice{Interval: step, Path: path})}
}

// acts are the draws of the agents.
func (l lineage) acts() []pricepaths.Splice {
	return append([]pricepaths.Splice{{Interval: -1, Path: l.root}}, l.branches...)
}

// prices are the draws of the prices, where somebody has already seen those of
// some steps ahead.
func (l lineage) prices(ahead int) []pricepaths.Splice {
	list := slices.Clone(l.branches)
	for i := range list {
		list[i].Interval += ahead
	}
	return list
}
