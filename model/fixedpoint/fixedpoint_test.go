package fixedpoint

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The reference for every operation is math/big, narrowed afterwards as the
// contracts narrow.

func bigOf(w [4]uint64) *big.Int {
	z := new(big.Int)
	for i := 3; i >= 0; i-- {
		z.Lsh(z, 64).Or(z, new(big.Int).SetUint64(w[i]))
	}
	return z
}

func (x Uint256) big() *big.Int { return bigOf(x.Words()) }
func (x Int256) big() *big.Int {
	z := Uint256(x).big()
	if x.negative() {
		z.Sub(z, new(big.Int).Lsh(big.NewInt(1), 256))
	}
	return z
}

// attempt runs f as an operation and returns what it threw.
func attempt(f func()) (err error) {
	defer Catch(&err)
	f()
	return nil
}

func inRange(x *big.Int, bits uint, signed bool) bool {
	lo, hi := new(big.Int), new(big.Int).Lsh(big.NewInt(1), bits)
	if signed {
		hi.Rsh(hi, 1)
		lo.Neg(hi)
	}
	return x.Cmp(lo) >= 0 && x.Cmp(hi) < 0
}

// check compares one operation with the reference: got() must return want, or
// throw wantErr when want does not fit.
func check(t *testing.T, name string, want *big.Int, fits bool, wantErr error, got func() *big.Int) {
	t.Helper()
	var z *big.Int
	err := attempt(func() { z = got() })
	switch {
	case want == nil:
		if !errors.Is(err, PanicDivisionByZero) {
			t.Fatalf("%s: error %v, want %v", name, err, PanicDivisionByZero)
		}
	case !fits:
		if !errors.Is(err, wantErr) {
			t.Fatalf("%s: error %v, want %v for %v", name, err, wantErr, want)
		}
	case err != nil || z.Cmp(want) != 0:
		t.Fatalf("%s: got %v (%v), want %v", name, z, err, want)
	}
}

func quo(x, y *big.Int) *big.Int {
	if y.Sign() == 0 {
		return nil
	}
	return new(big.Int).Quo(x, y)
}

func orZero(x *big.Int) *big.Int {
	if x == nil {
		return new(big.Int)
	}
	return x
}

func checkUnsigned(t *testing.T, x, y Uint256) {
	t.Helper()
	bx, by, unit := x.big(), y.big(), big.NewInt(unit64)
	sum, dif, prod := new(big.Int).Add(bx, by), new(big.Int).Sub(bx, by), new(big.Int).Mul(bx, by)
	check(t, "add", sum, inRange(sum, 256, false), PanicOverflow, func() *big.Int { return x.Add(y).big() })
	check(t, "sub", dif, inRange(dif, 256, false), PanicOverflow, func() *big.Int { return x.Sub(y).big() })
	check(t, "mul", prod, inRange(prod, 256, false), PanicOverflow, func() *big.Int { return x.Mul(y).big() })
	check(t, "quo", quo(bx, by), true, nil, func() *big.Int { return x.Quo(y).big() })
	check(t, "mulDecimal", quo(prod, unit), inRange(prod, 256, false), PanicOverflow, func() *big.Int { return x.MulDecimal(y).big() })
	scaled := new(big.Int).Mul(bx, unit)
	fits := inRange(scaled, 256, false)
	if by.Sign() != 0 || fits {
		check(t, "divDecimal", func() *big.Int {
			if !fits {
				return scaled
			}
			return quo(scaled, by)
		}(), fits, PanicOverflow, func() *big.Int { return x.DivDecimal(y).big() })
	}
	var rest *big.Int
	if by.Sign() != 0 {
		rest = new(big.Int).Rem(bx, by)
	}
	check(t, "rem", rest, true, nil, func() *big.Int { return x.Rem(y).big() })
	if x.Cmp(y) != bx.Cmp(by) || x.Less(y) != (bx.Cmp(by) < 0) {
		t.Fatalf("cmp %v %v", bx, by)
	}
	check(t, "uint128", bx, inRange(bx, 128, false), OverflowUint256ToUint128, func() *big.Int { return x.Uint128().Wide().big() })
	check(t, "int256", bx, inRange(bx, 256, true), OverflowUint256ToInt256, func() *big.Int { return x.Int256().big() })
	if x.String() != bx.String() {
		t.Fatalf("text of %v is %v", bx, x)
	}
	if z, err := ParseUint256(bx.String()); err != nil || z != x {
		t.Fatalf("parse of %v is %v, %v", bx, z, err)
	}
}

