package agents

import (
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Keeper pulls debt on an interval: it rebalances every vault, or only
// distributes the debt of every market to its pools. With a deviation it
// leaves out vaults whose value has moved by less since its last visit.
type Keeper struct {
	Distribute   bool
	EverySeconds int64
	Deviation    float64

	seen []float64 // value of each vault at the last visit, USD
	due  []int     // vaults of a pool that are to be visited
}

// Begin implements [Agent].
func (k *Keeper) Begin(s *sim.State) error {
	k.seen = append(k.seen[:0], make([]float64, len(s.World.Vaults))...)
	return nil
}

// Act implements [Agent].
func (k *Keeper) Act(s *sim.State) error {
	if !s.Due(k.EverySeconds) {
		return nil
	}
	if k.Distribute {
		for m := range s.World.Markets {
			if err := end(s.Distribute(m)); err != nil {
				return err
			}
		}
		return nil
	}
	for first := 0; first < len(s.World.Vaults); {
		last := first
		k.due = k.due[:0]
		for ; last < len(s.World.Vaults) && s.World.Vaults[last].Pool == s.World.Vaults[first].Pool; last++ {
			if k.moved(s, last) {
				k.due = append(k.due, last)
			}
		}
		if err := rebalance(s, k.due); err != nil {
			return err
		}
		first = last
	}
	return nil
}

// rebalance visits vaults of one pool.
func rebalance(s *sim.State, vaults []int) error {
	if len(vaults) == 0 || s.RebalanceAll(vaults) {
		return nil
	}
	for _, v := range vaults {
		if err := end(s.Rebalance(v)); err != nil {
			return err
		}
	}
	return nil
}

// moved reports whether a vault is due for a visit, and remembers its value
// if so.
func (k *Keeper) moved(s *sim.State, vault int) bool {
	if k.Deviation == 0 {
		return true
	}
	o, err := s.Outlook(vault)
	if err != nil {
		return false
	}
	now, before := units.FloatU(o.Value), k.seen[vault]
	change := now - before
	if change < 0 {
		change = -change
	}
	if before != 0 && change < float64(k.Deviation*before) {
		return false
	}
	k.seen[vault] = now
	return true
}
