package study

import (
	"math"
	"math/rand/v2"
	"testing"

	"backtest/report"
	"backtest/runner/record"
)

// TestIshigami: Sobol indices of Ishigami's function with a = 7, b = 0.1 are
// known (Saltelli et al. 2008, "Global sensitivity analysis", §5): first order
// 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437.
func TestIshigami(t *testing.T) {
	const seed = 1
	f := func(x []float64) float64 {
		return math.Sin(x[0]) + 7*math.Pow(math.Sin(x[1]), 2) + 0.1*math.Pow(x[2], 4)*math.Sin(x[0])
	}
	random := rand.New(rand.NewPCG(seed, seed))
	place := func() []float64 {
		x := make([]float64, 3)
		for i := range x {
			x[i] = math.Pi * (2*random.Float64() - 1)
		}
		return x
	}
	var values []float64
	const n = 20000
	for range n {
		a, b := place(), place()
		values = append(values, f(a), f(b))
		for i := range a {
			mixed := append([]float64(nil), a...)
			mixed[i] = b[i]
			values = append(values, f(mixed))
		}
	}
	rows := rowsOf(values, 3)
	if len(rows) != n {
		t.Fatalf("%d rows", len(rows))
	}
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	first, total, ok := indices(rows, all)
	if !ok {
		t.Fatal("constant")
	}
	for i, want := range []float64{0.3139, 0.4424, 0} {
		if math.Abs(first[i]-want) > 0.03 {
			t.Errorf("seed %d: first order of axis %d is %.4f, want %.4f", seed, i, first[i], want)
		}
	}
	for i, want := range []float64{0.5576, 0.4424, 0.2437} {
		if math.Abs(total[i]-want) > 0.03 {
			t.Errorf("seed %d: total of axis %d is %.4f, want %.4f", seed, i, total[i], want)
		}
	}
}

func TestShowValue(t *testing.T) {
	for _, c := range [][3]string{{"1.1", "ratio", "110 %"}, {"0.0001", "ratio", "0.01 %"}, {"9", "number", "9"}, {"1.096e+06", "usd", "$1,096,000"}, {"-12345.5", "number", "-12,345.5"}, {"full", "text", "full"}} {
		if got := ShowValue(c[0], c[1]); got != c[2] {
			t.Errorf("ShowValue(%s, %s) = %s", c[0], c[1], got)
		}
	}
}

// TestIntervalsOfIndicesCover: over repetitions of a small design, the intervals
// hold the indices of x + 0.5 y + x y, x and y uniform on [-1, 1], which follow
// from the variances of its parts: 1/3, 1/12 and 1/9 of 19/36.
func TestIntervalsOfIndicesCover(t *testing.T) {
	const seed, repetitions, size, total = 7, 1000, 96, 19.0 / 36
	truths := [4]float64{1.0 / 3 / total, 1.0 / 12 / total, (1.0/3 + 1.0/9) / total, (1.0/12 + 1.0/9) / total}
	f := func(x, y float64) float64 { return x + 0.5*y + x*y }
	random := rand.New(rand.NewPCG(seed, 1))
	uniform := func() float64 { return 2*random.Float64() - 1 }
	var covered [4]int
	s := &Study{Axes: make([]record.StudyAxis, 2), Data: &report.Data{Confidence: 0.95}}
	for r := range repetitions {
		values := []float64{0} // the present point
		for range size {
			x, y, u, v := uniform(), uniform(), uniform(), uniform()
			values = append(values, f(x, y), f(u, v), f(u, y), f(x, v))
		}
		s.Data.Manifest.Seed = uint64(r)
		var e Effects
		if !s.saltelli(&e, values) {
			t.Fatal("constant")
		}
		for i, share := range [4]Share{e.Axes[0].First, e.Axes[1].First, e.Axes[0].Total, e.Axes[1].Total} {
			if share.Low <= truths[i] && truths[i] <= share.High {
				covered[i]++
			}
		}
	}
	for i, n := range covered {
		share := float64(n) / repetitions
		t.Logf("index %d (%.3f): covered %.3f", i, truths[i], share)
		if share < 0.925 || share > 0.975 {
			t.Errorf("seed %d: index %d is covered by %.3f of the intervals", seed, i, share)
		}
	}
}
