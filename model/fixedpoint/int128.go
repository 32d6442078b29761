package fixedpoint

import (
	"cmp"
	"math/bits"
)

// Int128 is a signed 128-bit integer in two's complement, the width of debts
// and limits.
type Int128 struct {
	Hi int64
	Lo uint64
}

// I128 returns x as an Int128.
func I128(x int64) Int128 { return Int128{x >> 63, uint64(x)} }

// The ends of the range of Int128.
var (
	MaxInt128 = Int128{1<<63 - 1, 1<<64 - 1}
	MinInt128 = Int128{-1 << 63, 0}
)

// IsZero reports whether x is 0.
func (x Int128) IsZero() bool { return uint64(x.Hi)|x.Lo == 0 }

// Sign returns -1, 0 or +1.
func (x Int128) Sign() int {
	switch {
	case x.Hi < 0:
		return -1
	case x.IsZero():
		return 0
	}
	return 1
}

// Cmp returns -1, 0 or +1 as x is below, equal to or above y.
func (x Int128) Cmp(y Int128) int {
	if x.Hi != y.Hi {
		return cmp.Compare(x.Hi, y.Hi)
	}
	return cmp.Compare(x.Lo, y.Lo)
}

// Add returns x+y; it throws PanicOverflow when the sum does not fit.
func (x Int128) Add(y Int128) Int128 {
	lo, c := bits.Add64(x.Lo, y.Lo, 0)
	hi, _ := bits.Add64(uint64(x.Hi), uint64(y.Hi), c)
	// Both operands differ in sign from the sum only when it overflowed.
	if (uint64(x.Hi)^hi)&(uint64(y.Hi)^hi)>>63 != 0 {
		overflow()
	}
	return Int128{int64(hi), lo}
}

// Sub returns x-y; it throws PanicOverflow when the difference does not fit.
func (x Int128) Sub(y Int128) Int128 {
	lo, b := bits.Sub64(x.Lo, y.Lo, 0)
	hi, _ := bits.Sub64(uint64(x.Hi), uint64(y.Hi), b)
	if (uint64(x.Hi)^uint64(y.Hi))&(uint64(x.Hi)^hi)>>63 != 0 {
		overflow()
	}
	return Int128{int64(hi), lo}
}

// Neg returns -x; it throws PanicOverflow for the least Int128.
func (x Int128) Neg() Int128 { return Int128{}.Sub(x) }

// Abs returns |x| as the contracts take it, which is -x below 0; it throws
// PanicOverflow for the least Int128.
func (x Int128) Abs() Uint128 {
	if x.Hi < 0 {
		x = x.Neg()
	}
	return Uint128{uint64(x.Hi), x.Lo}
}

// Wide returns x at 256 bits.
func (x Int128) Wide() Int256 {
	s := uint64(x.Hi >> 63)
	return Int256{x.Lo, uint64(x.Hi), s, s}
}

// Uint128 casts x; it throws OverflowInt128ToUint128 when x is negative.
func (x Int128) Uint128() Uint128 {
	if x.Hi < 0 {
		Throw(OverflowInt128ToUint128)
	}
	return Uint128{uint64(x.Hi), x.Lo}
}

// String returns x in decimal.
func (x Int128) String() string { return x.Wide().String() }
