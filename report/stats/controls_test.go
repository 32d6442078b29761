package stats

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestControlsByHand: a figure that is a line in its control is known exactly, and
// its interval has no length.
func TestControlsByHand(t *testing.T) {
	s := Sample{}
	var control []float64
	for i := range 100 {
		x := math.Sin(float64(i))
		control = append(control, x-0.25) // as if E[x] were 0.25
		s.Values = append(s.Values, 3+2*x)
	}
	s.Controls = NewControls(s, [][]float64{control, control, make([]float64, 100)})
	if n := len(s.Controls.vectors); n != 1 {
		t.Fatalf("%d controls are kept of one, its copy and a constant", n)
	}
	e := Mean(s, 0.95)
	near(t, "mean", e.Value, 3.5, 1e-9)
	near(t, "length", e.High-e.Low, 0, 1e-6)
	if !strings.Contains(e.Method, "control variates (R² 100 %)") || e.EffectiveN < 1e6 {
		t.Errorf("method %q, effective size %g", e.Method, e.EffectiveN)
	}
}

// TestControlsAreLeftOut: of weighted paths, of few paths, of what they do not
// explain, and of other paths.
func TestControlsAreLeftOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	s := normals(r, 100, 0, 1)
	figure := [][]float64{normals(r, 100, 0, 1).Values}
	weighted := s
	weighted.Weights = normals(r, 100, 2, 0.1).Values
	if NewControls(weighted, figure) != nil || NewControls(Sample{Values: s.Values[:39]}, [][]float64{figure[0][:39]}) != nil {
		t.Error("weighted or few paths have controls")
	}
	s.Controls = NewControls(s, figure)
	plain := s
	plain.Controls = nil
	if a, b := Mean(s, 0.95), Mean(plain, 0.95); a.Value != b.Value || a.Low != b.Low || a.Method != b.Method {
		t.Errorf("%+v for independent figures, want %+v", a, b)
	}
	if s.Where(func(i int) bool { return i > 0 }).Controls != nil {
		t.Error("a part of the paths keeps the controls of all")
	}
}

// TestControlsAddUp: the adjusted mean is linear in the figure.
func TestControlsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	first, second := priced(normals(r, 200, 0, 1), r, 0.1), Sample{}
	second = first.With(append([]float64(nil), first.Values...))
	sum := first.With(make([]float64, 200))
	for i, x := range first.Values {
		second.Values[i] = math.Sqrt(math.Abs(x)) + x
		sum.Values[i] = x + second.Values[i]
	}
	near(t, "sum", Mean(sum, 0.95).Value, Mean(first, 0.95).Value+Mean(second, 0.95).Value, 1e-12)
}
