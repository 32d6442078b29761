package portable

import "math"

const (
	ln2Hi = 6.93147180369123816490e-01
	ln2Lo = 1.90821492927058770002e-10
	log1  = 6.666666666666735130e-01
	log2  = 3.999999999940941908e-01
	log3  = 2.857142874366239149e-01
	log4  = 2.222219843214978396e-01
	log5  = 1.818357216161805012e-01
	log6  = 1.531383769920937332e-01
	log7  = 1.479819860511658591e-01
)

// Log returns the natural logarithm with an error below 1 ulp (the method of
// FreeBSD's e_log.c): NaN below zero, -Inf at zero.
func Log(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	fraction, exponent := split(x)
	f := fraction - 1
	k := float64(exponent)
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	odd := float64(s2 * (log1 + float64(s4*(log3+float64(s4*(log5+float64(s4*log7)))))))
	even := float64(s4 * (log2 + float64(s4*(log4+float64(s4*log6)))))
	half := float64(float64(0.5*f) * f)
	rest := float64(s*(half+(odd+even))) + float64(k*ln2Lo)
	return float64(k*ln2Hi) - ((half - rest) - f)
}

// split returns x = fraction·2^exponent with fraction in [√½, √2).
func split(x float64) (fraction float64, exponent int) {
	bits := math.Float64bits(x)
	if bits>>52 == 0 { // below the smallest normal number
		bits = math.Float64bits(x * 0x1p54)
		exponent = -54
	}
	exponent += int(bits>>52) - 1023
	fraction = math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if fraction >= math.Sqrt2 {
		fraction *= 0.5
		exponent++
	}
	return fraction, exponent
}

// Pow returns e^(y·log x) for x >= 0: a relative error of about
// (2 + |y·log x|)·2^-53, not that of a correctly rounded power. Pow(x, 0) is 1,
// and Pow(0, y) is 0 for positive y and +Inf for negative y.
func Pow(x, y float64) float64 {
	if y == 0 {
		return 1
	}
	return Exp(float64(y * Log(x)))
}
