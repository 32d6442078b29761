package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"backtest/pricepaths/scale"
)

// coverageWorld is a model with known parameters, and how samples of it are drawn.
type coverageWorld struct {
	model string
	truth map[string]float64
	n     int
	step  int64
	draw  func(r *rand.Rand, n int) []float64
	o     Options
	few   int // samples of a short run
}

func coverageWorlds() []coverageWorld {
	const daily = 86400
	year := 365.0
	jumpy := func(m jumpModel, p []float64, size func(r *rand.Rand) float64) func(r *rand.Rand, n int) []float64 {
		step := m.step(p, year)
		return func(r *rand.Rand, n int) []float64 {
			out := make([]float64, n)
			for i := range out {
				out[i] = step.mean + math.Sqrt(step.variance)*r.NormFloat64()
				if m.draw != nil {
					out[i] += m.draw(r, step)
					continue
				}
				for at := r.ExpFloat64(); at < step.rate; at += r.ExpFloat64() {
					out[i] += size(r)
				}
			}
			return out
		}
	}
	clustered := garch{mean: 0.0003, variance: 0.64 / year}
	twoStates := unpack([]float64{0.3, 0.4, -0.5, 1.2, 0.02, 0.05}, 2, year)
	return []coverageWorld{
		{"gbm", map[string]float64{"annual_drift": 0.3, "annual_volatility": 0.8}, 1000, daily,
			func(r *rand.Rand, n int) []float64 {
				out := make([]float64, n)
				for i := range out {
					out[i] = (0.3-0.32)/year + 0.8/math.Sqrt(year)*r.NormFloat64()
				}
				return out
			}, Options{}, 40},
		{"merton", map[string]float64{"annual_drift": 0.5, "annual_volatility": 0.6, "jumps_per_year": 8, "jump_mean": -0.03, "jump_volatility": 0.12}, 2500, daily,
			jumpy(merton, []float64{0.5, 0.6, 8, -0.03, 0.12}, func(r *rand.Rand) float64 { return -0.03 + 0.12*r.NormFloat64() }), Options{MaxJumpsPerYear: 60}, 3},
		{"kou", map[string]float64{"annual_drift": 0.5, "annual_volatility": 0.6, "jumps_per_year": 10, "jump_up_share": 0.4, "jump_up_mean": 0.08, "jump_down_mean": 0.12}, 2000, daily,
			jumpy(kou, []float64{0.5, 0.6, 10, 0.4, 0.08, 0.12}, nil), Options{MaxJumpsPerYear: 60, Replicates: 10}, 2},
		{"garch", map[string]float64{"annual_drift": 0.0003*year + 0.32, "annual_volatility": 0.8, "alpha": 0.08, "beta": 0.9, "degrees_of_freedom": 6}, 3000, daily,
			func(r *rand.Rand, n int) []float64 { return clustered.simulate(r, n, 0.08, 0.9, 6) }, Options{Replicates: 14}, 10},
		{"regime", map[string]float64{"states.0.annual_drift": 0.3, "states.0.annual_volatility": 0.4, "states.1.annual_drift": -0.5, "states.1.annual_volatility": 1.2,
			"transition.0.1": 0.02, "transition.1.0": 0.05}, 1500, daily, twoStates.simulate, Options{Replicates: 16}, 8},
	}
}

// The errors of every parameter of every model are of the size of its
// deviations over samples of a known law: intervals of two errors cover it.
// BACKTEST_COVERAGE_SAMPLES takes more samples.
func TestErrorsCoverTheTruth(t *testing.T) {
	for _, w := range coverageWorlds() {
		t.Run(w.model, func(t *testing.T) {
			t.Parallel()
			samples, most := w.few, 1.9
			if n, err := strconv.Atoi(os.Getenv("BACKTEST_COVERAGE_SAMPLES")); err == nil {
				samples, most, w.o.Replicates = n, 1.25, replicates
			}
			squares, covered := map[string]float64{}, map[string]int{}
			for k := range samples {
				s := Series{Asset: "X", StepSeconds: w.step, Returns: w.draw(rand.New(rand.NewPCG(77, uint64(k))), w.n)}
				r, err := Fit(w.model, s, w.o)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range r.Params {
					if p.StdErr == nil {
						continue
					}
					truth, at := w.truth[p.Key], scale.Of(p.Key)
					z := (at.To(p.Estimate) - at.To(truth)) / (*p.StdErr * at.Slope(p.Estimate))
					squares[p.Key] += min(z*z, 16)
					if *p.Low <= truth && truth <= *p.High {
						covered[p.Key]++
					}
				}
			}
			for key := range w.truth {
				size := math.Sqrt(squares[key] / float64(samples))
				note := fmt.Sprintf("seed 77: %s: %d of %d samples within their intervals, root mean square %.2f errors", key, covered[key], samples, size)
				t.Log(note)
				if size > most || size < 0.4 || float64(covered[key]) < 0.45*float64(samples) {
					t.Error(note)
				}
			}
		})
	}
}

