package stats

import "math"

const (
	methodWilson         = "proportion, Wilson score interval"
	methodClopperPearson = "proportion, Clopper-Pearson interval"
)

// Wilson estimates a probability from k successes in n trials with the score
// interval (Wilson 1927; Brown, Cai, DasGupta 2001, eq. 4). It covers the
// nominal confidence on average, not for every p.
func Wilson(k, n int64, confidence float64) Estimate {
	if why := refuse(int(n), confidence); why != "" {
		return unknown(confidence, methodWilson, why)
	}
	p := float64(k) / float64(n)
	low, high := wilsonBounds(p, float64(n), twoSided(confidence))
	e := Estimate{Value: p, Low: low, High: high, Confidence: confidence, N: n, EffectiveN: float64(n), Method: methodWilson}
	warnEvents(&e, k)
	return e
}

// ClopperPearson estimates a probability from k successes in n trials with the
// exact interval (Clopper, Pearson 1934): it covers at least the nominal
// confidence for every p, mostly more.
func ClopperPearson(k, n int64, confidence float64) Estimate {
	if why := refuse(int(n), confidence); why != "" {
		return unknown(confidence, methodClopperPearson, why)
	}
	tail := float64((1 - confidence) / 2)
	e := Estimate{
		Value: float64(k) / float64(n), Low: 0, High: 1, Confidence: confidence,
		N: n, EffectiveN: float64(n), Method: methodClopperPearson,
	}
	if k > 0 { // P(X >= k) = tail
		e.Low = bisect(func(p float64) float64 { return BinomialCDF(k-1, n, p) }, 1-tail)
	}
	if k < n { // P(X <= k) = tail
		e.High = bisect(func(p float64) float64 { return BinomialCDF(k, n, p) }, tail)
	}
	warnEvents(&e, k)
	return e
}

// wilsonBounds takes a fractional n, so that it serves effective sizes too; z is
// the normal quantile of the confidence.
func wilsonBounds(p, n, z float64) (low, high float64) {
	z2 := float64(z * z)
	scale := 1 + z2/n
	centre := (p + z2/(2*n)) / scale
	spread := float64(z / scale * math.Sqrt(float64(p*(1-p))/n+z2/(4*n*n)))
	low, high = math.Max(0, centre-spread), math.Min(1, centre+spread)
	// Exact at the ends, where rounding would leave 1e-18.
	if p == 0 {
		low = 0
	}
	if p == 1 {
		high = 1
	}
	return low, high
}

func warnEvents(e *Estimate, events int64) {
	if rare := min(events, e.N-events); rare < MinTailPaths && events < e.N {
		switch {
		case events == 0:
			e.Warn("no path had the event: the interval is all there is")
		case rare == events:
			e.Warn("only %s had the event", paths(int(events)))
		}
	}
}

// Probability estimates P(event) from a sample of indicators (0 or 1).
//
// Plain samples give Wilson. Weighted ones give the unbiased, unnormalised
// estimate sum(w x)/n with the Wilson bounds of its effective size: the number
// of plain trials that would have the same variance, p(1-p)/var. Tilted runs
// hit rare events often with small weights, so that size may exceed n. Groups
// of paths that depend on one another are the units of the variance, and their
// number that of Student's distribution in place of the normal one.
func Probability(s Sample, confidence float64) Estimate {
	if why := refuse(len(s.Values), confidence); why != "" {
		return unknown(confidence, methodWilson, why)
	}
	events := int64(0)
	for _, x := range s.Values {
		if x != 0 {
			events++
		}
	}
	if !s.Weighted() && s.Groups == nil {
		return Wilson(events, int64(len(s.Values)), confidence)
	}
	value, p := s.unnormalised()
	variance := p.variance()
	e := Estimate{
		Value: math.Min(1, value), Confidence: confidence, N: int64(len(s.Values)),
		EffectiveN: s.effective(), Method: s.method("importance-sampled proportion", "proportion of groups of dependent paths") + ", Wilson score interval of the effective size",
	}
	if variance > 0 && e.Value > 0 && e.Value < 1 {
		e.EffectiveN = float64(e.Value*(1-e.Value)) / variance
	}
	e.Low, e.High = 0, 1
	if z := s.quantileOf(confidence); !math.IsInf(z, 1) {
		e.Low, e.High = wilsonBounds(e.Value, e.EffectiveN, z)
	}
	if s.repeated() && variance > 0 {
		e.Method = methodOf("proportion of groups of dependent paths")
		low, high := p.interval(e.Value, confidence)
		e.Low, e.High = math.Max(0, low), math.Min(1, high)
	}
	warnEvents(&e, events)
	warnWeights(&e, s)
	if s.Groups != nil {
		warnGroups(&e, s.units())
		warnSpread(&e, variance, s.units())
	}
	return e
}

// WilsonShare gives the ends of the share that lies below a p-quantile known
// from n effective paths, for inverting a distribution function at them.
func WilsonShare(p, n, confidence float64) [2]float64 {
	low, high := wilsonBounds(p, n, twoSided(confidence))
	return [2]float64{low, high}
}
