package stats

import (
	"math"
	"sort"
)

// PValue is the two-sided p-value against zero of a difference, by its interval:
// the standard error is the distance to the end next to zero over the normal
// quantile of the confidence. It is 1 where that end is open, the value unknown or
// zero, and below 1 - confidence exactly where the interval leaves zero out.
func (e Estimate) PValue() float64 {
	value, end := e.Value, e.Low
	if value < 0 {
		value, end = 0-value, 0-e.High
	}
	if !e.Known() || value == 0 || math.IsInf(end, -1) {
		return 1
	}
	if end >= value {
		return 0 // no spread at all
	}
	z := float64(twoSided(e.Confidence)*value) / (value - end)
	if z > 38 {
		return 0
	}
	return math.Min(1, 2*upperTail(z))
}

// upperTail is 1 - Phi(z) for z >= 0, by Mills' ratio as a continued fraction
// (Abramowitz & Stegun 26.2.14) where the sum would cancel.
func upperTail(z float64) float64 {
	if z < 3 {
		return 1 - normalCDF(z)
	}
	ratio := z
	for k := 60.0; k >= 1; k-- {
		ratio = z + k/ratio
	}
	return normalDensity(z) / ratio
}

// Holm gives the adjusted p-values of a family of tests: the chance that any of
// those below a level is false is at most the level, however the tests depend on
// one another (Holm 1979, "A simple sequentially rejective multiple test
// procedure").
func Holm(p []float64) []float64 {
	out, order := make([]float64, len(p)), ascending(p)
	largest := 0.0
	for rank, i := range order {
		largest = math.Max(largest, float64(float64(len(p)-rank)*p[i]))
		out[i] = math.Min(1, largest)
	}
	return out
}

// BenjaminiHochberg gives the adjusted p-values by which the expected share of
// false ones among those below a level is at most the level (Benjamini, Hochberg
// 1995, eq. 1), for independent or positively dependent tests.
func BenjaminiHochberg(p []float64) []float64 {
	out, order := make([]float64, len(p)), ascending(p)
	least := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		least = math.Min(least, float64(float64(len(p))*p[i])/float64(rank+1))
		out[i] = least
	}
	return out
}

func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p[order[a]] < p[order[b]] })
	return order
}
