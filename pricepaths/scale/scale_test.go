package scale

import (
	"math"
	"testing"
)

func TestScalesAreInvertedAndSloped(t *testing.T) {
	for key, xs := range map[string][]float64{
		"annual_drift": {-3, 0, 2}, "annual_volatility": {1e-3, 0.5, 7}, "states[1].annual_volatility": {0.2, 3}, "jump_up_share": {0.01, 0.5, 0.99},
		"leverage_correlation": {-0.9, 0, 0.4}, "degrees_of_freedom": {2.1, 4, 80}, "transition.0.1": {0.02}, "jump_mean": {-0.1},
	} {
		s := Of(key)
		for _, x := range xs {
			if back := s.From(s.To(x)); math.Abs(back-x) > 1e-12*math.Max(1, math.Abs(x)) {
				t.Errorf("%s: %v comes back as %v", key, x, back)
			}
			const h = 1e-6
			if slope := (s.To(x+h) - s.To(x-h)) / (2 * h); math.Abs(slope/s.Slope(x)-1) > 1e-4 {
				t.Errorf("%s: slope at %v is %v, want %v", key, x, s.Slope(x), slope)
			}
		}
	}
	if v := Of("annual_volatility").From(-50); v <= 0 {
		t.Errorf("a volatility of %v", v)
	}
	if Of("annual_drift").From(-50) != -50 {
		t.Error("a drift is bounded")
	}
}