// A covariance belongs to the errors.
func TestCovarianceAndErrorsAgree(t *testing.T) {
	for _, w := range coverageWorlds() {
		if w.model == "kou" {
			continue
		}
		r, err := Fit(w.model, Series{Asset: "X", StepSeconds: w.step, Returns: w.draw(rand.New(rand.NewPCG(5, 5)), w.n)}, Options{Replicates: 6, MaxJumpsPerYear: 60})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Covariance) != len(r.Params) {
			t.Fatalf("%s: %d rows for %d parameters", w.model, len(r.Covariance), len(r.Params))
		}
		for i, p := range r.Params {
			if p.StdErr != nil && math.Abs(math.Sqrt(r.Covariance[i][i]) / *p.StdErr - 1) > 1e-12 {
				t.Errorf("%s: %s ± %v, of the covariance %v", w.model, p.Key, *p.StdErr, math.Sqrt(r.Covariance[i][i]))
			}
			for j := range r.Covariance {
				if bound := math.Sqrt(r.Covariance[i][i] * r.Covariance[j][j]); math.Abs(r.Covariance[i][j]) > bound*(1+1e-9) || math.Abs(r.Covariance[i][j]-r.Covariance[j][i]) > bound*1e-9 {
					t.Errorf("%s: covariance of %d and %d is %v", w.model, i, j, r.Covariance[i][j])
				}
			}
		}
	}
}

// The information criteria count the free parameters, each in its own way.
func TestInformationCriteria(t *testing.T) {
	free := map[string]float64{"gbm": 2, "merton": 5, "garch": 5, "regime": 6}
	for _, w := range coverageWorlds() {
		k, ok := free[w.model]
		if !ok {
			continue
		}
		r, err := Fit(w.model, Series{Asset: "X", StepSeconds: w.step, Returns: w.draw(rand.New(rand.NewPCG(5, 5)), w.n)}, Options{Replicates: 1, MaxJumpsPerYear: 60})
		if err != nil {
			t.Fatal(err)
		}
		if aic, bic := 2*k-2*r.LogLikelihood, k*math.Log(float64(w.n))-2*r.LogLikelihood; math.Abs(r.AIC-aic) > 1e-9 || math.Abs(r.BIC-bic) > 1e-9 {
			t.Errorf("%s: AIC %v and BIC %v, want %v and %v", w.model, r.AIC, r.BIC, aic, bic)
		}
	}
}

// Fits that are of doubtful use say so.
func TestWarningsOfFits(t *testing.T) {
	g := garch{variance: 0.64 / 365}
	warned := func(s Series, model string) []string {
		r, err := Fit(model, s, Options{Replicates: 1})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, w := range r.Warnings {
			out = append(out, w.Text)
		}
		return out
	}
	broken := rand.New(rand.NewPCG(1, 1))
	near := sample(86400, 4000, func(i int) float64 { return (0.01 + 0.04*float64(i/2000)) * broken.NormFloat64() })
	if w := warned(near, "garch"); len(w) != 1 {
		t.Errorf("alpha + beta near 1: %q", w)
	}
	far := Series{StepSeconds: 86400, Returns: g.simulate(rand.New(rand.NewPCG(1, 1)), 4000, 0.1, 0.8, 8)}
	if w := warned(far, "garch"); len(w) != 0 {
		t.Errorf("alpha + beta of 0.9: %q", w)
	}
	if w := warned(far, "gbm"); len(w) != 1 {
		t.Errorf("a misfit is not told: %q", w)
	}
	r := rand.New(rand.NewPCG(2, 2))
	normal := sample(86400, 2000, func(int) float64 { return 0.03 * r.NormFloat64() })
	if w := warned(normal, "gbm"); len(w) != 0 {
		t.Errorf("normal returns: %q", w)
	}
}
