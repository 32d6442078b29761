package agents

import (
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
)

// Governance changes a parameter at a date from the value that it has then, at
// once or as a ramp of even steps.
type Governance struct {
	Key         string
	AtSeconds   int64
	RampSeconds int64
	To          fp.Int256 // D18
	Word        bool      // it stands for an id or a word, not for a number
	Read        func(s *sim.State) fp.Int256
	Apply       func(s *sim.State, value fp.Int256) error

	begun      bool
	from, last fp.Int256
	told       bool // the event of the change is recorded
}

// Begin implements [Agent].
func (g *Governance) Begin(*sim.State) error {
	g.begun, g.told = false, false
	return nil
}

// Act implements [Agent].
func (g *Governance) Act(s *sim.State) error {
	if s.Elapsed() < g.AtSeconds {
		return nil
	}
	if !g.begun {
		g.begun, g.from = true, g.Read(s)
		g.last = g.from
	}
	value := g.To
	if into := s.Elapsed() - g.AtSeconds; into < g.RampSeconds {
		part := fp.I256(into).DivDecimal(fp.I256(g.RampSeconds))
		value = g.from.Add(g.To.Sub(g.from).MulDecimal(part))
	}
	if value == g.last {
		return nil
	}
	g.last = value
	if err := g.Apply(s, value); err != nil {
		return end(err)
	}
	if !g.told {
		g.told = true
		s.ParameterChanged(g.Key, g.To, !g.Word, g.RampSeconds)
	}
	return nil
}
