package portable

import "math"

// horner evaluates the polynomial whose coefficients stand highest power first.
func horner(x float64, coefficients []float64) float64 {
	sum := coefficients[0]
	for _, c := range coefficients[1:] {
		sum = float64(sum*x) + c
	}
	return sum
}

func horner8(x float64, c *[8]float64) float64 {
	s := float64(c[0]*x) + c[1]
	s = float64(s*x) + c[2]
	s = float64(s*x) + c[3]
	s = float64(s*x) + c[4]
	s = float64(s*x) + c[5]
	s = float64(s*x) + c[6]
	return float64(s*x) + c[7]
}

// NormalQuantile returns z with Φ(z) = p for 0 < p < 1, with a relative error
// of about 1e-15; -Inf at 0, +Inf at 1 and NaN elsewhere.
//
// Source: Wichura, M. J. (1988), "Algorithm AS241: the percentage points of the
// normal distribution", Applied Statistics 37(3), 477-484 (routine PPND16).
func NormalQuantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return float64(q*horner8(r, &quantileCentreNum)) / horner8(r, &quantileCentreDen)
	}
	tail := p
	if q > 0 {
		tail = 1 - p
	}
	z := upperQuantile(tail)
	if q < 0 {
		return -z
	}
	return z
}

// upperQuantile returns z with 1-Φ(z) = tail for tail below 0.075.
func upperQuantile(tail float64) float64 {
	if !(tail > 0) {
		if tail == 0 {
			return math.Inf(1)
		}
		return math.NaN()
	}
	r := math.Sqrt(-Log(tail))
	if r <= 5 {
		r -= 1.6
		return horner8(r, &quantileMiddleNum) / horner8(r, &quantileMiddleDen)
	}
	r -= 5
	return horner8(r, &quantileTailNum) / horner8(r, &quantileTailDen)
}

// NormalCDF returns Φ(z), accurate in the lower tail.
func NormalCDF(z float64) float64 { return float64(0.5 * Erfc(float64(-z*(1/math.Sqrt2)))) }

// NormalDensity returns the standard normal density at z.
func NormalDensity(z float64) float64 {
	return float64(Exp(float64(-0.5*z)*z) * 0.39894228040143267794)
}
