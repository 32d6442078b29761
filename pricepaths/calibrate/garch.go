package calibrate

import (
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"backtest/internal/warn"
)

// fitGARCH fits GARCH(1,1) (Bollerslev 1986): h' = ω + α·e² + β·h for the
// deviation e of a return from its mean, with ω = (1-α-β)·variance of the sample
// (variance targeting, Engle and Mezrich 1996). α and β are Gaussian
// quasi-maximum-likelihood estimates, which are consistent whatever the
// innovations (Bollerslev and Wooldridge 1992); the degrees of freedom are the
// maximum likelihood estimate for the standardised residuals as Student-t scaled to
// variance one. The errors are those of a parametric bootstrap of all steps
// together, since each step takes the one before for known.
func fitGARCH(s Series, o Options) (*fitted, error) {
	g := newGARCH(s.Returns)
	unknowns := []unknown{
		{"persistence", 0.97, 0, 0.9999, 0.1}, // α+β
		{"share", 0.1, 0, 1, 0.1},             // α/(α+β)
	}
	p, _, err := estimate(unknowns, func(p []float64) float64 { return g.negative(p[0]*p[1], p[0]*(1-p[1])) })
	if err != nil {
		return nil, err
	}
	alpha, beta := p[0]*p[1], p[0]*(1-p[1])
	residuals := g.residuals(alpha, beta)
	nu, _, err := estimate([]unknown{{"degrees_of_freedom", 5, leastFreedom, mostFreedom, 5}}, func(v []float64) float64 { return negativeStudent(residuals, v[0]) })
	if err != nil {
		return nil, err
	}
	year := s.year()
	values := []float64{g.mean*year + g.variance*year/2, math.Sqrt(g.variance * year), alpha, beta, nu[0]}
	resample := resampling{
		simulate: func(r *rand.Rand, n int) []float64 { return g.simulate(r, n, alpha, beta, nu[0]) },
		refit:    func(returns []float64) ([]float64, error) { return refitGARCH(returns, year, p, nu[0]) },
	}
	covariance := resample.covariance(values, len(s.Returns), o.Replicates)
	errs := errorsOf(covariance, len(values))
	f := &fitted{
		method: "variance targeting; Gaussian quasi-maximum likelihood for alpha and beta (Bollerslev and Wooldridge 1992), maximum likelihood of Student-t residuals; errors by parametric bootstrap",
		free:   5, covariance: covariance,
		logLikelihood: -negativeStudent(residuals, nu[0]) - g.sumLogScale(alpha, beta),
		pit:           transform(residuals, func(z float64) float64 { return studentCDF(z, nu[0]) }),
		cdf:           g.simulatedCDF(alpha, beta, nu[0]),
	}
	for i, key := range garchKeys {
		f.params = append(f.params, withError(key, values[i], errs[i]))
	}
	if alpha+beta > 0.999 {
		f.warnings = append(f.warnings, warn.New(warn.FitUnsure, "alpha + beta is close to 1: shocks to the variance hardly die out, and its long-run level is uncertain"))
	}
	return f, nil
}

// Bounds of the degrees of freedom: below 2 there is no variance, and above 100
// the innovations are normal.
const leastFreedom, mostFreedom = 2.05, 100

var garchKeys = []string{"annual_drift", "annual_volatility", "alpha", "beta", "degrees_of_freedom"}

// garch is the sample with what does not depend on the parameters.
type garch struct {
	deviations     []float64
	mean, variance float64
}

func newGARCH(returns []float64) garch {
	g := garch{deviations: make([]float64, len(returns))}
	g.mean, g.variance = Series{Returns: returns}.moments()
	for i, r := range returns {
		g.deviations[i] = r - g.mean
	}
	return g
}

// each walks the conditional variances, from that of the sample.
func (g garch) each(alpha, beta float64, visit func(e, h float64)) {
	omega, h := (1-alpha-beta)*g.variance, g.variance
	for _, e := range g.deviations {
		visit(e, h)
		h = omega + alpha*e*e + beta*h
	}
}

