package fixedpoint

import (
	"cmp"
	"math/bits"
)

// Uint128 is an unsigned 128-bit integer, the width of shares and weights.
type Uint128 struct{ Hi, Lo uint64 }

// U128 returns x as a Uint128.
func U128(x uint64) Uint128 { return Uint128{Lo: x} }

// MaxUint128 is 2^128-1.
var MaxUint128 = Uint128{Hi: 1<<64 - 1, Lo: 1<<64 - 1}

// IsZero reports whether x is 0.
func (x Uint128) IsZero() bool { return x.Hi|x.Lo == 0 }

// Cmp returns -1, 0 or +1 as x is below, equal to or above y.
func (x Uint128) Cmp(y Uint128) int {
	if x.Hi != y.Hi {
		return cmp.Compare(x.Hi, y.Hi)
	}
	return cmp.Compare(x.Lo, y.Lo)
}

// Add returns x+y; it throws PanicOverflow above 2^128-1.
func (x Uint128) Add(y Uint128) Uint128 {
	lo, c := bits.Add64(x.Lo, y.Lo, 0)
	hi, c := bits.Add64(x.Hi, y.Hi, c)
	if c != 0 {
		overflow()
	}
	return Uint128{hi, lo}
}

// Sub returns x-y; it throws PanicOverflow below 0.
func (x Uint128) Sub(y Uint128) Uint128 {
	lo, b := bits.Sub64(x.Lo, y.Lo, 0)
	hi, b := bits.Sub64(x.Hi, y.Hi, b)
	if b != 0 {
		overflow()
	}
	return Uint128{hi, lo}
}

// Wide returns x at 256 bits.
func (x Uint128) Wide() Uint256 { return Uint256{x.Lo, x.Hi, 0, 0} }

// WideInt returns x as a signed 256-bit integer; it always fits.
func (x Uint128) WideInt() Int256 { return Int256{x.Lo, x.Hi, 0, 0} }

// Int128 casts x; it throws OverflowUint128ToInt128 above 2^127-1.
func (x Uint128) Int128() Int128 {
	if x.Hi>>63 != 0 {
		Throw(OverflowUint128ToInt128)
	}
	return Int128{int64(x.Hi), x.Lo}
}

// String returns x in decimal.
func (x Uint128) String() string { return x.Wide().String() }
