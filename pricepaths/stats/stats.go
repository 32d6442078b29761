// Package stats describes series of returns: moments, quantiles, tails,
// autocorrelation and correlation. It serves history and simulation alike, so
// that the two are compared by the same formulas.
package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// SecondsPerYear is a year of 365 days, the year of all annual figures: these
// markets never close.
const SecondsPerYear = 365 * 24 * 3600

// Levels are the probabilities of the quantile tables.
var Levels = []float64{0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999}

// Lags are those of the autocorrelation tables, in steps.
var Lags = []int{1, 2, 3, 6, 12, 24, 48, 72, 168}

// Level is a quantile of returns.
type Level struct {
	Probability float64 `json:"probability"`
	Return      float64 `json:"return"` // log return a step
}

// Lag is an autocorrelation.
type Lag struct {
	Steps       int     `json:"steps"`
	Correlation float64 `json:"correlation"`
}

// Description is the summary of one series of log returns.
type Description struct {
	N                int      `json:"n"`
	StepSeconds      int64    `json:"step_seconds"`
	Mean             float64  `json:"mean"` // a step
	StdDev           float64  `json:"std_dev"`
	AnnualVolatility float64  `json:"annual_volatility"` // StdDev · sqrt(steps a year)
	Skewness         float64  `json:"skewness"`
	ExcessKurtosis   float64  `json:"excess_kurtosis"`
	LeftTailIndex    *float64 `json:"left_tail_index"` // Hill, worst 1 % (at least ten); nil with too few losses
	Quantiles        []Level  `json:"quantiles"`
	AbsACF           []Lag    `json:"abs_acf"` // of |returns|
}

// Describe summarises log returns of a step; it needs four or more, and gives NaN
// where a figure needs more than there are. Skewness and kurtosis are the sample
// estimates of gonum/stat.
func Describe(returns []float64, stepSeconds int64) Description {
	mean, sd := stat.MeanStdDev(returns, nil)
	d := Description{
		N: len(returns), StepSeconds: stepSeconds, Mean: mean, StdDev: sd,
		AnnualVolatility: sd * math.Sqrt(StepsPerYear(stepSeconds)),
		Skewness:         stat.Skew(returns, nil), ExcessKurtosis: stat.ExKurtosis(returns, nil),
	}
	if index := Hill(returns, max(len(returns)/100, 10)); !math.IsNaN(index) {
		d.LeftTailIndex = &index
	}
	sorted := slices.Sorted(slices.Values(returns))
	for _, p := range Levels {
		d.Quantiles = append(d.Quantiles, Level{p, Quantile(sorted, p)})
	}
	abs := make([]float64, len(returns))
	for i, r := range returns {
		abs[i] = math.Abs(r)
	}
	for _, k := range Lags {
		if k < len(abs)/2 {
			d.AbsACF = append(d.AbsACF, Lag{k, Autocorrelation(abs, k)})
		}
	}
	return d
}

// StepsPerYear is the number of steps in 365 days.
func StepsPerYear(stepSeconds int64) float64 { return SecondsPerYear / float64(stepSeconds) }

// Quantile of ascending values, linear between order statistics (Hyndman and Fan
// 1996, definition 7). It is NaN without values.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	at := p * float64(len(sorted)-1)
	i := int(at)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// Autocovariance at a lag of 0 or more, with the divisor n that makes the sequence
// positive semi-definite.
func Autocovariance(x []float64, lag int) float64 {
	mean, sum := stat.Mean(x, nil), 0.0
	for i := lag; i < len(x); i++ {
		sum += (x[i] - mean) * (x[i-lag] - mean)
	}
	return sum / float64(len(x))
}

// Autocorrelation at a lag of 0 or more.
func Autocorrelation(x []float64, lag int) float64 {
	return Autocovariance(x, lag) / Autocovariance(x, 0)
}

// Correlation is the matrix of Pearson's correlations of returns [asset][step] of
// equal lengths, each over the steps for which both have a return that is not NaN.
func Correlation(returns [][]float64) [][]float64 {
	matrix := make([][]float64, len(returns))
	for i := range returns {
		matrix[i] = make([]float64, len(returns))
		for j := range i {
			x, y := Complete(returns[i], returns[j])
			matrix[i][j] = stat.Correlation(x, y, nil)
			matrix[j][i] = matrix[i][j]
		}
		matrix[i][i] = 1
	}
	return matrix
}

// Complete keeps the steps for which two series both have a value.
func Complete(x, y []float64) (a, b []float64) {
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			a, b = append(a, x[i]), append(b, y[i])
		}
	}
	return a, b
}

// JointTail is the share of the steps in which x is in its worst fraction q among
// those in which given is in its own: P(x ≤ F⁻¹(q) | given ≤ G⁻¹(q)).
func JointTail(x, given []float64, q float64) float64 {
	below := func(v []float64) float64 { return Quantile(slices.Sorted(slices.Values(v)), q) }
	xAt, givenAt := below(x), below(given)
	both, n := 0, 0
	for i := range given {
		if given[i] <= givenAt {
			n++
			if x[i] <= xAt {
				both++
			}
		}
	}
	return float64(both) / float64(n)
}

// Beta is the slope of the regression of y on x.
func Beta(y, x []float64) float64 { return stat.Covariance(y, x, nil) / stat.Variance(x, nil) }

// Hill estimates the tail index of losses from the k largest (Hill 1975): the
// smaller, the heavier the tail. It is NaN if there are not k+1 losses.
func Hill(returns []float64, k int) float64 {
	sorted := slices.Sorted(slices.Values(returns))
	if k < 1 || k >= len(sorted) || sorted[k] >= 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, r := range sorted[:k] {
		sum += math.Log(r / sorted[k])
	}
	return float64(k) / sum
}
