package fixedpoint

import "math/bits"

// The unit of D18, 10^18, in each type that needs it.
const unit64 = 1_000_000_000_000_000_000

// Units of the two scales.
var (
	UnitU256 = U256(unit64)
	UnitI256 = I256(unit64)
	// precise is the unit of D27, 10^27.
	preciseU256 = Uint256{w0: 0x9fd0803ce8000000, w1: 0x33b2e3c}
	PreciseI256 = Int256(preciseU256) // the unit of D27
)

// d27PerD18 is 10^9, the ratio of the two scales.
const d27PerD18 = 1_000_000_000

// MulDecimal returns x*y/10^18 rounded down, the product checked at 256 bits.
func (x Uint256) MulDecimal(y Uint256) Uint256 {
	if x.w2|x.w3|y.w2|y.w3 == 0 {
		if q1, q0, ok := mulUnit(x.w1, x.w0, y.w1, y.w0); ok {
			return Uint256{w0: q0, w1: q1}
		}
	}
	return quoUnit(x.Mul(y))
}

// DivDecimal returns x*10^18/y rounded down; it throws PanicDivisionByZero.
func (x Uint256) DivDecimal(y Uint256) Uint256 {
	if x.w2|x.w3|y.w2|y.w3 == 0 {
		if q1, q0, ok := divUnit(x.w1, x.w0, Uint128{y.w1, y.w0}); ok {
			return Uint256{w0: q0, w1: q1}
		}
	}
	return x.Mul(UnitU256).Quo(y)
}

// MulQuo returns x*part/whole rounded down, the product checked at 256 bits; it
// throws PanicDivisionByZero.
func (x Uint256) MulQuo(part, whole Uint256) Uint256 {
	if x.w2|x.w3|part.w2|part.w3|whole.w2|whole.w3 == 0 {
		if h, m, l, ok := product(x.w1, x.w0, part.w1, part.w0); ok {
			if q1, q0, ok := quo3by2(h, m, l, Uint128{whole.w1, whole.w0}); ok {
				return Uint256{w0: q0, w1: q1}
			}
		}
	}
	return x.Mul(part).Quo(whole)
}

// MulDecimal returns x*y/10^18 truncated toward zero, the product checked at
// 256 bits.
func (x Int256) MulDecimal(y Int256) Int256 {
	if a, ok := x.Narrow(); ok {
		if b, ok := y.Narrow(); ok {
			ah, al, as := a.split()
			bh, bl, bs := b.split()
			if q1, q0, ok := mulUnit(ah, al, bh, bl); ok {
				return join(q1, q0, as^bs).Wide()
			}
		}
	}
	p := x.Mul(y)
	return signed(quoUnit(p.Magnitude()), p.negative())
}

// DivDecimal returns x*10^18/y truncated toward zero; it throws
// PanicDivisionByZero.
func (x Int256) DivDecimal(y Int256) Int256 {
	if a, ok := x.Narrow(); ok {
		if b, ok := y.Narrow(); ok {
			ah, al, as := a.split()
			bh, bl, bs := b.split()
			if q1, q0, ok := divUnit(ah, al, Uint128{bh, bl}); ok {
				return join(q1, q0, as^bs).Wide()
			}
		}
	}
	return x.Mul(UnitI256).Quo(y)
}

// D27 is a signed 128-bit number with 27 decimals: a value per share or a
// scale modifier.
type D27 struct{ Raw Int128 }

// D18 returns x with 18 decimals, truncated toward zero: -0.4 wei reads 0.
func (x D27) D18() Int128 {
	h, l, sign := x.Raw.split()
	h, l = h>>9, l>>9|h<<55
	q1 := uint64(0)
	if h >= fives9 {
		q1, h = h/fives9, h%fives9
	}
	q0, _ := bits.Div64(h, l, fives9)
	return join(q1, q0, sign)
}

// D27FromD18 returns x with 27 decimals. The product is taken at 256 bits; it
// throws OverflowInt256ToInt128 when it does not fit.
func D27FromD18(x Int128) D27 {
	h, l, sign := x.split()
	m, l := bits.Mul64(l, d27PerD18)
	over, h := bits.Mul64(h, d27PerD18)
	h, c := bits.Add64(h, m, 0)
	if over|c == 0 && h>>63 == 0 {
		return D27{join(h, l, sign)}
	}
	return D27{x.Wide().Mul(I256(d27PerD18)).Int128()}
}

// PerShareD27 returns x*10^27/shares, the change of a value per share when x
// is spread over shares; the quotient is narrowed to 128 bits
// (PROTOCOL.md §2.1). It throws PanicDivisionByZero without shares.
func PerShareD27(x Int256, shares Uint128) D27 {
	if a, ok := x.Narrow(); ok {
		ah, al, sign := a.split()
		if h, m, l, ok := product(ah, al, preciseU256.w1, preciseU256.w0); ok {
			if q1, q0, ok := quo3by2(h, m, l, shares); ok {
				return D27{join(q1, q0, sign)}
			}
		}
	}
	return D27{x.Mul(PreciseI256).Quo(shares.WideInt()).Int128()}
}

// Add returns x+y, checked at 128 bits.
func (x D27) Add(y D27) D27 { return D27{x.Raw.Add(y.Raw)} }

// Sub returns x-y, checked at 128 bits.
func (x D27) Sub(y D27) D27 { return D27{x.Raw.Sub(y.Raw)} }

// Times returns x*shares in the unit of the shares, truncated toward zero.
func (x D27) Times(shares Uint128) Int256 {
	h, l, sign := x.Raw.split()
	if q1, q0, ok := mulPrecise(h, l, shares.Hi, shares.Lo); ok {
		return join(q1, q0, sign).Wide()
	}
	return x.Raw.Wide().Mul(shares.WideInt()).PerUnitD27()
}

// Factor returns 1 + x as an unsigned number with 27 decimals: what a scale
// modifier multiplies amounts by (PROTOCOL.md §2.2). It throws
// OverflowInt256ToUint256 when x < -1.
func (x D27) Factor() Uint256 { return x.Raw.Wide().Add(PreciseI256).Uint256() }

// MulD27 returns x*f/10^27 rounded down for a factor f with 27 decimals.
func (x Uint256) MulD27(f Uint256) Uint256 {
	if x.w2|x.w3|f.w2|f.w3 == 0 {
		if q1, q0, ok := mulPrecise(x.w1, x.w0, f.w1, f.w0); ok {
			return Uint256{w0: q0, w1: q1}
		}
	}
	return quoPrecise(f.Mul(x))
}

// DivD27 returns x*10^27/f rounded down for a factor f with 27 decimals; it
// throws PanicDivisionByZero.
func (x Uint256) DivD27(f Uint256) Uint256 { return x.Mul(preciseU256).Quo(f) }

// PerUnitD27 returns x/10^27 truncated toward zero: the amount that a product of a
// value with 27 decimals and an amount stands for.
func (x Int256) PerUnitD27() Int256 { return signed(quoPrecise(x.Magnitude()), x.negative()) }

// BelowMinusOne reports whether x < -1, the lower bound of a scale modifier.
func (x D27) BelowMinusOne() bool { return x.Raw.Wide().Add(PreciseI256).negative() }
