package page

import (
	"math"
	"strconv"
	"strings"

	"backtest/report"
)

// Numbers for charts are written with as many digits as a reader can see, null for
// what does not exist, and infinite values as far beyond everything.
type (
	numbers []float64 // four digits
	shares  []float64 // three
	edges   []float64 // six, of bins
	number  float64   // six
)

// infinite stands for an infinite value, which JSON does not have.
const infinite = 9e99

// MarshalJSON implements json.Marshaler.
func (n numbers) MarshalJSON() ([]byte, error) { return list(n, 4), nil }

// MarshalJSON implements json.Marshaler.
func (n shares) MarshalJSON() ([]byte, error) { return list(n, 3), nil }

// MarshalJSON implements json.Marshaler.
func (n edges) MarshalJSON() ([]byte, error) { return list(n, 6), nil }

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) { return appendNumber(nil, float64(n), 6), nil }

func list(values []float64, digits int) []byte {
	out := []byte{'['}
	for i, x := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendNumber(out, x, digits)
	}
	return append(out, ']')
}

func appendNumber(out []byte, x float64, digits int) []byte {
	switch {
	case math.IsNaN(x):
		return append(out, "null"...)
	case math.Abs(x) > infinite:
		x = math.Copysign(infinite, x)
	}
	text := strconv.FormatFloat(x+0, 'g', digits, 64)
	return append(out, shortExponent.Replace(text)...)
}

// shortExponent leaves out what JSON does not need: 1e+06 is 1e6.
var shortExponent = strings.NewReplacer("e+0", "e", "e-0", "e-", "e+", "e")

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

// counted writes a number of things by their name.
func counted(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return report.Count(n) + " " + what + "s"
}
