package portable

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigExp returns e^x to about 100 bits.
func bigExp(x float64) *big.Float {
	const precision = 160
	r := new(big.Float).SetPrec(precision).SetFloat64(x)
	r.SetMantExp(r, -20)
	sum := new(big.Float).SetPrec(precision).SetInt64(1)
	term := new(big.Float).SetPrec(precision).SetInt64(1)
	for n := int64(1); n < 40; n++ {
		term.Mul(term, r)
		term.Quo(term, new(big.Float).SetPrec(precision).SetInt64(n))
		sum.Add(sum, term)
	}
	for range 20 {
		sum.Mul(sum, sum)
	}
	return sum
}

// ulps returns |got-want| in units of the last place of got.
func ulps(got float64, want *big.Float) float64 {
	d := new(big.Float).SetPrec(160).SetFloat64(got)
	d.Sub(d, want)
	f, _ := d.Float64()
	return math.Abs(f) / (math.Nextafter(math.Abs(got), math.Inf(1)) - math.Abs(got))
}

func TestExpWithinHalfAnUlpAndABit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	worst := 0.0
	for n := range 20000 {
		x := r.NormFloat64()
		if n%2 == 0 {
			x = -700 + 1400*r.Float64()
		}
		worst = max(worst, ulps(Exp(x), bigExp(x)))
	}
	if worst > 0.52 {
		t.Fatalf("seed (1, 2): largest error %.4f ulp, want <= 0.52", worst)
	}
}

func TestExpEdges(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{
		{0, 1}, {math.Inf(1), math.Inf(1)}, {math.Inf(-1), 0}, {710, math.Inf(1)}, {-746, 0},
		{1, math.E}, {-1000, 0}, {-745.2, 0},
	} {
		if got := Exp(c.x); got != c.want {
			t.Errorf("Exp(%v) = %v, want %v", c.x, got, c.want)
		}
	}
	if !math.IsNaN(Exp(math.NaN())) {
		t.Error("Exp(NaN) is not NaN")
	}
	for _, x := range []float64{-709, -720, -744} {
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 0x1p-1074 {
			t.Errorf("Exp(%v) = %g, want %g within one subnormal unit", x, got, want)
		}
	}
}

func TestExpScaledIsExpTimesScale(t *testing.T) {
	values := []float64{0, 1.5, -2.25, 710, -720, 0.001, math.Inf(-1)}
	want := make([]float64, len(values))
	for n, x := range values {
		want[n] = 3.5 * Exp(x)
	}
	ExpScaled(values, 3.5)
	for n := range values {
		if values[n] != want[n] {
			t.Errorf("element %d: %v, want %v", n, values[n], want[n])
		}
	}
}

func TestLogInvertsExp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	worst := 0.0
	for n := range 20000 {
		x := math.Ldexp(0.5+r.Float64()/2, r.IntN(2000)-1000)
		if n%2 == 0 {
			x = 0.5 + r.Float64()
		}
		l := Log(x)
		// With y = log x computed, x/e^y = 1 + (log x - y) to second order.
		q := new(big.Float).SetPrec(160).Quo(big.NewFloat(x).SetPrec(160), bigExp(l))
		q.Sub(q, big.NewFloat(1))
		d, _ := q.Float64()
		unit := math.Nextafter(math.Abs(l), math.Inf(1)) - math.Abs(l)
		if l != 0 {
			worst = max(worst, math.Abs(d-d*d/2)/unit)
		}
	}
	if worst > 1 {
		t.Fatalf("seed (3, 4): largest error %.3f ulp, want <= 1", worst)
	}
}

func TestLogEdges(t *testing.T) {
	if Log(1) != 0 || !math.IsInf(Log(0), -1) || !math.IsNaN(Log(-1)) || !math.IsInf(Log(math.Inf(1)), 1) || !math.IsNaN(Log(math.NaN())) {
		t.Error("an edge of Log is wrong")
	}
	if got, want := Log(5e-324), -744.4400719213812; got != want {
		t.Errorf("Log(smallest) = %v, want %v", got, want)
	}
}

func TestPow(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 5000 {
		x, y := r.Float64()*10, r.NormFloat64()*5
		got, want := Pow(x, y), math.Pow(x, y)
		bound := (4 + math.Abs(y*math.Log(x))) * 0x1p-52 // math.Pow is not correctly rounded either
		if math.Abs(got/want-1) > bound {
			t.Fatalf("Pow(%v, %v) = %v, want %v within %g", x, y, got, want, bound)
		}
	}
	if Pow(0, 0) != 1 || Pow(0, 2) != 0 || !math.IsInf(Pow(0, -1), 1) {
		t.Error("an edge of Pow is wrong")
	}
}

func TestErfcAgainstMath(t *testing.T) {
	for x := -6.0; x < 26; x += 0.00371 {
		got, want := Erfc(x), math.Erfc(x)
		if math.Abs(got/want-1) > 4e-15*(1+x*x/50) {
			t.Fatalf("Erfc(%v) = %v, want %v", x, got, want)
		}
	}
	if Erfc(30) != 0 || Erfc(-30) != 2 || !math.IsNaN(Erfc(math.NaN())) {
		t.Error("an edge of Erfc is wrong")
	}
}

func TestNormalQuantileInvertsTheCDF(t *testing.T) {
	for _, p := range []float64{1e-300, 1e-100, 1e-20, 1e-10, 1e-5, 0.001, 0.025, 0.074, 0.0751, 0.2, 0.5, 0.7, 0.9, 0.975, 0.9999} {
		z := NormalQuantile(p)
		if back := NormalCDF(z); math.Abs(back/p-1) > 3e-15*(1+z*z) {
			t.Errorf("NormalCDF(NormalQuantile(%g)) = %g", p, back)
		}
	}
	// Published digits (Wichura 1988): the 2.5 % and the 1e-20 points.
	if z := NormalQuantile(0.25); math.Abs(z+0.6744897501960817) > 1e-15 {
		t.Errorf("quartile %v", z)
	}
	if z := NormalQuantile(0.001); math.Abs(z+3.090232306167814) > 1e-14 {
		t.Errorf("0.1 %% point %v", z)
	}
	if z := NormalQuantile(1e-20); math.Abs(z+9.262340089798408) > 1e-13 {
		t.Errorf("1e-20 point %v", z)
	}
	if !math.IsInf(NormalQuantile(0), -1) || !math.IsInf(NormalQuantile(1), 1) || !math.IsNaN(NormalQuantile(-0.1)) || !math.IsNaN(NormalQuantile(math.NaN())) {
		t.Error("an edge of NormalQuantile is wrong")
	}
}

func TestNormalDensity(t *testing.T) {
	for _, z := range []float64{0, 0.5, -2, 6} {
		if got, want := NormalDensity(z), math.Exp(-z*z/2)/math.Sqrt(2*math.Pi); math.Abs(got/want-1) > 1e-14 {
			t.Errorf("NormalDensity(%v) = %v, want %v", z, got, want)
		}
	}
}

var sink float64

func BenchmarkExp(b *testing.B) {
	for n := range b.N {
		sink += Exp(float64(n&1023) * 0.001)
	}
}

func BenchmarkNormalQuantile(b *testing.B) {
	for n := range b.N {
		sink += NormalQuantile((float64(n&1023) + 0.5) / 1024)
	}
}

func BenchmarkExpScaled(b *testing.B) {
	values := make([]float64, 1024)
	for n := 0; n < b.N; n += len(values) {
		for k := range values {
			values[k] = float64(k) * 0.001
		}
		ExpScaled(values, 2)
	}
}
