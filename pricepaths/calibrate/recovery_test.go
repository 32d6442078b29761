package calibrate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Samples with known parameters, drawn with a fixed seed. An estimate must be
// within four of its own standard errors, and these must be of a useful size.

const seed = 20240601

func source() *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func sample(stepSeconds int64, n int, draw func(i int) float64) Series {
	s := Series{Asset: "TEST", StepSeconds: stepSeconds, Returns: make([]float64, n)}
	for i := range s.Returns {
		s.Returns[i] = draw(i)
	}
	return s
}

func recovered(t *testing.T, r *Result, err error, want map[string]float64, mostRelative float64) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Params {
		value, ok := want[p.Key]
		if !ok {
			continue
		}
		delete(want, p.Key)
		if p.StdErr == nil {
			t.Errorf("seed %d: %s %v has no standard error", seed, p.Key, p.Estimate)
			continue
		}
		if math.Abs(p.Estimate-value) > 4**p.StdErr {
			t.Errorf("seed %d: %s is %.5g ± %.2g, want %v", seed, p.Key, p.Estimate, *p.StdErr, value)
		}
		if *p.StdErr > mostRelative*math.Max(math.Abs(value), 0.05) && p.Key != "annual_drift" {
			t.Errorf("seed %d: the error of %s, %.2g, is too large to test %v", seed, p.Key, *p.StdErr, value)
		}
	}
	if len(want) > 0 {
		t.Errorf("no estimates of %v", want)
	}
	if r.Goodness.KSPValue < 0.001 && r.Model != "heston" {
		t.Errorf("seed %d: the model that made the sample is refused: %+v", seed, r.Goodness)
	}
}

func TestGBMIsRecovered(t *testing.T) {
	rng := source()
	const mu, sigma = 0.3, 0.8
	s := sample(86400, 5000, func(int) float64 { return (mu-sigma*sigma/2)/365 + sigma*math.Sqrt(1.0/365)*rng.NormFloat64() })
	r, err := Fit("gbm", s, Options{})
	recovered(t, r, err, map[string]float64{"annual_drift": mu, "annual_volatility": sigma}, 0.05)
	mean, variance := s.moments()
	sum := 0.0
	for _, x := range s.Returns {
		sum += math.Log(normalPDF(x-mean, variance))
	}
	if math.Abs(sum-r.LogLikelihood) > 1e-6 {
		t.Errorf("log likelihood %v, summed %v", r.LogLikelihood, sum)
	}
}

// jumpSample draws jump diffusions with Bernoulli jumps where at most one is
// allowed, as kou assumes, and Poisson ones otherwise.
func jumpSample(n int, sigma, rate, growth float64, jump func(*rand.Rand) float64) Series {
	rng := source()
	const mu = 0.5
	return sample(86400, n, func(int) float64 {
		x := (mu-sigma*sigma/2-rate*growth)/365 + sigma*math.Sqrt(1.0/365)*rng.NormFloat64()
		for at := rng.ExpFloat64(); at < rate/365; at += rng.ExpFloat64() {
			x += jump(rng)
		}
		return x
	})
}

func TestMertonIsRecovered(t *testing.T) {
	const mean, sd = -0.03, 0.12
	s := jumpSample(4000, 0.6, 8, math.Exp(mean+sd*sd/2)-1, func(r *rand.Rand) float64 { return mean + sd*r.NormFloat64() })
	r, err := Fit("merton", s, Options{MaxJumpsPerYear: 50})
	recovered(t, r, err, map[string]float64{"annual_drift": 0.5, "annual_volatility": 0.6, "jumps_per_year": 8, "jump_mean": mean, "jump_volatility": sd}, 0.5)
}

func TestKouIsRecovered(t *testing.T) {
	const up, meanUp, meanDown = 0.4, 0.08, 0.12
	growth := up/(1-meanUp) + (1-up)/(1+meanDown) - 1
	s := jumpSample(4000, 0.6, 10, growth, func(r *rand.Rand) float64 {
		if r.Float64() < up {
			return meanUp * r.ExpFloat64()
		}
		return -meanDown * r.ExpFloat64()
	})
	r, err := Fit("kou", s, Options{MaxJumpsPerYear: 50, Replicates: 12})
	recovered(t, r, err, map[string]float64{"annual_volatility": 0.6, "jumps_per_year": 10, "jump_up_share": up, "jump_up_mean": meanUp, "jump_down_mean": meanDown}, 0.5)
}

