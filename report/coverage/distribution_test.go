package coverage

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestForecastByHand(t *testing.T) {
	f := NewForecast([]float64{5, 1, 4, 2, 3, 10, 9, 8, 7, 6})
	near(t, "VaR 80 %", f.ValueAtRisk(0.8), 8, 0)
	near(t, "VaR 85 %", f.ValueAtRisk(0.85), 9, 0)
	near(t, "ES 80 %", f.ExpectedShortfall(0.8), 9.5, 1e-12)
	near(t, "ES 85 %", f.ExpectedShortfall(0.85), (10+0.5*9)/1.5, 1e-12)
	near(t, "exceedance probability", f.ExceedanceProbability(0.8), 3.0/11, 1e-12)
	near(t, "PIT between paths", f.PIT(3.5, 0.25), 3.25/11, 1e-12)
	near(t, "PIT at a path", f.PIT(3, 0.5), 3.0/11, 1e-12)
	near(t, "PIT below all", f.PIT(-1, 0.5), 0.5/11, 1e-12)
}

// TestAtomsAreNoExceedances: a loss that is nearly always zero has a value at risk
// of zero, which zeros do not pass; right forecasts of it are not rejected.
func TestAtomsAreNoExceedances(t *testing.T) {
	zeros := NewForecast(make([]float64, 200))
	near(t, "exceedance probability of zeros", zeros.ExceedanceProbability(0.95), 1.0/201, 1e-12)
	near(t, "with 4 losses", NewForecast(append(make([]float64, 196), 1, 2, 3, 4)).ExceedanceProbability(0.95), 5.0/201, 1e-12)
	const repetitions, n, m, level = 400, 76, 200, 0.05
	source := rand.New(rand.NewPCG(43, 1))
	draw := func() float64 {
		if source.Float64() < 0.97 {
			return 0
		}
		return source.ExpFloat64()
	}
	rejected := 0
	for range repetitions {
		hits, p := 0, 0.0
		for range n {
			losses := make([]float64, m)
			for k := range losses {
				losses[k] = draw()
			}
			f := NewForecast(losses)
			hits += index(draw() > f.ValueAtRisk(0.95))
			p += f.ExceedanceProbability(0.95) / n
		}
		rejected += index(ProportionOfFailures(hits, n, p).P < level)
	}
	if share := float64(rejected) / repetitions; share > level+3*math.Sqrt(level*(1-level)/repetitions) {
		t.Errorf("%.3f of right forecasts are rejected", share)
	}
}

func TestNonOverlapping(t *testing.T) {
	got := NonOverlapping([]int64{0, 1, 2, 3, 7, 8, 9, 10}, 3)
	want := []int{0, 3, 4, 7}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%v, want %v", got, want)
		}
	}
}

// TestPITIsUniform for forecasts of few paths and a law with an atom: the
// exceedance of the value at risk has the stated probability too.
func TestPITIsUniform(t *testing.T) {
	source := rand.New(rand.NewPCG(3, 3))
	draw := func() float64 {
		if source.Float64() < 0.6 {
			return 0
		}
		return source.ExpFloat64()
	}
	const n, m = 2000, 30
	values := make([]float64, n)
	hits := 0
	for i := range values {
		paths := make([]float64, m)
		for k := range paths {
			paths[k] = draw()
		}
		f, outcome := NewForecast(paths), draw()
		values[i] = f.PIT(outcome, source.Float64())
		if outcome > f.ValueAtRisk(0.9) {
			hits++
		}
	}
	if p := KolmogorovSmirnov(values).P; p < 0.001 {
		t.Errorf("PIT of right forecasts is not uniform: p = %v", p)
	}
	near(t, "exceedances", float64(hits)/n, 1-27.0/31, 0.025)
}

// TestKolmogorovPublishedValues: Marsaglia, Tsang, Wang 2003, section 3.
func TestKolmogorovPublishedValues(t *testing.T) {
	near(t, "P(D_10 < 0.274)", kolmogorovCDF(10, 0.274), 0.6284796154565, 1e-9)
	near(t, "P(D_2000 < 0.04)", kolmogorovCDF(2000, 0.04), 0.99676943191713676985, 1e-6)
	near(t, "P(D_1 < 0.75)", kolmogorovCDF(1, 0.75), 0.5, 1e-12)
}

// TestAndersonDarlingPublishedValues: the limit law's quantiles (Marsaglia,
// Marsaglia 2004, table 1: 2.492 at 95 %, 3.878 at 99 %).
func TestAndersonDarlingPublishedValues(t *testing.T) {
	near(t, "95 %", andersonLimit(2.492), 0.95, 2e-4)
	near(t, "99 %", andersonLimit(3.878), 0.99, 2e-4)
}

func TestUniformityKeepsItsLevelAndSeesTails(t *testing.T) {
	const repetitions, level = 2000, 0.05
	for _, n := range []int{5, 20, 78} {
		source := rand.New(rand.NewPCG(9, uint64(n)))
		var smirnov, darling, smirnovWide, darlingWide int
		for range repetitions {
			values, wide := make([]float64, n), make([]float64, n)
			for i := range values {
				values[i] = source.Float64()
				wide[i] = (1 + math.Sin(math.Pi*(source.Float64()-0.5))) / 2 // too much in the tails
			}
			smirnov += index(KolmogorovSmirnov(values).P < level)
			darling += index(AndersonDarling(values).P < level)
			smirnovWide += index(KolmogorovSmirnov(wide).P < level)
			darlingWide += index(AndersonDarling(wide).P < level)
		}
		near(t, "Kolmogorov-Smirnov's level", float64(smirnov)/repetitions, level, 0.016)
		near(t, "Anderson-Darling's level", float64(darling)/repetitions, level, 0.016)
		if n == 78 && (darlingWide < repetitions/2 || darlingWide < smirnovWide) {
			t.Errorf("tails too thin: Anderson-Darling notices %d, Kolmogorov-Smirnov %d of %d", darlingWide, smirnovWide, repetitions)
		}
	}
}

