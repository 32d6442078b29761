package pricepaths

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"backtest/internal/warn"
)

func threeAssets(ab, bc, ac float64) Spec {
	s := Spec{Steps: 20000, StepSeconds: hour, Seed: 4, Correlation: [][]float64{{1, ab, ac}, {ab, 1, bc}, {ac, bc, 1}}}
	for _, id := range []string{"A", "B", "C"} {
		s.Assets = append(s.Assets, Asset{ID: id, Initial: 1, Process: GBM{0, 1}})
	}
	return s
}

// A matrix that cannot be is refused, unless it is nearly one or the nearest is
// asked for; the message tells what the nearest one has.
func TestCorrelationsThatCannotHoldTogether(t *testing.T) {
	far := threeAssets(0.9, 0.9, -0.9)
	_, err := New(far)
	var e *SpecError
	if !errors.As(err, &e) || e.Field != "correlation" || !strings.Contains(err.Error(), "nearest: true") || !strings.Contains(err.Error(), "A,C -0.9 → -0.") {
		t.Errorf("far: %v", err)
	}
	far.Nearest = true
	if w := generate(t, far).Warnings(); len(w) != 1 || w[0].Code != warn.CorrelationNearest || w[0].Key != "prices.correlation" || !strings.Contains(w[0].Changed, "A,C -0.9 →") {
		t.Errorf("far, nearest: %v", w)
	}
	near := threeAssets(0.9, 0.9, 0.61)
	if w := generate(t, near).Warnings(); len(w) != 1 || !strings.Contains(w[0].Changed, "A,C 0.61 → 0.6") {
		t.Errorf("near: %v", w)
	}
	near.Strict = true
	if _, err := New(near); err == nil {
		t.Error("near, strict: accepted")
	}
	if w := generate(t, threeAssets(0.9, 0.9, 0.63)).Warnings(); len(w) != 0 {
		t.Errorf("a correlation matrix: %v", w)
	}
	states := threeAssets(0, 0, 0)
	states.Correlation = nil
	states.Regimes = &RegimeChain{Transition: twoStates.Transition, Correlations: [][][]float64{EqualCorrelation(3, 0.5), far.Correlation}}
	if _, err := New(states); !errors.As(err, &e) || e.Field != "regimes.correlations[1]" {
		t.Errorf("of a regime: %v", err)
	}
}

// The stress moves every pair its share of the way, in simulated returns as in
// the matrix, from a singular matrix as from none.
func TestCorrelationStress(t *testing.T) {
	for _, c := range []struct {
		weight       float64
		towards      [][]float64
		ab, bc, ac   float64
		wantAB, want float64 // of A,B and B,C
	}{
		{0, nil, 0.5, 0.2, 0.1, 0.5, 0.2},
		{0.5, nil, 0.5, 0.2, 0.1, 0.725, 0.575},
		{1, nil, 0.5, 0.2, 0.1, 0.95, 0.95},
		{0.5, EqualCorrelation(3, 0), 1, 1, 1, 0.5, 0.5},
		{0.25, EqualCorrelation(3, 1), 0.5, 0.2, 0.1, 0.625, 0.4},
	} {
		spec := threeAssets(c.ab, c.bc, c.ac)
		spec.CorrelationStress = &CorrelationStress{Weight: c.weight, Towards: c.towards}
		p := generate(t, spec).path(0)
		for pair, want := range map[[2]int]float64{{0, 1}: c.wantAB, {1, 2}: c.want} {
			within(t, fmt.Sprintf("%+v: pair %v", c, pair), correlationOf(returnsOf(p, pair[0]), returnsOf(p, pair[1])), want, sigmas*(1-want*want)/math.Sqrt(20000)+1e-9)
		}
	}
	alone := threeAssets(0, 0, 0)
	alone.Correlation, alone.CorrelationStress = nil, &CorrelationStress{Weight: 0.5}
	p := generate(t, alone).path(0)
	within(t, "of independent assets", correlationOf(returnsOf(p, 0), returnsOf(p, 2)), 0.475, sigmas*0.78/math.Sqrt(20000))
	for _, bad := range []*CorrelationStress{{Weight: -0.1}, {Weight: 1.1}, {Weight: 0.5, Towards: EqualCorrelation(2, 0)}, {Weight: 0.5, Towards: threeAssets(0.9, 0.9, -0.9).Correlation}} {
		alone.CorrelationStress = bad
		if _, err := New(alone); err == nil || !strings.Contains(err.Error(), "correlation_stress") {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}
