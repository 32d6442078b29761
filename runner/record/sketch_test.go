package record

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestQuantilesAreWithinTheBound(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	for name, draw := range map[string]func() float64{
		"c-ratio":  func() float64 { return 1 + 20*r.Float64() },
		"pnl":      func() float64 { return 1e5 * r.NormFloat64() },
		"decades":  func() float64 { return math.Pow(10, 24*r.Float64()-9) },
		"negative": func() float64 { return -1e-3 * r.ExpFloat64() },
	} {
		values := make([]float64, 2001)
		var s Sketch
		for i := range values {
			values[i] = draw()
			s.Add(values[i])
		}
		slices.Sort(values)
		for _, percent := range Percents {
			rank := (percent*len(values) + 99) / 100
			exact, got := values[rank-1], s.Quantile(percent)
			if math.Abs(got-exact) > math.Abs(exact)*SketchRelativeError {
				t.Errorf("%s (seed %d): q%d is %v, want %v", name, seed, percent, got, exact)
			}
		}
		if s.Quantile(0) != values[0] || s.Quantile(100) != values[len(values)-1] {
			t.Errorf("%s: extremes %v, %v", name, s.Quantile(0), s.Quantile(100))
		}
	}
}

func TestWeightedQuantile(t *testing.T) {
	var s Sketch
	s.AddWeighted(1.5, Int128Of(90))
	s.AddWeighted(3, Int128Of(9))
	s.AddWeighted(9, Int128Of(1))
	s.AddWeighted(100, Int128{})
	for percent, want := range map[int]float64{1: 1.5, 90: 1.5, 95: 3, 99: 3, 100: 9} {
		if got := s.Quantile(percent); math.Abs(got-want) > want*SketchRelativeError {
			t.Errorf("q%d is %v, want %v", percent, got, want)
		}
	}
	if s.N != 3 || s.Weight != Int128Of(100) {
		t.Errorf("n %d, weight %v", s.N, s.Weight)
	}
}

func TestSpecialValues(t *testing.T) {
	var s Sketch
	if s.Quantile(50) == s.Quantile(50) || s.Mean() == s.Mean() {
		t.Error("an empty sketch has a quantile or a mean")
	}
	for _, v := range []float64{math.NaN(), math.Copysign(0, -1), 0, 1e-13, -1e-13} {
		s.Add(v)
	}
	if s.Missing != 1 || s.N != 4 || len(s.Bins) != 1 || s.Quantile(50) != 0 || s.Mean() != 0 {
		t.Errorf("%+v", s)
	}
	s.Add(math.Inf(1))
	s.Add(math.Inf(-1))
	if !math.IsInf(s.Quantile(1), -1) || !math.IsInf(s.Quantile(99), 1) || s.Mean() == s.Mean() {
		t.Errorf("infinities: %v, %v, mean %v", s.Quantile(1), s.Quantile(99), s.Mean())
	}
	if low := BucketLow(s.Bins[0].Index); !math.IsInf(low, -1) {
		t.Errorf("lowest edge %v", low)
	}
	s.Reset()
	if s.N != 0 || s.Inexact || len(s.Bins) != 0 {
		t.Errorf("after reset: %+v", s)
	}
}

func TestBucketsHoldTheirValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	for range 100_000 {
		v := math.Ldexp(r.Float64()-0.5, r.IntN(120)-40)
		index := BucketOf(v)
		low, next := BucketLow(index), BucketLow(index+1)
		if index == -1 || index == 0 {
			continue
		}
		if v < low || v > next || low >= next || math.Abs(bucketMiddle(index)-v) > math.Abs(v)*SketchRelativeError {
			t.Fatalf("%v is in bucket %d of [%v, %v), middle %v", v, index, low, next, bucketMiddle(index))
		}
	}
}

func TestMergeInAnyOrder(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	var whole Sketch
	parts := make([]Sketch, 20)
	for i := range 5000 {
		v, weight := math.Ldexp(r.NormFloat64(), r.IntN(60)-20), Int128{Hi: r.Int64N(3), Lo: r.Uint64()}
		if i%100 == 0 {
			v = []float64{0, math.Copysign(0, -1), math.NaN(), 1e300}[r.IntN(4)]
		}
		whole.AddWeighted(v, weight)
		parts[r.IntN(len(parts))].AddWeighted(v, weight)
	}
	for range 10 {
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		var left, right Sketch
		cut := r.IntN(len(parts))
		for i := range parts[:cut] {
			left.Merge(&parts[i])
		}
		for i := range parts[cut:] {
			right.Merge(&parts[cut+i])
		}
		right.Merge(&left)
		if !equal(right, whole) {
			t.Fatalf("merged differs from whole (seed %d)", seed)
		}
	}
}

