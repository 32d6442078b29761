package agents

import "backtest/runner/sim"

// Rester is an agent that can tell beforehand when it would do nothing.
type Rester interface {
	Agent
	// Rests reports whether Act would leave the system alone in the step that
	// was peeked at, given that nothing can be liquidated in it. It must not
	// look at prices, which are not known yet, and changes nothing.
	Rests(s *sim.State) bool
	// Rest stands for Act in such a step.
	Rest(s *sim.State)
}

// Resters returns the agents that have to be asked, none of those that always
// rest, or nil when one of them never does.
func Resters(all []Agent) []Rester {
	list := make([]Rester, 0, len(all))
	for _, a := range all {
		if p, ok := a.(*Providers); ok && p.Policy == Passive {
			continue
		}
		r, ok := a.(Rester)
		if !ok {
			return nil
		}
		list = append(list, r)
	}
	return list
}

// Rests implements [Rester]: before the date, and when the value is reached.
func (g *Governance) Rests(s *sim.State) bool {
	return s.Elapsed() < g.AtSeconds || s.Elapsed()-g.AtSeconds >= g.RampSeconds && g.last == g.To
}

// Rest implements [Rester].
func (g *Governance) Rest(*sim.State) {}

// Rests implements [Rester]: between visits.
func (k *Keeper) Rests(s *sim.State) bool { return !s.Due(k.EverySeconds) }

// Rest implements [Rester].
func (k *Keeper) Rest(*sim.State) {}

// Rests implements [Rester]: it would find nothing to liquidate.
func (l *Liquidator) Rests(*sim.State) bool { return true }

// Rest implements [Rester]: a check would see nothing, and what an earlier one
// saw is gone.
func (l *Liquidator) Rest(s *sim.State) { l.acts(s) }

// Rests implements [Rester]: between checks.
func (p *Providers) Rests(s *sim.State) bool { return !s.Due(p.EverySeconds) }

// Rest implements [Rester].
func (p *Providers) Rest(*sim.State) {}

// Rests implements [Rester]: without orders, and when no fall makes it leave.
func (t *SpotTrader) Rests(s *sim.State) bool { return t.Flow.Style != Panic && t.Flow.count(s) == 0 }

// Rest implements [Rester].
func (t *SpotTrader) Rest(*sim.State) {}
