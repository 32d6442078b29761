package stats

import (
	"fmt"
	"math"
)

const methodMean = "mean, Student interval"

// Mean estimates E[X] with a Student interval. A weighted sample gives the
// self-normalised estimate sum(w x)/sum(w) with its linearised variance
// (Owen, "Monte Carlo theory, methods and examples", eq. 9.9), which does not
// move when a constant is added to X.
func Mean(s Sample, confidence float64) Estimate {
	if why := refuse(len(s.Values), confidence); why != "" {
		return unknown(confidence, methodMean, why)
	}
	if !s.Weighted() {
		mean, variance := s.averaged(s.Values)
		return s.student(mean, variance, confidence, methodMean)
	}
	total := s.totalWeight()
	if total == 0 {
		return unknown(confidence, methodMean, "no weight")
	}
	weighted := 0.0
	for i, x := range s.Values {
		weighted += float64(s.Weights[i] * x)
	}
	mean := weighted / total
	rest := make([]float64, len(s.Values))
	for i, x := range s.Values {
		rest[i] = float64(s.Weights[i] * (x - mean))
	}
	variance := s.squares(rest, 0)
	if s.Groups != nil {
		variance *= corrected(s.units())
	}
	e := s.student(mean, variance/float64(total*total), confidence, "self-normalised mean, Student interval")
	e.EffectiveN = KishESS(s.Weights)
	warnESS(&e)
	return e
}

// UnnormalisedMean estimates E[X] by sum(w x)/n, unbiased when the weights are
// likelihood ratios, with a Student interval. It is the better of the two for
// what is zero on most paths, the worse for the rest.
func UnnormalisedMean(s Sample, confidence float64) Estimate {
	const method = "unnormalised importance-sampled mean, Student interval"
	if why := refuse(len(s.Values), confidence); why != "" {
		return unknown(confidence, method, why)
	}
	mean, variance := unnormalised(s)
	e := s.student(mean, variance, confidence, method)
	e.EffectiveN = s.effective()
	return e
}

// unnormalised gives sum(w x)/n and the variance of that mean.
func unnormalised(s Sample) (mean, variance float64) {
	products := make([]float64, len(s.Values))
	for i, x := range s.Values {
		products[i] = float64(s.weight(i) * x)
	}
	return s.averaged(products)
}

// student is studentEstimate from the independent parts of a sample.
func (s Sample) student(mean, variance, confidence float64, method string) Estimate {
	e := studentEstimate(mean, variance, s.units(), confidence, method)
	if s.Groups != nil {
		e.N, e.EffectiveN = int64(len(s.Values)), float64(len(s.Values))
		e.Method += " of groups of dependent paths"
		warnGroups(&e, s.units())
	}
	return e
}

// fewGroups is the number of independent groups below which an estimate warns.
const fewGroups = 16

// mostSpread is the coefficient of variation of the groups above which the
// estimate of a probability warns: their skewness then shows in its interval.
const mostSpread = 0.6

func warnSpread(e *Estimate, variance float64, groups int) {
	if spread := math.Sqrt(variance*float64(groups)) / e.Value; e.Value > 0 && groups >= 3 && float64(e.N)/float64(groups) > 2 && spread > mostSpread {
		e.Warn("the groups of paths differ by %.0f %% of the estimate: the interval may be too short, take more paths in each", 100*spread)
	}
}

func warnGroups(e *Estimate, groups int) {
	if groups < fewGroups {
		e.Warn("only %d independent groups of paths: the interval may be too short", groups)
	}
}

// moments gives mean and unbiased variance, in two passes over the values.
func moments(values []float64) (mean, variance float64) {
	n := float64(len(values))
	sum := 0.0
	for _, x := range values {
		sum += x
	}
	mean = sum / n
	if len(values) < 2 {
		return mean, 0
	}
	squares := 0.0
	for _, x := range values {
		d := x - mean
		squares += float64(d * d)
	}
	return mean, squares / (n - 1)
}

