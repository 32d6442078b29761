package calibrate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// unknown is a parameter to estimate, in the units in which it is reported.
type unknown struct {
	key    string
	start  float64
	lo, hi float64 // bounds, exclusive; infinite for none
	scale  float64 // a typical size
}

var inf = math.Inf(1)

// free maps a parameter to the whole line and bound maps it back.
func (u unknown) free(p float64) float64 {
	switch {
	case !math.IsInf(u.hi, 1):
		q := (p - u.lo) / (u.hi - u.lo)
		return math.Log(q / (1 - q))
	case !math.IsInf(u.lo, -1):
		return math.Log((p - u.lo) / u.scale)
	}
	return p / u.scale
}

func (u unknown) bound(x float64) float64 {
	switch {
	case !math.IsInf(u.hi, 1):
		return u.lo + (u.hi-u.lo)/(1+math.Exp(-x))
	case !math.IsInf(u.lo, -1):
		return u.lo + u.scale*math.Exp(x)
	}
	return x * u.scale
}

// search is how thoroughly a minimum is looked for: a run ends when the value did
// not fall by gain within some iterations, and is followed by another from where it
// stopped, at most runs times, while that still gains ten times as much.
type search struct {
	gain float64
	runs int
}

var (
	rough    = search{gain: 0.05, runs: 1} // to compare starts
	thorough = search{gain: 1e-6, runs: 6}
	again    = search{gain: 1e-3, runs: 1} // of a sample like one whose fit is the start
)

// estimate minimises a negative log likelihood from the start values with the
// method of Nelder and Mead (1965).
func estimate(unknowns []unknown, negative func(p []float64) float64) (p []float64, value float64, err error) {
	return thorough.minimise(unknowns, negative)
}

func (s search) minimise(unknowns []unknown, negative func(p []float64) float64) (p []float64, value float64, err error) {
	x := make([]float64, len(unknowns))
	for i, u := range unknowns {
		x[i] = u.free(u.start)
	}
	problem := optimize.Problem{Func: func(x []float64) float64 {
		if v := negative(bound(unknowns, x)); !math.IsNaN(v) {
			return v
		}
		return inf
	}}
	value = problem.Func(x)
	for range s.runs {
		result, err := optimize.Minimize(problem, x, &optimize.Settings{
			MajorIterations: 3000,
			Converger:       &optimize.FunctionConverge{Absolute: s.gain, Iterations: 10 * (1 + len(x))},
		}, &optimize.NelderMead{SimplexSize: 0.2})
		if result == nil || math.IsInf(result.F, 0) {
			return nil, 0, fmt.Errorf("%w: the likelihood has no maximum that could be found: %v", ErrSample, err)
		}
		gained := value - result.F
		x, value = result.X, result.F
		if gained < 10*s.gain {
			break
		}
	}
	return bound(unknowns, x), value, nil
}

// bound maps a point of the whole space to parameters.
func bound(unknowns []unknown, x []float64) []float64 {
	p := make([]float64, len(x))
	for i, u := range unknowns {
		p[i] = u.bound(x[i])
	}
	return p
}

// information is the inverse of the observed information, the Hessian of the
// negative log likelihood at its minimum: the covariance of the estimates. It is
// nil where that is not positive definite.
func information(unknowns []unknown, p []float64, negative func(p []float64) float64) [][]float64 {
	n := len(p)
	unit := make([]float64, n)
	for i, u := range unknowns {
		unit[i] = u.step(p[i])
	}
	scaled := func(y []float64) float64 {
		at := make([]float64, n)
		for i := range y {
			at[i] = p[i] + y[i]*unit[i]
		}
		return negative(at)
	}
	hessian := mat.NewSymDense(n, nil)
	fd.Hessian(hessian, scaled, make([]float64, n), &fd.Settings{Formula: fd.Formula{
		Stencil: []fd.Point{{Loc: -1, Coeff: -0.5}, {Loc: 1, Coeff: 0.5}}, Derivative: 1, Step: 1,
	}})
	var cholesky mat.Cholesky
	var inverse mat.SymDense
	if !cholesky.Factorize(hessian) || cholesky.InverseTo(&inverse) != nil {
		return nil
	}
	covariance := make([][]float64, n)
	for i := range covariance {
		covariance[i] = make([]float64, n)
		for j := range covariance[i] {
			covariance[i][j] = inverse.At(i, j) * unit[i] * unit[j]
		}
	}
	return covariance
}

// step is the distance over which the second derivative is taken: small against
// the parameter, large against rounding, and within the bounds.
func (u unknown) step(p float64) float64 {
	h := 1e-3 * math.Max(math.Abs(p), u.scale)
	return math.Min(h, 0.2*math.Min(p-u.lo, u.hi-p))
}

// report pairs estimates with their errors.
func report(unknowns []unknown, p, errs []float64) []Param {
	params := make([]Param, len(p))
	for i, u := range unknowns {
		params[i] = withError(u.key, p[i], errs[i])
	}
	return params
}
