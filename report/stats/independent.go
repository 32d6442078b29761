package stats

import (
	"fmt"
	"math"
)

// WelchMean estimates E[after] - E[before] from two runs that share no path,
// with Welch's interval (Welch 1947; degrees of freedom by Satterthwaite, those of
// each run as few as its kurtosis leaves).
func WelchMean(before, after Sample, confidence float64) Estimate {
	const method = "difference of means, Welch interval"
	n1, n2 := len(before.Values), len(after.Values)
	if why := refuse(min(n1, n2), confidence); why != "" {
		return unknown(confidence, method, why)
	}
	mean1, parts1 := before.adjusted()
	mean2, parts2 := after.adjusted()
	e := Estimate{
		Value: mean2 - mean1, Low: math.Inf(-1), High: math.Inf(1), Confidence: confidence,
		N: int64(n1 + n2), EffectiveN: before.effective() + after.effective(), Method: method,
	}
	if few := min(len(parts1.deviations)-parts1.lost, len(parts2.deviations)-parts2.lost); few < 3 {
		e.Warn("only %d independent paths: no interval", few)
		return e
	}
	variance1, variance2 := parts1.variance(), parts2.variance()
	total := variance1 + variance2
	if total == 0 {
		e.Low, e.High = e.Value, e.Value
		return e
	}
	_, excess1 := parts1.shape()
	_, excess2 := parts2.shape()
	degrees := float64(total*total) / (float64(variance1*variance1)/parts1.degrees(excess1) + float64(variance2*variance2)/parts2.degrees(excess2))
	spread := float64(studentAt(0.5+float64(confidence/2), math.Max(2, degrees)) * math.Sqrt(total))
	e.Low, e.High = e.Value-spread, e.Value+spread
	return e
}

// adjusted gives the mean that [Mean] estimates and the parts of its error.
func (s Sample) adjusted() (mean float64, p parts) {
	if s.Weighted() {
		return s.unnormalised()
	}
	mean, p = s.centred(s.Values)
	mean, p, _, _ = s.Controls.adjust(mean, p)
	return mean, p
}

// IndependentProportion is P(after) - P(before) of two estimates from
// different paths, by Newcombe's hybrid score interval (Newcombe 1998,
// "Interval estimation for the difference between independent proportions",
// method 10): the estimates bring their own bounds.
func IndependentProportion(before, after Estimate) Estimate {
	e := CombinedDifference(before, after)
	e.Method = "difference of proportions, Newcombe hybrid score interval"
	return e
}

// CombinedDifference is after - before of any two estimates, from the ends of
// their own intervals (Zou, Donner 2008, "Construction of confidence limits
// about effect measures", eq. 5). It holds for independent estimates and is
// conservative for those that rise and fall together.
func CombinedDifference(before, after Estimate) Estimate {
	const method = "difference from the ends of both intervals"
	if !before.Known() || !after.Known() {
		return unknown(after.Confidence, method, "no paths")
	}
	if math.IsInf(before.Value, 0) || math.IsInf(after.Value, 0) {
		return unknown(after.Confidence, method, "one of the two is not finite")
	}
	e := Estimate{
		Value: after.Value - before.Value, Confidence: after.Confidence,
		N: before.N + after.N, EffectiveN: before.EffectiveN + after.EffectiveN, Method: method,
	}
	e.Low = e.Value - hypotenuse(after.Value-after.Low, before.High-before.Value)
	e.High = e.Value + hypotenuse(after.High-after.Value, before.Value-before.Low)
	return e
}

func hypotenuse(a, b float64) float64 { return math.Sqrt(float64(a*a) + float64(b*b)) }

// IndependentQuantile is the difference of the p-quantiles of two samples of
// different paths, from the ends of both (see [CombinedDifference]).
func IndependentQuantile(before, after Sample, p, confidence float64) Estimate {
	e := CombinedDifference(betweenRanks(before, p, confidence), betweenRanks(after, p, confidence))
	if e.Known() {
		e.Method = "difference of quantiles, from the ends of both intervals"
		e.EffectiveN = math.Min(before.effective(), after.effective()) // the smaller run decides the tail
		limitTail(&e, p)
	}
	return e
}

// betweenRanks is [Quantile] with its ends interpolated between order statistics,
// so that a plain sample of a continuous law covers the confidence, not more
// (Nyblom 1992, "Note on interpolated order statistics", eq. 3). Next to equal
// values, where the law may have an atom, an end stays at its rank.
func betweenRanks(s Sample, p, confidence float64) Estimate {
	e := Quantile(s, p, confidence)
	if !e.Known() || s.Weighted() || s.Groups != nil {
		return e
	}
	sorted, n, tail := sortSample(s), int64(len(s.Values)), float64((1-confidence)/2)
	low, high := orderRanks(p, n, confidence)
	if low >= 1 && sorted.apart(low, low+1) {
		e.Low = sorted.between(low, low+1, p, tail)
	}
	if high <= n && sorted.apart(high-1, high) {
		e.High = sorted.between(high-1, high, p, 1-tail)
	}
	return e
}

// between is the value at which the binomial law of ranks reaches a share, linear
// from one rank to the next.
func (s sorted) between(rank, next int64, p, share float64) float64 {
	n := int64(len(s.values))
	from, to := BinomialCDF(rank-1, n, p), BinomialCDF(next-1, n, p)
	part := math.Max(0, math.Min(1, (share-from)/(to-from)))
	return s.values[rank-1] + float64(part*(s.values[next-1]-s.values[rank-1]))
}

// apart says whether the values at two ranks differ from one another and from
// their neighbours.
func (s sorted) apart(rank, next int64) bool {
	for i := max(rank-1, 1); i <= min(next, int64(len(s.values))-1); i++ {
		if s.values[i-1] == s.values[i] {
			return false
		}
	}
	return next <= int64(len(s.values))
}

// IndependentShortfall is the difference of the expected shortfalls at a level
// of two samples of different paths, from the ends of both (see
// [CombinedDifference]).
func IndependentShortfall(before, after Sample, level, confidence float64, b Bootstrap) Estimate {
	other := b
	other.Stream ^= 1 << 63
	e := CombinedDifference(ExpectedShortfall(before, []float64{level}, confidence, b)[0], ExpectedShortfall(after, []float64{level}, confidence, other)[0])
	if e.Known() {
		e.Method = fmt.Sprintf("difference of expected shortfalls at %s %%, from the ends of both intervals", trim(100*level))
		e.EffectiveN = math.Min(before.effective(), after.effective()) // the smaller run decides the tail
		warnTail(&e, level, e.EffectiveN)
	}
	return e
}
