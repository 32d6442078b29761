package record

import (
	"math"
	"math/bits"
)

// Int128 is a two's complement 128-bit integer. Additions of it are exact and independent of their order, which floats
// are not; every sum and count that is merged across blocks is one.
type Int128 struct {
	Hi int64
	Lo uint64
}

// Int128Of converts an int64.
func Int128Of(v int64) Int128 { return Int128{Hi: v >> 63, Lo: uint64(v)} }

// Add returns a + b, and whether the true sum has 128 bits.
func (a Int128) Add(b Int128) (Int128, bool) {
	lo, carry := bits.Add64(a.Lo, b.Lo, 0)
	hi, _ := bits.Add64(uint64(a.Hi), uint64(b.Hi), carry)
	sum := Int128{Hi: int64(hi), Lo: lo}
	return sum, (a.Hi < 0) != (b.Hi < 0) || (sum.Hi < 0) == (a.Hi < 0)
}

// Neg returns -a (the smallest value is its own negative).
func (a Int128) Neg() Int128 {
	lo, borrow := bits.Sub64(0, a.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.Hi), borrow)
	return Int128{Hi: int64(hi), Lo: lo}
}

// Cmp compares a and b: -1, 0 or 1.
func (a Int128) Cmp(b Int128) int {
	switch {
	case a.Hi < b.Hi, a.Hi == b.Hi && a.Lo < b.Lo:
		return -1
	case a == b:
		return 0
	}
	return 1
}

// IsZero reports whether a is 0.
func (a Int128) IsZero() bool { return a == Int128{} }

// Float64 is a, rounded once to the nearest float64 (ties to even).
func (a Int128) Float64() float64 {
	if a.Hi < 0 {
		return -a.Neg().magnitude()
	}
	return a.magnitude()
}

// magnitude reads a as unsigned. Bits below the upper 64 are folded into a sticky bit, so that the one conversion
// rounds correctly.
func (a Int128) magnitude() float64 {
	hi := uint64(a.Hi)
	if hi == 0 {
		return float64(a.Lo)
	}
	shift := 64 - bits.LeadingZeros64(hi)
	top := hi<<(64-shift) | a.Lo>>shift
	if a.Lo<<(64-shift) != 0 {
		top |= 1
	}
	return math.Ldexp(float64(top), shift)
}

// Int128FromFloat converts a float64 of integral value, and reports whether its magnitude is below 2^90 (about 10^27): 2^37 such
// terms add up without overflow in any order. NaN and infinities are not.
func Int128FromFloat(v float64) (Int128, bool) {
	magnitude := math.Abs(v)
	if !(magnitude < sumLimit) {
		return Int128{}, false
	}
	fraction, exponent := math.Frexp(magnitude)
	mantissa := uint64(math.Ldexp(fraction, 53))
	var out Int128
	if shift := exponent - 53; shift <= 0 {
		out.Lo = mantissa >> -shift
	} else {
		out = Int128{Hi: int64(mantissa >> (64 - shift)), Lo: mantissa << shift}
	}
	if v < 0 {
		return out.Neg(), true
	}
	return out, true
}

// mulSmall returns a * m for a non-negative a; ok is false when the product does not fit.
func (a Int128) mulSmall(m uint64) (Int128, bool) {
	carry, lo := bits.Mul64(a.Lo, m)
	over, hi := bits.Mul64(uint64(a.Hi), m)
	hi, c := bits.Add64(hi, carry, 0)
	return Int128{Hi: int64(hi), Lo: lo}, over == 0 && c == 0 && hi>>63 == 0
}
