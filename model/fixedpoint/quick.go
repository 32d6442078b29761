package fixedpoint

import "math/bits"

// Quick operations are those of the checked types on numbers of 128 bits,
// without their exceptions: they report with ok = false what does not fit or is
// not defined, and the caller takes the checked way then, which tells why. What
// they return otherwise is the same to the wei.

// split returns the magnitude and the sign (0 or all ones) of x.
func (x Int128) split() (hi, lo, sign uint64) {
	sign = uint64(x.Hi >> 63)
	lo, borrow := bits.Sub64(x.Lo^sign, sign, 0)
	hi, _ = bits.Sub64(uint64(x.Hi)^sign, sign, borrow)
	return hi, lo, sign
}

// join puts a sign on a magnitude below 2^127.
func join(hi, lo, sign uint64) Int128 {
	lo, borrow := bits.Sub64(lo^sign, sign, 0)
	hi, _ = bits.Sub64(hi^sign, sign, borrow)
	return Int128{int64(hi), lo}
}

// QuickAdd returns x+y.
func (x Int128) QuickAdd(y Int128) (z Int128, ok bool) {
	lo, c := bits.Add64(x.Lo, y.Lo, 0)
	hi, _ := bits.Add64(uint64(x.Hi), uint64(y.Hi), c)
	return Int128{int64(hi), lo}, (uint64(x.Hi)^hi)&(uint64(y.Hi)^hi)>>63 == 0
}

// QuickSub returns x-y.
func (x Int128) QuickSub(y Int128) (z Int128, ok bool) {
	lo, b := bits.Sub64(x.Lo, y.Lo, 0)
	hi, _ := bits.Sub64(uint64(x.Hi), uint64(y.Hi), b)
	return Int128{int64(hi), lo}, (uint64(x.Hi)^uint64(y.Hi))&(uint64(x.Hi)^hi)>>63 == 0
}

// QuickMulDecimal returns x*y/10^18 truncated toward zero.
func (x Int128) QuickMulDecimal(y Int128) (z Int128, ok bool) {
	xh, xl, xs := x.split()
	yh, yl, ys := y.split()
	h, m, l, ok := product(xh, xl, yh, yl)
	// Of 10^18 = 2^18·5^18 the first factor is a shift.
	l, m, h = l>>18|m<<46, m>>18|h<<46, h>>18
	if !ok || h >= fives18 {
		return z, false
	}
	q1, r := bits.Div64(h, m, fives18)
	q0, _ := bits.Div64(r, l, fives18)
	return join(q1, q0, xs^ys), q1>>63 == 0
}

// QuickPerUnit returns x*shares/10^27 truncated toward zero: what a change of a
// value per share brings to shares.
func (x D27) QuickPerUnit(shares Uint128) (z Int128, ok bool) {
	xh, xl, xs := x.Raw.split()
	h, m, l, ok := product(xh, xl, shares.Hi, shares.Lo)
	l, m, h = l>>27|m<<37, m>>27|h<<37, h>>27
	if !ok || h >= fives27 {
		return z, false
	}
	q1, r := bits.Div64(h, m, fives27)
	q0, _ := bits.Div64(r, l, fives27)
	return join(q1, q0, xs), q1>>63 == 0
}

// product returns x*y in three words; not ok when it needs more.
func product(xh, xl, yh, yl uint64) (h, m, l uint64, ok bool) {
	m, l = bits.Mul64(xl, yl)
	h1, l1 := bits.Mul64(xl, yh)
	h2, l2 := bits.Mul64(xh, yl)
	h3, l3 := bits.Mul64(xh, yh)
	m, c1 := bits.Add64(m, l1, 0)
	m, c2 := bits.Add64(m, l2, 0)
	h, c1 = bits.Add64(h1, h2, c1)
	h, c2 = bits.Add64(h, l3, c2)
	return h, m, l, h3|c1|c2 == 0
}

// QuickPerShare returns x*10^27/shares truncated toward zero: the change of a
// value per share when x is spread over shares.
func QuickPerShare(x Int128, shares Uint128) (z D27, ok bool) {
	xh, xl, xs := x.split()
	h, m, l, ok := product(xh, xl, preciseU256.w1, preciseU256.w0)
	q1, q0, fits := quo3by2(h, m, l, shares)
	return D27{join(q1, q0, xs)}, ok && fits
}

// QuickDivDecimal returns x*10^18/y truncated toward zero.
func (x Int128) QuickDivDecimal(y Uint128) (z Int128, ok bool) {
	xh, xl, xs := x.split()
	h, m, l, ok := product(xh, xl, 0, unit64)
	q1, q0, fits := quo3by2(h, m, l, y)
	return join(q1, q0, xs), ok && fits
}