// negative is the Gaussian negative log likelihood without its constant.
func (g garch) negative(alpha, beta float64) (sum float64) {
	g.each(alpha, beta, func(e, h float64) { sum += (math.Log(h) + e*e/h) / 2 })
	return sum
}

func (g garch) sumLogScale(alpha, beta float64) (sum float64) {
	g.each(alpha, beta, func(_, h float64) { sum += math.Log(h) / 2 })
	return sum
}

func (g garch) residuals(alpha, beta float64) []float64 {
	z := make([]float64, 0, len(g.deviations))
	g.each(alpha, beta, func(e, h float64) { z = append(z, e/math.Sqrt(h)) })
	return z
}

// refitGARCH fits a sample that was drawn near a fit.
func refitGARCH(returns []float64, year float64, start []float64, nu float64) ([]float64, error) {
	g := newGARCH(returns)
	unknowns := []unknown{{"persistence", start[0], 0, 0.9999, 0.1}, {"share", start[1], 0, 1, 0.1}}
	p, _, err := again.minimise(unknowns, func(p []float64) float64 { return g.negative(p[0]*p[1], p[0]*(1-p[1])) })
	if err != nil {
		return nil, err
	}
	alpha, beta := p[0]*p[1], p[0]*(1-p[1])
	residuals := g.residuals(alpha, beta)
	v, _, err := again.minimise([]unknown{{"degrees_of_freedom", nu, leastFreedom, mostFreedom, 5}}, func(v []float64) float64 { return negativeStudent(residuals, v[0]) })
	if err != nil {
		return nil, err
	}
	return []float64{g.mean*year + g.variance*year/2, math.Sqrt(g.variance * year), alpha, beta, v[0]}, nil
}

// simulate draws returns of the model, from the stationary variance.
func (g garch) simulate(r *rand.Rand, n int, alpha, beta, nu float64) []float64 {
	const before = 500 // steps in which the start is forgotten
	chi := distuv.ChiSquared{K: nu, Src: r}
	omega, h := (1-alpha-beta)*g.variance, g.variance
	out := make([]float64, n)
	for i := -before; i < n; i++ {
		e := math.Sqrt(h*(nu-2)/chi.Rand()) * r.NormFloat64()
		h = omega + alpha*e*e + beta*h
		if i >= 0 {
			out[i] = g.mean + e
		}
	}
	return out
}

// negativeStudent is the negative log likelihood of values as Student-t scaled to
// variance one.
func negativeStudent(z []float64, nu float64) float64 {
	a, _ := math.Lgamma((nu + 1) / 2)
	b, _ := math.Lgamma(nu / 2)
	sum := float64(len(z)) * (b - a + math.Log(math.Pi*(nu-2))/2)
	for _, v := range z {
		sum += (nu + 1) / 2 * math.Log1p(v*v/(nu-2))
	}
	return sum
}

func studentCDF(z, nu float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}.CDF(z * math.Sqrt(nu/(nu-2)))
}

// simulatedSteps make the unconditional distribution, which has no closed form.
const simulatedSteps = 400_000

// simulatedCDF is the empirical distribution function of a long path with a fixed
// seed.
func (g garch) simulatedCDF(alpha, beta, nu float64) func(float64) float64 {
	source := rand.NewPCG(1986, 0)
	student := distuv.StudentsT{Mu: 0, Sigma: math.Sqrt((nu - 2) / nu), Nu: nu, Src: source}
	omega, h := (1-alpha-beta)*g.variance, g.variance
	path := make([]float64, simulatedSteps)
	for i := range path {
		e := math.Sqrt(h) * student.Rand()
		path[i] = g.mean + e
		h = omega + alpha*e*e + beta*h
	}
	return empiricalCDF(path)
}

// empiricalCDF is a step function; it sorts its argument.
func empiricalCDF(x []float64) func(float64) float64 {
	sort.Float64s(x)
	return func(at float64) float64 {
		return float64(sort.Search(len(x), func(i int) bool { return x[i] > at })) / float64(len(x))
	}
}
