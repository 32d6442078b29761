package fixedpoint

import "math/bits"

// quoRem divides x by y, y not 0. Most divisors of the protocol fit one or
// two words, and so do most quotients.
func quoRem(x, y Uint256) (q, r Uint256) {
	switch {
	case y.w1|y.w2|y.w3 == 0:
		q, rem := quoRem64(x, y.w0)
		return q, Uint256{w0: rem}
	case x.Less(y):
		return Uint256{}, x
	case y.fits128():
		return quoRem128(x, y.w1, y.w0)
	}
	return quoRemKnuth(x, y)
}

// quoRem64 divides by a single word.
func quoRem64(x Uint256, d uint64) (q Uint256, r uint64) {
	if x.w2|x.w3 == 0 {
		if x.w1 == 0 {
			return Uint256{w0: x.w0 / d}, x.w0 % d
		}
		q.w1, r = x.w1/d, x.w1%d
		q.w0, r = bits.Div64(r, x.w0, d)
		return q, r
	}
	q.w3, r = x.w3/d, x.w3%d
	q.w2, r = bits.Div64(r, x.w2, d)
	q.w1, r = bits.Div64(r, x.w1, d)
	q.w0, r = bits.Div64(r, x.w0, d)
	return q, r
}

// quoRem128 divides by a two-word divisor d1:d0, d1 not 0: schoolbook
// division in base 2^64 with a normalised divisor (Knuth, The Art of Computer
// Programming 2, 4.3.1, algorithm D).
func quoRem128(x Uint256, d1, d0 uint64) (q, r Uint256) {
	s := uint(bits.LeadingZeros64(d1))
	n1, n0 := d1<<s|d0>>1>>(63-s), d0<<s
	x4 := x.w3 >> 1 >> (63 - s)
	x3 := x.w3<<s | x.w2>>1>>(63-s)
	x2 := x.w2<<s | x.w1>>1>>(63-s)
	x1 := x.w1<<s | x.w0>>1>>(63-s)
	x0 := x.w0 << s
	if x4|x3 != 0 {
		q.w2, x3, x2 = div3by2(x4, x3, x2, n1, n0)
		q.w1, x2, x1 = div3by2(x3, x2, x1, n1, n0)
	} else {
		q.w1, x2, x1 = div3by2(0, x2, x1, n1, n0)
	}
	q.w0, x1, x0 = div3by2(x2, x1, x0, n1, n0)
	r.w0 = x0>>s | x1<<1<<(63-s)
	r.w1 = x1 >> s
	return q, r
}

// div3by2 divides u2:u1:u0 by the normalised n1:n0, where u2:u1 < n1:n0; the
// quotient fits one word.
func div3by2(u2, u1, u0, n1, n0 uint64) (q, r1, r0 uint64) {
	var rhat, over uint64
	if u2 >= n1 {
		// The estimate would need 65 bits; the true quotient is at most 2^64-1.
		q = 1<<64 - 1
		rhat, over = bits.Add64(u1, n1, 0)
	} else {
		q, rhat = bits.Div64(u2, u1, n1)
	}
	for over == 0 {
		ph, pl := bits.Mul64(q, n0)
		if ph < rhat || ph == rhat && pl <= u0 {
			break
		}
		q--
		rhat, over = bits.Add64(rhat, n1, 0)
	}
	ph, pl := bits.Mul64(q, n0)
	_, ql := bits.Mul64(q, n1)
	r0, b := bits.Sub64(u0, pl, 0)
	r1, _ = bits.Sub64(u1-ql, ph, b)
	return q, r1, r0
}

// quoRemKnuth divides by a divisor of three or four words: the quotient then
// has at most two.
func quoRemKnuth(x, y Uint256) (q, r Uint256) {
	n, d := x.Words(), y.Words()
	dn := 4
	if d[3] == 0 {
		dn = 3
	}
	s := uint(bits.LeadingZeros64(d[dn-1]))
	var u [5]uint64
	u[4] = n[3] >> 1 >> (63 - s)
	for i := 3; i > 0; i-- {
		u[i] = n[i]<<s | n[i-1]>>1>>(63-s)
		d[i] = d[i]<<s | d[i-1]>>1>>(63-s)
	}
	u[0], d[0] = n[0]<<s, d[0]<<s
	var qw [4]uint64
	for j := 4 - dn; j >= 0; j-- {
		qw[j] = knuthStep(u[j:j+dn+1], d[:dn])
	}
	for i := 0; i < 4; i++ {
		n[i] = u[i]>>s | u[i+1]<<1<<(63-s)
	}
	return FromWords(qw), FromWords(n)
}

// knuthStep computes one quotient word of u/d and leaves the remainder in u.
// len(u) = len(d)+1.
func knuthStep(u, d []uint64) uint64 {
	n := len(d)
	q := uint64(1<<64 - 1)
	if u[n] < d[n-1] {
		var rhat uint64
		q, rhat = bits.Div64(u[n], u[n-1], d[n-1])
		for {
			ph, pl := bits.Mul64(q, d[n-2])
			if ph < rhat || ph == rhat && pl <= u[n-2] {
				break
			}
			q--
			var over uint64
			if rhat, over = bits.Add64(rhat, d[n-1], 0); over != 0 {
				break
			}
		}
	}
	if subMul(u, d, q) != 0 {
		q--
		for addBack(u, d) == 0 {
			q--
		}
	}
	return q
}

// subMul subtracts q*d from u and returns the final borrow.
func subMul(u, d []uint64, q uint64) uint64 {
	var carry, borrow uint64
	for i, di := range d {
		h, l := bits.Mul64(q, di)
		l, c := bits.Add64(l, carry, 0)
		carry = h + c
		u[i], borrow = bits.Sub64(u[i], l, borrow)
	}
	u[len(d)], borrow = bits.Sub64(u[len(d)], carry, borrow)
	return borrow
}

// addBack adds d to u and returns the carry out.
func addBack(u, d []uint64) uint64 {
	var c uint64
	for i, di := range d {
		u[i], c = bits.Add64(u[i], di, c)
	}
	u[len(d)], c = bits.Add64(u[len(d)], 0, c)
	return c
}