func TestMeanIsExact(t *testing.T) {
	var s Sketch
	for range 10 {
		s.Add(0.1)
	}
	s.Add(1e12)
	s.Add(-1e12)
	if got := s.Mean(); got != 1.0/12 {
		t.Errorf("mean %v, want %v", got, 1.0/12)
	}
}

func TestAddDoesNotAllocate(t *testing.T) {
	var s Sketch
	for i := range 500 {
		s.Add(1 + float64(i)/100)
	}
	v := 1.0
	if n := testing.AllocsPerRun(1000, func() { v += 0.001; s.Add(v) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func toBig(a Int128) *big.Int {
	out := new(big.Int).Lsh(big.NewInt(a.Hi), 64)
	return out.Add(out, new(big.Int).SetUint64(a.Lo))
}

func TestInt128AgainstBig(t *testing.T) {
	const seed = 9
	r := rand.New(rand.NewPCG(seed, 0))
	draw := func() Int128 {
		a := Int128{Hi: int64(r.Uint64()), Lo: r.Uint64()}
		if r.IntN(2) == 0 {
			a = Int128Of(a.Hi >> r.IntN(64))
		}
		return a
	}
	for range 20_000 {
		a, b := draw(), draw()
		exact := new(big.Int).Add(toBig(a), toBig(b))
		sum, ok := a.Add(b)
		if ok != (toBig(sum).Cmp(exact) == 0) {
			t.Fatalf("seed %d: %v + %v: %v, %v", seed, a, b, sum, ok)
		}
		if a.Cmp(b) != toBig(a).Cmp(toBig(b)) {
			t.Fatalf("seed %d: cmp %v %v", seed, a, b)
		}
		if want, _ := new(big.Float).SetInt(toBig(a)).Float64(); a.Float64() != want {
			t.Fatalf("seed %d: %v as float %v, want %v", seed, a, a.Float64(), want)
		}
		if a.Hi >= 0 {
			product, fits := a.mulSmall(100)
			if want := new(big.Int).Mul(toBig(a), big.NewInt(100)); fits != (want.BitLen() < 128) || fits && toBig(product).Cmp(want) != 0 {
				t.Fatalf("seed %d: %v * 100 = %v, %v", seed, a, product, fits)
			}
		}
	}
}

func TestInt128FromFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 0))
	for range 20_000 {
		v := math.Round(math.Ldexp(r.Float64()-0.5, r.IntN(90)))
		got, ok := Int128FromFloat(v)
		if want, _ := big.NewFloat(v).Int(nil); !ok || toBig(got).Cmp(want) != 0 {
			t.Fatalf("%v: %v, %v", v, got, ok)
		}
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1 << 90, -1 << 90} {
		if _, ok := Int128FromFloat(v); ok {
			t.Errorf("%v fits", v)
		}
	}
}

func TestD18(t *testing.T) {
	ten38 := new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)
	most := new(big.Int).Sub(ten38, big.NewInt(1))
	for text, v := range map[string]*big.Int{
		"0.000000000000000000":                     big.NewInt(0),
		"-0.000000000000000001":                    big.NewInt(-1),
		"1.500000000000000000":                     big.NewInt(15e17),
		"99999999999999999999.999999999999999999":  most,
		"-99999999999999999999.999999999999999999": new(big.Int).Neg(most),
	} {
		d, err := D18FromBig(v)
		if err != nil || d.Big().Cmp(v) != 0 || d.String() != text || d.Sign() != v.Sign() {
			t.Errorf("%v: %v, %v", v, d, err)
		}
	}
	for _, v := range []*big.Int{ten38, new(big.Int).Neg(ten38), new(big.Int).Lsh(ten38, 2), new(big.Int).Lsh(ten38, 100)} {
		if d, err := D18FromBig(v); err == nil {
			t.Errorf("%v is taken for %v", v, d)
		}
	}
	large, err := D18FromInt64(9e18)
	if err != nil || large.Float64() != 9e18 {
		t.Fatalf("%v, %v", large, err)
	}
	if _, err := large.Add(large); err != nil {
		t.Errorf("1.8e19: %v", err)
	}
	d := D18{Hi: 5e18}
	if _, err := d.Add(d); err == nil {
		t.Error("an overflowing sum is no error")
	}
	if d, err := large.Add(D18(Int128(large).Neg())); err != nil || d.Sign() != 0 {
		t.Errorf("%v, %v", d, err)
	}
}