func TestJumpRateIsHeldAtItsCap(t *testing.T) {
	s := jumpSample(2000, 0.6, 40, 0, func(r *rand.Rand) float64 { return 0.1 * r.NormFloat64() })
	r, err := Fit("merton", s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Param("jumps_per_year") != 12 || len(r.Warnings) != 1 || r.Params[2].StdErr != nil || r.Params[4].StdErr == nil {
		t.Errorf("%+v, warnings %v", r.Params, r.Warnings)
	}
	free, err := Fit("merton", s, Options{MaxJumpsPerYear: 300})
	if err != nil || free.LogLikelihood <= r.LogLikelihood || len(free.Warnings) != 0 {
		t.Errorf("without a cap: %v, log likelihood %v against %v", err, free.LogLikelihood, r.LogLikelihood)
	}
}

func TestGARCHIsRecovered(t *testing.T) {
	rng := source()
	const alpha, beta, nu, annual = 0.08, 0.88, 6, 0.8
	variance := annual * annual / 365
	h := variance
	s := sample(86400, 8000, func(int) float64 {
		chi := 0.0
		for range nu {
			z := rng.NormFloat64()
			chi += z * z
		}
		e := math.Sqrt(h*(nu-2)/chi) * rng.NormFloat64() // t of variance 1, times √h
		h = (1-alpha-beta)*variance + alpha*e*e + beta*h
		return e
	})
	r, err := Fit("garch", s, Options{Replicates: 16})
	recovered(t, r, err, map[string]float64{"alpha": alpha, "beta": beta, "degrees_of_freedom": nu, "annual_volatility": annual}, 0.3)
}

func TestHestonIsRecovered(t *testing.T) {
	rng := source()
	const theta, kappa, xi, rho = 0.6, 15.0, 2.5, -0.5
	const dt = 1.0 / 8760 / 4
	v := theta
	s := sample(3600, 8*8760, func(int) float64 {
		x := 0.0
		for range 4 {
			a, b := rng.NormFloat64(), rng.NormFloat64()
			root := math.Sqrt(math.Max(v, 0))
			x += -math.Max(v, 0)/2*dt + root*math.Sqrt(dt)*a
			v += kappa*(theta-math.Max(v, 0))*dt + xi*root*math.Sqrt(dt)*(rho*a+math.Sqrt(1-rho*rho)*b)
		}
		return x
	})
	r, err := Fit("heston", s, Options{})
	recovered(t, r, err, map[string]float64{"long_variance": theta, "mean_reversion": kappa, "volatility_of_variance": xi, "leverage_correlation": rho}, 0.5)
}

func TestRegimesAreRecovered(t *testing.T) {
	rng := source()
	sd, drift, leave := []float64{0.02, 0.06}, []float64{0.001, -0.002}, []float64{0.02, 0.05}
	state := 0
	s := sample(86400, 6000, func(int) float64 {
		if rng.Float64() < leave[state] {
			state = 1 - state
		}
		return drift[state] + sd[state]*rng.NormFloat64()
	})
	r, err := Fit("regime", s, Options{Replicates: 16})
	root := math.Sqrt(365)
	recovered(t, r, err, map[string]float64{
		"states.0.annual_volatility": sd[0] * root, "states.1.annual_volatility": sd[1] * root, "transition.0.1": leave[0], "transition.1.0": leave[1],
	}, 0.3)
	three, err := Fit("regime", s, Options{States: 3, Replicates: 1})
	if err != nil || three.LogLikelihood < r.LogLikelihood-1e-3 || three.BIC < r.BIC {
		t.Errorf("a third state that is not there: %v, BIC %v against %v", err, three.BIC, r.BIC)
	}
}

// AR(1) with φ has G = 2φ/(1-φ)²·R(0) and g = (1+φ)/(1-φ)·R(0).
func TestBlockLengthOfAnAutoregression(t *testing.T) {
	const n, phi = 20_000, 0.5
	rng := source()
	x := make([]float64, n)
	for i := 1; i < n; i++ {
		x[i] = phi*x[i-1] + rng.NormFloat64()
	}
	g, moment := (1+phi)/(1-phi), 2*phi/((1-phi)*(1-phi))
	want := math.Cbrt(2 * moment * moment / (2 * g * g) * n)
	stationary, circular := BlockLength(x)
	if math.Abs(stationary/want-1) > 0.25 {
		t.Errorf("seed %d: block %v, want %v ± 25 %%", seed, stationary, want)
	}
	if ratio := circular / stationary; math.Abs(ratio-math.Cbrt(1.5)) > 1e-12 {
		t.Errorf("circular to stationary %v", ratio)
	}
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	if white, _ := BlockLength(x); white < 1 || white > 12 {
		t.Errorf("seed %d: block of white noise %v", seed, white)
	}
}