// studentEstimate is mean +- t se with n-1 degrees of freedom; open when fewer
// than three paths leave the spread unknown.
func studentEstimate(mean, variance float64, n int, confidence float64, method string) Estimate {
	e := Estimate{Value: mean, Confidence: confidence, N: int64(n), EffectiveN: float64(n), Method: method}
	if n < 3 {
		e.Low, e.High = math.Inf(-1), math.Inf(1)
		e.Warn("only %s: no interval", paths(n))
		return e
	}
	spread := float64(StudentQuantile(0.5+float64(confidence/2), float64(n-1)) * math.Sqrt(variance))
	e.Low, e.High = mean-spread, mean+spread
	return e
}

func warnESS(e *Estimate) {
	if e.EffectiveN < 100 && e.EffectiveN < float64(e.N)/2 {
		e.Warn("effective sample size %.0f of %d paths", e.EffectiveN, e.N)
	}
}

// Ratio estimates E[Y]/E[X] from one (numerator, denominator) pair a path, by
// the ratio of the means with its linearised variance (Cochran 1977, eq. 6.4).
// Weights are those of the numerator. Unknown when the denominators sum to 0.
func Ratio(numerator Sample, denominator []float64, confidence float64) Estimate {
	const method = "ratio of means, linearised Student interval"
	if why := refuse(len(numerator.Values), confidence); why != "" {
		return unknown(confidence, method, why)
	}
	top, bottom := 0.0, 0.0
	for i, y := range numerator.Values {
		w := numerator.weight(i)
		top += float64(w * y)
		bottom += float64(w * denominator[i])
	}
	if bottom == 0 {
		return unknown(confidence, method, "the denominator is zero on every path")
	}
	ratio := top / bottom
	rest := make([]float64, len(numerator.Values))
	for i, y := range numerator.Values {
		rest[i] = float64(numerator.weight(i) * (y - float64(ratio*denominator[i])))
	}
	variance := numerator.squares(rest, 0) * corrected(numerator.units()) / float64(bottom*bottom)
	e := numerator.student(ratio, variance, confidence, method)
	e.EffectiveN = numerator.effective()
	warnESS(&e)
	return e
}

// BatchMeans estimates the mean of a dependent series (one path's own figures
// through time) from the means of equal batches in order, treated as
// independent (Law, "Simulation modeling and analysis", §9.5.3). The rest that
// fills no batch is left out at the start, where the series warms up.
func BatchMeans(series []float64, batches int, confidence float64) Estimate {
	method := fmt.Sprintf("mean of %d batches, Student interval", batches)
	if why := refuse(len(series), confidence); why != "" {
		return unknown(confidence, method, why)
	}
	if batches < 3 || len(series) < 2*batches {
		return unknown(confidence, method, fmt.Sprintf("%d values are too few for %d batches", len(series), batches))
	}
	size := len(series) / batches
	series = series[len(series)-size*batches:]
	means := make([]float64, batches)
	for b := range means {
		means[b], _ = moments(series[b*size : (b+1)*size])
	}
	mean, variance := moments(means)
	e := studentEstimate(mean, variance/float64(batches), batches, confidence, method)
	e.N = int64(len(series))
	return e
}

// RatioPseudoValues gives one value a path whose mean is the ratio of the means
// and whose spread is that of its linearisation: R + (y - R x) / mean(x).
// Differences of ratios between runs are those of their pseudo-values. Empty
// when the denominators sum to 0.
func RatioPseudoValues(numerator Sample, denominator []float64) Sample {
	top, bottom, total := 0.0, 0.0, 0.0
	for i, y := range numerator.Values {
		w := numerator.weight(i)
		top += float64(w * y)
		bottom += float64(w * denominator[i])
		total += w
	}
	if bottom == 0 {
		return Sample{}
	}
	ratio := top / bottom
	out := numerator.With(make([]float64, len(numerator.Values)))
	for i, y := range numerator.Values {
		out.Values[i] = ratio + (y-float64(ratio*denominator[i]))*total/bottom
	}
	return out
}
