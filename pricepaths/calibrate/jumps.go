package calibrate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"backtest/internal/warn"
)

// jumpModel is a diffusion with jumps whose rate is capped.
type jumpModel struct {
	method  string
	size    []unknown // of the jumps
	density func(x float64, p jumpParams) float64
	cdf     func(x float64, p jumpParams) float64
	growth  func(size []float64) float64 // E[exp(jump)] - 1

	// draw is the sum of the jumps of a step, for models whose errors are those of a
	// bootstrap; nil for those of the observed information.
	draw func(r *rand.Rand, p jumpParams) float64
}

// jumpParams are the parameters of one step.
type jumpParams struct {
	mean, variance float64 // of the diffusion, over the step
	rate           float64 // jumps a step
	size           []float64
}

// step turns annual parameters (drift, volatility, jumps a year, size…) into those
// of a step: the diffusion has what the drift leaves after the jumps' compensator.
func (m jumpModel) step(p []float64, year float64) jumpParams {
	drift := p[0] - p[1]*p[1]/2 - p[2]*m.growth(p[3:])
	return jumpParams{mean: drift / year, variance: p[1] * p[1] / year, rate: p[2] / year, size: p[3:]}
}

// fit maximises the likelihood, from jumps of several sizes, with the rate below
// its cap; where that binds the rate is held there and has no standard error.
func (m jumpModel) fit(s Series, o Options) (*fitted, error) {
	year, most := s.year(), o.MaxJumpsPerYear
	if most <= 0 || most > year {
		return nil, fmt.Errorf("%w: %v jumps a year at most, want more than 0 and no more than the %v steps", ErrSample, most, year)
	}
	negative := func(p []float64) float64 {
		step, sum := m.step(p, year), 0.0
		for _, r := range s.Returns {
			sum -= math.Log(m.density(r, step))
		}
		return sum
	}
	unknowns, p, value, err := m.best(s, most, negative)
	if err != nil {
		return nil, err
	}
	f := &fitted{method: m.method, free: len(p), logLikelihood: -value}
	if p[2] > 0.98*most {
		if p, err = m.atCap(s, o, unknowns, p, most, negative, f); err != nil {
			return nil, err
		}
	} else {
		f.covariance = m.covariance(s, o, unknowns, p, negative, func(p []float64) []float64 { return p }, func(p []float64) []float64 { return p })
		f.params = report(unknowns, p, errorsOf(f.covariance, len(p)))
	}
	step := m.step(p, year)
	f.cdf = func(x float64) float64 { return m.cdf(x, step) }
	f.pit = transform(s.Returns, f.cdf)
	return f, nil
}

// covariance of the estimates: of the observed information, or of a bootstrap for
// models that can be drawn from. with and without lead from the free parameters to
// all of them and back.
func (m jumpModel) covariance(s Series, o Options, free []unknown, p []float64, negative func([]float64) float64, with, without func([]float64) []float64) [][]float64 {
	if m.draw == nil {
		return information(free, p, negative)
	}
	year := s.year()
	step := m.step(with(p), year)
	resample := resampling{
		simulate: func(r *rand.Rand, n int) []float64 {
			out := make([]float64, n)
			for i := range out {
				out[i] = step.mean + math.Sqrt(step.variance)*r.NormFloat64() + m.draw(r, step)
			}
			return out
		},
		refit: func(returns []float64) ([]float64, error) {
			start := slices.Clone(free)
			for i := range start {
				start[i].start = p[i]
			}
			again := search{gain: 0.01, runs: 1}
			at, _, err := again.minimise(start, func(v []float64) float64 {
				step, sum := m.step(with(v), year), 0.0
				for _, r := range returns {
					sum -= math.Log(m.density(r, step))
				}
				return sum
			})
			return at, err
		},
	}
	return resample.covariance(p, len(s.Returns), o.Replicates)
}

// widened is a covariance with a row and column of zeros for a parameter that is held.
func widened(c [][]float64, held int) [][]float64 {
	if c == nil {
		return nil
	}
	out := make([][]float64, 0, len(c)+1)
	for _, row := range c {
		out = append(out, slices.Insert(slices.Clone(row), held, 0))
	}
	return slices.Insert(out, held, make([]float64, len(c)+1))
}

// best is the maximum reached from the best of small, middling and large jumps.
func (m jumpModel) best(s Series, most float64, negative func([]float64) float64) (unknowns []unknown, p []float64, value float64, err error) {
	mean, variance := s.moments()
	sd, vol := math.Sqrt(variance), math.Sqrt(variance*s.year())
	value = inf
	for _, size := range []float64{2, 4, 7} {
		start := []unknown{
			{"annual_drift", mean*s.year() + vol*vol/2, -inf, inf, vol},
			{"annual_volatility", 0.85 * vol, 0, inf, vol},
			{"jumps_per_year", 0.7 * most, 0, most, most},
		}
		for _, u := range m.size {
			if math.IsInf(u.hi, 1) {
				u.start, u.scale = u.start*size*sd, size*sd
			}
			start = append(start, u)
		}
		at, v, e := rough.minimise(start, negative)
		if e != nil {
			err = e
			continue
		}
		if v < value {
			unknowns, p, value = start, at, v
		}
	}
	if p == nil {
		return nil, nil, 0, err
	}
	for i := range unknowns {
		unknowns[i].start = p[i]
	}
	if p[2] > 0.98*most { // the caller holds the rate at its cap and goes on from here
		return unknowns, p, value, nil
	}
	p, value, err = estimate(unknowns, negative)
	return unknowns, p, value, err
}

// atCap estimates the other parameters with the rate at its cap.
func (m jumpModel) atCap(s Series, o Options, unknowns []unknown, p []float64, most float64, negative func([]float64) float64, f *fitted) ([]float64, error) {
	without := func(v []float64) []float64 { return append(append([]float64{}, v[:2]...), v[3:]...) }
	with := func(v []float64) []float64 { return append(append(append([]float64{}, v[:2]...), most), v[2:]...) }
	others := append(append([]unknown{}, unknowns[:2]...), unknowns[3:]...)
	for i, start := range without(p) {
		others[i].start = start
	}
	held := func(v []float64) float64 { return negative(with(v)) }
	at, value, err := estimate(others, held)
	if err != nil {
		return nil, err
	}
	f.logLikelihood, f.free = -value, len(at)
	covariance := m.covariance(s, o, others, at, held, with, without)
	errs := with(errorsOf(covariance, len(at)))
	errs[2] = math.NaN()
	f.params = report(unknowns, with(at), errs)
	f.covariance = widened(covariance, 2)
	f.warnings = append(f.warnings, warn.New(warn.FitAtBound, "the jump rate is at its cap of %g a year; a free fit takes more and smaller jumps", most))
	return with(at), nil
}
