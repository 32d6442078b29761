// Package closedform holds exact answers that simulated ones are tested against.
package closedform

import "math"

// Crossing is the probability that a discretely watched Gaussian walk of n steps
// goes below a barrier b < 0: backward recursion of
//
//	u(x) = P(x + step < b) + integral over y >= b of density(y - x) u'(y),
//
// by Simpson's rule, without any approximation of continuous watching.
func Crossing(b, drift, deviation float64, n int) float64 {
	const cells = 1200
	top := 8 * deviation * math.Sqrt(float64(n))
	h := (top - b) / cells
	u, next := make([]float64, cells+1), make([]float64, cells+1)
	below := func(x float64) float64 { return 0.5 * math.Erfc((x+drift-b)/deviation/math.Sqrt2) }
	step := func(x float64) float64 {
		sum := 0.0
		for j := range u {
			weight := 2.0 + 2*float64(j%2)
			if j == 0 || j == cells {
				weight = 1
			}
			z := (b + float64(j)*h - x - drift) / deviation
			sum += weight * math.Exp(-z*z/2) * u[j]
		}
		return below(x) + sum*h/3/deviation/math.Sqrt(2*math.Pi)
	}
	for range n - 1 {
		for i := range next {
			next[i] = step(b + float64(i)*h)
		}
		copy(u, next)
	}
	return step(0)
}
