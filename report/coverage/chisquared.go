package coverage

import (
	"math"

	"backtest/pricepaths/portable"
)

// chiSquaredTail is P(X > x) for a chi-squared law with a whole number of
// degrees of freedom, by the recurrence Q(a+1, z) = Q(a, z) + z^a e^-z / G(a+1)
// from Q(1/2, z) = erfc(sqrt z) or Q(1, z) = e^-z (Abramowitz, Stegun 6.5.21).
func chiSquaredTail(x float64, degrees int) float64 {
	if !(x > 0) || degrees < 1 {
		return 1
	}
	z := x / 2
	var a, tail float64
	if degrees%2 == 1 {
		a, tail = 0.5, portable.Erfc(math.Sqrt(z))
	} else {
		a, tail = 1, portable.Exp(-z)
	}
	for ; a < float64(degrees)/2-0.25; a++ {
		tail += portable.Exp(float64(a*portable.Log(z)) - z - portable.LogGamma(a+1))
	}
	return math.Min(1, tail)
}

// xlogy is x ln y with 0 ln 0 = 0.
func xlogy(x, y float64) float64 {
	if x == 0 {
		return 0
	}
	return float64(x * portable.Log(y))
}

// binomialPMF gives P(X = k) for k = 0 … n, X ~ Binomial(n, p).
func binomialPMF(n int, p float64) []float64 {
	mass := make([]float64, n+1)
	switch {
	case p <= 0:
		mass[0] = 1
		return mass
	case p >= 1:
		mass[n] = 1
		return mass
	}
	logP, logQ := portable.Log(p), portable.Log(1-p)
	for k := range mass {
		mass[k] = portable.Exp(logChoose(n, k) + float64(float64(k)*logP) + float64(float64(n-k)*logQ))
	}
	return mass
}

// logChoose is the logarithm of the number of ways to choose k of n; -Inf where
// there is none.
func logChoose(n, k int) float64 {
	if k < 0 || k > n || n < 0 {
		return math.Inf(-1)
	}
	return portable.LogGamma(float64(n+1)) - portable.LogGamma(float64(k+1)) - portable.LogGamma(float64(n-k+1))
}
