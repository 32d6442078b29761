package record

import (
	"fmt"
	"math/big"

	"github.com/apache/arrow/go/v17/arrow/decimal128"
)

// D18 is an exact amount: a 128-bit two's complement integer in units of 10^-18. In the files it is
// decimal128(38, 18), which holds 38 digits: magnitudes below 10^20 units of account.
type D18 struct {
	Hi int64
	Lo uint64
}

// RangeError says that an amount has more digits than a decimal128(38, 18) holds. Value is the raw integer (scale 18).
type RangeError struct {
	Value  string
	Column string // "" where the value was converted outside of a column
}

// Error implements error.
func (e *RangeError) Error() string {
	where := ""
	if e.Column != "" {
		where = " in column " + e.Column
	}
	return fmt.Sprintf("record: amount %se-18%s exceeds 38 digits", e.Value, where)
}

// limit38 is 10^38, the first magnitude that 38 digits do not hold.
var limit38 = Int128{Hi: 5421010862427522170, Lo: 687399551400673280}

// D18FromBig converts a raw integer at scale 18; more than 38 digits give a *RangeError, never a wrapped value.
func D18FromBig(v *big.Int) (D18, error) {
	if v.BitLen() > 127 {
		return D18{}, &RangeError{Value: v.String()}
	}
	n := decimal128.FromBigInt(v)
	d := D18{Hi: n.HighBits(), Lo: n.LowBits()}
	return d, d.Check()
}

// D18FromInt64 converts whole units of account.
func D18FromInt64(v int64) (D18, error) {
	return D18FromBig(new(big.Int).Mul(big.NewInt(v), big10p18))
}

// Check gives a *RangeError when d has more than 38 digits.
func (d D18) Check() error {
	if a := Int128(d); a.Cmp(limit38) >= 0 || a.Cmp(limit38.Neg()) <= 0 {
		return &RangeError{Value: d.Big().String()}
	}
	return nil
}

// Big is the raw integer, scale 18.
func (d D18) Big() *big.Int { return d.decimal().BigInt() }

// big10p18 is one unit of account.
var big10p18 = big.NewInt(1_000_000_000_000_000_000)

// Float64 is the amount in units of account, within two roundings (2 ulp) of the exact value.
func (d D18) Float64() float64 { return Int128(d).Float64() / 1e18 }

// String is the exact decimal with 18 places.
func (d D18) String() string {
	sign := ""
	if d.Hi < 0 {
		sign = "-"
	}
	whole, fraction := new(big.Int).QuoRem(new(big.Int).Abs(d.Big()), big10p18, new(big.Int))
	return fmt.Sprintf("%s%d.%018d", sign, whole, fraction)
}

// Add returns d + e; a sum beyond 38 digits gives a *RangeError.
func (d D18) Add(e D18) (D18, error) {
	sum, ok := Int128(d).Add(Int128(e))
	if !ok {
		return D18{}, &RangeError{Value: new(big.Int).Add(d.Big(), e.Big()).String()}
	}
	return D18(sum), D18(sum).Check()
}

// Cmp compares two amounts: -1, 0 or 1.
func (d D18) Cmp(e D18) int { return Int128(d).Cmp(Int128(e)) }

// Sign is -1, 0 or 1.
func (d D18) Sign() int { return d.Cmp(D18{}) }

func (d D18) decimal() decimal128.Num { return decimal128.New(d.Hi, d.Lo) }
