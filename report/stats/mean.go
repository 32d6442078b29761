package stats

import (
	"fmt"
	"math"
)

// Mean estimates E[X], with controls by least squares where they explain enough
// of it. A weighted sample gives the unnormalised estimate of [UnnormalisedMean],
// as [Probability] does, so that a count of 0 and 1 has one estimate. The interval
// is Student's, corrected for skewness.
func Mean(s Sample, confidence float64) Estimate {
	if why := refuse(len(s.Values), confidence); why != "" {
		return unknown(confidence, methodOf("mean"), why)
	}
	if s.Weighted() {
		return s.weightedMean(confidence)
	}
	mean, p := s.centred(s.Values)
	return s.controlled(mean, p, nil, confidence, "mean")
}

func (s Sample) weightedMean(confidence float64) Estimate {
	if s.totalWeight() == 0 {
		return unknown(confidence, methodOf("mean"), "no weight")
	}
	e := UnnormalisedMean(s, confidence)
	warnESS(&e)
	return e
}

// controlled is a mean, or what is linear like one, adjusted by the controls of
// the sample. own is what each part has of a denominator; nil without one.
func (s Sample) controlled(mean float64, p parts, own []float64, confidence float64, estimator string) Estimate {
	adjusted, rest, share, ok := s.Controls.adjust(mean, p)
	rest.leverage(own)
	if !ok {
		return s.student(mean, rest, confidence, methodOf(estimator))
	}
	e := s.student(adjusted, rest, confidence, methodOf(fmt.Sprintf("%s with control variates (R² %.0f %%)", estimator, 100*share)))
	e.EffectiveN /= math.Max(1-share, 1e-6)
	return e
}

// centred gives the mean of one number a path, and the parts of its error
// (Cochran 1977, §9A.1: clusters as the sampling units).
func (s Sample) centred(numbers []float64) (mean float64, p parts) {
	mean, _ = moments(numbers)
	rest := make([]float64, len(numbers))
	for i, x := range numbers {
		rest[i] = x - mean
	}
	return mean, s.partsOf(rest, float64(len(numbers)))
}

// UnnormalisedMean estimates E[X] by sum(w x)/n, unbiased when the weights are
// likelihood ratios: their mean is known to be 1. What is far from zero on paths
// of large weights has a long interval, and says so.
func UnnormalisedMean(s Sample, confidence float64) Estimate {
	method := methodOf("unnormalised importance-sampled mean")
	if why := refuse(len(s.Values), confidence); why != "" {
		return unknown(confidence, method, why)
	}
	mean, p := s.unnormalised()
	e := s.student(mean, p, confidence, method)
	e.EffectiveN = s.effective()
	return e
}

// unnormalised gives sum(w x)/n and the parts of its error.
func (s Sample) unnormalised() (mean float64, p parts) {
	products := make([]float64, len(s.Values))
	for i, x := range s.Values {
		products[i] = float64(s.weight(i) * x)
	}
	return s.centred(products)
}

// fewGroups is the number of independent groups below which an estimate warns.
const fewGroups = 16

// mostSpread is the coefficient of variation of the groups above which the
// estimate of a probability warns: up to it the interval is known to cover.
const mostSpread = 1.2

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

func warnESS(e *Estimate) {
	if e.EffectiveN < 100 && e.EffectiveN < float64(e.N)/2 {
		e.Warn("effective sample size %.0f of %d paths", e.EffectiveN, e.N)
	}
}

// Ratio estimates E[Y]/E[X] from one (numerator, denominator) pair a path, by
// the ratio of the means with the errors of the jackknife
// (Cochran 1977, §6.17).
// Weights are those of the numerator. Unknown when the denominators sum to 0.
func Ratio(numerator Sample, denominator []float64, confidence float64) Estimate {
	method := methodOf("ratio of means")
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
	rest, weighted := make([]float64, len(numerator.Values)), make([]float64, len(numerator.Values))
	for i, y := range numerator.Values {
		w := numerator.weight(i)
		weighted[i] = float64(w * denominator[i])
		rest[i] = float64(w * (y - float64(ratio*denominator[i])))
	}
	p := numerator.partsOf(rest, bottom)
	e := numerator.controlled(ratio, p, numerator.partsOf(weighted, bottom).deviations, confidence, "ratio of means")
	if numerator.Weighted() {
		e.EffectiveN = numerator.effective()
		warnESS(&e)
	}
	return e
}

// BatchMeans estimates the mean of a dependent series (one path's own figures
// through time) from the means of equal batches in order, treated as
// independent (Law, "Simulation modeling and analysis", §9.5.3). The rest that
// fills no batch is left out at the start, where the series warms up.
func BatchMeans(series []float64, batches int, confidence float64) Estimate {
	method := methodOf(fmt.Sprintf("mean of %d batches", batches))
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
	all := Sample{Values: means}
	mean, p := all.centred(means)
	e := all.student(mean, p, confidence, method)
	e.N = int64(len(series))
	return e
}

// RatioPseudoValues gives one value a path whose mean is the ratio of the means
// and whose spread is that of its linearisation: R + w (y - R x) n / sum(w x). Weights
// are in the values. Differences of ratios between runs are those of their
// pseudo-values. Empty when the denominators sum to 0.
func RatioPseudoValues(numerator Sample, denominator []float64) Sample {
	top, bottom := 0.0, 0.0
	for i, y := range numerator.Values {
		w := numerator.weight(i)
		top += float64(w * y)
		bottom += float64(w * denominator[i])
	}
	if bottom == 0 {
		return Sample{}
	}
	ratio, n := top/bottom, float64(len(numerator.Values))
	out := numerator.With(make([]float64, len(numerator.Values)))
	out.Weights = nil
	for i, y := range numerator.Values {
		out.Values[i] = ratio + float64(numerator.weight(i)*(y-float64(ratio*denominator[i])))*n/bottom
	}
	return out
}
