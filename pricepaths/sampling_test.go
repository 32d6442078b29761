package pricepaths

import (
	"math"
	"testing"

	"backtest/pricepaths/rng"
)

func TestAntitheticTwins(t *testing.T) {
	spec := fourAssets(Antithetic)
	g := generate(t, spec)
	plain := generate(t, fourAssets(Plain))
	if g.DependentBlock() != 2 || plain.DependentBlock() != 1 {
		t.Errorf("blocks %d and %d, want 2 and 1", g.DependentBlock(), plain.DependentBlock())
	}
	a, b, c := g.path(6), g.path(7), plain.path(3)
	for n := range spec.Assets {
		sigma := spec.Assets[n].Process.(GBM).AnnualVolatility
		within(t, "sum of twins", logReturn(n)(a)+logReturn(n)(b), 2*(0.05-sigma*sigma/2), 1e-12)
		within(t, "first twin", logReturn(n)(a), logReturn(n)(c), 0)
	}
	heston := single(Heston{0, 0.64, 0.5, 3, 1.2, -0.6})
	heston.Sampling.Method = Antithetic
	near(t, "antithetic Heston growth", sample(generate(t, heston), 20000, growth(0)), 1)
}

// blockMeans averages a statistic over each dependent block.
func blockMeans(g *Generator, paths int, statistic func(*Path) float64) []float64 {
	x := sample(g, paths, statistic)
	var means []float64
	for n := 0; n < len(x); n += g.DependentBlock() {
		mean, _, _, _ := moments(x[n : n+g.DependentBlock()])
		means = append(means, mean)
	}
	return means
}

func TestVarianceReduction(t *testing.T) {
	const paths, replicates = 8192, 32
	put := func(p *Path) float64 { return max(0, 100-p.Market(1, p.Points-1)) }
	plain := sample(generate(t, fourAssets(Plain)), 40000, put)
	want, variance, _, _ := moments(plain)
	for _, c := range []struct {
		method SamplingMethod
		asset  string
		gain   float64 // least reduction of the variance of a block's mean
	}{{Sobol, "", 30}, {Stratified, "ETH", 100}, {Stratified, "", 1.5}, {LatinHypercube, "", 3}} {
		spec := fourAssets(c.method)
		spec.Paths, spec.Sampling.Replicates, spec.Sampling.Asset = paths, replicates, c.asset
		g := generate(t, spec)
		if g.DependentBlock() != paths/replicates {
			t.Fatalf("%s: blocks of %d, want %d", c.method, g.DependentBlock(), paths/replicates)
		}
		means := blockMeans(g, paths, put)
		mean, spread, _, _ := moments(means)
		within(t, string(c.method)+" mean", mean, want, sigmas*math.Sqrt(variance/40000+spread/replicates))
		if gain := variance / (paths / replicates) / spread; gain < c.gain {
			t.Errorf("seed 1: %s %s: variance falls by a factor of %.1f, want %v at least", c.method, c.asset, gain, c.gain)
		}
	}
}

// Every scheme leaves the law of a path as it is: the increments stay normal
// and independent.
func TestSchemesKeepTheLaw(t *testing.T) {
	for _, method := range []SamplingMethod{Sobol, Stratified, LatinHypercube} {
		spec := fourAssets(method)
		spec.Steps, spec.Paths = 40, 8192
		spec.Fine = []FineWindow{{5 * day, 6 * day, hour}}
		g := generate(t, spec)
		s := g.NewScratch()
		var first, second, third []float64
		for n := range uint64(8192) {
			p := g.Fill(n, s)
			r := func(asset, i int) float64 { return math.Log(p.Market(asset, i+1) / p.Market(asset, i)) }
			first, second, third = append(first, r(1, 2)), append(second, r(1, 20)), append(third, r(2, 2))
		}
		_, variance, _, kurtosis := moments(first)
		within(t, string(method)+" variance of a day", variance/(.805*.805/365), 1, sigmas*math.Sqrt(2.0/8192))
		within(t, string(method)+" kurtosis of a day", kurtosis, 0, sigmas*math.Sqrt(24.0/8192))
		within(t, string(method)+" correlation in time", correlationOf(first, second), 0, sigmas/math.Sqrt(8192))
		within(t, string(method)+" correlation of assets", correlationOf(first, third), 0.766, sigmas*0.42/math.Sqrt(8192))
	}
}

func TestPermutationIsOne(t *testing.T) {
	for _, n := range []uint64{1, 2, 5, 64, 1000} {
		seen := make([]bool, n)
		for k := range n {
			seen[permute(rng.New(3), k, n, 1, 2)] = true
		}
		for k, hit := range seen {
			if !hit {
				t.Fatalf("n=%d: %d is no image", n, k)
			}
		}
	}
	moved := 0
	for k := range uint64(1000) {
		if permute(rng.New(3), k, 1000, 1, 2) != permute(rng.New(3), k, 1000, 2, 2) {
			moved++
		}
	}
	if moved < 990 {
		t.Errorf("only %d of 1000 strata differ between replicates", moved)
	}
}

func TestTerminalStrataAreHitOnce(t *testing.T) {
	spec := single(GBM{0, 1})
	spec.Paths, spec.Steps = 64, 10
	for _, method := range []SamplingMethod{Stratified, LatinHypercube, Sobol} {
		spec.Sampling = Sampling{Method: method}
		g := generate(t, spec)
		years := 10.0 / 365
		hits := make([]int, 64)
		for _, x := range sample(g, 64, logReturn(0)) {
			z := (x + years/2) / math.Sqrt(years)
			hits[int(32*math.Erfc(-z/math.Sqrt2))]++
		}
		for k, h := range hits {
			if h != 1 {
				t.Errorf("%s: stratum %d hit %d times", method, k, h)
			}
		}
	}
}

