package pricepaths

import (
	"math"
	"slices"
	"testing"
)

func TestGBMMoments(t *testing.T) {
	g := generate(t, single(GBM{AnnualDrift: 0.2, AnnualVolatility: 0.8}))
	x := sample(g, 40000, logReturn(0))
	near(t, "mean log return", x, 0.2-0.32)
	squares := make([]float64, len(x))
	for n, v := range x {
		squares[n] = (v + 0.12) * (v + 0.12)
	}
	near(t, "variance of the log return", squares, 0.64)
	near(t, "mean growth", sample(g, 40000, growth(0)), math.Exp(0.2))
	_, _, skew, kurtosis := moments(x)
	within(t, "skewness", skew, 0, sigmas*math.Sqrt(6.0/40000))
	within(t, "excess kurtosis", kurtosis, 0, sigmas*math.Sqrt(24.0/40000))
}

func TestGBMReturnsAreIndependent(t *testing.T) {
	p := generate(t, Spec{Assets: single(GBM{0, 0.8}).Assets, Steps: 40000, StepSeconds: hour, Seed: 1}).path(0)
	returns := returnsOf(p, 0)
	within(t, "autocorrelation of returns", correlationOf(returns[1:], returns[:len(returns)-1]), 0, sigmas/200.0)
	abs := make([]float64, len(returns))
	for n, r := range returns {
		abs[n] = math.Abs(r)
	}
	within(t, "autocorrelation of |returns|", correlationOf(abs[1:], abs[:len(abs)-1]), 0, sigmas/200.0)
}

// path fills one path into memory of its own.
func (g *Generator) path(index uint64) *Path { return g.Fill(index, g.NewScratch()) }

func returnsOf(p *Path, asset int) []float64 {
	out := make([]float64, p.Points-1)
	for i := range out {
		out[i] = math.Log(p.Market(asset, i+1) / p.Market(asset, i))
	}
	return out
}

// The probability that a GBM falls below a barrier is
// Φ((b-mT)/σ√T) + e^(2mb/σ²)Φ((b+mT)/σ√T) with b the log barrier and m the log
// drift; monitored n times only, the barrier acts as if it lay 0.5826·σ√(T/n)
// further away (Broadie, Glasserman and Kou 1997, Mathematical Finance 7).
func TestBarrierHittingProbability(t *testing.T) {
	const sigma, mu, barrier = 0.8, 0.1, 0.6
	m := mu - sigma*sigma/2
	cdf := func(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }
	hit := func(b float64) float64 {
		return cdf((b-m)/sigma) + math.Exp(2*m*b/(sigma*sigma))*cdf((b+m)/sigma)
	}
	for _, steps := range []int{52, 365} {
		spec := single(GBM{mu, sigma})
		spec.Steps, spec.StepSeconds = steps, SecondsPerYear/int64(steps)
		g := generate(t, spec)
		x := sample(g, 40000, func(p *Path) float64 {
			if slices.Min(p.MarketPrices) <= 100*barrier {
				return 1
			}
			return 0
		})
		near(t, "hitting probability", x, hit(math.Log(barrier)-0.5826*sigma*math.Sqrt(1/float64(steps))))
		mean, variance, _, _ := moments(x)
		if uncorrected := hit(math.Log(barrier)); math.Abs(mean-uncorrected) < 2*math.Sqrt(variance/40000) {
			t.Errorf("%d steps: cannot tell discrete from continuous monitoring: %v, %v", steps, mean, uncorrected)
		}
	}
}

func TestMertonMoments(t *testing.T) {
	p := Merton{0.1, 0.5, 20, -0.03, 0.1}
	g := generate(t, single(p))
	near(t, "mean growth", sample(g, 60000, growth(0)), math.Exp(0.1))
	x := sample(g, 60000, logReturn(0))
	kappa := math.Exp(-0.03+0.005) - 1
	near(t, "mean log return", x, 0.1-0.125-20*kappa+20*-0.03)
	_, variance, skew, kurtosis := moments(x)
	v := 0.25 + 20*(0.0009+0.01)
	within(t, "variance", variance, v, sigmas*v*math.Sqrt((2+kurtosis)/60000))
	third := 20 * (math.Pow(-0.03, 3) + 3*-0.03*0.01)
	within(t, "skewness", skew, third/math.Pow(v, 1.5), sigmas*math.Sqrt(6.0/60000)*1.5)
	fourth := 20 * (math.Pow(0.03, 4) + 6*0.0009*0.01 + 3*0.0001)
	within(t, "excess kurtosis", kurtosis, fourth/(v*v), sigmas*math.Sqrt(24.0/60000)*2)
}

