package sim

import (
	"math/bits"

	"backtest/runner/record"
)

// lane is an order of positions as a distribution of C-ratios wants it: their
// keys, and their weights. Long ones have sums of the weights as well.
type lane struct {
	keys    []float64
	weights []positionWeight
	before  []weightSum    // of the positions before each, nil in a short lane
	largest positionWeight // magnitudes of the largest parts
}

// weightSum is a sum of weights: of a, and of b, which adds up to no more than all
// shares.
type weightSum struct {
	a record.Int128
	b int64
}

// long is how many positions are worth looking for the edges of the buckets
// instead of at each of them.
const long = 2048

func newLane(sorted []rank) lane {
	l := lane{keys: make([]float64, len(sorted)), weights: make([]positionWeight, len(sorted))}
	for i := range sorted {
		w := sorted[i].weight
		l.keys[i], l.weights[i] = sorted[i].key, w
		l.largest = positionWeight{max(l.largest.a, w.a, -w.a), max(l.largest.b, w.b, -w.b)}
	}
	if len(sorted) < long {
		return l
	}
	l.before = make([]weightSum, len(sorted)+1)
	for i, w := range l.weights {
		x := &l.before[i]
		a, _ := x.a.Add(record.Int128Of(w.a))
		l.before[i+1] = weightSum{a, x.b + w.b}
	}
	return l
}

// at returns the weight of a position for a value per share.
func (w positionWeight) at(perShare int64) record.Int128 {
	hi, lo := bits.Mul64(uint64(perShare), uint64(w.b))
	// The product of two's complements, corrected for their signs.
	hi -= uint64(perShare>>63)&uint64(w.b) + uint64(w.b>>63)&uint64(perShare)
	lo, carry := bits.Add64(lo, uint64(w.a), 0)
	return record.Int128{Hi: int64(hi + uint64(w.a>>63) + carry), Lo: lo}
}

// fits reports whether no position's weight is beyond an int64.
func (l *lane) fits(perShare int64) bool {
	hi, lo := bits.Mul64(uint64(max(perShare, -perShare)), uint64(l.largest.b))
	return hi == 0 && lo < mostWeight
}

// between returns the weight of the positions from i to before j.
func (l *lane) between(i, j int, perShare int64) record.Int128 {
	x, y := &l.before[i], &l.before[j]
	a, _ := y.a.Add(x.a.Neg())
	sum, _ := positionWeight{b: y.b - x.b}.at(perShare).Add(a)
	return sum
}
