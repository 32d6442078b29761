package model

import (
	"fmt"
	"math/big"
	"strings"

	fp "backtest/model/fixedpoint"
)

// Numbers of the tests: unbounded integers, and text as people write it.

var (
	bigUnit    = new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)
	bigPrecise = new(big.Int).Exp(big.NewInt(10), big.NewInt(27), nil)
)

func bigWords(w [4]uint64) *big.Int {
	z := new(big.Int)
	for i := 3; i >= 0; i-- {
		z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(w[i]))
	}
	return z
}

// bigU and bigI widen any of the model's integers.
func bigU(x interface{ Words() [4]uint64 }) *big.Int { return bigWords(x.Words()) }
func bigU128(x Uint128) *big.Int                     { return bigU(x.Wide()) }
func bigI128(x Int128) *big.Int                      { return bigI(x.Wide()) }

func bigI(x Int256) *big.Int {
	z := bigWords(x.Words())
	if z.Bit(255) == 1 {
		z.Sub(z, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	return z
}

func add(x ...*big.Int) *big.Int {
	z := new(big.Int)
	for _, y := range x {
		z.Add(z, y)
	}
	return z
}
func sub(x, y *big.Int) *big.Int { return new(big.Int).Sub(x, y) }
func mul(x, y *big.Int) *big.Int { return new(big.Int).Mul(x, y) }

// quo truncates toward zero, as the contracts do.
func quo(x, y *big.Int) *big.Int { return new(big.Int).Quo(x, y) }

// mulQuo returns x*y/z.
func mulQuo(x, y, z *big.Int) *big.Int { return quo(mul(x, y), z) }

func mulDecimal(x, y *big.Int) *big.Int { return mulQuo(x, y, bigUnit) }
func divDecimal(x, y *big.Int) *big.Int { return mulQuo(x, bigUnit, y) }

// parseDecimal reads a decimal number with the given number of places, or an
// integer of the smallest unit that ends in "wei".
func parseDecimal(s string, places int) (Int256, error) {
	if raw, ok := strings.CutSuffix(s, "wei"); ok {
		return fp.ParseInt256(raw)
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" || whole == "-" || len(fraction) > places {
		return Int256{}, fmt.Errorf("%q is not a number of %d places", s, places)
	}
	return fp.ParseInt256(whole + fraction + strings.Repeat("0", places-len(fraction)))
}

// decimal writes an integer of the smallest unit with its places.
func decimal(x fmt.Stringer, places int) string {
	digits, negative := strings.CutPrefix(x.String(), "-")
	if n := places + 1 - len(digits); n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	point := len(digits) - places
	text := strings.TrimRight(digits[:point]+"."+digits[point:], "0")
	text = strings.TrimSuffix(text, ".")
	if negative {
		return "-" + text
	}
	return text
}

func d18(x fmt.Stringer) string { return decimal(x, 18) }
func d27(x D27) string          { return decimal(x.Raw, 27) }

// amount is a D18 constant of a test.
func amount(s string) Uint256 { return signedAmount(s).Uint256() }

func signedAmount(s string) Int256 {
	x, err := parseDecimal(s, 18)
	if err != nil {
		panic(err)
	}
	return x
}
