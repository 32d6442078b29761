// Package units is the one place where floats become the protocol's integers,
// and where those become floats again for people and statistics.
package units

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"

	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
)

const unit = 1_000_000_000_000_000_000

// mostDecimals are those of D18.
const mostDecimals = 18

// scales are the units of the last decimal in 1 USD, by the number of decimals.
var scales = [mostDecimals + 1]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Price returns a price, quantised to some decimals as an oracle publishes it,
// as D18. From 2^63 units of the last decimal on a float holds no such units, and
// is taken as it is. The price must be finite, not negative and below 2^63.
func Price(x float64, decimals int) (fp.Int256, error) {
	scale := scales[decimals]
	q := math.Round(x * float64(scale))
	if q >= 0 && q < 1<<63 {
		hi, lo := bits.Mul64(uint64(q), scales[mostDecimals-decimals])
		return fp.Int128{Hi: int64(hi), Lo: lo}.Wide(), nil
	}
	v, err := Amount(x)
	if err != nil {
		return fp.Int256{}, fmt.Errorf("price %v cannot be published: it is not between 0 and 2^63", x)
	}
	return v.Int256(), nil
}

// Amount returns an amount of USD or tokens as D18, exact to the last bit of
// the float and then rounded down. It must be finite, not negative and below
// 2^63.
func Amount(x float64) (fp.Uint256, error) {
	if !(x >= 0 && x < 1<<63) {
		return fp.Uint256{}, fmt.Errorf("amount %v is not between 0 and 2^63", x)
	}
	fraction, exponent := math.Frexp(x)
	hi, lo := bits.Mul64(uint64(math.Ldexp(fraction, 53)), unit)
	v := fp.Uint128{Hi: hi, Lo: lo}.Wide()
	shift := exponent - 53
	if shift >= 0 {
		return v.Mul(fp.U256(1 << shift)), nil
	}
	if shift < -127 {
		return fp.Uint256{}, nil
	}
	w := v.Words()
	s := uint(-shift)
	if s >= 64 {
		w[0], w[1], s = w[1], 0, s-64
	}
	return fp.FromWords([4]uint64{w[0]>>s | w[1]<<1<<(63-s), w[1] >> s, 0, 0}), nil
}

// MustAmount is Amount for a number that is known to be in range.
func MustAmount(x float64) fp.Uint256 {
	v, err := Amount(x)
	if err != nil {
		panic(err)
	}
	return v
}

// FromBig returns a D18 integer of a configuration as the protocol's. It must
// fit 256 bits signed.
func FromBig(x *big.Int) fp.Int256 {
	v, err := fp.ParseInt256(x.String())
	if err != nil {
		panic(err)
	}
	return v
}

// Float returns a D18 integer as a float, rounded.
func Float(x fp.Int256) float64 {
	if x.Sign() < 0 {
		return -floatWords(x.Magnitude().Words()) / unit
	}
	return floatWords(x.Words()) / unit
}

// FloatU is Float for an unsigned integer.
func FloatU(x fp.Uint256) float64 { return floatWords(x.Words()) / unit }

// Float128 is Float at 128 bits.
func Float128(x fp.Int128) float64 {
	if x.Hi < 0 {
		return -FloatU128(fp.Uint128{Hi: ^uint64(x.Hi) + carry(x.Lo), Lo: -x.Lo})
	}
	return FloatU128(fp.Uint128{Hi: uint64(x.Hi), Lo: x.Lo})
}

// carry is what negating a low word brings to the high one.
func carry(lo uint64) uint64 {
	if lo == 0 {
		return 1
	}
	return 0
}

// FloatU128 is FloatU at 128 bits.
func FloatU128(x fp.Uint128) float64 {
	return (float64(word(x.Hi)*0x1p64) + word(x.Lo)) / unit
}

// word is float64(x) without a branch on the highest bit, which nobody could
// predict: both halves and the product are exact, so the sum is rounded once.
func word(x uint64) float64 {
	return float64(float64(int64(x>>32))*0x1p32) + float64(int64(x&(1<<32-1)))
}

// FloatD27 returns a D27 number as a float, rounded.
func FloatD27(x fp.D27) float64 {
	if x.Raw.Hi < 0 {
		return Float(x.Raw.Wide()) / 1e9
	}
	return (float64(word(uint64(x.Raw.Hi))*0x1p64) + word(x.Raw.Lo)) / unit / 1e9
}

// floatWords adds words, the most significant first. The products are by
// powers of two, so they are exact and the same on every processor.
func floatWords(w [4]uint64) float64 {
	if w[2]|w[3] == 0 {
		return float64(word(w[1])*0x1p64) + word(w[0])
	}
	f := float64(w[3])
	for i := 2; i >= 0; i-- {
		f = float64(f*0x1p64) + float64(w[i])
	}
	return f
}

// Record returns a D18 integer for the records. One beyond 38 digits, which no
// sum of money reaches, is clipped to them.
func Record(x fp.Int256) record.D18 {
	w := x.Words()
	d := record.D18{Hi: int64(w[1]), Lo: w[0]}
	sign := uint64(d.Hi >> 63)
	if w[2] != sign || w[3] != sign || d.Check() != nil {
		return clipped(x.Sign())
	}
	return d
}

func clipped(sign int) record.D18 {
	most := new(big.Int).Sub(new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil), big.NewInt(1))
	if sign < 0 {
		most.Neg(most)
	}
	d, err := record.D18FromBig(most)
	if err != nil {
		panic(err)
	}
	return d
}

// RecordU is Record for an unsigned integer.
func RecordU(x fp.Uint256) record.D18 {
	if x.Words()[3]>>63 != 0 {
		return clipped(1)
	}
	return Record(x.Int256())
}
