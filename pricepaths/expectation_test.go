package pricepaths

import (
	"errors"
	"strings"
	"testing"
)

// TestExpectedRatio compares every closed form with the mean of many paths.
func TestExpectedRatio(t *testing.T) {
	jump := []CommonJump{{ID: "all", PerYear: 6, SizeCorrelation: 1, Sizes: []CommonJumpSize{{"A", -0.1, 0.05}}}}
	crash := []Episode{{ID: "crash", StartSeconds: 300 * day, DurationSeconds: 10 * day, RecoveryHalfLifeSeconds: 60 * day, Drops: []EpisodeDrop{{"A", 0.4}}}}
	chain := &RegimeChain{Transition: [][]float64{{0.9, 0.1}, {0.3, 0.7}}}
	for name, c := range map[string]struct {
		process ProcessSpec
		change  func(*Spec)
	}{
		"gbm":        {GBM{0.3, 0.6}, nil},
		"jumps":      {GBM{0.3, 0.4}, func(s *Spec) { s.CommonJumps = jump }},
		"episode":    {GBM{-0.2, 0.4}, func(s *Spec) { s.Episodes = crash }},
		"antithetic": {GBM{0.3, 0.6}, func(s *Spec) { s.Sampling.Method = Antithetic }},
		"copula":     {GBM{0.3, 0.4}, func(s *Spec) { s.Copula.DegreesOfFreedom = 3 }},
		"merton":     {Merton{0.1, 0.5, 20, -0.03, 0.1}, nil},
		"kou":        {Kou{0.1, 0.4, 15, 0.4, 1.0 / 12, 1.0 / 8}, nil},
		"heston":     {Heston{0.2, 0.3, 0.3, 2, 0.6, -0.6}, nil},
		"garch":      {GARCH{AnnualDrift: 0.1, AnnualVolatility: 0.5, Alpha: 0.1, Beta: 0.85}, nil},
		"regime":     {RegimeSwitching{[]RegimeState{{0.1, 0.3}, {0.1, 1}}, chain}, nil},
		"ou":         {OrnsteinUhlenbeck{Level: 120, MeanReversion: 2, AnnualVolatility: 0.5}, nil},
		"pinned":     {Pinned{0.1, 0.5, []Pin{{AtSeconds: 200 * day, Change: -0.3}}}, nil},
	} {
		spec := single(c.process)
		if c.change != nil {
			c.change(&spec)
		}
		g := generate(t, spec)
		want, err := g.ExpectedRatio(0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		near(t, name, sample(g, 20000, growth(0)), want)
	}
}

func TestNoExpectation(t *testing.T) {
	chain := &RegimeChain{Transition: [][]float64{{0.9, 0.1}, {0.3, 0.7}}}
	for reason, p := range map[string]ProcessSpec{
		"martingale correction": Heston{0.2, 0.3, 0.3, 2, 0.6, 0.6},
		"exponential moment":    GARCH{AnnualVolatility: 0.5, Alpha: 0.1, Beta: 0.85, DegreesOfFreedom: 5},
		"different drifts":      RegimeSwitching{[]RegimeState{{0.1, 0.3}, {0.2, 1}}, chain},
		"decay":                 OrnsteinUhlenbeck{MeanReversion: 2, AnnualVolatility: 0.5, JumpsPerYear: 1, JumpMean: -0.1},
		"records or lists":      Scripted{Points: []ScriptedPoint{{0, 100}, {day, 90}}},
	} {
		_, err := generate(t, single(p)).ExpectedRatio(0)
		var none *NoExpectation
		if !errors.As(err, &none) || none.Asset != "A" || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", reason, err)
		}
	}
}
