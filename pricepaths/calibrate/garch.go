package calibrate

import (
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"

	"backtest/internal/warn"
	"backtest/pricepaths/stats"
)

// fitGARCH fits GARCH(1,1) (Bollerslev 1986): h' = ω + α·e² + β·h for the
// deviation e of a return from its mean, with ω = (1-α-β)·variance of the sample
// (variance targeting, Engle and Mezrich 1996). α and β are Gaussian
// quasi-maximum-likelihood estimates, which are consistent whatever the
// innovations (Bollerslev and Wooldridge 1992), with their robust errors; the
// degrees of freedom are the maximum likelihood estimate for the standardised
// residuals as Student-t scaled to variance one.
func fitGARCH(s Series, _ Options) (*fitted, error) {
	g := newGARCH(s)
	unknowns := []unknown{
		{"persistence", 0.97, 0, 0.9999, 0.1}, // α+β
		{"share", 0.1, 0, 1, 0.1},             // α/(α+β)
	}
	p, _, err := estimate(unknowns, func(p []float64) float64 { return g.negative(p[0]*p[1], p[0]*(1-p[1])) })
	if err != nil {
		return nil, err
	}
	alpha, beta := p[0]*p[1], p[0]*(1-p[1])
	alphaErr, betaErr := g.robustErrors(alpha, beta)
	residuals := g.residuals(alpha, beta)
	freedom := []unknown{{"degrees_of_freedom", 5, 2.05, 100, 5}}
	tail := func(v []float64) float64 { return negativeStudent(residuals, v[0]) }
	nu, _, err := estimate(freedom, tail)
	if err != nil {
		return nil, err
	}
	year := s.year()
	drift, volatility := g.mean*year+g.variance*year/2, math.Sqrt(g.variance*year)
	f := &fitted{
		method: "variance targeting; Gaussian quasi-maximum likelihood for alpha and beta (Bollerslev and Wooldridge 1992), maximum likelihood of Student-t residuals",
		free:   5,
		params: []Param{
			withError("annual_drift", drift, volatility/math.Sqrt(float64(len(s.Returns))/year)),
			withError("annual_volatility", volatility, g.volatilityError()*math.Sqrt(year)),
			withError("alpha", alpha, alphaErr), withError("beta", beta, betaErr),
			withError("degrees_of_freedom", nu[0], standardErrors(freedom, nu, tail)[0]),
		},
		logLikelihood: -negativeStudent(residuals, nu[0]) - g.sumLogScale(alpha, beta),
		pit:           transform(residuals, func(z float64) float64 { return studentCDF(z, nu[0]) }),
		cdf:           g.simulatedCDF(alpha, beta, nu[0]),
	}
	if alpha+beta > 0.999 {
		f.warnings = append(f.warnings, warn.New(warn.FitUnsure, "alpha + beta is close to 1: shocks to the variance hardly die out, and its long-run level is uncertain"))
	}
	return f, nil
}

// garch is the sample with what does not depend on the parameters.
type garch struct {
	deviations     []float64
	mean, variance float64
}

func newGARCH(s Series) garch {
	g := garch{deviations: make([]float64, len(s.Returns))}
	g.mean, g.variance = s.moments()
	for i, r := range s.Returns {
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

// robustErrors are those of the sandwich A⁻¹BA⁻¹ of Bollerslev and Wooldridge
// (1992), with A = Σ ∇h∇hᵀ/(2h²) and B = Σ (z²-1)²·∇h∇hᵀ/(4h²), given the targeted
// variance.
func (g garch) robustErrors(alpha, beta float64) (alphaErr, betaErr float64) {
	var a, b [3]float64 // αα, αβ, ββ
	var da, db float64
	g.each(alpha, beta, func(e, h float64) {
		z := e*e/h - 1
		for i, product := range [3]float64{da * da, da * db, db * db} {
			a[i] += product / (2 * h * h)
			b[i] += z * z * product / (4 * h * h)
		}
		da, db = e*e-g.variance+beta*da, h-g.variance+beta*db
	})
	det := a[0]*a[2] - a[1]*a[1]
	inverse := [3]float64{a[2] / det, -a[1] / det, a[0] / det}
	variance := func(x, y float64) float64 { return x*x*b[0] + 2*x*y*b[1] + y*y*b[2] }
	return math.Sqrt(variance(inverse[0], inverse[1])), math.Sqrt(variance(inverse[1], inverse[2]))
}

// volatilityError is the standard error of the root of the sample variance with
// the autocovariances of the squares (Newey and West 1987, lags n^(1/3)).
func (g garch) volatilityError() float64 {
	n := float64(len(g.deviations))
	squares := make([]float64, len(g.deviations))
	for i, e := range g.deviations {
		squares[i] = e * e
	}
	return math.Sqrt(longRunVariance(squares, int(math.Cbrt(n)))/n) / (2 * math.Sqrt(g.variance))
}

// longRunVariance is the estimate of Newey and West (1987) with Bartlett weights.
func longRunVariance(x []float64, lags int) float64 {
	sum := stats.Autocovariance(x, 0)
	for k := 1; k <= lags; k++ {
		sum += 2 * (1 - float64(k)/float64(lags+1)) * stats.Autocovariance(x, k)
	}
	return sum
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