func checkSigned(t *testing.T, x, y Int256) {
	t.Helper()
	bx, by, unit := x.big(), y.big(), big.NewInt(unit64)
	sum, dif, prod := new(big.Int).Add(bx, by), new(big.Int).Sub(bx, by), new(big.Int).Mul(bx, by)
	check(t, "add", sum, inRange(sum, 256, true), PanicOverflow, func() *big.Int { return x.Add(y).big() })
	check(t, "sub", dif, inRange(dif, 256, true), PanicOverflow, func() *big.Int { return x.Sub(y).big() })
	check(t, "mul", prod, inRange(prod, 256, true), PanicOverflow, func() *big.Int { return x.Mul(y).big() })
	q := quo(bx, by)
	check(t, "abs", new(big.Int).Abs(bx), x != MinInt256, PanicOverflow, func() *big.Int { return x.Abs().big() })
	check(t, "quo", q, inRange(orZero(q), 256, true), PanicOverflow, func() *big.Int { return x.Quo(y).big() })
	check(t, "mulDecimal", quo(prod, unit), inRange(prod, 256, true), PanicOverflow, func() *big.Int { return x.MulDecimal(y).big() })
	if scaled := new(big.Int).Mul(bx, unit); inRange(scaled, 256, true) {
		q := quo(scaled, by)
		check(t, "divDecimal", q, inRange(orZero(q), 256, true), PanicOverflow, func() *big.Int { return x.DivDecimal(y).big() })
	}
	if bigOf(x.Words()).Cmp(Uint256(x).big()) != 0 || x.IsZero() != (bx.Sign() == 0) {
		t.Fatalf("words of %v", bx)
	}
	if x.Cmp(y) != bx.Cmp(by) || x.Less(y) != (bx.Cmp(by) < 0) || x.Sign() != bx.Sign() {
		t.Fatalf("cmp %v %v", bx, by)
	}
	check(t, "int128", bx, inRange(bx, 128, true), OverflowInt256ToInt128, func() *big.Int { return x.Int128().Wide().big() })
	check(t, "uint256", bx, bx.Sign() >= 0, OverflowInt256ToUint256, func() *big.Int { return x.Uint256().big() })
	if x.String() != bx.String() {
		t.Fatalf("text of %v is %v", bx, x)
	}
	if z, err := ParseInt256(bx.String()); err != nil || z != x {
		t.Fatalf("parse of %v is %v, %v", bx, z, err)
	}
}

