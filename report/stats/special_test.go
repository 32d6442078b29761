package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestNormalQuantileAgainstGonum(t *testing.T) {
	for _, p := range []float64{1e-6, 1e-4, 0.001, 0.025, 0.3, 0.5, 0.8, 0.95, 0.975, 0.995, 0.9999, 1 - 1e-6} {
		want := distuv.UnitNormal.Quantile(p)
		if got := NormalQuantile(p); math.Abs(got-want) > 1e-8 {
			t.Errorf("NormalQuantile(%v) = %.12f, want %.12f", p, got, want)
		}
	}
	for _, p := range []float64{0, 1, -1, math.NaN()} {
		if got := NormalQuantile(p); !math.IsNaN(got) {
			t.Errorf("NormalQuantile(%v) = %v, want NaN", p, got)
		}
	}
}

func TestStudentQuantileAgainstGonum(t *testing.T) {
	for _, degrees := range []float64{2, 4, 10, 30, 198, 200, 250, 1000, 1e6} {
		law := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: degrees}
		for _, p := range []float64{0.01, 0.5, 0.9, 0.975, 0.9995} {
			want := law.Quantile(p)
			if got := StudentQuantile(p, degrees); math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
				t.Errorf("StudentQuantile(%v, %v) = %.10f, want %.10f", p, degrees, got, want)
			}
		}
	}
	if odd, even := StudentQuantile(0.975, 11), StudentQuantile(0.975, 10); odd != even {
		t.Errorf("11 degrees give %v, the wider 10 degrees %v", odd, even)
	}
	if !math.IsNaN(StudentQuantile(0.9, 1)) || !math.IsNaN(StudentQuantile(1, 9)) {
		t.Error("a quantile out of range is not NaN")
	}
}

func TestBinomialCDFAgainstGonum(t *testing.T) {
	for _, n := range []int64{1, 2, 10, 64, 999, 10_000, 1_000_000} {
		for _, p := range []float64{1e-5, 0.01, 0.3, 0.5, 0.95, 0.9999} {
			law := distuv.Binomial{N: float64(n), P: p}
			spread := int64(math.Sqrt(float64(n) * p * (1 - p)))
			centre := int64(float64(n) * p)
			for _, k := range []int64{-1, 0, centre - 3*spread, centre - 1, centre, centre + 2*spread, n - 1, n} {
				want := 0.0
				if k >= 0 {
					want = law.CDF(float64(min(k, n)))
				}
				if got := BinomialCDF(k, n, p); math.Abs(got-want) > 1e-8 {
					t.Errorf("P(X <= %d), n %d, p %v = %.12g, want %.12g", k, n, p, got, want)
				}
			}
		}
	}
	if BinomialCDF(3, 10, 0) != 1 || BinomialCDF(3, 10, 1) != 0 {
		t.Error("a certain outcome is not certain")
	}
}
