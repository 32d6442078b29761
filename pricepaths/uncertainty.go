package pricepaths

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"backtest/pricepaths/correlation"
	"backtest/pricepaths/scale"
)

// Uncertainty is how far the parameters of a process are from certain, as its
// calibration told: every path draws its own from a normal law around them, each
// on the scale on which its estimate is nearly normal (package scale). What is
// drawn belongs to the seed, the path and the asset.
type Uncertainty struct {
	Parameters []string    // keys, such as alpha or states[0].annual_volatility
	Covariance [][]float64 // of their estimates
}

// editable gives the parameters of a copy of a process by their keys, and the copy.
func editable(p ProcessSpec) (fields map[string]*float64, made func() ProcessSpec) {
	switch p := p.(type) {
	case GBM:
		return map[string]*float64{"annual_drift": &p.AnnualDrift, "annual_volatility": &p.AnnualVolatility}, func() ProcessSpec { return p }
	case Merton:
		return map[string]*float64{"annual_drift": &p.AnnualDrift, "annual_volatility": &p.AnnualVolatility, "jumps_per_year": &p.JumpsPerYear,
			"jump_mean": &p.JumpMean, "jump_volatility": &p.JumpVolatility}, func() ProcessSpec { return p }
	case Kou:
		return map[string]*float64{"annual_drift": &p.AnnualDrift, "annual_volatility": &p.AnnualVolatility, "jumps_per_year": &p.JumpsPerYear,
			"jump_up_share": &p.JumpUpShare, "jump_up_mean": &p.JumpUpMean, "jump_down_mean": &p.JumpDownMean}, func() ProcessSpec { return p }
	case Heston:
		return map[string]*float64{"annual_drift": &p.AnnualDrift, "initial_variance": &p.InitialVariance, "long_variance": &p.LongVariance, "mean_reversion": &p.MeanReversion,
			"volatility_of_variance": &p.VolatilityOfVariance, "leverage_correlation": &p.LeverageCorrelation}, func() ProcessSpec { return p }
	case GARCH:
		return map[string]*float64{"annual_drift": &p.AnnualDrift, "annual_volatility": &p.AnnualVolatility, "alpha": &p.Alpha, "beta": &p.Beta,
			"degrees_of_freedom": &p.DegreesOfFreedom}, func() ProcessSpec { return p }
	case RegimeSwitching:
		p.States = append([]RegimeState(nil), p.States...)
		fields = map[string]*float64{}
		for i := range p.States {
			at := "states[" + strconv.Itoa(i) + "]."
			fields[at+"annual_drift"], fields[at+"annual_volatility"] = &p.States[i].AnnualDrift, &p.States[i].AnnualVolatility
		}
		return fields, func() ProcessSpec { return p }
	}
	return nil, func() ProcessSpec { return p }
}

func (u *Uncertainty) validate(v *validator, field string, p ProcessSpec) {
	fields, _ := editable(p)
	n := len(u.Parameters)
	if !v.check(len(u.Covariance) == n, field+".covariance", fmt.Sprintf("%d rows", len(u.Covariance)), fmt.Sprintf("%d rows, one a parameter", n)) {
		return
	}
	for i, key := range u.Parameters {
		value, ok := fields[key]
		if !v.check(ok, field+".parameters", key, "a parameter of "+p.Name()) {
			return
		}
		v.check(slices.Index(u.Parameters, key) == i, field+".parameters", key, "each parameter once")
		at := scale.Of(key).To(*value)
		v.check(finite(at), field+".parameters", fmt.Sprintf("%s of %v", key, *value), "a parameter that is not at its bound")
		if !v.check(len(u.Covariance[i]) == n, field+".covariance", fmt.Sprintf("%d columns", len(u.Covariance[i])), fmt.Sprintf("%d columns", n)) {
			return
		}
		v.check(finite(u.Covariance[i][i]) && u.Covariance[i][i] > 0, field+".covariance", u.Covariance[i][i], "variances above 0 on the diagonal")
	}
	if len(v.errs) == 0 {
		_, ok := correlation.Cholesky(u.correlations())
		v.check(ok, field+".covariance", "a matrix that is not positive semidefinite", "a covariance")
	}
}

// correlations are those of the estimates, which their scales leave as they are.
// The digits of a written covariance may take them past 1.
func (u *Uncertainty) correlations() [][]float64 {
	out := EqualCorrelation(len(u.Parameters), 0)
	for i := range out {
		for j := range i {
			r := (u.Covariance[i][j] + u.Covariance[j][i]) / 2 / math.Sqrt(float64(u.Covariance[i][i]*u.Covariance[j][j]))
			r = min(max(r, -0.9999), 0.9999)
			out[i][j], out[j][i] = r, r
		}
	}
	return out
}

// uncertainPlan draws the parameters of one asset.
type uncertainPlan struct {
	asset   int
	keys    []string
	scales  []scale.Scale
	centres []float64
	lower   []float64 // of the covariance on the scales, row-major
}

func newUncertainPlans(s *Spec) []uncertainPlan {
	var plans []uncertainPlan
	for n := range s.Assets {
		u := s.Assets[n].Uncertainty
		if u == nil || len(u.Parameters) == 0 {
			continue
		}
		fields, _ := editable(s.Assets[n].Process)
		p := uncertainPlan{asset: n, keys: u.Parameters}
		k := len(p.keys)
		p.lower, _ = correlation.Cholesky(u.correlations())
		for i, key := range p.keys {
			at := scale.Of(key)
			p.scales, p.centres = append(p.scales, at), append(p.centres, at.To(*fields[key]))
			for j := range k {
				p.lower[i*k+j] *= math.Sqrt(u.Covariance[i][i]) * at.Slope(*fields[key])
			}
		}
		plans = append(plans, p)
	}
	return plans
}

// parameterTries are draws until one is allowed; a process whose draws are not is
// taken as it was estimated.
const parameterTries = 16

// draw is the process of a path.
func (p *uncertainPlan) draw(s *Spec, d *draws) ProcessSpec {
	spec := s.Assets[p.asset].Process
	k := len(p.keys)
	z := make([]float64, k*parameterTries)
	d.source.FillNormals(z, d.path, stream(streamParameters, uint64(p.asset)))
	for try := range parameterTries {
		fields, made := editable(spec)
		for i, key := range p.keys {
			y := p.centres[i]
			for j := range i + 1 {
				y += float64(p.lower[i*k+j] * z[try*k+j])
			}
			*fields[key] = p.scales[i].From(y)
		}
		v := &validator{}
		drawn := made()
		if drawn.validate(v, "", s, p.asset); len(v.errs) == 0 {
			return drawn
		}
	}
	return spec
}

// redraw makes the processes and jumps of a path whose parameters are drawn.
func (g *Generator) redraw(d *draws, s *Scratch) {
	spec := *g.builder.spec
	spec.Assets = append([]Asset(nil), spec.Assets...)
	for i := range g.uncertain {
		p := &g.uncertain[i]
		spec.Assets[p.asset].Process = p.draw(g.builder.spec, d)
	}
	b := *g.builder
	b.spec = &spec
	s.jumpPlan = newJumpPlan(&spec, g.grid)
	s.processes = make([]process, len(g.assets))
	for i := range g.uncertain {
		n := g.uncertain[i].asset
		s.processes[n] = spec.Assets[n].Process.build(&b, n)
	}
}
