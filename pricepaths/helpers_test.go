package pricepaths

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"
)

const day, hour = 86400, 3600

// generate builds a generator or fails the test.
func generate(t testing.TB, spec Spec) *Generator {
	t.Helper()
	g, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// single is a specification of one asset over a year of days.
func single(p ProcessSpec) Spec {
	return Spec{Assets: []Asset{{ID: "A", Initial: 100, Process: p}}, Steps: 365, StepSeconds: day, Seed: 1}
}

// sample collects a statistic of each path.
func sample(g *Generator, paths int, statistic func(*Path) float64) []float64 {
	s := g.NewScratch()
	out := make([]float64, paths)
	for n := range out {
		out[n] = statistic(g.Fill(uint64(n), s))
	}
	return out
}

func logReturn(asset int) func(*Path) float64 {
	return func(p *Path) float64 { return math.Log(p.Market(asset, p.Points-1) / p.Market(asset, 0)) }
}

func growth(asset int) func(*Path) float64 {
	return func(p *Path) float64 { return p.Market(asset, p.Points-1) / p.Market(asset, 0) }
}

// moments returns mean, variance, skewness and excess kurtosis.
func moments(x []float64) (mean, variance, skew, kurtosis float64) {
	n := float64(len(x))
	for _, v := range x {
		mean += v / n
	}
	var m3, m4 float64
	for _, v := range x {
		d := v - mean
		variance += d * d / n
		m3 += d * d * d / n
		m4 += d * d * d * d / n
	}
	return mean, variance, m3 / math.Pow(variance, 1.5), m4/(variance*variance) - 3
}

func correlationOf(x, y []float64) float64 {
	mx, vx, _, _ := moments(x)
	my, vy, _, _ := moments(y)
	sum := 0.0
	for n := range x {
		sum += (x[n] - mx) * (y[n] - my)
	}
	return sum / float64(len(x)) / math.Sqrt(vx*vy)
}

// sigmas is the two-sided confidence of the statistical tests: 4 standard
// errors, 99.994 %. Seeds are fixed, so that a test that passes keeps passing.
const sigmas = 4

// near fails unless the mean of x lies within sigmas standard errors of want.
func near(t *testing.T, what string, x []float64, want float64) {
	t.Helper()
	mean, variance, _, _ := moments(x)
	if se := math.Sqrt(variance / float64(len(x))); !(math.Abs(mean-want) <= sigmas*se) {
		t.Errorf("seed 1: %s is %.6g ± %.2g, want %.6g (%.1f standard errors)", what, mean, se, want, (mean-want)/se)
	}
}

// within fails unless got is within a tolerance of want.
func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("seed 1: %s is %.6g, want %.6g ± %.2g", what, got, want, tolerance)
	}
}

// digest hashes all prices and weights of the first paths.
func digest(g *Generator, paths int) string {
	h := sha256.New()
	s := g.NewScratch()
	for n := range paths {
		p := g.Fill(uint64(n), s)
		binary.Write(h, binary.LittleEndian, p.MarketPrices)
		binary.Write(h, binary.LittleEndian, p.OraclePrices)
		binary.Write(h, binary.LittleEndian, p.LogWeight)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}
