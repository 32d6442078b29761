package stats

import (
	"math"
)

const methodQuantile = "empirical quantile, exact order-statistic interval"

// Quantile estimates the p-quantile, 0 < p < 1: the smallest observation with
// at least the share p of the paths at or below it.
//
// The interval of a plain sample lies between two order statistics with ranks
// from the binomial law (David, Nagaraja 2003, §7.1): exact without any
// assumption on the distribution, covering at least the confidence. Where the
// sample is too small for an end, that end is open. A weighted sample inverts
// the bounds of the mass of its nearer tail (Woodruff 1952).
func Quantile(s Sample, p, confidence float64) Estimate {
	if why := refuse(len(s.Values), confidence); why != "" {
		return unknown(confidence, methodQuantile, why)
	}
	return sortSample(s).interval(p, confidence)
}

// interval is the estimate of the p-quantile by the kind of the sample.
func (s sorted) interval(p, confidence float64) Estimate {
	if s.sample.Weighted() || s.sample.Groups != nil {
		return s.weightedQuantile(p, confidence)
	}
	return s.quantile(p, confidence)
}

// Quantiles estimates several quantiles of one sample, sorted once.
func Quantiles(s Sample, levels []float64, confidence float64) []Estimate {
	out := make([]Estimate, len(levels))
	sorted := sortSample(s)
	for i, p := range levels {
		if why := refuse(len(s.Values), confidence); why != "" {
			out[i] = unknown(confidence, methodQuantile, why)
			continue
		}
		out[i] = sorted.interval(p, confidence)
	}
	return out
}

// ValueAtRisk is the level-quantile of a loss: the amount that it exceeds with
// probability 1 - level at most.
func ValueAtRisk(loss Sample, level, confidence float64) Estimate {
	e := Quantile(loss, level, confidence)
	e.Method = "value at risk: " + e.Method
	return e
}

// sorted is a sample in ascending order of value.
type sorted struct {
	values  []float64
	weights []float64 // as values; 1 each for a plain sample
	sample  Sample    // in its own order
}

func sortSample(s Sample) sorted {
	out := sorted{values: make([]float64, len(s.Values)), weights: make([]float64, len(s.Values)), sample: s}
	for rank, i := range s.order() {
		out.values[rank] = s.Values[i]
		out.weights[rank] = s.weight(int(i))
	}
	return out
}

func (s sorted) quantile(p, confidence float64) Estimate {
	n := int64(len(s.values))
	e := Estimate{
		Value: s.values[rankOf(p, n)-1], Low: math.Inf(-1), High: math.Inf(1),
		Confidence: confidence, N: n, EffectiveN: float64(n), Method: methodQuantile,
	}
	low, high := orderRanks(p, n, confidence)
	if low >= 1 {
		e.Low = s.values[low-1]
	}
	if high <= n {
		e.High = s.values[high-1]
	}
	warnTail(&e, p, float64(n))
	return e
}

// rankOf is ceil(n p), at least 1, forgiving the rounding of the product.
func rankOf(p float64, n int64) int64 {
	rank := int64(math.Ceil(float64(float64(n)*p) - 1e-9))
	return min(n, max(1, rank))
}

// orderRanks gives the ranks r < s with P(x_(r) <= q <= x_(s)) >= confidence,
// each side with half of the rest; 0 and n+1 stand for ends out of reach.
func orderRanks(p float64, n int64, confidence float64) (low, high int64) {
	tail := float64((1 - confidence) / 2)
	// q < x_(r) exactly when fewer than r observations lie at or below q.
	low = searchRank(n, func(r int64) bool { return BinomialCDF(r-1, n, p) > tail }) - 1
	// q > x_(s) needs at least s observations below q.
	high = searchRank(n, func(r int64) bool { return BinomialCDF(r-1, n, p) >= 1-tail })
	return low, high
}

// searchRank is the smallest rank in 1..n+1 for which a monotone test holds.
func searchRank(n int64, holds func(rank int64) bool) int64 {
	low, high := int64(1), n+1
	for low < high {
		middle := (low + high) / 2
		if holds(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

func warnTail(e *Estimate, p, effective float64) {
	beyond := float64(effective * math.Min(p, 1-p))
	if beyond < MinTailPaths-1e-9 {
		e.Warn("the tail holds about %.1f paths: take at least %d", beyond, neededPaths(p))
	}
	if math.IsInf(e.High, 1) {
		e.Warn("too few paths for an upper bound")
	}
	if math.IsInf(e.Low, -1) {
		e.Warn("too few paths for a lower bound")
	}
}

// neededPaths is how many paths put MinTailPaths beyond the p-quantile.
func neededPaths(p float64) int64 {
	return int64(math.Ceil(MinTailPaths/math.Min(p, 1-p) - 1e-6))
}

func (s sorted) weightedQuantile(p, confidence float64) Estimate {
	e := Estimate{
		Value: s.at(p), Low: math.Inf(-1), High: math.Inf(1), Confidence: confidence, N: int64(len(s.values)),
		Method: s.sample.method("importance-sampled quantile", "quantile of groups of dependent paths") + ", Woodruff interval",
	}
	if !s.sample.Weighted() {
		e.Value = s.values[rankOf(p, e.N)-1]
	}
	e.EffectiveN = s.effectiveAt(e.Value, p)
	low, high := 0.0, 1.0
	if z := s.sample.quantileOf(confidence); !math.IsInf(z, 1) {
		low, high = wilsonBounds(p, e.EffectiveN, z)
	}
	if s.sample.Groups != nil {
		warnGroups(&e, s.sample.units())
	}
	reach := 1 / e.EffectiveN // less mass than one effective path bounds nothing
	if low > reach {
		e.Low = s.at(low)
	}
	if high < 1-reach {
		e.High = s.at(high)
	}
	warnTail(&e, p, e.EffectiveN)
	return e
}

// at is the weighted p-quantile from the nearer tail, whose mass is sum(w)/n:
// the weights of the bulk, noisy when the sampling favours a tail, stay out
// (Glynn 1996, "Importance sampling for Monte Carlo estimation of quantiles").
func (s sorted) at(p float64) float64 {
	n := float64(len(s.values))
	mass := 0.0
	if p < 0.5 {
		want := float64(float64(p*n) * (1 - 1e-12))
		for i, w := range s.weights {
			if mass += w; mass >= want {
				return s.values[i]
			}
		}
		return s.values[len(s.values)-1]
	}
	want := float64(float64((1-p)*n) * (1 + 1e-12))
	for i := len(s.values) - 1; i >= 0; i-- {
		if mass += s.weights[i]; mass > want {
			return s.values[i]
		}
	}
	return s.values[0]
}

// effectiveAt is the plain sample size that would know the mass of the nearer
// tail beyond q as well.
func (s sorted) effectiveAt(q, p float64) float64 {
	masses := make([]float64, len(s.values))
	for i, x := range s.sample.Values {
		if (p < 0.5 && x <= q) || (p >= 0.5 && x > q) {
			masses[i] = s.sample.weight(i)
		}
	}
	_, variance := s.sample.averaged(masses)
	if variance == 0 {
		return KishESS(s.weights)
	}
	return float64(p*(1-p)) / variance
}

func indicator(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
