package rng

import (
	"math"
	"testing"

	"backtest/pricepaths/portable"
)

// Known answers of philox4x64-10 from Random123's kat_vectors.
func TestPhiloxKnownAnswers(t *testing.T) {
	const all = ^uint64(0)
	for _, c := range []struct {
		counter [4]uint64
		key     [2]uint64
		want    [4]uint64
	}{
		{want: [4]uint64{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
		{[4]uint64{all, all, all, all}, [2]uint64{all, all},
			[4]uint64{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
		{[4]uint64{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
			[2]uint64{0x452821e638d01377, 0xbe5466cf34e90c6c},
			[4]uint64{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
	} {
		s := NewKeyed(c.key[0], c.key[1])
		if got := s.Block(c.counter[0], c.counter[1], c.counter[2], c.counter[3]); got != c.want {
			t.Errorf("counter %x key %x: %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func TestFillsEqualSingleDraws(t *testing.T) {
	s := New(11)
	for _, n := range []int{0, 1, 3, 4, 5, 1001} {
		normals, uniforms := make([]float64, n), make([]float64, n)
		s.FillNormals(normals, 7, 3)
		s.FillUniforms(uniforms, 7, 3)
		for k := range n {
			if normals[k] != s.Normal(7, uint64(k), 3) {
				t.Fatalf("normal %d of %d differs from the single draw", k, n)
			}
			if uniforms[k] != s.Uniform(7, uint64(k), 3) {
				t.Fatalf("uniform %d of %d differs from the single draw", k, n)
			}
		}
	}
}

func TestStreamsPathsAndSeedsDiffer(t *testing.T) {
	base := New(1).Uint64(2, 3, 4)
	for name, other := range map[string]uint64{
		"seed": New(2).Uint64(2, 3, 4), "key": NewKeyed(1, 1).Uint64(2, 3, 4), "path": New(1).Uint64(3, 3, 4),
		"step": New(1).Uint64(2, 4, 4), "stream": New(1).Uint64(2, 3, 5),
	} {
		if other == base {
			t.Errorf("another %s gives the same word", name)
		}
	}
}

// ksStatistic is sqrt(n) times the largest distance between the empirical
// distribution of sorted-by-cell counts and a uniform one.
func ksStatistic(counts []int, total int) float64 {
	worst, sum := 0.0, 0
	for k, c := range counts {
		sum += c
		worst = max(worst, math.Abs(float64(sum)/float64(total)-float64(k+1)/float64(len(counts))))
	}
	return worst * math.Sqrt(float64(total))
}

// The limits are the 99.99 % points of the Kolmogorov distribution.
func TestNormalsAreNormal(t *testing.T) {
	const n = 4_000_000
	const seed = 20240229
	z := make([]float64, n)
	New(seed).FillNormals(z, 0, 0)
	counts := make([]int, 4096)
	var sum, squares, fourth float64
	beyond := 0
	for _, x := range z {
		counts[int(portable.NormalCDF(x)*4096)]++
		sum += x
		squares += x * x
		fourth += x * x * x * x
		if math.Abs(x) > zigguratR {
			beyond++
		}
	}
	if d := ksStatistic(counts, n); d > 2.23 {
		t.Errorf("seed %d: Kolmogorov-Smirnov %.3f, want < 2.23 (99.99 %%)", seed, d)
	}
	if m := sum / math.Sqrt(n); math.Abs(m) > 3.9 {
		t.Errorf("seed %d: mean is %.2f standard errors from 0", seed, m)
	}
	if v := (squares/n - 1) * math.Sqrt(n/2.0); math.Abs(v) > 3.9 {
		t.Errorf("seed %d: variance is %.2f standard errors from 1", seed, v)
	}
	if k := (fourth/n - 3) * math.Sqrt(n/96.0); math.Abs(k) > 3.9 {
		t.Errorf("seed %d: fourth moment is %.2f standard errors from 3", seed, k)
	}
	want := n * 2 * portable.NormalCDF(-zigguratR)
	if d := (float64(beyond) - want) / math.Sqrt(want); math.Abs(d) > 3.9 {
		t.Errorf("seed %d: %d draws beyond the base strip, want %.0f (%.1f sd)", seed, beyond, want, d)
	}
}

func TestZigguratClosesAtTheTop(t *testing.T) {
	// The topmost layer must have the common area: (1 - y) x = area.
	if got := (1 - zigguratY[255]) * zigguratX[255]; math.Abs(got/zigguratArea-1) > 1e-8 {
		t.Errorf("area of the top layer %v, want %v", got, zigguratArea)
	}
}

func TestChiSquaredMoments(t *testing.T) {
	const n = 200_000
	s := New(5)
	for _, nu := range []float64{2, 3.3, 10} {
		law, sum, squares := NewChiSquared(nu), 0.0, 0.0
		for k := range n {
			x := law.Draw(s, 1, uint64(k), 2)
			sum += x
			squares += (x - nu) * (x - nu)
		}
		if d := (sum/n - nu) / math.Sqrt(2*nu/n); math.Abs(d) > 3.9 {
			t.Errorf("seed 5, nu %v: mean off by %.2f standard errors", nu, d)
		}
		// Var of the squared deviation of chi-squared: 8ν²+48ν.
		if d := (squares/n - 2*nu) / math.Sqrt((8*nu*nu+48*nu)/n); math.Abs(d) > 3.9 {
			t.Errorf("seed 5, nu %v: variance off by %.2f standard errors", nu, d)
		}
	}
}

func TestExponentialMean(t *testing.T) {
	const n = 200_000
	sum := 0.0
	for k := range n {
		sum += New(9).Exponential(0, uint64(k), 1)
	}
	if d := (sum/n - 1) * math.Sqrt(n); math.Abs(d) > 3.9 {
		t.Errorf("seed 9: mean off by %.2f standard errors", d)
	}
}

func TestFillNormalsDoesNotAllocate(t *testing.T) {
	z := make([]float64, 4096)
	if a := testing.AllocsPerRun(5, func() { New(1).FillNormals(z, 1, 1) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}

func BenchmarkPhiloxWord(b *testing.B) {
	var sum uint64
	s := New(1)
	for n := 0; n < b.N; n += 4 {
		w := s.Block(1, uint64(n), 0, 0)
		sum += w[0] ^ w[1] ^ w[2] ^ w[3]
	}
	sink = float64(sum)
}

var sink float64

func BenchmarkNormal(b *testing.B) {
	b.ReportAllocs()
	z := make([]float64, 1024)
	for n := 0; n < b.N; n += len(z) {
		New(1).FillNormals(z, uint64(n), 0)
	}
}

func BenchmarkChiSquared(b *testing.B) {
	law := NewChiSquared(4)
	for n := range b.N {
		sink += law.Draw(New(1), 1, uint64(n), 0)
	}
}
