package stats

import "math"

// NormalQuantile is the standard normal quantile: Phi(x) = p for p in (0, 1).
// Absolute error below 1e-10 for p within [1e-6, 1 - 1e-6], which is where
// confidence levels live. NaN outside (0, 1).
func NormalQuantile(p float64) float64 {
	switch {
	case !(p > 0 && p < 1):
		return math.NaN()
	case p < 0.5:
		return 0 - NormalQuantile(1-p)
	}
	x := 0.0
	for range 100 {
		density := normalDensity(x)
		step := (normalCDF(x) - p) / density
		// Newton overshoots from the flat side; half a unit a step cannot.
		step = math.Max(-0.5, math.Min(0.5, step))
		x -= step
		if math.Abs(step) < 1e-15 {
			break
		}
	}
	return x
}

// normalCDF sums Phi(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + ...) for x >= 0
// (Marsaglia 2004, "Evaluating the normal distribution", eq. 3): all terms
// positive, so nothing cancels.
func normalCDF(x float64) float64 {
	square := float64(x * x)
	term, sum := x, x
	for k := 3.0; term > sum*1e-17 && k < 2000; k += 2 {
		term = term * square / k
		sum += term
	}
	return 0.5 + float64(normalDensity(x)*sum)
}

const invSqrt2Pi = 0.39894228040143267794

func normalDensity(x float64) float64 { return invSqrt2Pi / exponential(float64(x*x)/2) }

// exponential is e^y for y >= 0 by (series of e^(y/1024))^1024.
func exponential(y float64) float64 {
	small := y / 1024
	term, sum := 1.0, 1.0
	for k := 1.0; k <= 18; k++ {
		term = term * small / k
		sum += term
	}
	for range 10 {
		sum *= sum
	}
	return sum
}

// StudentQuantile is the quantile of Student's t with the given degrees of
// freedom (>= 2) at p in (0, 1); NaN outside. Between even degrees the next
// lower even one is taken, which is wider: the distribution function is then a
// finite sum (Abramowitz & Stegun 26.7.4) without an arctangent. From 200
// degrees on it is the expansion in 1/df (26.7.5), good to 1e-9.
func StudentQuantile(p, degrees float64) float64 {
	switch {
	case !(p > 0 && p < 1) || !(degrees >= 2):
		return math.NaN()
	case p < 0.5:
		return 0 - StudentQuantile(1-p, degrees)
	case degrees >= 200:
		return studentExpansion(NormalQuantile(p), degrees)
	}
	even := 2 * math.Floor(degrees/2)
	low, high := 0.0, 1.0
	for studentCDF(high, even) < p {
		high *= 2
	}
	for range 80 {
		middle := (low + high) / 2
		if studentCDF(middle, even) < p {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}

func studentCDF(t, even float64) float64 {
	square := float64(t * t)
	sin := t / math.Sqrt(even+square)
	cos2 := even / (even + square)
	term, sum := 1.0, 1.0
	for k := 2.0; k < even; k += 2 {
		term = term * cos2 * (k - 1) / k
		sum += term
	}
	return 0.5 + float64(float64(sin*sum)/2)
}

func studentExpansion(z, degrees float64) float64 {
	z2 := float64(z * z)
	first := float64(z * (z2 + 1) / 4)
	second := float64(z * (float64((float64(5*z2)+16)*z2) + 3) / 96)
	third := float64(z * (float64((float64((float64(3*z2)+19)*z2)+17)*z2) - 15) / 384)
	return z + (first+(second+third/degrees)/degrees)/degrees
}

// twoSided gives the normal quantile of a two-sided confidence.
func twoSided(confidence float64) float64 { return NormalQuantile(0.5 + float64(confidence/2)) }
