package configs

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// decimals of a Decimal.
const decimals = 18

// longestNumber is how many characters a number may have; larger ones are
// refused before any arithmetic on them.
const longestNumber = 80

var (
	errNotNumber    = errors.New("not a number")
	errTooPrecise   = errors.New("more than 18 decimals")
	errTooLarge     = errors.New("too large")
	numberSyntax    = regexp.MustCompile(`^[+-]?(\d+(?:_\d+)*)(?:\.(\d+(?:_\d+)*))?(?:[eE]([+-]?\d{1,3}))?$`)
	integerSyntax   = regexp.MustCompile(`^[+-]?\d+(?:_\d+)*$`)
	largestExponent = 60
	largestDecimal  = new(big.Int).Mul(tenTo(20), tenTo(decimals))
)

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// ParseDecimal reads a number such as 1_500_000.25 or 1e12.
func ParseDecimal(text string) (Decimal, error) {
	d18, err := parseScaled(text, decimals)
	if err != nil {
		return Decimal{}, fmt.Errorf("%.80q: %w", text, err)
	}
	return Decimal{text: text, d18: *d18}, nil
}

// ParseRatio reads a number, or a number and a percent sign.
func ParseRatio(text string) (Ratio, error) {
	number, percent := strings.CutSuffix(text, "%")
	scale := decimals
	if percent {
		scale -= 2
	}
	d18, err := parseScaled(number, scale)
	if err != nil {
		return Ratio{}, fmt.Errorf("%.80q: %w", text, err)
	}
	return Ratio{Decimal{text: text, d18: *d18}}, nil
}

// ParseValue reads a value of any kind.
func ParseValue(text string) (Value, error) {
	if r, err := ParseRatio(text); err == nil {
		return Value{text, r.d18}, nil
	}
	s := Value{text: text}
	if d, err := ParseDuration(text); err == nil {
		s.d18.Mul(big.NewInt(d.WholeSeconds()), tenTo(decimals))
	}
	_, err := parseText(text)
	return s, err
}

// parseScaled returns the number times 10^scale, which must be whole.
func parseScaled(text string, scale int) (*big.Int, error) {
	parts := numberSyntax.FindStringSubmatch(text)
	if parts == nil || len(text) > longestNumber {
		return nil, errNotNumber
	}
	whole, fraction := strings.ReplaceAll(parts[1], "_", ""), strings.ReplaceAll(parts[2], "_", "")
	exponent := 0
	if parts[3] != "" {
		exponent, _ = strconv.Atoi(parts[3])
	}
	if exponent > largestExponent || exponent < -largestExponent {
		return nil, errTooLarge
	}
	n, _ := new(big.Int).SetString(whole+fraction, 10)
	n, exact := shift(n, scale+exponent-len(fraction))
	switch {
	case !exact:
		return nil, errTooPrecise
	case n.Cmp(largestDecimal) > 0:
		return nil, errTooLarge
	case text[0] == '-':
		n.Neg(n)
	}
	return n, nil
}

// shift multiplies by a power of ten, exact if nothing is lost.
func shift(n *big.Int, power int) (*big.Int, bool) {
	if power >= 0 {
		return n.Mul(n, tenTo(power)), true
	}
	n, rest := n.QuoRem(n, tenTo(-power), new(big.Int))
	return n, rest.Sign() == 0
}

// plain writes a number of 18 decimals without trailing zeros.
func plain(d18 *big.Int) string {
	digits := new(big.Int).Abs(d18).String()
	if missing := decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	cut := len(digits) - decimals
	text := strings.TrimRight(digits[:cut]+"."+digits[cut:], "0")
	text = strings.TrimSuffix(text, ".")
	if d18.Sign() < 0 {
		return "-" + text
	}
	return text
}

// parseFloat reads a finite number; NaN and infinity have no spelling.
func parseFloat(text string) (float64, error) {
	if len(text) > longestNumber || !numberSyntax.MatchString(text) {
		return 0, errNotNumber
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, errTooLarge
	}
	return f, nil
}

func parseInt(text string) (int64, error) {
	if len(text) > longestNumber || !integerSyntax.MatchString(text) {
		return 0, errNotNumber
	}
	return strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 10, 64)
}

func parseUint(text string) (uint64, error) {
	if len(text) > longestNumber || !integerSyntax.MatchString(text) {
		return 0, errNotNumber
	}
	return strconv.ParseUint(strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", ""), 10, 64)
}
