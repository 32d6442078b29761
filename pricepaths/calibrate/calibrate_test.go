package calibrate

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"backtest/pricepaths/history"
)

func TestDensitiesAreTheDerivativesOfTheirDistributions(t *testing.T) {
	for name, c := range map[string]struct {
		model jumpModel
		p     jumpParams
	}{
		"merton": {merton, jumpParams{0.001, 0.0004, 0.8, []float64{-0.02, 0.05}}},
		"kou":    {kou, jumpParams{0.001, 0.0004, 0.3, []float64{0.4, 0.03, 0.05}}},
	} {
		const h = 1e-5
		for x := -0.3; x <= 0.3; x += 0.01 {
			slope := (c.model.cdf(x+h, c.p) - c.model.cdf(x-h, c.p)) / (2 * h)
			if density := c.model.density(x, c.p); math.Abs(slope-density) > 1e-4*(1+density) {
				t.Errorf("%s at %.2f: slope %v, density %v", name, x, slope, density)
			}
		}
		if low, high := c.model.cdf(-5, c.p), c.model.cdf(5, c.p); math.Abs(low) > 1e-9 || math.Abs(high-1) > 1e-9 {
			t.Errorf("%s: from %v to %v", name, low, high)
		}
	}
}

func TestLogNormalCDFIsSmoothWhereItChangesItsFormula(t *testing.T) {
	near, far := logNormalCDF(-30+1e-9), logNormalCDF(-30-1e-9)
	if math.Abs(near-far) > 1e-5 {
		t.Errorf("%v and %v", near, far)
	}
}

func TestKolmogorov(t *testing.T) {
	// Critical values of the Kolmogorov distribution.
	for x, want := range map[float64]float64{1.2238: 0.1, 1.3581: 0.05, 1.6276: 0.01} {
		const n = 1e10
		if p := kolmogorov(x/math.Sqrt(n), n); math.Abs(p-want) > 1e-4 {
			t.Errorf("P(%v) is %v, want %v", x, p, want)
		}
	}
	if kolmogorov(0, 100) != 1 {
		t.Error("no distance at all is refused")
	}
}

func TestGoodnessOfUniforms(t *testing.T) {
	f := &fitted{cdf: func(x float64) float64 { return min(max(x, 0), 1) }, pit: []float64{0.1, 0.3, 0.5, 0.7, 0.9}}
	g := goodness(f.pit, f)
	if math.Abs(g.KolmogorovSmirnov-0.1) > 1e-12 {
		t.Errorf("distance %v", g.KolmogorovSmirnov)
	}
	want := -5.0
	for i, u := range f.pit {
		want -= float64(2*i+1) / 5 * (math.Log(u) + math.Log(1-f.pit[4-i]))
	}
	if math.Abs(g.AndersonDarling-want) > 1e-12 {
		t.Errorf("Anderson-Darling %v, want %v", g.AndersonDarling, want)
	}
	for _, q := range g.Quantiles {
		if math.Abs(q.Fitted-q.Probability) > 1e-9 {
			t.Errorf("quantile %+v", q)
		}
	}
}

func TestEveryModelReportsWhole(t *testing.T) {
	rng := source()
	volatility := 0.01
	s := sample(3600, 24*400, func(int) float64 {
		volatility *= math.Exp(0.05*rng.NormFloat64() - 0.05*math.Log(volatility/0.01))
		return volatility * rng.NormFloat64()
	})
	for _, model := range Models() {
		r, err := Fit(model, s, Options{})
		if err != nil {
			t.Errorf("%s: %v", model, err)
			continue
		}
		if r.Method == "" || len(r.Params) == 0 || len(r.Goodness.Quantiles) == 0 || len(r.Tails) < 40 || math.IsNaN(r.LogLikelihood) {
			t.Errorf("%s: %+v", model, r)
		}
		for _, tail := range r.Tails {
			if tail.Size <= 0 || tail.Empirical <= 0 || tail.Empirical > 0.5 || tail.Fitted < 0 || tail.Fitted > 1 {
				t.Errorf("%s: tail %+v", model, tail)
			}
		}
		if !slices.IsSortedFunc(r.Goodness.Quantiles, func(a, b Quantile) int {
			if a.Fitted < b.Fitted {
				return -1
			}
			return 1
		}) {
			t.Errorf("%s: quantiles not ascending", model)
		}
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("%s: %v", model, err)
		}
		checkFragment(t, r)
	}
}

