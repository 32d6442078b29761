package configs

import (
	"math/big"
	"strconv"
	"time"
)

// Decimal is an exact decimal number with at most 18 decimals and a magnitude of
// at most 10^20: an amount of USD or tokens, a weight.
type Decimal struct {
	text string
	d18  big.Int
}

// D18 returns the number times 10^18. It has at most 18 decimals, so nothing
// is lost.
func (d Decimal) D18() *big.Int { return new(big.Int).Set(&d.d18) }

// String returns the number as it was written.
func (d Decimal) String() string { return d.text }

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int { return d.d18.Sign() }

// Cmp compares two numbers exactly: -1, 0 or 1.
func (d Decimal) Cmp(other Decimal) int { return d.d18.Cmp(&other.d18) }

// Float64 returns the nearest float64.
func (d Decimal) Float64() float64 {
	f, _ := new(big.Rat).SetFrac(&d.d18, tenTo(decimals)).Float64()
	return f
}

// Plain writes the number in the shortest way without exponent, the same for
// all spellings of a number: 1.50, 1_5e-1 and 1.5 are "1.5".
func (d Decimal) Plain() string { return plain(&d.d18) }

// Ratio is a plain ratio, exact: 1.5 and 150% are the same.
type Ratio struct{ Decimal }

// Duration is a length of time with a unit in the file: 1h, 30d, 1d12h. A day
// is 24 hours, a year 365 days. It is a whole number of seconds.
type Duration struct{ time.Duration }

// WholeSeconds returns the length in seconds.
func (d Duration) WholeSeconds() int64 { return int64(d.Duration / time.Second) }

// Plain writes the length in the largest unit that divides it: 30d, 36h, 90s.
func (d Duration) Plain() string { return plainSeconds(d.WholeSeconds()) }

// Value is the value that some other key is given: an exact number, a ratio, a
// length of time, a word or an id.
type Value struct {
	text string
	d18  big.Int
}

// String returns the setting as it was written.
func (s Value) String() string { return s.text }

// D18 returns a number or ratio times 10^18, and a length of time in seconds
// times 10^18; 0 for a word.
func (s Value) D18() *big.Int { return new(big.Int).Set(&s.d18) }

// Plain writes numbers and ratios as [Decimal.Plain] does, and anything else as
// it is.
func (s Value) Plain() string {
	if r, err := ParseRatio(s.text); err == nil {
		return r.Plain()
	}
	return s.text
}

// Initial is the price at the start, in USD, or the last close of recorded prices.
type Initial struct {
	Price float64
	Last  bool
}

// lastClose stands for the last close of recorded prices.
const lastClose = "last"

// Plain writes the price as a number, or the word for the last close.
func (i Initial) Plain() string {
	if i.Last {
		return lastClose
	}
	return strconv.FormatFloat(i.Price, 'g', -1, 64)
}

// String is the same as Plain.
func (i Initial) String() string { return i.Plain() }

func parseInitial(text string) (Initial, error) {
	if text == lastClose {
		return Initial{Price: 1, Last: true}, nil
	}
	price, err := parseFloat(text)
	return Initial{Price: price}, err
}

// Time is a point in time, UTC: RFC 3339, a date, or Unix seconds.
type Time struct{ time.Time }

// Plain writes the time as RFC 3339 in UTC.
func (t Time) Plain() string { return t.UTC().Format(time.RFC3339) }
