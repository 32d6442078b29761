package fixedpoint

import (
	"cmp"
	"math/bits"
)

// Uint256 is an unsigned 256-bit integer, the EVM's word. The least
// significant 64 bits come first. It is a struct, not an array, because Go
// passes structs in registers.
type Uint256 struct{ w0, w1, w2, w3 uint64 }

// U256 returns x as a Uint256.
func U256(x uint64) Uint256 { return Uint256{w0: x} }

// MaxUint256 is 2^256-1, the C-ratio of a position without debt.
var MaxUint256 = Uint256{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1}

// Words returns x as four words, the least significant first.
func (x Uint256) Words() [4]uint64 { return [4]uint64{x.w0, x.w1, x.w2, x.w3} }

// FromWords is the inverse of Words.
func FromWords(w [4]uint64) Uint256 { return Uint256{w[0], w[1], w[2], w[3]} }

// IsZero reports whether x is 0.
func (x Uint256) IsZero() bool { return x.w0|x.w1|x.w2|x.w3 == 0 }

// fits128 reports whether x is below 2^128.
func (x Uint256) fits128() bool { return x.w2|x.w3 == 0 }

// Cmp returns -1, 0 or +1 as x is below, equal to or above y.
func (x Uint256) Cmp(y Uint256) int {
	switch {
	case x.w3 != y.w3:
		return cmp.Compare(x.w3, y.w3)
	case x.w2 != y.w2:
		return cmp.Compare(x.w2, y.w2)
	case x.w1 != y.w1:
		return cmp.Compare(x.w1, y.w1)
	}
	return cmp.Compare(x.w0, y.w0)
}

// Less reports whether x < y.
func (x Uint256) Less(y Uint256) bool { return x.Cmp(y) < 0 }

// Add returns x+y; it throws PanicOverflow above 2^256-1.
func (x Uint256) Add(y Uint256) Uint256 {
	z, c := addWords(x, y)
	if c != 0 {
		overflow()
	}
	return z
}

// Sub returns x-y; it throws PanicOverflow below 0.
func (x Uint256) Sub(y Uint256) Uint256 {
	z, b := subWords(x, y)
	if b != 0 {
		overflow()
	}
	return z
}

// Mul returns x*y; it throws PanicOverflow above 2^256-1.
func (x Uint256) Mul(y Uint256) Uint256 {
	if x.fits128() && y.fits128() {
		return mul128(x.w0, x.w1, y.w0, y.w1)
	}
	return mulSlow(x, y)
}

// Quo returns x/y rounded down; it throws PanicDivisionByZero.
func (x Uint256) Quo(y Uint256) Uint256 {
	if y.IsZero() {
		divideByZero()
	}
	q, _ := quoRem(x, y)
	return q
}

// Rem returns the remainder of x/y; it throws PanicDivisionByZero.
func (x Uint256) Rem(y Uint256) Uint256 {
	if y.IsZero() {
		divideByZero()
	}
	_, r := quoRem(x, y)
	return r
}

// Uint128 casts x; it throws OverflowUint256ToUint128.
func (x Uint256) Uint128() Uint128 {
	if !x.fits128() {
		Throw(OverflowUint256ToUint128)
	}
	return Uint128{x.w1, x.w0}
}

// Int256 casts x; it throws OverflowUint256ToInt256.
func (x Uint256) Int256() Int256 {
	if x.w3>>63 != 0 {
		Throw(OverflowUint256ToInt256)
	}
	return Int256(x)
}

// Uint64 returns x and whether it fits 64 bits.
func (x Uint256) Uint64() (uint64, bool) { return x.w0, x.w1|x.w2|x.w3 == 0 }

// Low64 returns the low 64 bits of x: the contracts' own unchecked cast of
// times (PROTOCOL.md §1.3).
func (x Uint256) Low64() uint64 { return x.w0 }

// addWords adds modulo 2^256 and returns the carry.
func addWords(x, y Uint256) (z Uint256, carry uint64) {
	z.w0, carry = bits.Add64(x.w0, y.w0, 0)
	z.w1, carry = bits.Add64(x.w1, y.w1, carry)
	z.w2, carry = bits.Add64(x.w2, y.w2, carry)
	z.w3, carry = bits.Add64(x.w3, y.w3, carry)
	return z, carry
}

// subWords subtracts modulo 2^256 and returns the borrow.
func subWords(x, y Uint256) (z Uint256, borrow uint64) {
	z.w0, borrow = bits.Sub64(x.w0, y.w0, 0)
	z.w1, borrow = bits.Sub64(x.w1, y.w1, borrow)
	z.w2, borrow = bits.Sub64(x.w2, y.w2, borrow)
	z.w3, borrow = bits.Sub64(x.w3, y.w3, borrow)
	return z, borrow
}

// mul128 multiplies two 128-bit numbers; the product always fits.
func mul128(x0, x1, y0, y1 uint64) Uint256 {
	if x1|y1 == 0 {
		h, l := bits.Mul64(x0, y0)
		return Uint256{l, h, 0, 0}
	}
	h00, z0 := bits.Mul64(x0, y0)
	h01, l01 := bits.Mul64(x0, y1)
	h10, l10 := bits.Mul64(x1, y0)
	h11, l11 := bits.Mul64(x1, y1)
	z1, c1 := bits.Add64(h00, l01, 0)
	z1, c2 := bits.Add64(z1, l10, 0)
	z2, c3 := bits.Add64(h01, l11, c1)
	z2, c4 := bits.Add64(z2, h10, c2)
	return Uint256{z0, z1, z2, h11 + c3 + c4}
}

// mulSlow multiplies any two words and throws when the product needs more
// than 256 bits.
func mulSlow(x, y Uint256) Uint256 {
	var p [8]uint64
	a, b := x.Words(), y.Words()
	for i, ai := range a {
		var carry uint64
		for j, bj := range b {
			h, l := bits.Mul64(ai, bj)
			var c uint64
			l, c = bits.Add64(l, p[i+j], 0)
			h += c
			l, c = bits.Add64(l, carry, 0)
			p[i+j], carry = l, h+c
		}
		p[i+4] = carry
	}
	if p[4]|p[5]|p[6]|p[7] != 0 {
		overflow()
	}
	return Uint256{p[0], p[1], p[2], p[3]}
}