// Importance sampling leaves every expectation as it is.
func TestTiltIsUnbiasedAndSharp(t *testing.T) {
	spec := fourAssets(Plain)
	spec.Steps = 30
	spec.Tilt = &Tilt{Shifts: []TiltShift{{Asset: "ETH", StandardDeviations: -3}}}
	g := generate(t, spec)
	near(t, "mean weight", sample(g, 40000, func(p *Path) float64 { return math.Exp(p.LogWeight) }), 1)
	near(t, "growth of LINK", sample(g, 40000, func(p *Path) float64 { return math.Exp(p.LogWeight) * growth(2)(p) }), math.Exp(0.05*30/365))
	sigma := .805 * math.Sqrt(30.0/365)
	drift := (0.05 - .805*.805/2) * 30 / 365
	level := math.Exp(drift - 3.2*sigma)
	x := sample(g, 40000, func(p *Path) float64 {
		if growth(1)(p) < level {
			return math.Exp(p.LogWeight)
		}
		return 0
	})
	p := 0.5 * math.Erfc(3.2/math.Sqrt2)
	near(t, "probability of a fall by 3.2 sd", x, p)
	if _, variance, _, _ := moments(x); variance > p*(1-p)/100 {
		t.Errorf("seed 1: the tilt reduces the variance by a factor of %.0f only", p*(1-p)/variance)
	}
	// The mean of another asset's normal moves by the correlation.
	near(t, "shift of SNX", sample(g, 40000, func(p *Path) float64 {
		return (logReturn(3)(p) - (0.05-1.21*1.21/2)*30/365) / (1.21 * math.Sqrt(30.0/365))
	}), -3*.720)
}

func TestTiltInATimeRangeWithRegimes(t *testing.T) {
	spec := Spec{Steps: 60, StepSeconds: day, Seed: 1}
	states := []RegimeState{{0, 0.3}, {0, 1.5}}
	spec.Assets = []Asset{{ID: "A", Initial: 1, Process: RegimeSwitching{States: states}}, {ID: "B", Initial: 1, Process: GBM{0, 0.8}}}
	spec.Regimes = &RegimeChain{Transition: [][]float64{{0.9, 0.1}, {0.3, 0.7}}, Correlations: [][][]float64{{{1, 0}, {0, 1}}, {{1, 0.9}, {0.9, 1}}}}
	spec.Tilt = &Tilt{Shifts: []TiltShift{{"A", 10 * day, 20 * day, -2}, {"B", 15 * day, 0, 1}}}
	g := generate(t, spec)
	near(t, "mean weight", sample(g, 40000, func(p *Path) float64 { return math.Exp(p.LogWeight) }), 1)
	near(t, "growth of A", sample(g, 40000, func(p *Path) float64 { return math.Exp(p.LogWeight) * growth(0)(p) }), 1)
	near(t, "growth of B", sample(g, 40000, func(p *Path) float64 { return math.Exp(p.LogWeight) * growth(1)(p) }), 1)
	spec.Regimes.Correlations[1] = [][]float64{{1, 1}, {1, 1}}
	if _, err := New(spec); err == nil {
		t.Error("different shifts of perfectly correlated assets were accepted")
	}
}

func TestTCopulaKeepsMarginalsAndJoinsTails(t *testing.T) {
	spec := Spec{Steps: 100000, StepSeconds: day, Seed: 1, Correlation: [][]float64{{1, 0.5}, {0.5, 1}}}
	spec.Assets = []Asset{{ID: "A", Initial: 1, Process: GBM{0, 0.1}}, {ID: "B", Initial: 1, Process: GBM{0, 0.1}}}
	joint := func(nu float64) (both float64) {
		spec.Copula.DegreesOfFreedom = nu
		p := generate(t, spec).path(0)
		a, b := returnsOf(p, 0), returnsOf(p, 1)
		unit := 0.1 / math.Sqrt(365)
		n, threshold := 0.0, -2.3263478740408408*unit-0.005/365
		for i := range a {
			if a[i] < threshold {
				n++
				if b[i] < threshold {
					both++
				}
			}
		}
		_, variance, _, kurtosis := moments(a)
		within(t, "marginal variance", variance/(unit*unit), 1, sigmas*math.Sqrt(2.0/100000))
		within(t, "marginal kurtosis", kurtosis, 0, sigmas*math.Sqrt(24.0/100000))
		within(t, "1 % quantile", n/100000, 0.01, sigmas*math.Sqrt(0.01/100000))
		return both / n
	}
	// P(B in its worst 1 % | A in its worst 1 %), ρ = 0.5: 0.129 for the Gaussian
	// copula; the t copula with ν = 3 has the limit 2t₄(-√(4·⅓)) = 0.313.
	gauss, student := joint(0), joint(3)
	within(t, "Gaussian joint tail", gauss, 0.129, 0.045)
	within(t, "t joint tail", student, 0.33, 0.06)
}

func TestCopulaInterpolation(t *testing.T) {
	for _, nu := range []float64{2, 3, 8, 200} {
		p := newCopulaPlan(&Spec{Copula: Copula{nu}})
		for x := 0.0; x < 80; x += 0.0371 {
			want := p.exact(x)
			if want > 36 {
				break
			}
			within(t, "interpolated quantile", p.normal(x), want, 1e-8)
			within(t, "mirrored quantile", p.normal(-x), -want, 1e-8)
		}
		within(t, "beyond the table", p.normal(1e8), p.exact(1e8), 1e-12)
	}
}