func TestSerialDependence(t *testing.T) {
	source := rand.New(rand.NewPCG(13, 1))
	const n, repetitions = 60, 300
	rejected, noticed := 0, 0
	for r := range repetitions {
		values, linked := make([]float64, n), make([]float64, n)
		state := 0.0
		for i := range values {
			values[i] = source.Float64()
			state = 0.6*state + 0.8*source.NormFloat64()
			linked[i] = 0.5 * math.Erfc(-state/math.Sqrt2)
		}
		rejected += index(SerialDependence(values, false, 199, uint64(r)).P <= 0.05)
		noticed += index(SerialDependence(linked, false, 199, uint64(r)).P <= 0.05)
	}
	if share := float64(rejected) / repetitions; share > 0.09 {
		t.Errorf("it rejects %.3f of independent series", share)
	}
	if share := float64(noticed) / repetitions; share < 0.9 {
		t.Errorf("it notices %.3f of series with correlation 0.6", share)
	}
}

// normalForecasts are forecasts of a standard normal law, and outcomes of one
// with another spread.
func normalForecasts(source *rand.Rand, n, m int, spread float64) ([]Forecast, []float64) {
	forecasts, outcomes := make([]Forecast, n), make([]float64, n)
	for i := range forecasts {
		paths := make([]float64, m)
		for k := range paths {
			paths[k] = source.NormFloat64()
		}
		forecasts[i], outcomes[i] = NewForecast(paths), spread*source.NormFloat64()
	}
	return forecasts, outcomes
}

func TestAcerbiSzekely(t *testing.T) {
	// By hand: three origins of ten paths, ES 90 % = 10, exceedances of 12 and 15.
	f := NewForecast([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
	z1, z2 := AcerbiSzekely([]Forecast{f, f, f}, []float64{12, 3, 15}, 0.9, 99, 1)
	near(t, "Z1", z1.Statistic, 1-(1.2+1.5)/2, 1e-12)
	near(t, "Z2", z2.Statistic, 1-(1.2+1.5)/(3*2.0/11), 1e-12)
	if z1, _ := AcerbiSzekely([]Forecast{f}, []float64{1}, 0.9, 99, 1); !math.IsNaN(z1.P) {
		t.Errorf("Z1 without an exceedance has p = %v", z1.P)
	}
	if _, z2 := AcerbiSzekely([]Forecast{NewForecast([]float64{-3, -2})}, []float64{1}, 0.9, 99, 1); !math.IsNaN(z2.P) {
		t.Errorf("Z2 of a forecast of gains has p = %v", z2.P)
	}
	source := rand.New(rand.NewPCG(17, 1))
	const repetitions = 300
	var right, wrong int
	for r := range repetitions {
		forecasts, outcomes := normalForecasts(source, 60, 200, 1)
		_, z2 := AcerbiSzekely(forecasts, outcomes, 0.95, 199, uint64(r))
		right += index(z2.P <= 0.05)
		forecasts, outcomes = normalForecasts(source, 60, 200, 1.5)
		_, z2 = AcerbiSzekely(forecasts, outcomes, 0.95, 199, uint64(r))
		wrong += index(z2.P <= 0.05)
	}
	if share := float64(right) / repetitions; share > 0.09 {
		t.Errorf("Z2 rejects %.3f of right forecasts", share)
	}
	if share := float64(wrong) / repetitions; share < 0.8 {
		t.Errorf("Z2 notices %.3f of forecasts with two thirds of the volatility", share)
	}
}

func TestCostanzinoCurran(t *testing.T) {
	// Irwin-Hall by hand: P(U1 + U2 <= 0.5) = 1/8, P(U1 + U2 + U3 <= 1.5) = 1/2.
	near(t, "two uniforms", uniformSumCDF(0.5, 2), 0.125, 1e-12)
	near(t, "three uniforms", uniformSumCDF(1.5, 3), 0.5, 1e-12)
	near(t, "none", uniformSumCDF(0, 0), 1, 0)
	near(t, "the two forms meet", uniformSumCDF(8, 21), uniformSumCDFExact(8, 21), 2e-5)
	light := CostanzinoCurran([]float64{0.5, 0.99, 0.975}, 0.95)
	near(t, "severity", light.Severity, (1-0.01/0.05)+(1-0.025/0.05), 1e-12)
	near(t, "expected", light.Expected, 3*0.05/2, 1e-12)
	source := rand.New(rand.NewPCG(19, 1))
	const repetitions = 4000
	yellow := 0
	for range repetitions {
		values := make([]float64, 100)
		for i := range values {
			values[i] = source.Float64()
		}
		yellow += index(CostanzinoCurran(values, 0.95).Zone != Green)
	}
	near(t, "share of right forecasts beyond green", float64(yellow)/repetitions, 0.05, 0.012)
}

// uniformSumCDFExact is the alternating sum alone.
func uniformSumCDFExact(x float64, k int) float64 {
	sum, sign := 0.0, 1.0
	for j := 0; float64(j) < x; j++ {
		lgamma := func(v float64) float64 { g, _ := math.Lgamma(v); return g }
		choose := lgamma(float64(k+1)) - lgamma(float64(j+1)) - lgamma(float64(k-j+1))
		sum += sign * math.Exp(choose+float64(k)*math.Log(x-float64(j))-lgamma(float64(k+1)))
		sign = -sign
	}
	return sum
}