func TestKouMoments(t *testing.T) {
	g := generate(t, single(Kou{0.1, 0.4, 15, 0.4, 1.0 / 12, 1.0 / 9}))
	near(t, "mean growth", sample(g, 60000, growth(0)), math.Exp(0.1))
	x := sample(g, 60000, logReturn(0))
	kappa := 0.4*12/11.0 + 0.6*9/10.0 - 1
	near(t, "mean log return", x, 0.1-0.08-15*kappa+15*(0.4/12-0.6/9))
	v := 0.16 + 15*(0.4*2/144+0.6*2/81)
	_, variance, _, kurtosis := moments(x)
	within(t, "variance", variance, v, sigmas*v*math.Sqrt((2+kurtosis)/60000))
}

// With no diffusion and unit-size jumps a price counts its jumps.
func TestJumpCountsArePoisson(t *testing.T) {
	const intensity = 7.0
	for _, stepSeconds := range []int64{day, 5 * day} {
		spec := single(Merton{JumpsPerYear: intensity, JumpMean: 1})
		spec.StepSeconds, spec.Steps = stepSeconds, int(365*day/stepSeconds)
		kappa := math.E - 1
		counts := sample(generate(t, spec), 40000, func(p *Path) float64 {
			return math.Round(logReturn(0)(p) + intensity*kappa)
		})
		near(t, "mean jump count", counts, intensity)
		_, variance, _, _ := moments(counts)
		within(t, "variance of the jump count", variance, intensity, sigmas*intensity*math.Sqrt((2+1/intensity)/40000))
		none := 0.0
		for _, c := range counts {
			if c == 0 {
				none++
			}
		}
		p := math.Exp(-intensity)
		within(t, "share of paths without jump", none/40000, p, sigmas*math.Sqrt(p/40000))
	}
}

func TestKouJumpTailsAreExponential(t *testing.T) {
	law := doubleExponentialJump{0.4, 12, 9}
	source := generate(t, single(GBM{0, 1})).source
	up, sumUp, sumDown := 0, 0.0, 0.0
	const n = 100000
	for k := range uint64(n) {
		w := source.Block(0, k, 77, 1)
		if x := law.size(w[1], w[2]); x > 0 {
			up++
			sumUp += x
		} else {
			sumDown -= x
		}
	}
	within(t, "share of upward jumps", float64(up)/n, 0.4, sigmas*math.Sqrt(0.24/n))
	within(t, "mean upward jump", sumUp/float64(up), 1.0/12, sigmas/12.0/math.Sqrt(0.4*n))
	within(t, "mean downward jump", sumDown/float64(n-up), 1.0/9, sigmas/9.0/math.Sqrt(0.6*n))
}

func TestCommonJumpsHitTogether(t *testing.T) {
	spec := Spec{
		Assets: []Asset{{ID: "A", Initial: 1, Process: GBM{}}, {ID: "B", Initial: 1, Process: Merton{}}, {ID: "C", Initial: 1, Process: GBM{}}},
		Steps:  365, StepSeconds: day, Seed: 1,
		CommonJumps: []CommonJump{{ID: "crash", PerYear: 5, SizeCorrelation: 0.9, Sizes: []CommonJumpSize{
			{"A", -0.1, 0.05}, {"B", -0.2, 0.05}}}},
	}
	g := generate(t, spec)
	s := g.NewScratch()
	var a, b []float64
	for n := range uint64(4000) {
		p := g.Fill(n, s)
		for i := range p.Points - 1 {
			ra := math.Log(p.Market(0, i+1) / p.Market(0, i))
			rb := math.Log(p.Market(1, i+1) / p.Market(1, i))
			if rc := math.Log(p.Market(2, i+1) / p.Market(2, i)); rc != 0 {
				t.Fatalf("asset C moved by %v without being in the jump", rc)
			}
			// without diffusion the daily compensator is all that moves besides
			ca, cb := 5*(math.Exp(-0.1+0.00125)-1)/365, 5*(math.Exp(-0.2+0.00125)-1)/365
			if (math.Abs(ra+ca) > 1e-9) != (math.Abs(rb+cb) > 1e-9) {
				t.Fatalf("path %d step %d: only one of the assets jumped", n, i)
			}
			if math.Abs(ra+ca) > 1e-9 {
				a, b = append(a, ra+ca), append(b, rb+cb)
			}
		}
	}
	within(t, "arrivals", float64(len(a)), 4000*5, sigmas*math.Sqrt(4000*5)+4000*5*5/365.0/2)
	within(t, "correlation of sizes", correlationOf(a, b), 0.81, 0.03)
	near(t, "growth", sample(g, 20000, growth(1)), 1)
}

