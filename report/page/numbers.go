package page

import (
	"math"
	"strconv"
)

// numbers are written for charts: with five digits, null for what does not
// exist, and infinite values as far beyond everything.
type numbers []float64

// infinite stands for an infinite value, which JSON does not have.
const infinite = 9e99

// MarshalJSON implements json.Marshaler.
func (n numbers) MarshalJSON() ([]byte, error) {
	out := []byte{'['}
	for i, x := range n {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendNumber(out, x)
	}
	return append(out, ']'), nil
}

// number is one of numbers.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(n)), nil }

func appendNumber(out []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(out, "null"...)
	case math.Abs(x) > infinite:
		x = math.Copysign(infinite, x)
	}
	return strconv.AppendFloat(out, x+0, 'g', 5, 64)
}

// thin picks at most the given number of rows, evenly, the first and the last
// among them.
func thin[T any](rows []T, most int) []T {
	if len(rows) <= most || most < 2 {
		return rows
	}
	out := make([]T, most)
	for i := range out {
		out[i] = rows[i*(len(rows)-1)/(most-1)]
	}
	return out
}
