package fixedpoint

import "math/bits"

// Almost all numbers of the protocol fit 128 bits, and so do the results of
// its operations on them. Each operation first tries the way at 128 bits, here;
// what does not fit there is done at 256 bits, which also tells why when it
// does not fit there either. The result is the same to the wei.

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

// Narrow returns x at 128 bits and whether it fits.
func (x Int256) Narrow() (z Int128, ok bool) {
	s := uint64(int64(x.w1) >> 63)
	return Int128{int64(x.w1), x.w0}, x.w2 == s && x.w3 == s
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

// mulUnit returns x*y/10^18 of two magnitudes; ok when it is below 2^127. Of
// 10^18 = 2^18·5^18 the first factor is a shift.
func mulUnit(xh, xl, yh, yl uint64) (q1, q0 uint64, ok bool) {
	h, m, l, ok := product(xh, xl, yh, yl)
	l, m, h = l>>18|m<<46, m>>18|h<<46, h>>18
	if !ok || h >= fives18 {
		return 0, 0, false
	}
	q1, r := bits.Div64(h, m, fives18)
	q0, _ = bits.Div64(r, l, fives18)
	return q1, q0, q1>>63 == 0
}

// mulPrecise returns x*y/10^27 of two magnitudes; ok when it is below 2^127.
func mulPrecise(xh, xl, yh, yl uint64) (q1, q0 uint64, ok bool) {
	h, m, l, ok := product(xh, xl, yh, yl)
	l, m, h = l>>27|m<<37, m>>27|h<<37, h>>27
	if !ok || h >= fives27 {
		return 0, 0, false
	}
	q1, r := bits.Div64(h, m, fives27)
	q0, _ = bits.Div64(r, l, fives27)
	return q1, q0, q1>>63 == 0
}

// divUnit returns x*10^18/d of a magnitude; ok when it is below 2^127.
func divUnit(xh, xl uint64, d Uint128) (q1, q0 uint64, ok bool) {
	h, m, l, ok := product(xh, xl, 0, unit64)
	if !ok {
		return 0, 0, false
	}
	return quo3by2(h, m, l, d)
}
