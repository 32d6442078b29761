package configs

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"backtest/internal/words"
)

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "1": "1", "+1.50": "1.5", "1_500_000.25": "1500000.25", "1e12": "1000000000000", "1E-18": "0.000000000000000001",
		"-12.5e-1": "-1.25", "000.1": "0.1", "100000000000000000000": "100000000000000000000", "0.000000000000000001": "0.000000000000000001", "2.50e1": "25",
	} {
		d, err := ParseDecimal(text)
		if err != nil || d.Plain() != want || d.String() != text {
			t.Errorf("%s gives %s (%v), want %s", text, d.Plain(), err, want)
		}
	}
	for text, want := range map[string]error{
		"": errNotNumber, ".5": errNotNumber, "5.": errNotNumber, "1__0": errNotNumber, "_1": errNotNumber, "1_": errNotNumber, "1,5": errNotNumber, "0x1": errNotNumber, "1e": errNotNumber,
		"NaN": errNotNumber, "inf": errNotNumber, "1 ": errNotNumber, "١": errNotNumber, "1e61": errTooLarge, "1e-61": errTooLarge, "1e21": errTooLarge, "1e-19": errTooPrecise,
		"0.0000000000000000001": errTooPrecise, "50%": errNotNumber, strings.Repeat("1", 100): errNotNumber,
	} {
		if d, err := ParseDecimal(text); !errors.Is(err, want) {
			t.Errorf("%q gives %s and %v, want %v", text, d, err, want)
		}
	}
}

// A decimal written in any way and read again is the same number.
func TestDecimalRoundTrip(t *testing.T) {
	const seed = 5
	random := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		n := new(big.Int).SetUint64(random.Uint64())
		n.Mul(n, big.NewInt(random.Int64N(1_000_000))).Sub(n, big.NewInt(random.Int64()))
		d, err := ParseDecimal(plain(n))
		if err != nil || d.D18().Cmp(n) != 0 {
			t.Fatalf("seed %d: %s gives %s (%v)", seed, plain(n), d.D18(), err)
		}
		f, _ := new(big.Rat).SetFrac(n, tenTo(18)).Float64()
		if d.Float64() != f {
			t.Fatalf("seed %d: %s as float64 is %v, want %v", seed, d, d.Float64(), f)
		}
	}
}

func TestParseRatio(t *testing.T) {
	for text, want := range map[string]string{"1.5": "1.5", "150%": "1.5", "0.0001%": "0.000001", "-10%": "-0.1", "99.99%": "0.9999", "1e2%": "1"} {
		if r, err := ParseRatio(text); err != nil || r.Plain() != want {
			t.Errorf("%s gives %s (%v), want %s", text, r.Plain(), err, want)
		}
	}
	for _, text := range []string{"", "%", "%5", "5%%", "5 %", "150 percent", "0.00000000000000001%"} {
		if r, err := ParseRatio(text); err == nil {
			t.Errorf("%q gives %s", text, r)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]string{"0s": "0s", "90s": "90s", "60s": "1m", "1h30m": "90m", "1.5h": "90m", "1d12h": "36h", "2w": "14d", "1y": "365d", "100y": "36500d", "0.5m": "30s"} {
		d, err := ParseDuration(text)
		if err != nil || d.Plain() != want {
			t.Errorf("%s gives %s (%v), want %s", text, d.Plain(), err, want)
		}
	}
	for text, want := range map[string]error{"5": errNoUnit, "1_000": errNoUnit, "": errNotDuration, "h": errNotDuration, "1 h": errNotDuration, "-1h": errNotDuration, "1H": errNotDuration, "1ms": errNotDuration, "0.1s": errNotDuration, "101y": errNotDuration, "999999999999y": errNotDuration} {
		if d, err := ParseDuration(text); !errors.Is(err, want) {
			t.Errorf("%q gives %v and %v, want %v", text, d, err, want)
		}
	}
	if d, _ := ParseDuration("1d1s"); d.WholeSeconds() != 86401 || d.Duration != 86401*time.Second {
		t.Error(d)
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{"0": "1970-01-01T00:00:00Z", "1583625600": "2020-03-08T00:00:00Z", "2020-02-29": "2020-02-29T00:00:00Z", "2020-01-01T02:00:00+02:00": "2020-01-01T00:00:00Z"} {
		if at, err := ParseTime(text); err != nil || at.Plain() != want {
			t.Errorf("%s gives %s (%v)", text, at.Plain(), err)
		}
	}
	for _, text := range []string{"", "now", "2021-02-29", "2020-01-01 00:00:00", "1969-01-01", "2201-01-01", "99999999999", "2020-01-01T00:00:00.5Z", "-5", "1583625600000"} {
		if at, err := ParseTime(text); !errors.Is(err, errNotTime) {
			t.Errorf("%q gives %s", text, at.Plain())
		}
	}
}

func TestParseKey(t *testing.T) {
	steps, err := ParseKey("markets[eth-perps].instruments[ETH].max.x[0][1]")
	want := []Step{{Name: "markets"}, {Selector: "eth-perps"}, {Name: "instruments"}, {Selector: "ETH"}, {Name: "max"}, {Name: "x"}, {Selector: "0"}, {Selector: "1"}}
	if err != nil || len(steps) != len(want) {
		t.Fatalf("%v, %v", steps, err)
	}
	for i := range want {
		if steps[i] != want[i] {
			t.Errorf("step %d is %v, want %v", i, steps[i], want[i])
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"seed", "paths", "prices", "min_liquidity_ratio"}
	for word, want := range map[string]string{"sede": "seed", "path": "paths", "PATHS": "paths", "min_liquidty_ratio": "min_liquidity_ratio", "min": "min_liquidity_ratio", "zebra": "", strings.Repeat("s", 100): "", "": ""} {
		if got := words.Nearest(word, known); got != want {
			t.Errorf("%.20s: %q, want %q", word, got, want)
		}
	}
}
