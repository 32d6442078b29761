package units_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

var ten18 = new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)

// exact is x × 10^18 rounded down, by exact arithmetic.
func exact(x float64) *big.Int {
	r := new(big.Rat).SetFloat64(x)
	n := new(big.Int).Mul(r.Num(), ten18)
	return n.Quo(n, r.Denom())
}

func checkAmount(t *testing.T, x float64) {
	t.Helper()
	got, err := units.Amount(x)
	if !(x >= 0 && x < 1<<63) {
		if err == nil {
			t.Fatalf("%v is taken for %v", x, got)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if want := exact(x); got.String() != want.String() {
		t.Fatalf("%v (%b) is %v, want %v", x, x, got, want)
	}
}

var samples = []float64{0, 1, 0.1, 1e-18, 9.99e-19, 5e-324, 1e-30, math.Ldexp(1, -75), math.Ldexp(1, -74), math.Ldexp(1, -63), math.Ldexp(1, -11),
	1 << 53, 1<<53 + 2, 1 << 62, math.Nextafter(1<<63, 0), 1 << 63, -1, -5e-324, math.Inf(1), math.Inf(-1), math.NaN(), 123456.789}

func FuzzAmount(f *testing.F) {
	for _, x := range samples {
		f.Add(math.Float64bits(x))
	}
	f.Fuzz(func(t *testing.T, bits uint64) { checkAmount(t, math.Float64frombits(bits)) })
}

func TestAmount(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	for range 20_000 {
		checkAmount(t, math.Ldexp(r.Float64(), r.IntN(200)-130))
	}
}

func checkPrice(t *testing.T, x float64) {
	t.Helper()
	for decimals := range 19 {
		scale := math.Pow10(decimals)
		got, err := units.Price(x, decimals)
		q := math.Round(x * scale)
		if !(x >= 0 && x < 1<<63) {
			if err == nil && q != 0 {
				t.Fatalf("%v is taken for %v", x, got)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		want := exact(x)
		if q < 1<<63 {
			want, _ = big.NewFloat(q).Int(nil)
			want.Mul(want, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(18-decimals)), nil))
		}
		if got.String() != want.String() {
			t.Fatalf("%v with %d decimals is %v, want %v", x, decimals, got, want)
		}
	}
}

func FuzzPrice(f *testing.F) {
	for _, x := range samples {
		f.Add(math.Float64bits(x))
	}
	f.Fuzz(func(t *testing.T, bits uint64) { checkPrice(t, math.Float64frombits(bits)) })
}

func TestPriceHasItsDecimals(t *testing.T) {
	for x, want := range map[float64]string{0.123456785: "123456790000000000", 3000: "3000000000000000000000", 4e-9: "0", 5e-9: "10000000000"} {
		if got, err := units.Price(x, 8); err != nil || got.String() != want {
			t.Errorf("%v is %v, %v; want %s", x, got, err, want)
		}
	}
}

func TestMustAmountPanics(t *testing.T) {
	if got := units.MustAmount(2); got.String() != "2000000000000000000" {
		t.Errorf("2 is %v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("an amount below 0 is taken")
		}
	}()
	units.MustAmount(-1)
}

// random returns an integer of up to 255 bits, of either sign.
func random(r *rand.Rand) *big.Int {
	x := new(big.Int)
	for range 4 {
		x.Or(x.Lsh(x, 64), new(big.Int).SetUint64(r.Uint64()))
	}
	x.Rsh(x, uint(1+r.IntN(255)))
	if r.IntN(2) == 0 {
		x.Neg(x)
	}
	return x
}

// Floats are correct to three roundings, and records exact or clipped.
func TestBackToFloatsAndRecords(t *testing.T) {
	const seed = 2
	r := rand.New(rand.NewPCG(seed, 0))
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)
	for range 20_000 {
		x := random(r)
		v := units.FromBig(x)
		if v.String() != x.String() {
			t.Fatalf("%v became %v", x, v)
		}
		want, _ := new(big.Rat).SetFrac(x, ten18).Float64()
		if got := units.Float(v); math.Abs(got-want) > 1e-15*math.Abs(want) {
			t.Fatalf("%v is %v, want %v", x, got, want)
		}
		if x.Sign() >= 0 && units.FloatU(v.Uint256()) != units.Float(v) {
			t.Fatalf("%v differs unsigned", x)
		}
		recorded := new(big.Int).Set(x)
		if x.CmpAbs(most) >= 0 {
			recorded.Sub(most, big.NewInt(1))
			if x.Sign() < 0 {
				recorded.Neg(recorded)
			}
		}
		if got := units.Record(v).Big(); got.Cmp(recorded) != 0 {
			t.Fatalf("%v is recorded as %v", x, got)
		}
		if x.Sign() >= 0 && units.RecordU(v.Uint256()) != units.Record(v) {
			t.Fatalf("%v is recorded otherwise unsigned", x)
		}
	}
}

func TestUnsignedRecordIsClipped(t *testing.T) {
	if got, want := units.RecordU(fp.MaxUint256), units.RecordU(fp.MaxInt256.Uint256()); got != want || got.Sign() <= 0 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestFloatD27(t *testing.T) {
	d := fp.D27{Raw: fp.I256(-1_500_000_000).Mul(fp.UnitI256).Int128()}
	if got := units.FloatD27(d); got != -1.5 {
		t.Errorf("%v", got)
	}
}

func TestFromBigPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("300 bits fit 256")
		}
	}()
	units.FromBig(new(big.Int).Lsh(big.NewInt(1), 300))
}
