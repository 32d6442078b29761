package agents

import "backtest/runner/sim"

// Rester is an agent that can tell beforehand when it would do nothing.
type Rester interface {
	Agent
	// Rests reports whether Act would leave the system alone in the step that
	// was peeked at, given that nothing can be liquidated in it. It must not
	// look at prices, which are not known yet, and changes nothing.
	Rests(s *sim.State) bool
	// Rest stands for Act in all such steps since the last Act, up to the one
	// that was peeked at.
	Rest(s *sim.State)
}

// Sleeper is a Rester that knows beforehand when it may stop to rest.
type Sleeper interface {
	// Awake returns the first step from the one that was peeked at on in which
	// Rests may be false, or limit when there is none before.
	Awake(s *sim.State, limit int) int
}

// Awake returns the first step, from the given one on and before limit, in
// which somebody does not rest, or limit. It leaves the state peeking at any
// of them.
func Awake(s *sim.State, all []Rester, from, limit int) int {
	for _, a := range all {
		s.Peek(from)
		if sleeper, ok := a.(Sleeper); ok {
			limit = sleeper.Awake(s, limit)
			continue
		}
		for step := from; step < limit; step++ {
			if s.Peek(step); !a.Rests(s) {
				limit = step
			}
		}
	}
	return limit
}

// Pass passes over quiet steps from the given one on, and returns the first
// step that is to be taken: as many as points are seen at most. The state is
// settled if nothing was passed over.
func Pass(s *sim.State, c *sim.Collector, all []Rester, from, points int) int {
	end := s.Pass(from, Awake(s, all, from, min(points, from+farthest)), c)
	if end == from {
		s.Settle()
		return from
	}
	s.Peek(end - 1)
	for _, a := range all {
		a.Rest(s)
	}
	return end
}

// farthest is how many steps agents are asked about at a time: what they say
// of steps that turn out not to be quiet is asked again.
const farthest = 256

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
	return s.Elapsed() < g.AtSeconds || g.begun && s.Elapsed()-g.AtSeconds >= g.RampSeconds && g.last == g.To
}

// Rest implements [Rester].
func (g *Governance) Rest(*sim.State) {}

// Rests implements [Rester]: between visits.
func (k *Keeper) Rests(s *sim.State) bool { return !s.Due(k.EverySeconds) }

// Rest implements [Rester].
func (k *Keeper) Rest(*sim.State) {}

// Rests implements [Rester]: it would find nothing to liquidate.
func (l *Liquidator) Rests(*sim.State) bool { return true }

// Awake implements [Sleeper].
func (l *Liquidator) Awake(_ *sim.State, limit int) int { return limit }

// Rest implements [Rester]: a check would see nothing, and what an earlier one
// saw is gone.
func (l *Liquidator) Rest(s *sim.State) { l.acts(s) }

// Rests implements [Rester]: between checks.
func (p *Providers) Rests(s *sim.State) bool { return !s.Due(p.EverySeconds) }

// Rest implements [Rester].
func (p *Providers) Rest(*sim.State) {}