// quo3by2 divides three words by d; ok when the quotient is below 2^127.
func quo3by2(h, m, l uint64, d Uint128) (q1, q0 uint64, ok bool) {
	if d.Hi == 0 {
		if h >= d.Lo {
			return 0, 0, false
		}
		q1, r := bits.Div64(h, m, d.Lo)
		q0, _ = bits.Div64(r, l, d.Lo)
		return q1, q0, q1>>63 == 0
	}
	s := uint(bits.LeadingZeros64(d.Hi)) & 63
	n1, n0 := d.Hi<<s|d.Lo>>1>>(63-s), d.Lo<<s
	x3 := h >> 1 >> (63 - s)
	x2 := h<<s | m>>1>>(63-s)
	x1 := m<<s | l>>1>>(63-s)
	x0 := l << s
	if x3 >= n1 {
		return 0, 0, false
	}
	q1, x2, x1 = div3by2(x3, x2, x1, n1, n0)
	q0, _, _ = div3by2(x2, x1, x0, n1, n0)
	return q1, q0, q1>>63 == 0
}

// QuickShare returns x*part/whole rounded down.
func (x Uint128) QuickShare(part, whole Uint128) (z Uint128, ok bool) {
	h, m, l, ok := product(x.Hi, x.Lo, part.Hi, part.Lo)
	q1, q0, fits := quo3by2(h, m, l, whole)
	return Uint128{q1, q0}, ok && fits
}

// QuickD18 returns x with 18 decimals, truncated toward zero.
func (x D27) QuickD18() Int128 {
	h, l, sign := x.Raw.split()
	h, l = h>>9, l>>9|h<<55
	q1 := uint64(0)
	if h >= fives9 {
		q1, h = h/fives9, h%fives9
	}
	q0, _ := bits.Div64(h, l, fives9)
	return join(q1, q0, sign)
}

// QuickD27 returns x with 27 decimals.
func (x Int128) QuickD27() (z D27, ok bool) {
	h, l, sign := x.split()
	m, l := bits.Mul64(l, d27PerD18)
	over, h := bits.Mul64(h, d27PerD18)
	h, c := bits.Add64(h, m, 0)
	return D27{join(h, l, sign)}, over|c == 0 && h>>63 == 0
}

// AtMostShare reports whether x <= part*shares/10^18 without the rounding of
// the right side, for a part that is not negative.
func (x Int128) AtMostShare(part Int128, shares Uint128) bool {
	if x.Hi < 0 {
		return true
	}
	h, m, l, ok := product(uint64(x.Hi), x.Lo, 0, unit64)
	h2, m2, l2, fits := product(uint64(part.Hi), part.Lo, shares.Hi, shares.Lo)
	if !ok || !fits {
		return false
	}
	_, b := bits.Sub64(l2, l, 0)
	_, b = bits.Sub64(m2, m, b)
	_, b = bits.Sub64(h2, h, b)
	return b == 0
}

// QuickInt128 returns x as a signed number.
func (x Uint128) QuickInt128() (z Int128, ok bool) { return Int128{int64(x.Hi), x.Lo}, x.Hi>>63 == 0 }

// QuickUint128 returns x as an unsigned number.
func (x Int128) QuickUint128() (z Uint128, ok bool) { return Uint128{uint64(x.Hi), x.Lo}, x.Hi >= 0 }

// QuickInt128 returns x at 128 bits.
func (x Int256) QuickInt128() (z Int128, ok bool) {
	s := uint64(int64(x.w1) >> 63)
	return Int128{int64(x.w1), x.w0}, x.w2 == s && x.w3 == s
}

// QuickUint128 returns x at 128 bits.
func (x Uint256) QuickUint128() (z Uint128, ok bool) { return Uint128{x.w1, x.w0}, x.w2|x.w3 == 0 }

// QuickMulD27 returns x*f/10^27 rounded down for a factor f with 27 decimals.
func (x Uint128) QuickMulD27(f Uint128) (z Uint128, ok bool) {
	h, m, l, ok := product(x.Hi, x.Lo, f.Hi, f.Lo)
	l, m, h = l>>27|m<<37, m>>27|h<<37, h>>27
	if !ok || h >= fives27 {
		return z, false
	}
	q1, r := bits.Div64(h, m, fives27)
	q0, _ := bits.Div64(r, l, fives27)
	return Uint128{q1, q0}, true
}

// RatioBelow reports whether x*10^18/y, rounded down, is below ratio, for y
// other than 0.
func RatioBelow(x, y, ratio Uint128) bool {
	a := mul128(x.Lo, x.Hi, unit64, 0)
	b := mul128(y.Lo, y.Hi, ratio.Lo, ratio.Hi)
	return a.Less(b)
}