func checkFragment(t *testing.T, r *Result) {
	t.Helper()
	text, err := r.Fragment()
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Process map[string]any `yaml:"process"`
		Regimes struct {
			MeanDurations []string `yaml:"mean_durations"`
		} `yaml:"regimes"`
		History map[string]any `yaml:"history"`
	}
	if err := yaml.Unmarshal([]byte(text), &back); err != nil || back.Process["kind"] != r.Model || !strings.HasPrefix(text, "# ") {
		t.Errorf("%s: %v in\n%s", r.Model, err, text)
	}
	if stays := back.Regimes.MeanDurations; r.Model == "regime" {
		for i, p := range []string{"transition.0.1", "transition.1.0"} {
			want := time.Duration(float64(r.StepSeconds) / r.Param(p) * float64(time.Second))
			if got, err := time.ParseDuration(stays[i]); err != nil || (got-want).Abs() > time.Second {
				t.Errorf("stays %v in state %d, want %v: %v", got, i, want, err)
			}
		}
		if states, _ := back.Process["states"].([]any); len(states) != len(stays) || len(stays) != 2 {
			t.Errorf("states and stays do not match in\n%s", text)
		}
	}
	if r.Model == "bootstrap" && (back.History["mode"] != "bootstrap" || back.History["mean_block"] == nil) {
		t.Errorf("no history in\n%s", text)
	}
}

func TestFragmentOfAFile(t *testing.T) {
	var text strings.Builder
	text.WriteString("timestamp_unix,close\n")
	price, rng := 100.0, source()
	for i := range 200 {
		price *= 1 + 0.02*(rng.Float64()-0.5)
		fmt.Fprintf(&text, "%d,%.6f\n", 1_609_459_200+86400*i, price)
	}
	f, err := history.Read("folder/evil\nprocess: {}.csv", strings.NewReader(text.String()), history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"gbm", "bootstrap"} {
		r, err := Fit(model, FromFile(f, 0), Options{})
		if err != nil {
			t.Fatal(err)
		}
		checkFragment(t, r)
		fragment, err := r.Fragment()
		for _, want := range []string{f.SHA256, "2021-01-01T00:00:00Z", "2021-07-19T00:00:00Z", "199 log returns of 86400 s"} {
			if err != nil || !strings.Contains(fragment, want) {
				t.Errorf("%s: no %q in\n%s", model, want, fragment)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	good := sample(86400, 300, func(i int) float64 { return float64(i%7-3) / 100 })
	short, flat, broken := good, good, good
	short.Returns = good.Returns[:50]
	flat.Returns = make([]float64, 300)
	broken.Returns = append(slices.Clone(good.Returns), math.NaN())
	for name, c := range map[string]struct {
		model string
		s     Series
		o     Options
		want  error
	}{
		"no such model":    {"prophet", good, Options{}, ErrModel},
		"short":            {"gbm", short, Options{}, ErrSample},
		"flat":             {"gbm", flat, Options{}, ErrSample},
		"not a number":     {"gbm", broken, Options{}, ErrSample},
		"states":           {"regime", good, Options{States: 9}, ErrSample},
		"jumps":            {"merton", good, Options{MaxJumpsPerYear: -1}, ErrSample},
		"no clustering":    {"heston", good, Options{}, ErrSample},
		"jumps every step": {"kou", good, Options{MaxJumpsPerYear: 1e6}, ErrSample},
	} {
		if _, err := Fit(c.model, c.s, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
