package calibrate

import (
	"math"
	"slices"

	"backtest/pricepaths/stats"
)

// fitBootstrap chooses the mean block of the stationary bootstrap (Politis and
// Romano 1994) by [BlockLength]: for the returns, which is short, and for their
// sizes, which keeps the clustering of volatility and is the one to simulate with.
// The distribution is that of the sample itself, so that only the steps of the
// sample show in its goodness of fit; there are no standard errors.
func fitBootstrap(s Series, _ Options) (*fitted, error) {
	sizes := make([]float64, len(s.Returns))
	for i, r := range s.Returns {
		sizes[i] = math.Abs(r)
	}
	stationary, _ := BlockLength(sizes)
	ofReturns, _ := BlockLength(s.Returns)
	none := math.NaN()
	f := &fitted{
		method: "mean block by Politis and White (2004), corrected by Patton, Politis and White (2009), for |returns|",
		params: []Param{withError("mean_block_steps", stationary, none), withError("mean_block_steps_of_returns", ofReturns, none)},
		free:   1, cdf: empiricalCDF(slices.Clone(s.Returns)),
		logLikelihood: -float64(len(s.Returns)) * math.Log(float64(len(s.Returns))),
	}
	f.pit = transform(s.Returns, f.cdf)
	return f, nil
}

// BlockLength chooses the mean block of the stationary bootstrap and the block of
// the circular bootstrap that minimise the mean squared error of the estimated
// long-run variance: b = (2G²/D)^(1/3)·n^(1/3) with G = Σ λ(k/M)|k|R(k), D = 2g²
// for the stationary (as corrected by Patton, Politis and White 2009) and D = 4g²/3
// for the circular one, g = Σ λ(k/M)R(k), λ the flat-top window, and M twice the
// lag after which autocorrelations are insignificant (Politis and White 2004). It
// is at least 1 and at most min(3√n, n/3).
func BlockLength(x []float64) (stationary, circular float64) {
	n := float64(len(x))
	run := int(max(5, math.Ceil(math.Sqrt(math.Log10(n)))))
	most := min(int(math.Ceil(math.Sqrt(n)))+run, len(x)-1)
	covariance := make([]float64, most+1)
	for k := range covariance {
		covariance[k] = stats.Autocovariance(x, k)
	}
	window := float64(min(2*significantLag(covariance, run, n), most))
	g, moment := covariance[0], 0.0
	for k := 1; k <= int(window); k++ {
		weight := min(1, 2*(1-float64(k)/window))
		g += 2 * weight * covariance[k]
		moment += 2 * weight * float64(k) * covariance[k]
	}
	longest := math.Ceil(min(3*math.Sqrt(n), n/3))
	length := func(d float64) float64 {
		return min(max(math.Cbrt(2*moment*moment/d*n), 1), longest)
	}
	return length(2 * g * g), length(4 * g * g / 3)
}

// significantLag is the first lag that is followed by run insignificant ones, or
// else the last significant lag.
func significantLag(covariance []float64, run int, n float64) int {
	bound := 1.959964 * math.Sqrt(math.Log10(n)/n) * covariance[0]
	quiet, last := 0, 1
	for k := 1; k < len(covariance); k++ {
		if math.Abs(covariance[k]) < bound {
			if quiet++; quiet == run {
				return max(k-run, 1)
			}
			continue
		}
		quiet, last = 0, k
	}
	return last
}
