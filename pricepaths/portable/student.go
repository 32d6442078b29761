package portable

import "math"

// LogGamma returns log Γ(x) for x > 0: Stirling's series from 12 on, below that
// after raising the argument. The absolute error is below 1e-14 for x < 100.
func LogGamma(x float64) float64 {
	product := 1.0
	for x < 12 {
		product = float64(product * x)
		x++
	}
	const halfLogTwoPi = 0.91893853320467274178
	inverse := 1 / x
	series := float64(inverse * horner(float64(inverse*inverse), stirling[:]))
	return float64((x-0.5)*Log(x)) - x + halfLogTwoPi + series - Log(product)
}

// stirling holds B_2k/(2k(2k-1)) for k = 7 to 1.
var stirling = [...]float64{1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12}

// IncompleteBeta returns the regularised incomplete beta function I_x(a, b) for
// a, b > 0 and 0 <= x <= 1, by its continued fraction (DLMF 8.17.22) evaluated
// with Lentz's method.
func IncompleteBeta(a, b, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	if x > (a+1)/(a+b+2) {
		return 1 - betaFraction(b, a, 1-x)
	}
	return betaFraction(a, b, x)
}

func betaFraction(a, b, x float64) float64 {
	logFront := LogGamma(a+b) - LogGamma(a) - LogGamma(b) + float64(a*Log(x)) + float64(b*Log(1-x))
	c, d := 1.0, 1/(1-float64((a+b)*x)/(a+1))
	h := d
	for m := 1.0; m < 1000; m++ {
		even := float64(float64(m*(b-m))*x) / float64((a+2*m-1)*(a+2*m))
		d = 1 / (1 + float64(even*d))
		c = 1 + even/c
		h = float64(float64(h*d) * c)
		odd := -float64(float64((a+m)*(a+b+m))*x) / float64((a+2*m)*(a+2*m+1))
		d = 1 / (1 + float64(odd*d))
		c = 1 + odd/c
		step := float64(d * c)
		h = float64(h * step)
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return float64(Exp(logFront)*h) / a
}

// StudentCDF returns the distribution function of Student's t with degrees > 0
// degrees of freedom, accurate in the lower tail.
func StudentCDF(t, degrees float64) float64 {
	square := float64(t * t)
	if square < 1 { // 1-x is the accurate argument near the centre
		half := float64(0.5 * IncompleteBeta(0.5, 0.5*degrees, square/(degrees+square)))
		if t < 0 {
			return 0.5 - half
		}
		return 0.5 + half
	}
	lower := float64(0.5 * IncompleteBeta(0.5*degrees, 0.5, degrees/(degrees+square)))
	if t > 0 {
		return 1 - lower
	}
	return lower
}

// StudentDensity returns the density of Student's t.
func StudentDensity(t, degrees float64) float64 {
	half := 0.5 * (degrees + 1)
	front := LogGamma(half) - LogGamma(0.5*degrees) - float64(0.5*Log(float64(math.Pi*degrees)))
	return Exp(front - float64(half*Log(1+float64(t*t)/degrees)))
}
