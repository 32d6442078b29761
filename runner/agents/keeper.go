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
}

// Begin implements [Agent].
func (k *Keeper) Begin(s *sim.State) error {
	k.seen = make([]float64, len(s.World.Vaults))
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
	for v := range s.World.Vaults {
		if !k.moved(s, v) {
			continue
		}
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
