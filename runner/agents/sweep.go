package agents

import "backtest/runner/sim"

// Sweeper is a Rester of whose acts some rebalance every vault, pool by pool in
// their order, and do nothing else.
type Sweeper interface {
	Rester
	// Sweeps reports whether Act would do that in the step that was peeked at.
	Sweeps(s *sim.State) bool
}

// Sweeps implements [Sweeper].
func (k *Keeper) Sweeps(s *sim.State) bool {
	return !k.Distribute && k.Deviation == 0 && s.Due(k.EverySeconds)
}

// Sweep takes steps from the given one on in which one agent sweeps and the
// others rest, and returns the first that is to be taken otherwise.
func Sweep(s *sim.State, c *sim.Collector, all []Rester, from, points int) int {
	limit := from
	for limit < min(points, from+farthest) && sweeps(s, all, limit) {
		limit++
	}
	end := from
	if limit > from {
		end = s.Sweep(from, limit, c)
	}
	if end == from {
		return from
	}
	s.Peek(end - 1)
	for _, a := range all {
		a.Rest(s)
	}
	return end
}

// sweeps reports that in a step one agent sweeps and the others rest.
func sweeps(s *sim.State, all []Rester, step int) bool {
	s.Peek(step)
	one := false
	for _, a := range all {
		if a.Rests(s) {
			continue
		}
		sweeper, ok := a.(Sweeper)
		if !ok || one || !sweeper.Sweeps(s) {
			return false
		}
		one = true
	}
	return one
}
