package stats

import "math"

// BinomialCDF is P(X <= k) for X ~ Binomial(n, p).
//
// Weights relative to the mode follow from the ratio of neighbours, outwards
// until they no longer count, and are divided by their sum: no logarithm, no
// underflow, about 20 standard deviations of terms. Relative error of a tail of
// 1e-3 about 1e-12.
func BinomialCDF(k, n int64, p float64) float64 {
	switch {
	case k < 0:
		return 0
	case k >= n || p <= 0:
		return 1
	case p >= 1:
		return 0
	}
	below, above := 0.0, 0.0
	add := func(i int64, weight float64) {
		if i <= k {
			below += weight
		} else {
			above += weight
		}
	}
	mode := min(n, int64(math.Floor(float64(float64(n+1)*p))))
	add(mode, 1)
	odds := p / (1 - p)
	weight := 1.0
	for i := mode; i < n && weight > 1e-25; i++ {
		weight = float64(weight * float64(n-i) / float64(i+1) * odds)
		add(i+1, weight)
	}
	weight = 1.0
	for i := mode; i > 0 && weight > 1e-25; i-- {
		weight = float64(weight * (float64(i) / (float64(n-i+1) * odds)))
		add(i-1, weight)
	}
	return below / (below + above)
}

// bisect finds p in [0, 1] where a decreasing function falls through target.
func bisect(decreasing func(p float64) float64, target float64) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		middle := (low + high) / 2
		if decreasing(middle) > target {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
