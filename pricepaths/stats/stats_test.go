package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

func TestDescribeByHand(t *testing.T) {
	d := Describe([]float64{-2, -1, 0, 1, 2}, 3600)
	near(t, "mean", d.Mean, 0, 0)
	near(t, "standard deviation", d.StdDev, math.Sqrt(2.5), 1e-15)
	near(t, "annual volatility", d.AnnualVolatility, math.Sqrt(2.5*8760), 1e-12)
	near(t, "skewness", d.Skewness, 0, 1e-15)
	// Sample excess kurtosis of 1..5, as spreadsheets give it.
	near(t, "kurtosis", d.ExcessKurtosis, -1.2, 1e-12)
	near(t, "lower quartile", d.Quantiles[3].Return, -1, 0)
	near(t, "worst 1 %", d.Quantiles[1].Return, -1.96, 1e-12)
	if len(d.AbsACF) != 1 || d.N != 5 || d.LeftTailIndex != nil {
		t.Errorf("%+v", d)
	}
	// |x| = 2 1 0 1 2 about its mean 1.2: products .8·-.2, -.2·-1.2, … over 2.8.
	near(t, "acf of |x|", d.AbsACF[0].Correlation, (-0.16+0.24+0.24-0.16)/2.8, 1e-12)
}

func TestQuantileEnds(t *testing.T) {
	x := []float64{1, 2, 4}
	near(t, "minimum", Quantile(x, 0), 1, 0)
	near(t, "maximum", Quantile(x, 1), 4, 0)
	near(t, "between", Quantile(x, 0.75), 3, 0)
	if !math.IsNaN(Quantile(nil, 0.5)) {
		t.Error("a quantile of nothing")
	}
}

// Each bound is four standard errors of the estimate.
func TestNormalSample(t *testing.T) {
	const n, seed = 200_000, 7
	rng := rand.New(rand.NewPCG(seed, 0))
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
		y[i] = 0.6*x[i] + 0.8*rng.NormFloat64()
	}
	d := Describe(x, 86400)
	near(t, "kurtosis", d.ExcessKurtosis, 0, 4*math.Sqrt(24.0/n))
	near(t, "skewness", d.Skewness, 0, 4*math.Sqrt(6.0/n))
	near(t, "1 % quantile", d.Quantiles[1].Return, -2.3263, 4*math.Sqrt(0.01*0.99/n)/0.02665)
	near(t, "tail index", *d.LeftTailIndex, Hill(x, n/100), 0)
	near(t, "autocorrelation", Autocorrelation(x, 3), 0, 4/math.Sqrt(n))
	c := Correlation([][]float64{x, y})
	near(t, "correlation", c[1][0], 0.6, 4*0.64/math.Sqrt(n))
	if c[0][0] != 1 || c[0][1] != c[1][0] {
		t.Errorf("matrix %v", c)
	}
	near(t, "beta", Beta(y, x), 0.6, 4*0.8/math.Sqrt(n))
	near(t, "joint tail with itself", JointTail(x, x, 0.05), 1, 0)
	independent := make([]float64, n)
	for i := range independent {
		independent[i] = rng.NormFloat64()
	}
	near(t, "joint tail of independent", JointTail(independent, x, 0.05), 0.05, 4*math.Sqrt(0.05*0.95/(0.05*n)))
}

func TestHillOfAParetoTail(t *testing.T) {
	const n, seed, index = 100_000, 11, 3.0
	rng := rand.New(rand.NewPCG(seed, 0))
	x := make([]float64, n)
	for i := range x {
		x[i] = -math.Pow(rng.Float64(), -1/index)
	}
	near(t, "tail index", Hill(x, 1000), index, 4*index/math.Sqrt(1000))
	if !math.IsNaN(Hill([]float64{1, 2, 3}, 1)) || !math.IsNaN(Hill(x[:5], 5)) {
		t.Error("a tail index without losses")
	}
}
