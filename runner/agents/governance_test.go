package agents_test

import (
	"errors"
	"testing"

	fp "backtest/model/fixedpoint"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
)

func govern(t *testing.T, at, ramp int64, apply func(fp.Int256) error) (*sim.State, []float64) {
	t.Helper()
	w := world(t, flat(8, 100), flat(8, 1), 0)
	s := w.Start()
	value, all := 2., []float64{}
	w.Run(s, func() { all = append(all, value) }, &agents.Governance{
		Key: "k", AtSeconds: at, RampSeconds: ramp, To: smallworld.D18(1).Int256(),
		Read: func(*sim.State) fp.Int256 { return smallworld.D18(value).Int256() },
		Apply: func(_ *sim.State, v fp.Int256) error {
			if err := apply(v); err != nil {
				return err
			}
			value = float64(v.Magnitude().Words()[0]) / 1e18
			return nil
		},
	})
	return s, all
}

func fine(fp.Int256) error { return nil }

func TestGovernanceAtADate(t *testing.T) {
	s, values := govern(t, 3*smallworld.Hour, 0, fine)
	equal(t, "values", values, []float64{2, 2, 2, 1, 1, 1, 1, 1})
	equal(t, "changes", eventSteps(s, record.KindParameterChange), []int{3})
	if e := s.Events[0]; e.Cause != "k" || e.ValuePerShare.Value.Float64() != 1 {
		t.Errorf("%+v", e)
	}
}

func TestGovernanceRamp(t *testing.T) {
	s, values := govern(t, 2*smallworld.Hour, 4*smallworld.Hour, fine)
	equal(t, "values", values, []float64{2, 2, 2, 1.75, 1.5, 1.25, 1, 1})
	equal(t, "changes", eventSteps(s, record.KindParameterChange), []int{3})
	if e := s.Events[0]; e.ValuePerShare.Value.Float64() != 1 || e.DurationSeconds != 4*smallworld.Hour {
		t.Errorf("%+v", e)
	}
}

// What the protocol refuses is passed over; it is not an error of the path.
func TestGovernanceRefused(t *testing.T) {
	s, values := govern(t, smallworld.Hour, 0, func(fp.Int256) error { return errors.New("no") })
	equal(t, "values", values, []float64{2, 2, 2, 2, 2, 2, 2, 2})
	if len(s.Events) != 0 {
		t.Errorf("%+v", s.Events)
	}
}

func TestGovernanceFails(t *testing.T) {
	w := world(t, flat(2, 100), flat(2, 1), 0)
	s := w.Start()
	g := &agents.Governance{To: fp.UnitI256, Read: func(*sim.State) (x fp.Int256) { return x }, Apply: func(*sim.State, fp.Int256) error { return &sim.Failure{Err: errors.New("bad")} }}
	if err := g.Act(s); err == nil || err.Error() != "bad" || errors.Unwrap(err).Error() != "bad" {
		t.Errorf("%v", err)
	}
}
