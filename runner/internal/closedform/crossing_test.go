package closedform

import (
	"math"
	"testing"
)

func TestCrossingAgreesWithClosedForms(t *testing.T) {
	// One step is the normal distribution; two steps without drift at barrier 0-:
	// P(never below) = 3/8 (Sparre Andersen).
	if p := Crossing(-2, 0, 1, 1); math.Abs(p-0.5*math.Erfc(2/math.Sqrt2)) > 1e-12 {
		t.Errorf("one step: %v", p)
	}
	if p := Crossing(-1e-12, 0, 1, 2); math.Abs(p-5.0/8) > 1e-6 {
		t.Errorf("two steps: %v, want 5/8", p)
	}
}
