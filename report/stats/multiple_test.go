package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAdjustedPValuesByHand: the example of Wright 1992, "Adjusted p-values for
// simultaneous inference", and one of Benjamini and Hochberg 1995 (section 3.2),
// whose procedure at 5 % keeps the first four of fifteen and Holm's the first three.
func TestAdjustedPValuesByHand(t *testing.T) {
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02} {
		near(t, "Holm", Holm([]float64{0.01, 0.04, 0.03, 0.005})[i], want, 1e-12)
	}
	for i, want := range []float64{0.02, 0.04, 0.04, 0.02} {
		near(t, "BH", BenjaminiHochberg([]float64{0.01, 0.04, 0.03, 0.005})[i], want, 1e-12)
	}
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	holm, bh := 0, 0
	for i := range p {
		if Holm(p)[i] <= 0.05 {
			holm++
		}
		if BenjaminiHochberg(p)[i] <= 0.05 {
			bh++
		}
	}
	if holm != 3 || bh != 4 {
		t.Errorf("Holm keeps %d, Benjamini and Hochberg %d, want 3 and 4", holm, bh)
	}
	if len(Holm(nil)) != 0 || len(BenjaminiHochberg(nil)) != 0 {
		t.Error("no test has a p-value")
	}
}

// TestPValueOfAnInterval is below 5 % exactly where a 95 % interval leaves zero out.
func TestPValueOfAnInterval(t *testing.T) {
	e := Estimate{Value: 3, Low: 3 - 1.959963984540054, High: 9, Confidence: 0.95}
	near(t, "three standard errors", e.PValue(), 0.0026997960632602, 1e-12)
	near(t, "and below zero", e.Negate().PValue(), 0.0026997960632602, 1e-12)
	far := Estimate{Value: 10, Low: 10 - 1.959963984540054, High: 12, Confidence: 0.95}
	near(t, "ten standard errors", far.PValue()/1.5239706048321e-23, 1, 1e-6)
	for _, open := range []Estimate{{Value: 1, Low: math.Inf(-1), High: 2, Confidence: 0.95}, {Confidence: 0.95}, {Value: math.NaN(), Confidence: 0.95}} {
		if open.PValue() != 1 {
			t.Errorf("%+v has p %g", open, open.PValue())
		}
	}
	r := rand.New(rand.NewPCG(*worldSeed, 95))
	for range 300 {
		before, after := pair(r, 30, 0.1)
		e := PairedMean(before, after, 0.95)
		if (e.PValue() < 0.05) != (e.Low > 0 || e.High < 0) {
			t.Errorf("[%g, %g] has p %g", e.Low, e.High, e.PValue())
		}
	}
}

// TestHolmUnderTheNull: of thirty equal pairs, seldom does one differ.
func TestHolmUnderTheNull(t *testing.T) {
	r := rand.New(rand.NewPCG(*worldSeed, 94))
	raw, any := 0, 0
	const families, tests = 300, 30
	for range families {
		p := make([]float64, tests)
		for k := range p {
			before, after := pair(r, 100, 0)
			p[k] = PairedMean(before, after, 0.95).PValue()
			if p[k] < 0.05 {
				raw++
			}
		}
		for _, x := range Holm(p) {
			if x < 0.05 {
				any++
				break
			}
		}
	}
	t.Logf("%.3f of tests, %.3f of families after Holm", float64(raw)/families/tests, float64(any)/families)
	if share := float64(any) / families; share > 0.09 { // 3.2 standard deviations above 5 %
		t.Errorf("%.3f of families have a false difference (seed %d)", share, *worldSeed)
	}
}
