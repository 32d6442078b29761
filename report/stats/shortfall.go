package stats

import (
	"fmt"
	"math"
	"slices"
)

// ExpectedShortfall estimates the mean of the worst share 1 - level of a loss,
// for each level in (0, 1): ES = (1/(1-level)) * integral of the quantiles above level
// (Acerbi, Tasche 2002, eq. 3.5), the boundary path counted in part.
//
// Intervals are bootstrap-t with the standard error of the influence function
// (x - q)+/(1-level) - (ES - q): a percentile interval would be too short and
// too low for a skewed tail. All levels share their resamples. With fewer than
// two paths in the tail there is no interval; a tail of equal values has none
// to estimate, and says so.
func ExpectedShortfall(loss Sample, levels []float64, confidence float64, b Bootstrap) []Estimate {
	out := make([]Estimate, len(levels))
	if why := refuse(len(loss.Values), confidence); why != "" {
		for i := range out {
			out[i] = unknown(confidence, "expected shortfall", why)
		}
		return out
	}
	tail := newTail(loss)
	whole := ones(len(loss.Values))
	for i, level := range levels {
		value, se := tail.shortfall(whole, level)
		out[i] = Estimate{Value: value, Confidence: confidence, N: int64(len(loss.Values)), EffectiveN: loss.effective()}
		if loss.Weighted() {
			q, _ := tail.boundary(whole, float64((1-level)*float64(len(whole))))
			out[i].EffectiveN = sortSample(loss).effectiveAt(q, level)
		}
		out[i].Low, out[i].High = se, se // the standard error, until the interval takes its place
	}
	replicates := tail.replicates(levels, out, b)
	for i := range out {
		finishShortfall(&out[i], replicates[i], levels[i], loss.Negated())
	}
	return out
}

// replicates gives the t-values of all resamples, by level.
func (t tail) replicates(levels []float64, at []Estimate, b Bootstrap) [][]float64 {
	source, paths := b.source(), newResampler(t.sample)
	counts := make([]uint16, len(t.order))
	out := make([][]float64, len(levels))
	for range b.resamplesFor(len(counts)) {
		paths.draw(source, counts)
		for i, level := range levels {
			value, se := t.shortfall(counts, level)
			if se > 0 {
				out[i] = append(out[i], (value-at[i].Value)/se)
			}
		}
	}
	return out
}

func finishShortfall(e *Estimate, t []float64, level float64, gain Sample) {
	se := e.Low
	paths := float64((1 - level) * e.EffectiveN)
	e.Method = fmt.Sprintf("expected shortfall at %s %%, bootstrap-t interval", trim(100*level))
	switch {
	case paths < 2-1e-9:
		e.Low, e.High = math.Inf(-1), math.Inf(1)
		// The value at risk bounds the shortfall from below.
		if atRisk := Quantile(gain, 1-level, e.Confidence); !math.IsInf(atRisk.High, 1) {
			e.Low = 0 - atRisk.High
		}
	case se == 0:
		e.Low, e.High = e.Value, e.Value
		e.Warn("every path in the tail has the same value: its spread is unknown")
	default:
		e.Low, e.High = studentize(e.Value, se, t, e.Confidence)
		e.Low, e.High = math.Min(e.Low, e.Value), math.Max(e.High, e.Value)
	}
	warnTail(e, level, e.EffectiveN)
}

// tail looks at a sample from its largest value down.
type tail struct {
	sample Sample
	order  []int32   // descending values
	plain  bool      // no weights
	groups []int32   // of each path, nil without
	sums   []float64 // of each group, for one resample at a time
}

func newTail(s Sample) tail {
	order := s.order()
	slices.Reverse(order)
	t := tail{sample: s, order: order, plain: !s.Weighted()}
	if s.Groups != nil {
		t.groups, t.sums = s.positions(), make([]float64, s.units())
	}
	return t
}

// shortfall gives the expected shortfall of a resample and its standard error,
// from the moments of the excess w (x - q)+. The quantile's own error has no
// first-order effect: the derivative of ES by it is zero.
func (t tail) shortfall(counts []uint16, level float64) (value, se float64) {
	n := float64(len(counts))
	quantile, last := t.boundary(counts, float64((1-level)*n))
	first, second := 0.0, 0.0
	clear(t.sums)
	for _, i := range t.order[:last] {
		excess := float64(t.sample.weight(int(i)) * (t.sample.Values[i] - quantile))
		times := float64(float64(counts[i]) * excess)
		first += times
		if t.groups == nil {
			second += float64(times * excess)
		} else {
			t.sums[t.groups[i]] += excess
		}
	}
	mean := first / n
	variance := (second/n - float64(mean*mean)) / n
	if t.groups != nil {
		variance = t.between(counts, mean)
	}
	return quantile + mean/(1-level), math.Sqrt(math.Max(0, variance)) / (1 - level)
}

// between is the variance of the mean excess from the sums of the groups, each
// as often as a resample has it.
func (t tail) between(counts []uint16, mean float64) float64 {
	size, squares, units := 0.0, 0.0, 0
	for i, g := range t.groups {
		size++
		if i+1 < len(t.groups) && t.groups[i+1] == g {
			continue
		}
		d := t.sums[g] - float64(mean*size)
		squares += float64(float64(counts[i]) * float64(d*d))
		units += int(counts[i])
		size = 0
	}
	n := float64(len(counts))
	return squares * corrected(units) / float64(n*n)
}

// boundary walks down until the tail holds the wanted weight: the quantile and
// the number of observations in the walk.
func (t tail) boundary(counts []uint16, want float64) (quantile float64, last int) {
	mass := 0.0
	enough := want - float64(want*1e-12)
	for rank, i := range t.order {
		if counts[i] == 0 {
			continue
		}
		mass += float64(float64(counts[i]) * t.sample.weight(int(i)))
		quantile, last = t.sample.Values[i], rank+1
		if mass >= enough {
			break
		}
	}
	return quantile, last
}

// quantile is the p-quantile of a resample, p >= 1/2, of the same rank as
// Quantile has.
func (t tail) quantile(counts []uint16, p float64) float64 {
	want := float64((1 - p) * float64(len(counts)))
	if t.plain {
		want = math.Floor(want+1e-9) + 1
	}
	q, _ := t.boundary(counts, want)
	return q
}

// ones counts every observation once: the sample itself.
func ones(n int) []uint16 {
	out := make([]uint16, n)
	for i := range out {
		out[i] = 1
	}
	return out
}
