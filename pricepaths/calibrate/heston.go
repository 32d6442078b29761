package calibrate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat"

	"backtest/internal/warn"
	"backtest/pricepaths/stats"
)

// fitHeston fits the stochastic volatility model of Heston (1993) by the moments
// of realised variance (Barndorff-Nielsen and Shephard 2002; Bollerslev and Zhou
// 2002). With v of mean θ, reversion κ and volatility ξ, the variance IV realised
// over a day Δ has
//
//	E[IV] = θΔ,  Cov(IV₀, IVₖ) = ξ²θ/(2κ)·a²·exp(-κ(k-1)Δ),  Cov(r₀, IV₁) = ρξθ·a²,  a = (1-exp(-κΔ))/κ
//
// for k ≥ 1, in which the error of measuring IV by squared returns does not enter.
// κ and ξ come from a least squares fit to the first twenty autocovariances, ρ from
// the last. Days are runs of as many returns as a day has steps; steps of a day or
// more count as days. Standard errors are those of a jackknife that leaves out a
// twenty-fifth of the sample in turn (Künsch 1989). The log likelihood is that of
// the single returns, normal with a gamma distributed variance, and does not see
// their dependence.
func fitHeston(s Series, _ Options) (*fitted, error) {
	m, err := hestonMoments(s, -1)
	if err != nil {
		return nil, err
	}
	covariance := jackknife(s, m)
	errs := errorsOf(covariance, len(m.values()))
	f := &fitted{method: "moments of realised variance (Barndorff-Nielsen and Shephard 2002, Bollerslev and Zhou 2002), jackknife errors", free: len(m.values()), covariance: covariance}
	for i, key := range hestonKeys {
		f.params = append(f.params, withError(key, m.values()[i], errs[i]))
	}
	if 2*m.kappa*m.theta < m.xi*m.xi {
		f.warnings = append(f.warnings, warn.New(warn.FitUnsure, "the variance reaches zero (2·mean_reversion·long_variance < volatility_of_variance²): simulate with a scheme that allows for it"))
	}
	if math.Abs(m.rho) >= mostCorrelation {
		f.warnings = append(f.warnings, warn.New(warn.FitAtBound, "the correlation of price and variance is at its bound"))
	}
	m.distribution(s, f)
	return f, nil
}

var hestonKeys = []string{"annual_drift", "long_variance", "mean_reversion", "volatility_of_variance", "leverage_correlation"}

// heston are the parameters, annual.
type heston struct{ drift, theta, kappa, xi, rho float64 }

func (h heston) values() []float64 { return []float64{h.drift, h.theta, h.kappa, h.xi, h.rho} }

const (
	hestonLags      = 20
	jackknifeGroups = 25
	mostCorrelation = 0.99
)

// days sums returns and their squares over days; group, one of jackknifeGroups, is
// left out (-1 for none).
func days(s Series, group int) (returns, variances []float64, delta float64) {
	steps := max(int(86400/s.StepSeconds), 1)
	n := len(s.Returns) / steps
	for d := range n {
		if d*jackknifeGroups/n == group {
			continue
		}
		sum, squares := 0.0, 0.0
		for _, r := range s.Returns[d*steps : (d+1)*steps] {
			sum += r
			squares += r * r
		}
		returns, variances = append(returns, sum), append(variances, squares)
	}
	return returns, variances, float64(steps) / s.year()
}

func hestonMoments(s Series, group int) (heston, error) {
	returns, variances, delta := days(s, group)
	if len(variances) < 10*hestonLags {
		return heston{}, fmt.Errorf("%w: %d days, at least %d are needed", ErrSample, len(variances), 10*hestonLags)
	}
	var h heston
	h.theta = stat.Mean(variances, nil) / delta
	h.drift = stat.Mean(returns, nil)/delta + h.theta/2
	covariances := make([]float64, hestonLags)
	for k := range covariances {
		covariances[k] = stats.Autocovariance(variances, k+1)
	}
	level := func(kappa float64) (amplitude, misfit float64) { return decay(covariances, kappa*delta) }
	p, _, err := estimate([]unknown{{"kappa", 0.1 / delta, 0.2, 3 / delta, 1}}, func(p []float64) float64 {
		_, misfit := level(p[0])
		return misfit / (covariances[0]*covariances[0] + math.SmallestNonzeroFloat64)
	})
	if err != nil {
		return heston{}, err
	}
	h.kappa = p[0]
	amplitude, _ := level(h.kappa)
	if amplitude <= 0 {
		return heston{}, fmt.Errorf("%w: realised variance is not positively autocorrelated", ErrSample)
	}
	a := (1 - math.Exp(-h.kappa*delta)) / h.kappa
	h.xi = math.Sqrt(2 * h.kappa * amplitude / (a * a) / h.theta)
	leverage := stat.Covariance(returns[:len(returns)-1], variances[1:], nil)
	h.rho = max(min(leverage/(h.xi*h.theta*a*a), mostCorrelation), -mostCorrelation)
	return h, nil
}

// decay fits amplitude·exp(-rate·k) to c[k] by least squares.
func decay(c []float64, rate float64) (amplitude, misfit float64) {
	var cross, square float64
	for k, v := range c {
		w := math.Exp(-rate * float64(k))
		cross += w * v
		square += w * w
	}
	amplitude = cross / square
	for k, v := range c {
		d := v - amplitude*math.Exp(-rate*float64(k))
		misfit += d * d
	}
	return amplitude, misfit
}

// jackknife gives the covariance of all parameters; nil where a part of the sample
// alone cannot be fitted.
func jackknife(s Series, whole heston) [][]float64 {
	centre := whole.values()
	sums := make([][]float64, len(centre))
	for i := range sums {
		sums[i] = make([]float64, len(centre))
	}
	for group := range jackknifeGroups {
		part, err := hestonMoments(s, group)
		if err != nil {
			return nil
		}
		v := part.values()
		for i := range v {
			for j := range v {
				sums[i][j] += (v[i] - centre[i]) * (v[j] - centre[j]) * (jackknifeGroups - 1) / jackknifeGroups
			}
		}
	}
	return sums
}

// distribution sets the distribution of the return of a step: normal, its variance
// gamma distributed as v is in the long run (Drăgulescu and Yakovenko 2002 for
// steps that are short against 1/κ).
func (h heston) distribution(s Series, f *fitted) {
	const nodes = 200
	shape, year := 2*h.kappa*h.theta/(h.xi*h.xi), s.year()
	var variances [nodes]float64
	total := 0.0
	for i := range variances {
		v := mathext.GammaIncRegInv(shape, (float64(i)+0.5)/nodes)
		variances[i] = max(v, 1e-9*shape)
		total += variances[i]
	}
	for i := range variances {
		variances[i] *= h.theta * nodes / total // keeps the mean
	}
	average := func(x float64, of func(x, v float64) float64) float64 {
		sum := 0.0
		for _, v := range variances {
			sum += of(x-(h.drift-v/2)/year, v/year)
		}
		return sum / nodes
	}
	f.cdf = func(x float64) float64 {
		return average(x, func(x, v float64) float64 { return normalCDF(x / math.Sqrt(v)) })
	}
	f.pit = transform(s.Returns, f.cdf)
	for _, r := range s.Returns {
		f.logLikelihood += math.Log(average(r, normalPDF))
	}
}
