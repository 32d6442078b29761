package pricepaths

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// Volatilities that are drawn have the law of their estimate: from path to path
// the realised volatility spreads by its error beyond its own noise.
func TestParametersAreDrawnForEveryPath(t *testing.T) {
	const sigma, se, paths = 0.8, 0.2, 3000
	spec := single(GBM{0.1, sigma})
	spec.Assets[0].Uncertainty = &Uncertainty{Parameters: []string{"annual_volatility"}, Covariance: [][]float64{{se * se}}}
	g := generate(t, spec)
	realised := func(p *Path) float64 {
		_, v, _, _ := moments(returnsOf(p, 0))
		return math.Log(math.Sqrt(v * 365))
	}
	x := sample(g, paths, realised)
	near(t, "mean log volatility", x, math.Log(sigma)-1.0/(4*365)-1.0/(4*365)) // a bias of the realised one
	_, v, _, _ := moments(x)
	want := se*se/(sigma*sigma) + 1.0/(2*365)
	within(t, "variance of log volatility", v, want, sigmas*want*math.Sqrt(2.0/paths))
	a, b := g.Fill(7, g.NewScratch()).Clone(), g.Fill(8, g.NewScratch()).Clone()
	s := g.NewScratch()
	g.Fill(8, s)
	if again := g.Fill(7, s); again.Market(0, 300) != a.Market(0, 300) || a.Market(0, 300) == b.Market(0, 300) {
		t.Error("a path depends on those before it")
	}
	if _, err := g.ExpectedRatio(0); err == nil {
		t.Error("an expectation for parameters that are drawn")
	}
}

// Every model is drawn within its bounds, also far beyond what its errors allow,
// and jumps follow the rate that is drawn.
func TestDrawnParametersStayAllowed(t *testing.T) {
	for name, c := range map[string]struct {
		p    ProcessSpec
		keys []string
	}{
		"merton": {Merton{0.1, 0.6, 12, -0.03, 0.1}, []string{"annual_drift", "annual_volatility", "jumps_per_year", "jump_mean", "jump_volatility"}},
		"kou":    {Kou{0.1, 0.6, 12, 0.4, 0.08, 0.12}, []string{"jumps_per_year", "jump_up_share", "jump_up_mean", "jump_down_mean"}},
		"heston": {Heston{0, 0.6, 0.6, 5, 1, -0.4}, []string{"long_variance", "mean_reversion", "volatility_of_variance", "leverage_correlation"}},
		"garch":  {GARCH{AnnualVolatility: 0.8, Alpha: 0.1, Beta: 0.89, DegreesOfFreedom: 4}, []string{"annual_volatility", "alpha", "beta", "degrees_of_freedom"}},
		"regime": {RegimeSwitching{States: []RegimeState{{0.1, 0.4}, {-0.5, 1.2}}, Chain: twoStates}, []string{"states[0].annual_drift", "states[1].annual_volatility"}},
	} {
		spec := single(c.p)
		fields, _ := editable(c.p)
		u := &Uncertainty{Parameters: c.keys, Covariance: EqualCorrelation(len(c.keys), 0)}
		for i, key := range c.keys {
			u.Covariance[i][i] = *fields[key] * *fields[key] / 4
		}
		spec.Assets[0].Uncertainty = u
		g := generate(t, spec)
		s := g.NewScratch()
		ends := map[float64]bool{}
		for n := range uint64(200) {
			p := g.Fill(n, s)
			for i := range p.Points {
				if !(p.Market(0, i) > 0) || math.IsInf(p.Market(0, i), 0) {
					t.Fatalf("%s: path %d has the price %v", name, n, p.Market(0, i))
				}
			}
			ends[p.Market(0, p.Points-1)] = true
		}
		if len(ends) != 200 {
			t.Errorf("%s: %d different paths of 200", name, len(ends))
		}
	}
}

func TestUncertaintyMistakes(t *testing.T) {
	one := [][]float64{{0.01}}
	for field, u := range map[string]*Uncertainty{
		"parameters": {[]string{"alpha"}, one},
		"covariance": {[]string{"annual_volatility"}, nil},
	} {
		spec := single(GBM{0.1, 0.8})
		spec.Assets[0].Uncertainty = u
		var e *SpecError
		if _, err := New(spec); !errors.As(err, &e) || e.Field != "assets[A].process.uncertainty."+field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, c := range [][][]float64{{{0.01, 0.5}, {0.5, -0.01}}, {{0.01}, {0}}, {{math.NaN(), 0}, {0, 1}}} {
		spec := single(GBM{0.1, 0.8})
		spec.Assets[0].Uncertainty = &Uncertainty{[]string{"annual_drift", "annual_volatility"}, c}
		if _, err := New(spec); err == nil || !strings.Contains(err.Error(), "covariance") {
			t.Errorf("%v: %v", c, err)
		}
	}
	spec := single(GBM{0.1, 0})
	spec.Assets[0].Uncertainty = &Uncertainty{[]string{"annual_volatility"}, one}
	if _, err := New(spec); err == nil {
		t.Error("a volatility at its bound is drawn")
	}
}
