package start

import (
	"fmt"
	"math/big"
	"strings"
)

// Decimal spells an integer of so many decimals, exactly.
func Decimal(n *big.Int, decimals int) string {
	digits := fmt.Sprintf("%0*s", decimals+1, new(big.Int).Abs(n).String())
	whole, fraction := digits[:len(digits)-decimals], strings.TrimRight(digits[len(digits)-decimals:], "0")
	if fraction != "" {
		whole += "." + fraction
	}
	if n.Sign() < 0 {
		whole = "-" + whole
	}
	return whole
}

// unit is 1 as an integer of 18 decimals.
var unit = new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)

// Units returns so many units as an integer of 18 decimals.
func Units(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), unit) }

// Bounds of what a configuration can say, of 18 decimals.
var (
	MostAmount = Units(1_000_000_000_000_000)
	MostPrice  = Units(1_000_000_000_000)
	MostRatio  = Units(1_000_000)
	MostShare  = Units(1_000_000_000)
)

// Number sets a value of 18 decimals and its source. One beyond what a
// configuration can say is cut there, and says so; cut is reported.
func (s *Section) Number(key string, v, most *big.Int, source string) (cut bool) {
	text := Decimal(v, 18)
	if cut = v.CmpAbs(most) > 0; cut {
		end := new(big.Int).Set(most)
		if v.Sign() < 0 {
			end.Neg(end)
		}
		shown := text
		if len(shown) > 30 {
			shown = "unlimited"
		}
		text, source = Decimal(end, 18), source+"; "+shown+" in truth, this is the most that a configuration says"
	}
	s.Set(key, text, source)
	return cut
}

// Fine reports whether a price (18 decimals) is so small that the 8 decimals of
// most oracles would step over much of it.
func Fine(price *big.Int) bool { return price.Cmp(new(big.Int).Quo(unit, big.NewInt(1000))) < 0 }
