package stats

import (
	"math"
	"slices"
)

// excess is what the paths of one sample have beyond a quantile, or the difference
// of that between two samples of the same paths: what an expected shortfall and
// its error are made of.
type excess struct {
	tails   []tail
	signs   []float64 // of each
	whole   []uint16  // every path once
	numbers []float64 // of each path: signed w (x - q)+ / (1 - level), the influence of the path
	touched []int32   // paths with a number
	groups  []int32   // of each path, nil without
	sums    []float64 // of each group, for one resample at a time
}

// newExcess looks at the tail of a sample, or at that of the second less that of
// the first.
func newExcess(samples ...Sample) *excess {
	last := samples[len(samples)-1]
	x := &excess{whole: ones(len(last.Values)), numbers: make([]float64, len(last.Values))}
	for i, s := range samples {
		sign := 1.0
		if i < len(samples)-1 {
			sign = -1
		}
		x.tails, x.signs = append(x.tails, newTail(s)), append(x.signs, sign)
	}
	if last.Groups != nil {
		x.groups, x.sums = last.positions(), make([]float64, last.units())
	}
	return x
}

// at gives the shortfall of a resample and its standard error, from the moments of
// the excess. The quantile's own error has no first-order effect: the derivative
// of ES by it is zero.
func (x *excess) at(counts []uint16, level float64) (value, se float64) {
	for _, i := range x.touched {
		x.numbers[i] = 0
	}
	x.touched = x.touched[:0]
	n := float64(len(counts))
	for k, t := range x.tails {
		quantile, last := t.boundary(counts, float64((1-level)*n))
		value += float64(x.signs[k] * quantile)
		scale := x.signs[k] / (1 - level)
		for _, i := range t.order[:last] {
			x.numbers[i] += float64(scale * float64(t.sample.weight(int(i))*(t.sample.Values[i]-quantile)))
			x.touched = append(x.touched, i)
		}
	}
	if len(x.tails) > 1 {
		slices.Sort(x.touched)
		x.touched = slices.Compact(x.touched)
	}
	mean, variance := x.moments(counts)
	return value + mean, math.Sqrt(math.Max(0, variance))
}

// moments of the numbers of a resample: their mean and its variance.
func (x *excess) moments(counts []uint16) (mean, variance float64) {
	n := float64(len(counts))
	first, second := 0.0, 0.0
	clear(x.sums)
	for _, i := range x.touched {
		times := float64(float64(counts[i]) * x.numbers[i])
		first += times
		second += float64(times * x.numbers[i])
		if x.groups != nil {
			x.sums[x.groups[i]] += x.numbers[i]
		}
	}
	mean = first / n
	if x.groups != nil {
		return mean, x.between(counts, mean)
	}
	// What rounding leaves of equal numbers is no spread.
	if variance = second/n - float64(mean*mean); variance < float64(1e-12*second)/n {
		variance = 0
	}
	return mean, variance / n
}

// between is the variance of the mean from the sums of the groups, each as often
// as a resample has it.
func (x *excess) between(counts []uint16, mean float64) float64 {
	size, squares, units := 0.0, 0.0, 0
	for i, g := range x.groups {
		size++
		if i+1 < len(x.groups) && x.groups[i+1] == g {
			continue
		}
		d := x.sums[g] - float64(mean*size)
		squares += float64(float64(counts[i]) * float64(d*d))
		units += int(counts[i])
		size = 0
	}
	n := float64(len(counts))
	return squares * corrected(units) / float64(n*n)
}

// beyond counts the paths of the last call of at that have an excess, and its
// distinct values.
func (x *excess) beyond() (paths int, distinct float64) {
	var values []float64
	for _, i := range x.touched {
		if x.numbers[i] != 0 {
			values = append(values, x.numbers[i])
		}
	}
	slices.Sort(values)
	return len(values), float64(len(slices.Compact(values)))
}

// effectiveAt is the plain sample size that would know the tail as well.
func (x *excess) effectiveAt(level float64) float64 {
	last := x.tails[len(x.tails)-1]
	if !last.sample.Weighted() {
		return float64(len(x.whole))
	}
	q, _ := last.boundary(x.whole, float64((1-level)*float64(len(x.whole))))
	return sorted{weights: last.sample.Weights, values: last.sample.Values, sample: last.sample}.effectiveAt(q, level)
}

// replicates are the figures of all resamples: their values, and how many standard
// errors of their own each lies from the estimate, where it has a spread.
type replicates struct {
	values, t []float64
	se        float64 // of the estimate
}

// resampled gives the replicates by level, whole paths or groups drawn anew.
func (x *excess) resampled(levels []float64, at []Estimate, b Bootstrap) []replicates {
	source, drawn := b.source(), newResampler(x.tails[len(x.tails)-1].sample)
	counts := make([]uint16, len(x.whole))
	out := make([]replicates, len(levels))
	for i, level := range levels {
		_, out[i].se = x.at(x.whole, level)
	}
	for range b.resamplesFor(len(counts)) {
		drawn.draw(source, counts)
		for i, level := range levels {
			value, se := x.at(counts, level)
			out[i].values = append(out[i].values, value)
			if se > 0 {
				out[i].t = append(out[i].t, (value-at[i].Value)/se)
			}
		}
	}
	return out
}

// tail looks at a sample from its largest value down.
type tail struct {
	sample Sample
	order  []int32 // descending values
	plain  bool    // no weights
}

func newTail(s Sample) tail {
	order := s.order()
	slices.Reverse(order)
	return tail{sample: s, order: order, plain: !s.Weighted()}
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

// quantile is the p-quantile of a resample, of the same rank as Quantile has. One
// below the median is that of the negated sample.
func (t tail) quantile(counts []uint16, p float64) float64 {
	q, _ := t.boundary(counts, t.rank(p, len(counts)))
	return q
}

func (t tail) rank(p float64, n int) float64 {
	switch {
	case p < 0.5 && t.plain:
		return float64(rankOf(p, int64(n)))
	case p < 0.5:
		return float64(p * float64(n))
	case t.plain:
		return math.Floor(float64((1-p)*float64(n))+1e-9) + 1
	}
	return float64((1 - p) * float64(n))
}

// A smoothed quantile averages over smoothRanks standard deviations of a rank,
// sqrt(n p (1-p)), to both sides, but over no more than smoothShare of the tail.
const (
	smoothRanks = 2.0
	smoothShare = 0.25
)

// smoothed is the quantile of a resample averaged over the ranks about it. The
// quantile itself moves in steps from one observation to the next, so that the
// spread of its difference over resamples is too large.
func (t tail) smoothed(counts []uint16, p float64) float64 {
	centre := t.rank(p, len(counts)) - 0.5
	reach := 0.5 + math.Min(float64(smoothShare*centre), float64(smoothRanks*math.Sqrt(float64(centre*math.Max(p, 1-p)))))
	low, high := math.Max(0, centre-reach), centre+reach
	mass, sum, all := 0.0, 0.0, 0.0
	for _, i := range t.order {
		w := float64(float64(counts[i]) * t.sample.weight(int(i)))
		if within := math.Min(mass+w, high) - math.Max(mass, low); within > 0 {
			sum += float64(within * t.sample.Values[i])
			all += within
		}
		if mass += w; mass >= high {
			break
		}
	}
	if all == 0 {
		return t.quantile(counts, p)
	}
	return sum / all
}
