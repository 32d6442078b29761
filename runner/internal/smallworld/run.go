package smallworld

import (
	"backtest/runner/agents"
	"backtest/runner/sim"
)

// Path begins another path.
func (w *World) Path(path uint64) *sim.State {
	w.t.Helper()
	s := sim.NewState(w.World)
	w.Must(s.Begin(path, w.Prices.Fill(path, w.Prices.NewScratch())))
	return s
}

// Run lets agents act in every step and then ends the path. After each step it
// calls look, if that is not nil.
func (w *World) Run(s *sim.State, look func(), people ...agents.Agent) {
	w.t.Helper()
	for _, a := range people {
		w.Must(a.Begin(s))
	}
	w.Must(s.Open())
	for step := range w.Grid {
		if step > 0 {
			w.Must(s.SetStep(step))
		}
		for _, a := range people {
			w.Must(a.Act(s))
		}
		s.Observe(nil)
		if look != nil {
			look()
		}
	}
	for _, a := range people {
		if c, ok := a.(agents.Closer); ok {
			w.Must(c.End(s))
		}
	}
	w.Must(s.Finish())
}

// RunQuietly is Run, with quiet steps passed over, whose figures a collector
// gets. It returns how many those were.
func (w *World) RunQuietly(s *sim.State, c *sim.Collector, people ...agents.Agent) (passed int) {
	w.t.Helper()
	resters := agents.Resters(people)
	for _, a := range people {
		w.Must(a.Begin(s))
	}
	w.Must(s.Open())
	for step := 0; step < len(w.Grid); {
		if step > 0 {
			if next := agents.Pass(s, c, resters, step, len(w.Grid)); next > step {
				passed += next - step
				step = next
				continue
			}
			w.Must(s.SetStep(step))
		}
		for _, a := range people {
			w.Must(a.Act(s))
		}
		s.Observe(c)
		step++
	}
	w.Must(s.CatchUp())
	w.Must(s.Finish())
	return passed
}
