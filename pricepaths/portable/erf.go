package portable

import "math"

const erfMiddleOffset = 8.45062911510467529297e-01

// Erfc returns the complementary error function, 2/√π ∫ from x of e^(-t²) dt,
// with a relative error below about 1e-15 near zero and 1e-13 in the far tail.
func Erfc(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return x
	case a < 0.84375:
		return erfcCentre(x)
	case a >= 28:
		return fold(x, 0)
	case a < 1.25:
		s := a - 1
		p := horner(s, erfMiddleNum[:]) / horner(s, erfMiddleDen[:])
		return fold(x, 1-erfMiddleOffset-p)
	}
	return fold(x, erfcTail(a))
}

// fold turns erfc(|x|) into erfc(x).
func fold(x, upper float64) float64 {
	if x < 0 {
		return 2 - upper
	}
	return upper
}

func erfcCentre(x float64) float64 {
	z := float64(x * x)
	y := horner(z, erfCentreNum[:]) / horner(z, erfCentreDen[:])
	if x < 0.25 {
		return 1 - (x + float64(x*y))
	}
	return 0.5 - (x - 0.5 + float64(x*y))
}

// erfcTail answers for 1.25 <= a < 28. The square is split so that its rounding
// error does not reach the exponential.
func erfcTail(a float64) float64 {
	s := 1 / float64(a*a)
	var ratio float64
	if a < 1/0.35 {
		ratio = horner(s, erfcNearNum[:]) / horner(s, erfcNearDen[:])
	} else {
		ratio = horner(s, erfcFarNum[:]) / horner(s, erfcFarDen[:])
	}
	z := math.Float64frombits(math.Float64bits(a) &^ 0xffffffff)
	main := Exp(float64(-z*z) - 0.5625)
	return float64(main*Exp(float64((z-a)*(z+a))+ratio)) / a
}