func checkNarrow(t *testing.T, x, y Uint256) {
	t.Helper()
	u, v := Uint128{x.w1, x.w0}, Uint128{y.w1, y.w0}
	i, j := Int128{int64(x.w1), x.w0}, Int128{int64(y.w1), y.w0}
	bu, bv, bi, bj := u.Wide().big(), v.Wide().big(), i.Wide().big(), j.Wide().big()
	sum, dif := new(big.Int).Add(bu, bv), new(big.Int).Sub(bu, bv)
	if u.IsZero() != (bu.Sign() == 0) || i.IsZero() != (bi.Sign() == 0) {
		t.Fatalf("zero: %v, %v", bu, bi)
	}
	check(t, "u128 add", sum, inRange(sum, 128, false), PanicOverflow, func() *big.Int { return u.Add(v).Wide().big() })
	check(t, "u128 sub", dif, inRange(dif, 128, false), PanicOverflow, func() *big.Int { return u.Sub(v).Wide().big() })
	check(t, "u128 cast", bu, inRange(bu, 128, true), OverflowUint128ToInt128, func() *big.Int { return u.Int128().Wide().big() })
	sum, dif = new(big.Int).Add(bi, bj), new(big.Int).Sub(bi, bj)
	check(t, "i128 add", sum, inRange(sum, 128, true), PanicOverflow, func() *big.Int { return i.Add(j).Wide().big() })
	check(t, "i128 sub", dif, inRange(dif, 128, true), PanicOverflow, func() *big.Int { return i.Sub(j).Wide().big() })
	check(t, "i128 cast", bi, bi.Sign() >= 0, OverflowInt128ToUint128, func() *big.Int { return i.Uint128().Wide().big() })
	if u.Cmp(v) != bu.Cmp(bv) || i.Cmp(j) != bi.Cmp(bj) || i.Sign() != bi.Sign() {
		t.Fatalf("cmp of %v %v", bu, bv)
	}
	check(t, "i128 abs", new(big.Int).Abs(bi), i != MinInt128, PanicOverflow, func() *big.Int { return i.Abs().Wide().big() })
	checkD27(t, i, j, u)
	checkRatios(t, j, u, v)
}

// checkRatios checks the operations of three numbers.
func checkRatios(t *testing.T, j Int128, u, v Uint128) {
	t.Helper()
	bu := u.Wide().big()
	part := j.Wide().Magnitude()
	prod := new(big.Int).Mul(bu, part.big())
	check(t, "mulQuo", quo(prod, v.Wide().big()), true, nil, func() *big.Int { return u.Wide().MulQuo(part, v.Wide()).big() })
}

func checkD27(t *testing.T, i, j Int128, shares Uint128) {
	t.Helper()
	giga, precise := big.NewInt(d27PerD18), new(big.Int).Exp(big.NewInt(10), big.NewInt(27), nil)
	bi, bj, bs := i.Wide().big(), j.Wide().big(), shares.Wide().big()
	check(t, "to D18", quo(bi, giga), true, nil, func() *big.Int { return D27{i}.D18().Wide().big() })
	up := new(big.Int).Mul(bi, giga)
	both := new(big.Int).Add(bi, bj)
	check(t, "d27 add", both, inRange(both, 128, true), PanicOverflow, func() *big.Int { return D27{i}.Add(D27{j}).Raw.Wide().big() })
	both = new(big.Int).Sub(bi, bj)
	check(t, "d27 sub", both, inRange(both, 128, true), PanicOverflow, func() *big.Int { return D27{i}.Sub(D27{j}).Raw.Wide().big() })
	check(t, "from D18", up, inRange(up, 128, true), OverflowInt256ToInt128, func() *big.Int { return D27FromD18(i).Raw.Wide().big() })
	prod := new(big.Int).Mul(bi, bs)
	check(t, "times", quo(prod, precise), inRange(prod, 256, true), PanicOverflow, func() *big.Int { return D27{i}.Times(shares).big() })
	per := quo(new(big.Int).Mul(bi, precise), bs)
	check(t, "per share", per, inRange(orZero(per), 128, true), OverflowInt256ToInt128, func() *big.Int { return PerShareD27(i.Wide(), shares).Raw.Wide().big() })
	factor := new(big.Int).Add(bi, precise)
	check(t, "factor", factor, factor.Sign() >= 0, OverflowInt256ToUint256, func() *big.Int { return D27{i}.Factor().big() })
	if (D27{i}).BelowMinusOne() != (factor.Sign() < 0) {
		t.Fatalf("below minus one: %v", bi)
	}
	f := j.Wide().Magnitude()
	prod = new(big.Int).Mul(bs, f.big())
	check(t, "mulD27", quo(prod, precise), inRange(prod, 256, false), PanicOverflow, func() *big.Int { return shares.Wide().MulD27(f).big() })
	check(t, "divD27", quo(new(big.Int).Mul(bs, precise), f.big()), true, nil, func() *big.Int { return shares.Wide().DivD27(f).big() })
}

