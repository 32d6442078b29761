package record

import (
	"math"
	"sort"
)

// Buckets of a Sketch are the float64 numbers that share sign, exponent and the upper bucketBits bits of the mantissa:
// 128 buckets an octave, each 1/128 of its octave wide. The middle of a bucket is within 1/256 (0.39 %) of every
// number in it. Found by shifting bits, the bucket of a number is the same on every processor.
const (
	bucketBits     = 7
	bucketShift    = 52 - bucketBits
	zeroBelow      = 1.0 / (1 << 40) // smaller magnitudes count as zero
	infiniteBucket = 0x7FF << bucketBits
	sumUnit        = 1e9     // sums are kept in units of 10^-9
	sumLimit       = 1 << 90 // larger terms are left out, so that no order of adding 2^37 of them overflows
)

// The bucket of a positive number from zeroBelow on is its bits shifted right by
// BucketShift; those under BucketMask do not matter.
const (
	BucketShift = bucketShift
	BucketMask  = 1<<bucketShift - 1
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
	for _, b := range o.Bins {
		s.addBin(b)
	}
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
	want, fits := s.Weight.mulSmall(uint64(percent))
	if !fits {
		return math.NaN()
	}
	var below Int128
	for _, b := range s.Bins {
		below, _ = below.Add(b.Count)
		if have, _ := below.mulSmall(100); have.Cmp(want) >= 0 {
			return min(max(bucketMiddle(b.Index), s.Low), s.High)
		}
	}
	return s.High
}

// BucketOf gives the bucket of a number that is not NaN.
func BucketOf(v float64) int32 {
	switch {
	case v >= zeroBelow:
		return int32(math.Float64bits(v) >> bucketShift)
	case v <= -zeroBelow:
		return -int32(math.Float64bits(-v) >> bucketShift)
	}
	return 0
}

// edge is the magnitude at which the bucket of magnitude index begins.
func edge(index int32) float64 { return math.Float64frombits(uint64(index) << bucketShift) }

// BucketLow is the lower edge of a bucket: for a negative one the edge farther from zero, which belongs to the bucket
// below it.
func BucketLow(index int32) float64 {
	switch {
	case index > 0:
		return edge(index)
	case index == -infiniteBucket:
		return math.Inf(-1)
	case index < 0:
		return -edge(-index + 1)
	}
	return -zeroBelow
}

// bucketMiddle is the middle of a bucket, 0 for zero, infinite for infinity.
func bucketMiddle(index int32) float64 {
	switch {
	case index > 0:
		return middle(index)
	case index < 0:
		return -middle(-index)
	}
	return 0
}

func middle(index int32) float64 {
	if index == infiniteBucket {
		return math.Inf(1)
	}
	return math.Float64frombits(uint64(index)<<bucketShift | 1<<(bucketShift-1))
}
