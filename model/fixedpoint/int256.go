package fixedpoint

// Int256 is a signed 256-bit integer in two's complement.
type Int256 struct{ w0, w1, w2, w3 uint64 }

// I256 returns x as an Int256.
func I256(x int64) Int256 {
	s := uint64(x >> 63)
	return Int256{uint64(x), s, s, s}
}

// The ends of the range of Int256.
var (
	MaxInt256 = Int256{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<63 - 1}
	MinInt256 = Int256{w3: 1 << 63}
)

// IsZero reports whether x is 0.
func (x Int256) IsZero() bool { return x.w0|x.w1|x.w2|x.w3 == 0 }

func (x Int256) negative() bool { return x.w3>>63 != 0 }

// Sign returns -1, 0 or +1.
func (x Int256) Sign() int {
	switch {
	case x.negative():
		return -1
	case x.IsZero():
		return 0
	}
	return 1
}

// Cmp returns -1, 0 or +1 as x is below, equal to or above y.
func (x Int256) Cmp(y Int256) int {
	const top = 1 << 63
	a, b := Uint256(x), Uint256(y)
	a.w3 ^= top
	b.w3 ^= top
	return a.Cmp(b)
}

// Less reports whether x < y.
func (x Int256) Less(y Int256) bool { return x.Cmp(y) < 0 }

// Add returns x+y; it throws PanicOverflow when the sum does not fit.
func (x Int256) Add(y Int256) Int256 {
	z, _ := addWords(Uint256(x), Uint256(y))
	if (x.w3^z.w3)&(y.w3^z.w3)>>63 != 0 {
		overflow()
	}
	return Int256(z)
}

// Sub returns x-y; it throws PanicOverflow when the difference does not fit.
func (x Int256) Sub(y Int256) Int256 {
	z, _ := subWords(Uint256(x), Uint256(y))
	if (x.w3^y.w3)&(x.w3^z.w3)>>63 != 0 {
		overflow()
	}
	return Int256(z)
}

// Neg returns -x; it throws PanicOverflow for the least Int256.
func (x Int256) Neg() Int256 { return Int256{}.Sub(x) }

// Magnitude returns |x|, also of the least Int256.
func (x Int256) Magnitude() Uint256 {
	if !x.negative() {
		return Uint256(x)
	}
	z, _ := subWords(Uint256{}, Uint256(x))
	return z
}

// Abs returns |x| as the contracts take it, which is -x below 0; it throws
// PanicOverflow for the least Int256.
func (x Int256) Abs() Uint256 {
	if x.negative() {
		return Uint256(x.Neg())
	}
	return Uint256(x)
}

// signed puts a sign on a magnitude; it throws PanicOverflow when the result
// does not fit 256 bits signed.
func signed(m Uint256, negative bool) Int256 {
	if !negative {
		if m.w3>>63 != 0 {
			overflow()
		}
		return Int256(m)
	}
	if m.Cmp(Uint256(MinInt256)) > 0 {
		overflow()
	}
	z, _ := subWords(Uint256{}, m)
	return Int256(z)
}

// Mul returns x*y; it throws PanicOverflow when the product does not fit.
func (x Int256) Mul(y Int256) Int256 {
	return signed(x.Magnitude().Mul(y.Magnitude()), x.negative() != y.negative())
}

// Quo returns x/y truncated toward zero; it throws PanicDivisionByZero, and
// PanicOverflow for the least Int256 divided by -1.
func (x Int256) Quo(y Int256) Int256 {
	return signed(x.Magnitude().Quo(y.Magnitude()), x.negative() != y.negative())
}

// Uint256 casts x; it throws OverflowInt256ToUint256 when x is negative.
func (x Int256) Uint256() Uint256 {
	if x.negative() {
		Throw(OverflowInt256ToUint256)
	}
	return Uint256(x)
}

// Int128 casts x; it throws OverflowInt256ToInt128 when x does not fit.
func (x Int256) Int128() Int128 {
	s := uint64(int64(x.w1) >> 63)
	if x.w2 != s || x.w3 != s {
		Throw(OverflowInt256ToInt128)
	}
	return Int128{int64(x.w1), x.w0}
}

// Words returns the two's complement words of x, the least significant first.
func (x Int256) Words() [4]uint64 { return Uint256(x).Words() }

// MinInt returns the smaller of x and y.
func MinInt(x, y Int256) Int256 {
	if y.Less(x) {
		return y
	}
	return x
}

// MaxInt returns the larger of x and y.
func MaxInt(x, y Int256) Int256 {
	if x.Less(y) {
		return y
	}
	return x
}

// PowerOfTwo returns 2^n for n below 255.
func PowerOfTwo(n uint) Int256 {
	var w [4]uint64
	w[n/64] = 1 << (n % 64)
	return Int256(FromWords(w))
}