func TestHestonVarianceAndMartingale(t *testing.T) {
	p := Heston{0.1, 0.64, 0.36, 2, 1.1, -0.7}
	spec := single(p)
	g := generate(t, spec)
	near(t, "mean growth", sample(g, 40000, growth(0)), math.Exp(0.1))
	// The process's own variance path, by the same scheme.
	const n, years = 40000, 1.0
	final := make([]float64, n)
	zero := 0
	step := newHestonStep(&p, 1.0/365)
	for k := range final {
		v := p.InitialVariance
		for i := range uint64(365) {
			v, _ = step.variance(v, g.source.Uniform(uint64(k), i, stream(streamVariance, 0)))
			if v < 0 {
				t.Fatalf("negative variance %v", v)
			}
			if v == 0 {
				zero++
			}
		}
		final[k] = v
	}
	e := math.Exp(-2 * years)
	near(t, "mean of v", final, 0.36+(0.64-0.36)*e)
	want := 0.64*1.21*e*(1-e)/2 + 0.36*1.21*(1-e)*(1-e)/4
	_, variance, _, kurtosis := moments(final)
	within(t, "variance of v", variance, want, sigmas*want*math.Sqrt((2+kurtosis)/n))
	// E[log S] = µT - ½∫E[v]
	integral := 0.36 + (0.64-0.36)*(1-e)/2
	near(t, "mean log return", sample(g, 40000, logReturn(0)), 0.1-integral/2)
}

func TestHestonBeyondTheMartingaleCorrection(t *testing.T) {
	// A strongly positive correlation and a long step: A·a may exceed ½.
	spec := single(Heston{0, 0.5, 0.5, 0.5, 3, 0.95})
	spec.Steps, spec.StepSeconds = 4, 365*day
	for _, x := range sample(generate(t, spec), 2000, logReturn(0)) {
		if !finite(x) {
			t.Fatalf("log return %v", x)
		}
	}
}

func TestGARCHClusteringAndVariance(t *testing.T) {
	spec := single(GARCH{AnnualVolatility: 0.8, Alpha: 0.1, Beta: 0.85, DegreesOfFreedom: 8})
	spec.Steps = 400
	g := generate(t, spec)
	s := g.NewScratch()
	var squares, lagged []float64
	for n := range uint64(2000) {
		r := returnsOf(g.Fill(n, s), 0)
		for i := 100; i < len(r)-1; i++ {
			squares = append(squares, r[i]*r[i])
			lagged = append(lagged, r[i+1]*r[i+1])
		}
	}
	v := 0.64 / 365
	mean, _, _, _ := moments(squares)
	within(t, "unconditional variance", mean/v, 1, 0.03)
	// ρ₁ of ε² in a GARCH(1,1): α(1-αβ-β²)/(1-2αβ-β²) (Bollerslev 1988).
	rho := 0.1 * (1 - 0.085 - 0.7225) / (1 - 0.17 - 0.7225)
	within(t, "lag-1 autocorrelation of squares", correlationOf(squares, lagged), rho, 0.06)
}

