package study

import (
	"math"
	"math/rand/v2"
	"testing"
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
