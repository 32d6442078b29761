package rare

import (
	"errors"
	"math"
	"testing"

	"backtest/report/stats"
	"backtest/runner/internal/closedform"
)

// TestPositionAgainstClosedForm: unbiased over repetitions, down to 1e-6, with a
// small part of the steps of plain sampling.
func TestPositionAgainstClosedForm(t *testing.T) {
	for _, deviation := range []float64{0.03, 0.0245, 0.0191} {
		spec := PositionSpec{Price: 2000, Volatility: deviation, Drift: -deviation * deviation / 2, Steps: 10, CRatio: 2, LiquidationRatio: 1.5, Seed: 7}
		exact := closedform.Crossing(math.Log(0.75), spec.Drift, deviation, spec.Steps)
		start, err := NewPosition(spec)
		if err != nil {
			t.Fatal(err)
		}
		levels, pilot, err := Pilot(start, 0, 400, 1, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		const repetitions = 40
		steps, values := pilot, make([]float64, repetitions)
		for r := range values {
			out, err := Splitting{Levels: levels, Paths: 400, Seed: 1}.Run(start, uint64(r))
			if err != nil {
				t.Fatal(err)
			}
			values[r] = out.Probability
			steps += out.Steps
		}
		e := stats.Mean(stats.Sample{Values: values}, 0.999)
		// Paths of plain sampling for the same half width.
		half := e.HalfWidth() / stats.NormalQuantile(0.9995)
		plain := exact * (1 - exact) / (half * half) * float64(spec.Steps)
		t.Logf("exact %.4g, estimate %.4g [%.4g, %.4g], %d levels, %d steps, plain sampling %.3g", exact, e.Value, e.Low, e.High, len(levels), steps, plain)
		if e.Low > exact || e.High < exact || e.Low <= 0 {
			t.Errorf("deviation %g: [%g, %g] leaves %g out", deviation, e.Low, e.High, exact)
		}
		if exact < 1e-5 && float64(steps) > plain/20 {
			t.Errorf("deviation %g: %d steps, plain sampling %g", deviation, steps, plain)
		}
	}
}

func TestBranchesShareThePastAlone(t *testing.T) {
	start, err := NewPosition(PositionSpec{Price: 10, Volatility: 0.1, Steps: 5, CRatio: 2, LiquidationRatio: 1.5, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	var scores [3]float64
	for i, stream := range []uint64{1, 1, 2} {
		p, err := start.Branch(stream)
		if err != nil {
			t.Fatal(err)
		}
		if more, err := p.Advance(); !more || err != nil {
			t.Fatal(more, err)
		}
		if scores[i], err = p.Score(); err != nil {
			t.Fatal(err)
		}
	}
	if scores[0] != scores[1] || scores[0] == scores[2] {
		t.Errorf("scores %v: streams 1, 1 and 2", scores)
	}
	if s, _ := start.Score(); math.Abs(s-math.Log(0.75)) > 1e-9 {
		t.Errorf("the parent moved: %v", s)
	}
}

func TestLevelsMustAscend(t *testing.T) {
	start, err := NewPosition(PositionSpec{Price: 10, Volatility: 0.1, Steps: 5, CRatio: 2, LiquidationRatio: 1.5})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []Splitting{{Paths: 5}, {Levels: []float64{1, 0}, Paths: 5}, {Levels: []float64{0}}} {
		if _, err := s.Run(start, 0); !errors.Is(err, ErrLevels) {
			t.Errorf("%+v: error %v", s, err)
		}
	}
	still, err := NewPosition(PositionSpec{Price: 10, Steps: 5, CRatio: 2, LiquidationRatio: 1.5})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Pilot(still, 0, 20, 1, 0); !errors.Is(err, ErrLevels) {
		t.Errorf("a price that does not move: error %v", err)
	}
}

func TestAPositionThatCannotBe(t *testing.T) {
	if _, err := NewPosition(PositionSpec{Price: 10, Steps: 5, CRatio: 1.2, LiquidationRatio: 1.5}); err == nil {
		t.Error("an issuance ratio below the liquidation ratio was taken")
	}
}
