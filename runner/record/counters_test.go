package record

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestCountersAreAddOfEach: whatever the order, the signs, the ties and the ends of
// the range, and again after a reset.
func TestCountersAreAddOfEach(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	counters := NewCounters(2)
	for n := range 300 {
		var one, all Sketch
		counters.Reset(n % 2 << 20)
		for range 1 + r.IntN(3) {
			values := make([]float64, r.IntN(70))
			for i := range values {
				values[i] = math.Ldexp(r.Float64()-0.5, r.IntN(80)-40)
				switch r.IntN(12) {
				case 0:
					values[i] = 0
				case 1:
					values[i] = math.Copysign(0, -1)
				case 2:
					values[i] = math.Inf(1 - 2*r.IntN(2))
				case 3:
					values[i] = 1e30
				}
				if n%5 == 0 {
					values[i] = values[0]
				}
			}
			for _, v := range values {
				one.Add(v)
			}
			counters.Add(1, values)
		}
		if counters.Into(1, &all); counters.N(1) != one.N || counters.N(0) != 0 {
			t.Fatalf("%d observations, want %d", counters.N(1), one.N)
		}
		if a, b := fmt.Sprintf("%+v %v", one, math.Signbit(one.Low)), fmt.Sprintf("%+v %v", all, math.Signbit(all.Low)); a != b {
			t.Fatalf("world %d of seed %d:\n%s\nwant\n%s", n, seed, b, a)
		}
	}
}

// TestMergedRatioBins: distributions of blocks add up to that of all, and say when a bucket is about to overflow.
func TestMergedRatioBins(t *testing.T) {
	const seed = 2
	r := rand.New(rand.NewPCG(seed, 0))
	var whole, sum RatioBins
	whole.Reset()
	sum.Reset()
	for n := range 20 {
		var part RatioBins
		part.Reset()
		for range n % 5 * r.IntN(100) {
			ratio, debt := math.Ldexp(1+r.Float64(), r.IntN(4)), r.Int64N(1<<61)-1<<60
			for _, b := range []*RatioBins{&whole, &part} {
				b.Cover(BucketOf(ratio), BucketOf(ratio))
				b.Bin(BucketOf(ratio)).AddOne(debt)
				b.Extend(ratio)
			}
		}
		part.ZeroDebt, part.Liquidatable = 3, 4
		whole.ZeroDebt, whole.Liquidatable = whole.ZeroDebt+3, whole.Liquidatable+4
		if sum.Merge(&part) {
			t.Fatal("a few positions are too many")
		}
	}
	var a, b CRatioSketch
	whole.Into(&a)
	if sum.Into(&b); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Fatalf("seed %d: merged\n%v, want\n%v", seed, b, a)
	}
	many := RatioBins{First: 1, Bins: []RatioBin{{Count: crowdedBin}}}
	if !sum.Merge(&many) {
		t.Error("a bucket is nearly full, and nobody says so")
	}
}
