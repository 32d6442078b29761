package stats

import (
	"fmt"
	"math"
)

// PairedMean estimates E[after - before] from paths that both samples share,
// in the same order. Weights are those of after.
func PairedMean(before, after Sample, confidence float64) Estimate {
	e := Mean(differences(before, after), confidence)
	e.Method = "paired " + e.Method
	return e
}

func differences(before, after Sample) Sample {
	out := make([]float64, len(after.Values))
	for i, x := range after.Values {
		out[i] = x - before.Values[i]
	}
	d := after.With(out)
	d.paired = true
	return d
}

// PairedTable counts pairs of a yes-or-no outcome on the same path.
type PairedTable struct {
	Both, BeforeOnly, AfterOnly, Neither int64
}

// TablePairs counts the pairs of two indicator series in the same path order.
func TablePairs(before, after []float64) PairedTable {
	var t PairedTable
	for i, b := range before {
		switch a := after[i]; {
		case b != 0 && a != 0:
			t.Both++
		case b != 0:
			t.BeforeOnly++
		case a != 0:
			t.AfterOnly++
		default:
			t.Neither++
		}
	}
	return t
}

// N is the number of pairs.
func (t PairedTable) N() int64 { return t.Both + t.BeforeOnly + t.AfterOnly + t.Neither }

// McNemar is the exact two-sided p-value against equal probabilities
// (McNemar 1947, binomial form): 1 when no pair disagrees.
func (t PairedTable) McNemar() float64 {
	discordant := t.BeforeOnly + t.AfterOnly
	if discordant == 0 {
		return 1
	}
	return math.Min(1, 2*BinomialCDF(min(t.BeforeOnly, t.AfterOnly), discordant, 0.5))
}

// PairedProportion estimates P(after) - P(before) with Newcombe's score
// interval for paired proportions (Newcombe 1998, "Improved confidence
// intervals for the difference between binomial proportions based on paired
// data", method 10).
func PairedProportion(t PairedTable, confidence float64) Estimate {
	const method = "paired difference of proportions, Newcombe interval"
	n := t.N()
	if why := refuse(int(n), confidence); why != "" {
		return unknown(confidence, method, why)
	}
	size := float64(n)
	after, before := float64(t.Both+t.AfterOnly)/size, float64(t.Both+t.BeforeOnly)/size
	z := twoSided(confidence)
	lowAfter, highAfter := wilsonBounds(after, size, z)
	lowBefore, highBefore := wilsonBounds(before, size, z)
	phi := t.correlation()
	spread := func(a, b float64) float64 {
		squares := float64(a*a) + float64(b*b) - float64(2*phi*float64(a*b))
		return math.Sqrt(math.Max(0, squares))
	}
	difference := after - before
	e := Estimate{
		Value: difference, Confidence: confidence, N: n, EffectiveN: size, Method: method,
		Low:  difference - spread(after-lowAfter, highBefore-before),
		High: difference + spread(highAfter-after, before-lowBefore),
	}
	if discordant := t.BeforeOnly + t.AfterOnly; discordant > 0 && discordant < MinTailPaths {
		verb := "differ"
		if discordant == 1 {
			verb = "differs"
		}
		e.Warn("only %s %s in the event", paths(int(discordant)), verb)
	}
	return e
}

// correlation is Newcombe's phi, with his continuity correction.
func (t PairedTable) correlation() float64 {
	a, b, c, d := float64(t.Both), float64(t.AfterOnly), float64(t.BeforeOnly), float64(t.Neither)
	margins := float64((a + b) * (c + d) * (a + c) * (b + d))
	if margins == 0 {
		return 0
	}
	cross := float64(a*d) - float64(b*c)
	if cross > 0 {
		cross = math.Max(cross-float64((a+b+c+d)/2), 0)
	}
	return cross / math.Sqrt(margins)
}

// PairedProbability estimates P(after) - P(before) from two samples of
// indicators of the same paths: Newcombe for plain ones, a Student interval of
// the unnormalised differences for weighted or grouped ones.
func PairedProbability(before, after Sample, confidence float64) Estimate {
	if !after.Weighted() && !before.Weighted() && after.Groups == nil {
		return PairedProportion(TablePairs(before.Values, after.Values), confidence)
	}
	e := UnnormalisedMean(differences(before, after), confidence)
	e.Method = "paired difference, " + e.Method
	return e
}

// PairedQuantile estimates the difference of the p-quantiles, after - before,
// by resampling whole paths (percentile bootstrap of smoothed quantiles, see
// [tail.smoothed]).
func PairedQuantile(before, after Sample, p, confidence float64, b Bootstrap) Estimate {
	if why := refuse(len(after.Values), confidence); why != "" {
		return unknown(confidence, "", why)
	}
	first, second := before, after
	if p < 0.5 { // read from its own tail: the difference of the negated stays after - before
		first, second = after.Negated(), before.Negated()
	}
	x := newExcess(first, second)
	difference := func(quantile func(t tail, counts []uint16, p float64) float64, counts []uint16) float64 {
		return quantile(x.tails[1], counts, p) - quantile(x.tails[0], counts, p)
	}
	e := Estimate{
		Value: difference(tail.quantile, x.whole), Confidence: confidence, N: int64(len(x.whole)), EffectiveN: after.effective(),
		Method: "paired difference of quantiles, bootstrap of paths",
	}
	source, drawn := b.source(), newResampler(after)
	counts, replicates := make([]uint16, len(x.whole)), make([]float64, b.resamplesFor(len(x.whole)))
	for r := range replicates {
		drawn.draw(source, counts)
		replicates[r] = difference(tail.smoothed, counts)
	}
	e.Low, e.High = percentiles(replicates, confidence)
	e.Low, e.High = math.Min(e.Low, e.Value), math.Max(e.High, e.Value)
	limitTail(&e, p)
	return e
}

// PairedShortfall estimates the difference of the expected shortfalls at a
// level, after - before, from whole paths. The interval is
// the wider one of [replicates.interval].
func PairedShortfall(before, after Sample, level, confidence float64, b Bootstrap) Estimate {
	if why := refuse(len(after.Values), confidence); why != "" {
		return unknown(confidence, "paired difference of expected shortfalls", why)
	}
	e := newExcess(before, after).estimates([]float64{level}, confidence, b)[0]
	e.Method = fmt.Sprintf("paired difference of expected shortfalls at %s %%, %s", trim(100*level), methodTailPairs)
	warnTail(&e, level, e.EffectiveN)
	return e
}

// limitTail opens the interval of a difference beyond the p-quantile when fewer
// than [LeastTailPaths] lie there: resampling the largest value says nothing about
// larger ones.
func limitTail(e *Estimate, p float64) {
	if !e.Known() {
		return
	}
	if float64(e.EffectiveN*math.Min(p, 1-p)) < LeastTailPaths-1e-9 {
		e.Low, e.High = math.Inf(-1), math.Inf(1)
	}
	warnTail(e, p, e.EffectiveN)
}
