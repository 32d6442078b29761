package stats

import (
	"fmt"
	"math"
	"slices"
)

// LeastTailPaths is how many paths have to lie in a tail for an interval of what
// is averaged over it, or of its difference: with fewer the largest loss that
// came says too little of larger ones, and the ends stay open.
const LeastTailPaths = 5

// lowerLevels are those whose ends an expected shortfall at a higher level has to
// respect: it is at least as large.
var lowerLevels = []float64{0.95, 0.975, 0.99, 0.995}

// ExpectedShortfall estimates the mean of the worst share 1 - level of a loss,
// for each level in (0, 1): ES = (1/(1-level)) * integral of the quantiles above level
// (Acerbi, Tasche 2002, eq. 3.5), the boundary path counted in part.
//
// How the interval is made stands at [replicates.interval]. All levels share their
// resamples. The lower end is at least that of the value at risk and that of the
// shortfall at every lower level, the upper end at least that of the value at
// risk. With fewer than [LeastTailPaths] in the tail the upper end is open and
// the lower one that of the value at risk.
func ExpectedShortfall(loss Sample, levels []float64, confidence float64, b Bootstrap) []Estimate {
	out := make([]Estimate, len(levels))
	if why := refuse(len(loss.Values), confidence); why != "" {
		for i := range out {
			out[i] = unknown(confidence, "expected shortfall", why)
		}
		return out
	}
	asked := len(levels)
	for _, level := range lowerLevels {
		if level < slices.Max(levels[:asked]) {
			levels = append(levels[:len(levels):len(levels)], level)
		}
	}
	sorted := sortSample(loss)
	all := newExcess(loss).estimates(levels, confidence, b)
	for i := range all {
		boundBelow(&all[i], sorted.interval(levels[i], confidence))
	}
	for i := range out {
		out[i] = all[i]
		for k, level := range levels[asked:] {
			if level < levels[i] {
				out[i].Low = math.Max(out[i].Low, all[asked+k].Low)
			}
		}
		out[i].Low = math.Min(out[i].Low, out[i].Value)
		out[i].Method = fmt.Sprintf("expected shortfall at %s %%, %s", trim(100*levels[i]), methodTail)
		warnTail(&out[i], levels[i], out[i].EffectiveN)
	}
	return out
}

// boundBelow makes the ends at least those of the value at risk.
func boundBelow(e *Estimate, atRisk Estimate) {
	e.Low = math.Max(e.Low, atRisk.Low)
	if !math.IsInf(atRisk.High, 1) {
		e.High = math.Max(e.High, atRisk.High)
	}
}

// estimates gives shortfalls, or differences of them, without what is known from
// elsewhere of their ends.
func (x *excess) estimates(levels []float64, confidence float64, b Bootstrap) []Estimate {
	out := make([]Estimate, len(levels))
	n := len(x.numbers)
	for i, level := range levels {
		value, _ := x.at(x.whole, level)
		out[i] = Estimate{Value: value, Confidence: confidence, N: int64(n), EffectiveN: x.effectiveAt(level)}
	}
	replicates := x.resampled(levels, out, b)
	for i, level := range levels {
		x.finish(&out[i], level, replicates[i])
	}
	return out
}

func (x *excess) finish(e *Estimate, level float64, r replicates) {
	x.at(x.whole, level)
	beyond, distinct := x.beyond()
	e.Low, e.High = math.Inf(-1), math.Inf(1)
	switch tail := float64((1 - level) * e.EffectiveN); {
	case tail < LeastTailPaths-1e-9:
	case beyond == 0:
		e.Warn("every path in the tail has the same value: its spread is unknown")
		e.Low, e.High = percentiles(r.values, e.Confidence)
		e.Low, e.High = math.Min(e.Low, e.Value), math.Max(e.High, e.Value)
	case beyond+1 < LeastTailPaths: // the path at the edge is one of the tail
		e.Warn("only %s in the tail %s from its edge", paths(beyond), map[bool]string{true: "differs", false: "differ"}[beyond == 1])
	default:
		_, p := x.tails[0].sample.centred(x.numbers)
		continuous := len(x.tails) == 1 && distinct >= mostTied*float64(beyond)
		e.Low, e.High = r.interval(e.Value, p, continuous, e.Confidence)
	}
}

// mostTied is the share of distinct values below which a tail is taken for one of
// atoms.
const mostTied = 0.75

const (
	methodTail      = "bootstrap-t interval within Student's"
	methodTailPairs = "skewness-adjusted Student and percentile interval"
)

// interval of a shortfall from the parts of its influence function and its
// resamples: none of the three ways covers everywhere by itself.
//
// Student's corrected for skewness, joined with the bootstrap's percentiles, is
// right for atoms, lumps and differences, and long for a continuous tail. The
// bootstrap-t is right for a continuous tail, however skewed; but a resample of
// few paths, or of some that stand far apart, may have next to no spread, and its
// ends then say nothing. So it narrows the first where the tail is continuous
// and every resample has a spread.
func (r replicates) interval(value float64, p parts, continuous bool, confidence float64) (low, high float64) {
	low, high = p.interval(value, confidence)
	first, last := percentiles(r.values, confidence)
	low, high = math.Min(low, first), math.Max(high, last)
	if continuous && len(r.t) == len(r.values) {
		first, last = studentize(value, r.se, r.t, confidence)
		low, high = math.Max(low, first), math.Min(high, last)
	}
	return math.Min(low, value), math.Max(high, value)
}

// ones counts every observation once: the sample itself.
func ones(n int) []uint16 {
	out := make([]uint16, n)
	for i := range out {
		out[i] = 1
	}
	return out
}