// Without GARCH effects the returns are Student-t: the Hill estimator over the
// largest 0.5 % sees the tail index ν.
func TestStudentTailIndex(t *testing.T) {
	spec := single(GARCH{AnnualVolatility: 0.8, DegreesOfFreedom: 3})
	spec.Steps = 400000
	r := returnsOf(generate(t, spec).path(0), 0)
	for n := range r {
		r[n] = math.Abs(r[n])
	}
	slices.Sort(r)
	const k = 2000
	threshold, sum := r[len(r)-k-1], 0.0
	for _, x := range r[len(r)-k:] {
		sum += math.Log(x / threshold)
	}
	hill := k / sum
	within(t, "tail index", hill, 3, sigmas*3/math.Sqrt(k)+0.1) // 0.1: bias at this depth
	_, variance, _, _ := moments(returnsOf(generate(t, spec).path(1), 0))
	within(t, "variance against the long-run one", variance/(0.64/365), 1, 0.1)
}

// A period split into base steps has the same law as one in a single step.
func TestGARCHPeriodDoesNotDependOnTheGrid(t *testing.T) {
	p := GARCH{AnnualVolatility: 0.8, Alpha: 0.1, Beta: 0.85, DegreesOfFreedom: 4, PeriodSeconds: day, InitialVolatility: 1.2}
	spec := single(p)
	spec.Steps = 30
	coarse := sample(generate(t, spec), 30000, logReturn(0))
	spec.Steps, spec.StepSeconds = 30*6, 4*hour
	fine := sample(generate(t, spec), 30000, logReturn(0))
	_, vc, _, kc := moments(coarse)
	_, vf, _, kf := moments(fine)
	within(t, "variance ratio", vf/vc, 1, sigmas*math.Sqrt((4+kc+kf)/30000))
}

func TestRegimeOccupationAndVolatility(t *testing.T) {
	chain := &RegimeChain{Transition: [][]float64{{0.98, 0.02}, {0.1, 0.9}}}
	spec := single(RegimeSwitching{States: []RegimeState{{0, 0.4}, {0, 1.6}}, Chain: chain})
	g := generate(t, spec)
	x := sample(g, 20000, func(p *Path) float64 {
		sum := 0.0
		for _, r := range returnsOf(p, 0) {
			sum += r * r
		}
		return sum
	})
	near(t, "realised variance", x, 5.0/6*0.16+1.0/6*2.56+moment4(5.0/6, 0.16, 2.56)/365)
	near(t, "growth", sample(g, 20000, growth(0)), 1)
}

// moment4 is the mean of (σ²/2)², the squared log drift.
func moment4(share, a, b float64) float64 { return share*a*a/4 + (1-share)*b*b/4 }

func TestSharedRegimesSwitchTogetherWithTheirCorrelation(t *testing.T) {
	spec := Spec{Steps: 2000, StepSeconds: day, Seed: 1}
	states := []RegimeState{{0, 0.2}, {0, 2}}
	spec.Assets = []Asset{{ID: "A", Initial: 1, Process: RegimeSwitching{States: states}}, {ID: "B", Initial: 1, Process: RegimeSwitching{States: states}}}
	spec.Regimes = &RegimeChain{PeriodSeconds: 5 * day, Transition: [][]float64{{0.9, 0.1}, {0.3, 0.7}}, Initial: []float64{0, 1},
		Correlations: [][][]float64{{{1, 0.1}, {0.1, 1}}, {{1, 0.95}, {0.95, 1}}}}
	g := generate(t, spec)
	s := g.NewScratch()
	var x, y [2][]float64
	for n := range uint64(20) {
		a, b := returnsOf(g.Fill(n, s), 0), returnsOf(&s.path, 1)
		if s.states[0] != 1 {
			t.Fatal("the first state is not the given one")
		}
		for i, state := range s.states {
			if i%5 != 0 && state != s.states[i-1] {
				t.Fatal("the state changes inside a period")
			}
			x[state], y[state] = append(x[state], a[i]), append(y[state], b[i])
		}
	}
	within(t, "calm correlation", correlationOf(x[0], y[0]), 0.1, 0.03)
	within(t, "stress correlation", correlationOf(x[1], y[1]), 0.95, 0.01)
	share := float64(len(x[1])) / float64(len(x[0])+len(x[1]))
	within(t, "share of stress", share, 0.25, 0.04)
}

