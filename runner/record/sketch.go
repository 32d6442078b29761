package record

import (
	"math"
	"slices"
	"sort"
)

// SketchRelativeError bounds |quantile - exact| / |exact| for every quantile of a Sketch.
const SketchRelativeError = 1.0 / 256

// Bin is a bucket with the weight in it. Index is the bucket of a positive number (its upper bits), negated for a
// negative one, 0 for zero.
type Bin struct {
	Index int32
	Count Int128
}

// Sketch is a mergeable distribution of float64 values: a histogram in fixed buckets, the exact extremes, the number of
// observations and the sum of each, rounded once to 10^-9. Everything that is added is an integer, so merging gives the same result
// in any order. The zero value is an empty sketch.
type Sketch struct {
	Bins    []Bin  // sorted by index, none empty
	N       int64  // observations
	Weight  Int128 // their total weight
	Sum     Int128 // sum of unweighted values, in 10^-9
	Inexact bool   // Sum lacks a value that is infinite or beyond 10^18
	Missing int64  // NaN values, counted nowhere else
	Low     float64
	High    float64
}

// Add takes in one observation of weight 1. NaN is counted as missing.
func (s *Sketch) Add(value float64) { s.AddWeighted(value, Int128{Lo: 1}) }

// AddWeighted takes in one observation with a non-negative integer weight. Weight 0 and NaN values leave the distribution as it
// is.
func (s *Sketch) AddWeighted(value float64, weight Int128) {
	if math.IsNaN(value) {
		s.Missing++
		return
	}
	if weight.IsZero() {
		return
	}
	if value == 0 {
		value = 0 // one zero only: which of -0 and 0 came first must not show
	}
	s.extend(value, value)
	s.N++
	s.addTo(&s.Weight, weight)
	if term, ok := Int128FromFloat(math.RoundToEven(float64(value * sumUnit))); ok {
		s.addTo(&s.Sum, term)
	} else {
		s.Inexact = true
	}
	s.addBin(Bin{Index: BucketOf(value), Count: weight})
}

// extend widens the extremes; it must run before N grows.
func (s *Sketch) extend(low, high float64) {
	if s.N == 0 || low < s.Low {
		s.Low = low
	}
	if s.N == 0 || high > s.High {
		s.High = high
	}
}

func (s *Sketch) addTo(total *Int128, term Int128) {
	sum, ok := total.Add(term)
	*total = sum
	s.Inexact = s.Inexact || !ok
}

func (s *Sketch) addBin(b Bin) {
	i := s.search(b.Index)
	if i == len(s.Bins) || s.Bins[i].Index != b.Index {
		s.Bins = append(s.Bins, Bin{})
		copy(s.Bins[i+1:], s.Bins[i:])
		s.Bins[i] = Bin{Index: b.Index}
	}
	s.addTo(&s.Bins[i].Count, b.Count)
}

func (s *Sketch) search(index int32) int {
	return sort.Search(len(s.Bins), func(i int) bool { return s.Bins[i].Index >= index })
}

// Merge takes in all observations of o. Order and grouping of merges do not matter to the bit.
func (s *Sketch) Merge(o *Sketch) {
	if o.N > 0 {
		s.extend(o.Low, o.High)
	}
	s.N += o.N
	s.Missing += o.Missing
	s.Inexact = s.Inexact || o.Inexact
	s.addTo(&s.Weight, o.Weight)
	s.addTo(&s.Sum, o.Sum)
	s.mergeBins(o.Bins)
}

// mergeBins adds sorted bins, from the last one on so that the memory is that of the sum.
func (s *Sketch) mergeBins(more []Bin) {
	i, j := len(s.Bins)-1, len(more)-1
	added := newBins(s.Bins, more)
	s.Bins = slices.Grow(s.Bins, added)[:len(s.Bins)+added]
	for at := len(s.Bins) - 1; j >= 0; at-- {
		switch {
		case i < 0 || s.Bins[i].Index < more[j].Index:
			s.Bins[at] = more[j]
			j--
		case s.Bins[i].Index > more[j].Index:
			s.Bins[at] = s.Bins[i]
			i--
		default:
			s.Bins[at] = s.Bins[i]
			s.addTo(&s.Bins[at].Count, more[j].Count)
			i--
			j--
		}
	}
}

// newBins counts the bins that are not among those that are there.
func newBins(there, more []Bin) (n int) {
	i := 0
	for _, b := range more {
		for i < len(there) && there[i].Index < b.Index {
			i++
		}
		if i == len(there) || there[i].Index != b.Index {
			n++
		}
	}
	return n
}

// Reset empties the sketch and keeps its memory.
func (s *Sketch) Reset() { *s = Sketch{Bins: s.Bins[:0]} }

// Mean is the unweighted mean, NaN for an empty sketch, one with an infinite value or a sum beyond 128 bits.
func (s *Sketch) Mean() float64 {
	if s.N == 0 || s.Inexact {
		return math.NaN()
	}
	return s.Sum.Float64() / sumUnit / float64(s.N)
}

// Quantile is the smallest value whose share of the weight from below reaches percent (the inverse of the empirical
// distribution function), to within SketchRelativeError; NaN for an empty sketch. percent is 0 to 100; 0 gives the
// minimum and 100 the maximum, both exact.
func (s *Sketch) Quantile(percent int) float64 {
	if s.N == 0 {
		return math.NaN()
	}
	if percent <= 0 {
		return s.Low
	}
	if percent >= 100 {
		return s.High
	}
	var out [1]float64
	s.quantiles([]int{percent}, out[:])
	return out[0]
}

// quantiles gives the quantiles at ascending percents between 0 and 100, all in one pass.
func (s *Sketch) quantiles(percents []int, out []float64) {
	for k := range out {
		out[k] = s.High
	}
	if s.N == 0 {
		for k := range out {
			out[k] = math.NaN()
		}
		return
	}
	k := 0
	want, fits := s.Weight.mulSmall(uint64(percents[0]))
	var below Int128
	for i := 0; i < len(s.Bins) && k < len(percents) && fits; i++ {
		below, _ = below.Add(s.Bins[i].Count)
		have, _ := below.mulSmall(100)
		for have.Cmp(want) >= 0 {
			out[k] = min(max(bucketMiddle(s.Bins[i].Index), s.Low), s.High)
			if k++; k == len(percents) {
				return
			}
			if want, fits = s.Weight.mulSmall(uint64(percents[k])); !fits {
				break
			}
		}
	}
	for ; !fits && k < len(percents); k++ {
		out[k] = math.NaN()
	}
}