// sample draws words whose lengths, and long runs of ones and zeros, reach
// the corners of carry and normalisation.
func sample(r *rand.Rand) Uint256 {
	var w [4]uint64
	for i := range w[:1+r.IntN(4)] {
		switch r.IntN(6) {
		case 0:
			w[i] = 1<<64 - 1
		case 1:
			w[i] = 1 << r.IntN(64)
		case 2:
			w[i] = 1<<63 - uint64(r.IntN(2))
		case 3:
			w[i] = uint64(r.IntN(3))
		default:
			w[i] = r.Uint64()
		}
	}
	x := FromWords(w)
	if r.IntN(4) == 0 {
		x, _ = subWords(Uint256{}, x)
	}
	return x
}

func TestAgainstBig(t *testing.T) {
	const seed = 1
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 60_000 {
		x, y := sample(r), sample(r)
		checkUnsigned(t, x, y)
		checkSigned(t, Int256(x), Int256(y))
		checkNarrow(t, x, y)
	}
}

func FuzzAgainstBig(f *testing.F) {
	f.Add(uint64(1), uint64(2), uint64(3), uint64(4), uint64(5), uint64(6), uint64(7), uint64(8))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h, i uint64) {
		x, y := Uint256{a, b, c, d}, Uint256{e, g, h, i}
		checkUnsigned(t, x, y)
		checkSigned(t, Int256(x), Int256(y))
		checkNarrow(t, x, y)
	})
}

func TestConstants(t *testing.T) {
	p, _ := ParseUint256("1000000000000000000000000000")
	if preciseU256 != p || PreciseI256.String() != p.String() {
		t.Fatalf("10^27 is %v", preciseU256)
	}
	if I128(-5).String() != "-5" || U128(5).String() != "5" || I128(-5).Neg() != I128(5) || I256(-5).Neg() != I256(5) {
		t.Fatal("small numbers")
	}
	if MinInt(I256(-1), I256(1)) != I256(-1) || MaxInt(I256(-1), I256(1)) != I256(1) || MinInt(I256(2), I256(1)) != I256(1) || MaxInt(I256(2), I256(1)) != I256(2) {
		t.Fatal("min and max")
	}
	if v, ok := U256(7).Uint64(); v != 7 || !ok {
		t.Fatal("Uint64")
	}
	if _, ok := MaxUint256.Uint64(); ok || MaxUint256.Low64() != 1<<64-1 {
		t.Fatal("Uint64 of the largest word")
	}
	for _, e := range []error{PanicOverflow, OverflowInt128ToUint128} {
		if e.Error() == "" {
			t.Fatal("error without text")
		}
	}
}

func TestParseRejects(t *testing.T) {
	for _, s := range []string{"", "-", "1.5", "0x1", " 1", "1e3", MaxUint256.String() + "0"} {
		if _, err := ParseUint256(s); err == nil {
			t.Errorf("ParseUint256(%q) did not fail", s)
		}
		if _, err := ParseInt256(s); err == nil {
			t.Errorf("ParseInt256(%q) did not fail", s)
		}
	}
	if _, err := ParseInt256(MaxUint256.String()); err == nil {
		t.Error("ParseInt256 accepts 2^256-1")
	}
}

func TestCatchLetsBugsThrough(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("a foreign panic was swallowed")
		}
	}()
	_ = attempt(func() { panic("bug") })
}

var sinkU Uint256

func BenchmarkMulDecimal(b *testing.B) {
	b.ReportAllocs()
	x, y := Uint256{w0: 1 << 63, w1: 1 << 20}, Uint256{w0: 1<<62 + 12345}
	for b.Loop() {
		sinkU = x.MulDecimal(y)
	}
}

func BenchmarkDivDecimal(b *testing.B) {
	b.ReportAllocs()
	x, y := Uint256{w0: 1 << 63, w1: 1 << 20}, Uint256{w0: 1<<62 + 12345, w1: 1 << 10}
	for b.Loop() {
		sinkU = x.DivDecimal(y)
	}
}
