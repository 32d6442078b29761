package fixedpoint

import (
	"fmt"
	"math/bits"
)

// String returns x in decimal.
func (x Uint256) String() string {
	var buf [80]byte
	i := len(buf)
	for {
		var r uint64
		x, r = quoRem64(x, 10_000_000_000_000_000_000)
		last := x.IsZero()
		for n := 0; n < 19; n++ {
			i--
			buf[i] = byte('0' + r%10)
			if r /= 10; last && r == 0 {
				return string(buf[i:])
			}
		}
	}
}

// String returns x in decimal.
func (x Int256) String() string {
	if x.negative() {
		return "-" + x.Magnitude().String()
	}
	return Uint256(x).String()
}

// ParseUint256 reads a plain decimal integer in [0, 2^256).
func ParseUint256(s string) (Uint256, error) {
	x, err := parseDigits(s)
	if err != nil {
		return x, fmt.Errorf("%q is not an integer from 0 to 2^256-1: %w", s, err)
	}
	return x, nil
}

// ParseInt256 reads a plain decimal integer in [-2^255, 2^255).
func ParseInt256(s string) (z Int256, err error) {
	digits, negative := s, len(s) > 0 && s[0] == '-'
	if negative {
		digits = s[1:]
	}
	m, err := parseDigits(digits)
	if err == nil {
		func() {
			defer Catch(&err)
			z = signed(m, negative)
		}()
	}
	if err != nil {
		return Int256{}, fmt.Errorf("%q is not an integer from -2^255 to 2^255-1: %w", s, err)
	}
	return z, nil
}

type syntaxError string

func (e syntaxError) Error() string { return string(e) }

func parseDigits(s string) (x Uint256, err error) {
	if s == "" {
		return x, syntaxError("no digits")
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return Uint256{}, syntaxError(fmt.Sprintf("%q is not a digit", c))
		}
		if x, err = timesTenPlus(x, uint64(c-'0')); err != nil {
			return Uint256{}, err
		}
	}
	return x, nil
}

// timesTenPlus returns 10x+d.
func timesTenPlus(x Uint256, d uint64) (Uint256, error) {
	w, carry := x.Words(), d
	for i := range w {
		h, l := bits.Mul64(w[i], 10)
		var c uint64
		w[i], c = bits.Add64(l, carry, 0)
		carry = h + c
	}
	if carry != 0 {
		return Uint256{}, syntaxError("too large")
	}
	return FromWords(w), nil
}
