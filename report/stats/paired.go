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
	return after.With(out)
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
// by resampling whole paths (percentile bootstrap). Order statistics move in
// steps, so that the interval is conservative: it covers more than it says.
func PairedQuantile(before, after Sample, p, confidence float64, b Bootstrap) Estimate {
	first, second, f := quantileDifference(before, after, p)
	e := pairedBootstrap(first, second, confidence, b, f)
	e.Method = "paired difference of quantiles, bootstrap of paths"
	limitTail(&e, p)
	return e
}

// PairedShortfall estimates the difference of the expected shortfalls at a
// level, after - before, by resampling whole paths (percentile bootstrap).
func PairedShortfall(before, after Sample, level, confidence float64, b Bootstrap) Estimate {
	e := pairedBootstrap(before, after, confidence, b, shortfallStatistic(level))
	e.Method = fmt.Sprintf("paired difference of expected shortfalls at %s %%, bootstrap of paths", trim(100*level))
	limitTail(&e, level)
	return e
}

// limitTail opens the interval of a difference beyond the p-quantile when fewer
// than two paths lie there: resampling the largest value says nothing about
// larger ones.
func limitTail(e *Estimate, p float64) {
	if !e.Known() {
		return
	}
	if float64(e.EffectiveN*math.Min(p, 1-p)) < 2-1e-9 {
		e.Low, e.High = math.Inf(-1), math.Inf(1)
	}
	warnTail(e, p, e.EffectiveN)
}

// statistic is a figure of a resample.
type statistic func(t tail, counts []uint16) float64

func shortfallStatistic(level float64) statistic {
	return func(t tail, counts []uint16) float64 {
		value, _ := t.shortfall(counts, level)
		return value
	}
}

// quantileDifference turns a lower quantile into an upper one of the negated
// samples, so that both are read from their own tail: the difference of the
// two results stays after - before.
func quantileDifference(before, after Sample, p float64) (first, second Sample, f statistic) {
	if p >= 0.5 {
		return before, after, func(t tail, counts []uint16) float64 { return t.quantile(counts, p) }
	}
	return after.Negated(), before.Negated(), func(t tail, counts []uint16) float64 {
		want := float64(p * float64(len(counts)))
		if t.plain {
			want = float64(rankOf(p, int64(len(counts))))
		}
		q, _ := t.boundary(counts, want)
		return q
	}
}

func pairedBootstrap(before, after Sample, confidence float64, b Bootstrap, f statistic) Estimate {
	if why := refuse(len(after.Values), confidence); why != "" {
		return unknown(confidence, "", why)
	}
	first, second := newTail(before), newTail(after)
	difference := func(counts []uint16) float64 { return f(second, counts) - f(first, counts) }
	counts := ones(len(after.Values))
	e := Estimate{
		Value: difference(counts), Confidence: confidence, N: int64(len(counts)), EffectiveN: after.effective(),
	}
	source, paths := b.source(), newResampler(after)
	replicates := make([]float64, b.resamplesFor(len(counts)))
	for r := range replicates {
		paths.draw(source, counts)
		replicates[r] = difference(counts)
	}
	e.Low, e.High = percentiles(replicates, confidence)
	return e
}
