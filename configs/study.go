package configs

import (
	"math"
	"strconv"
)

// sampled designs choose points within ranges, the others take every value.
func (s *Study) sampled() bool {
	return s.Design == "latin_hypercube" || s.Design == "sobol" || s.Design == "saltelli"
}

// Size is the number of points of the design, the base not counted; it ends at
// the largest int64.
func (s *Study) Size() int64 {
	if s.sampled() {
		return s.Points
	}
	points, sum := int64(1), int64(0)
	for _, axis := range s.Axes {
		levels := axis.count()
		sum += levels
		if levels > 0 && points > math.MaxInt64/levels {
			return math.MaxInt64
		}
		points *= levels
	}
	if s.Design == "one_at_a_time" {
		return sum
	}
	return points
}

func (a Axis) count() int64 {
	if len(a.Values) > 0 {
		return int64(len(a.Values))
	}
	return a.Count
}

// Levels are the values of an axis in order, as texts for [Loaded.With]: those
// given, or Count evenly spaced ones from From to To; a range without a count has
// its ends.
func (a Axis) Levels() []string {
	if len(a.Values) > 0 || a.From == nil || a.To == nil {
		return a.Values
	}
	count := max(2, a.Count)
	levels := make([]string, count)
	for i := range levels {
		levels[i] = a.At(float64(i) / float64(count-1))
	}
	return levels
}

// At is the value at a fraction of the way from From to To, as a text with 12
// significant digits; an axis of values has each on an equal part of the way.
func (a Axis) At(fraction float64) string {
	if n := len(a.Values); n > 0 {
		return a.Values[min(n-1, int(fraction*float64(n)))]
	}
	x := *a.From + float64(fraction*float64(*a.To-*a.From))
	text := strconv.FormatFloat(x, 'g', 12, 64)
	if y, err := strconv.ParseFloat(text, 64); err == nil {
		return strconv.FormatFloat(y, 'f', -1, 64)
	}
	return text
}
