package coverage

import (
	"math"
	"math/rand/v2"
)

// AcerbiSzekely tests expected shortfall by the two statistics of Acerbi and
// Szekely 2014 ("Backtesting expected shortfall", eq. 5 and 8), for losses L,
// forecasts ES and exceedances I of the value at risk:
//
//	Z1 = 1 - sum(L I / ES) / sum(I)             the size of exceedances alone
//	Z2 = 1 - sum(L I / ES) / (sum of P(I = 1))  their number and size together
//
// Both are 0 in expectation and negative where losses are worse than forecast;
// P is the share of simulated statistics that are as low. Outcomes are simulated
// from the forecasts themselves, independent from origin to origin: equally likely
// at each of the m paths and beyond the worst of them, there by an exponential
// excess with the mean of the worst twentieth (ten paths at least), since a
// sample knows nothing of what is worse than its maximum.
//
// Z1 is undefined without an exceedance, and both where an expected shortfall
// is not positive (a forecast of gains even in the tail): P is then NaN.
func AcerbiSzekely(forecasts []Forecast, outcomes []float64, level float64, draws int, seed uint64) (z1, z2 Test) {
	n := len(outcomes)
	z1 = Test{Name: "expected shortfall, size (Acerbi-Szekely Z1)", Exact: true, N: n, P: math.NaN(), AsymptoticP: math.NaN(), Statistic: math.NaN()}
	z2 = z1
	z2.Name = "expected shortfall, number and size (Acerbi-Szekely Z2)"
	tails, ok := tailsOf(forecasts, level)
	if !ok || n == 0 {
		return z1, z2
	}
	z1.Statistic, z2.Statistic = tails.statistics(outcomes)
	source := rand.New(rand.NewPCG(seed, 0xe5))
	simulated := make([]float64, n)
	var asLow1, defined1, asLow2 int
	for range draws {
		for i, f := range forecasts {
			simulated[i] = f.draw(source)
		}
		s1, s2 := tails.statistics(simulated)
		if s2 <= z2.Statistic {
			asLow2++
		}
		if !math.IsNaN(s1) {
			if defined1++; s1 <= z1.Statistic {
				asLow1++
			}
		}
	}
	z2.P = float64(asLow2+1) / float64(draws+1)
	z2.AsymptoticP = z2.P
	if !math.IsNaN(z1.Statistic) {
		z1.P = float64(asLow1+1) / float64(defined1+1)
		z1.AsymptoticP = z1.P
	}
	return z1, z2
}

// draw simulates an outcome of a forecast.
func (f Forecast) draw(source *rand.Rand) float64 {
	m := len(f)
	if at := source.IntN(m + 1); at < m {
		return f[at]
	}
	return f[m-1] + float64(f.meanExcess()*source.ExpFloat64())
}

// meanExcess is the mean distance of the worst paths from the least of them.
func (f Forecast) meanExcess() float64 {
	worst := f[len(f)-min(len(f), max(10, len(f)/20)):]
	return mean(worst) - worst[0]
}

// tails holds what the statistics need of each forecast.
type tails struct {
	atRisk, shortfall []float64
	expected          float64 // exceedances under right forecasts
}

func tailsOf(forecasts []Forecast, level float64) (t tails, ok bool) {
	for _, f := range forecasts {
		if len(f) == 0 {
			return t, false
		}
		shortfall := f.ExpectedShortfall(level)
		if !(shortfall > 0) {
			return t, false
		}
		t.atRisk = append(t.atRisk, f.ValueAtRisk(level))
		t.shortfall = append(t.shortfall, shortfall)
		t.expected += f.ExceedanceProbability(level)
	}
	return t, true
}

func (t tails) statistics(losses []float64) (z1, z2 float64) {
	count, sum := 0.0, 0.0
	for i, loss := range losses {
		if loss > t.atRisk[i] {
			count++
			sum += loss / t.shortfall[i]
		}
	}
	if z1 = math.NaN(); count > 0 {
		z1 = 1 - sum/count
	}
	return z1, 1 - sum/t.expected
}
