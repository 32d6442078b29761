package stats

import (
	"math"
	"strconv"
)

// paths counts paths in words.
func paths(n int) string {
	if n == 1 {
		return "1 path"
	}
	return strconv.Itoa(n) + " paths"
}

// trim writes a level such as 99.9 without the dust of binary fractions.
func trim(x float64) string {
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}
