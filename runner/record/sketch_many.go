package record

import (
	"cmp"
	"math"
	"slices"
)

// AddAll takes in observations of weight 1, none of them NaN, which it puts in
// order. It is Add for each of them, at less cost.
func (s *Sketch) AddAll(values []float64) {
	if len(values) == 0 {
		return
	}
	if allSame(values) {
		s.addSame(values[0], int64(len(values)))
		return
	}
	slices.SortFunc(values, func(a, b float64) int { return cmp.Compare(a, b) })
	for i := 0; i < len(values); {
		bucket, from := BucketOf(values[i]), i
		for i++; i < len(values) && BucketOf(values[i]) == bucket; i++ {
		}
		s.addRun(bucket, values[from:i])
	}
}

func allSame(values []float64) bool {
	for _, v := range values[1:] {
		if v != values[0] {
			return false
		}
	}
	return true
}

// addSame adds a value n times.
func (s *Sketch) addSame(value float64, n int64) {
	if value == 0 {
		value = 0 // not -0
	}
	s.extend(value, value)
	s.N += n
	s.addTo(&s.Weight, Int128Of(n))
	s.addBin(Bin{Index: BucketOf(value), Count: Int128Of(n)})
	for range n {
		s.addTerm(value)
	}
}

// addRun adds ascending values of one bucket.
func (s *Sketch) addRun(bucket int32, values []float64) {
	low, high := values[0], values[len(values)-1]
	if low == 0 && high == 0 {
		low, high = 0, 0
	}
	s.extend(low, high)
	n := int64(len(values))
	s.N += n
	s.addTo(&s.Weight, Int128Of(n))
	s.addBin(Bin{Index: bucket, Count: Int128Of(n)})
	for _, v := range values {
		s.addTerm(v)
	}
}

// addTerm adds a value to the sum.
func (s *Sketch) addTerm(value float64) {
	x := math.RoundToEven(float64(value * sumUnit))
	if math.Abs(x) < 1<<62 {
		s.addTo(&s.Sum, Int128Of(int64(x)))
	} else if term, ok := Int128FromFloat(x); ok {
		s.addTo(&s.Sum, term)
	} else {
		s.Inexact = true
	}
}