func TestStationaryDistribution(t *testing.T) {
	pi := stationary([][]float64{{0.5, 0.5, 0}, {0.25, 0.5, 0.25}, {0, 0.5, 0.5}})
	for n, want := range []float64{0.25, 0.5, 0.25} {
		within(t, "stationary probability", pi[n], want, 1e-12)
	}
	if pi := stationary([][]float64{{1, 0}, {0, 1}}); pi[0] != 1 {
		t.Errorf("two closed classes: %v, want the first state", pi)
	}
}

func TestOrnsteinUhlenbeckStationarySpread(t *testing.T) {
	p := OrnsteinUhlenbeck{MeanReversion: 50, AnnualVolatility: 0.2, Level: 100}
	spec := single(p)
	spec.Assets[0].Initial = 90
	g := generate(t, spec)
	deviation := func(at int) func(*Path) float64 {
		return func(p *Path) float64 { return math.Log(p.Market(0, at) / 100) }
	}
	decay := math.Exp(-50.0 * 10 / 365)
	near(t, "mean after ten days", sample(g, 20000, deviation(10)), math.Log(0.9)*decay)
	x := sample(g, 20000, deviation(365))
	near(t, "mean in the long run", x, 0)
	_, variance, _, _ := moments(x)
	v := 0.04 / 100
	within(t, "stationary variance", variance, v, sigmas*v*math.Sqrt(2.0/20000))
}

func TestDepegJumpsRevert(t *testing.T) {
	spec := single(OrnsteinUhlenbeck{MeanReversion: 365 * math.Ln2, JumpsPerYear: 4, JumpMean: -0.2})
	p := generate(t, spec).path(3)
	fell := false
	for i := 1; i < p.Points-1; i++ {
		x := math.Log(p.Market(0, i) / 100)
		jumps := math.Round((math.Log(p.Market(0, i+1)/100) - x/2) / -0.2)
		fell = fell || jumps > 0
		within(t, "half life of a day", math.Log(p.Market(0, i+1)/100), x/2-0.2*jumps, 1e-12)
	}
	if !fell {
		t.Error("seed 1, path 3: no depeg in a year at four a year")
	}
}

func TestPinnedPathsMeetTheirPins(t *testing.T) {
	spec := single(Pinned{AnnualVolatility: 0.8, Pins: []Pin{{100*day + 7, -0.5, 60}, {200 * day, 0.1, 0}}})
	g := generate(t, spec)
	at := func(offset int64) int { return slices.Index(g.Grid(), g.Grid()[0]+offset) }
	s := g.NewScratch()
	for n := range uint64(20) {
		p := g.Fill(n, s)
		within(t, "first pin", p.Market(0, at(100*day+7)), 50, 1e-9)
		within(t, "second pin", p.Market(0, at(200*day)), 110, 1e-9)
	}
	// Between the pins the bridge has its own mean and variance.
	x := sample(g, 20000, func(p *Path) float64 { return math.Log(p.Market(0, at(150*day)) / 100) })
	left, span := float64(50*day-7), float64(100*day-7)
	near(t, "mean of the bridge", x, math.Log(0.5)+(math.Log(1.1)-math.Log(0.5))*left/span)
	_, variance, _, _ := moments(x)
	v := 0.64 * left * (span - left) / span / SecondsPerYear
	within(t, "variance of the bridge", variance, v, sigmas*v*math.Sqrt(2.0/20000))
	if i := at(100*day + 7); g.grid.years[i]*SecondsPerYear > 60.5 || g.grid.years[i-1]*SecondsPerYear > 60.5 {
		t.Error("the grid around the pin is not fine")
	}
}

func TestScriptedInterpolations(t *testing.T) {
	points := []ScriptedPoint{{2 * day, 100}, {4 * day, 400}}
	for _, c := range []struct {
		how  Shape
		want []float64
	}{
		{StepShape, []float64{100, 100, 100, 100, 400, 400}},
		{LinearShape, []float64{100, 100, 100, 250, 400, 400}},
		{LogShape, []float64{100, 100, 100, 200, 400, 400}},
	} {
		spec := single(Scripted{points, c.how})
		spec.Steps, spec.Assets[0].Initial = 5, 0
		p := generate(t, spec).path(0)
		for i, want := range c.want {
			within(t, string(c.how), p.Market(0, i), want, 1e-9)
		}
		spec.Assets[0].Initial = 10
		within(t, "scaled", generate(t, spec).path(0).Market(0, 5), 40, 1e-9)
	}
}
