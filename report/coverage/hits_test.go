package coverage

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.6g, want %.6g ± %g", what, got, want, tolerance)
	}
}

func TestChiSquaredTailAgainstGonum(t *testing.T) {
	for degrees := 1; degrees <= 30; degrees++ {
		for _, x := range []float64{0, 0.01, 1, 3.84, 10, 40, 100} {
			near(t, "tail", chiSquaredTail(x, degrees), distuv.ChiSquared{K: float64(degrees)}.Survival(x), 1e-10)
		}
	}
}

// bankHits is the record of exceptions of J.P. Morgan in 1998 as Jorion (Value at
// Risk, chapter 6) tabulates it: 20 exceptions at 95 % in 252 days, 4 of which
// followed an exception.
func bankHits() []bool {
	hits := make([]bool, 253)
	at := 4
	for run := range 16 {
		hits[at] = true
		if run < 4 {
			at++
			hits[at] = true
		}
		at += 14
	}
	return hits
}

// TestTextbookValues: the likelihood ratios of Jorion's example, LR_uc = 3.91,
// LR_ind = 3.26 (252 transitions) and their sum 7.17.
func TestTextbookValues(t *testing.T) {
	pof := ProportionOfFailures(20, 252, 0.05)
	near(t, "LR_uc", pof.Statistic, 3.91, 0.005)
	near(t, "its asymptotic p-value", pof.AsymptoticP, 0.0480, 0.0005)
	near(t, "LR_ind", Independence(bankHits()).Statistic, 3.26, 0.005)
	// Kupiec 1995, table 5: with 255 days at 1 %, 7 failures or more are rejected
	// at 5 % and 6 are not.
	if p := ProportionOfFailures(6, 255, 0.01).AsymptoticP; p < 0.05 {
		t.Errorf("6 failures of 255 are rejected: p = %v", p)
	}
	if p := ProportionOfFailures(7, 255, 0.01).AsymptoticP; p > 0.05 {
		t.Errorf("7 failures of 255 are not rejected: p = %v", p)
	}
	// Kupiec 1995, section 4: at 1 % a first failure on day 6 or before is
	// rejected at 5 % by the ratio, one on day 7 is not.
	if p := TimeUntilFirstFailure(5, 250, 0.01).AsymptoticP; p > 0.05 {
		t.Errorf("a first failure on day 6: p = %v", p)
	}
	if p := TimeUntilFirstFailure(6, 250, 0.01).AsymptoticP; p < 0.05 {
		t.Errorf("a first failure on day 7: p = %v", p)
	}
}

// TestExactBinomial compares with sums by hand: 3 of 78 at 1 % has only larger
// counts that are less likely.
func TestExactBinomial(t *testing.T) {
	atMost2 := math.Pow(0.99, 78) + 78*0.01*math.Pow(0.99, 77) + 78*77/2*1e-4*math.Pow(0.99, 76)
	near(t, "3 of 78 at 1 %", ProportionOfFailures(3, 78, 0.01).P, 1-atMost2, 1e-10)
	near(t, "2 of 2 at 1/2", ProportionOfFailures(2, 2, 0.5).P, 0.5, 1e-12)
	near(t, "1 of 2 at 1/2", ProportionOfFailures(1, 2, 0.5).P, 1, 1e-12)
	near(t, "0 of 10 at 1 %", ProportionOfFailures(0, 10, 0.01).P, 1, 1e-9)
}

func TestBaselZones(t *testing.T) {
	// Table 2 of the framework: 250 days at 99 %.
	zones := map[int]Zone{0: Green, 4: Green, 5: Yellow, 9: Yellow, 10: Red}
	plus := map[int]float64{4: 0, 5: 0.40, 6: 0.50, 7: 0.65, 8: 0.75, 9: 0.85, 10: 1, 15: 1}
	cumulative := map[int]float64{0: 0.0811, 4: 0.8922, 5: 0.9588, 9: 0.9997, 10: 0.9999}
	for x, want := range zones {
		if got := BaselTrafficLight(x, 250, 0.01).Zone; got != want {
			t.Errorf("%d exceptions are %s, want %s", x, got, want)
		}
	}
	for x, want := range plus {
		near(t, "plus factor", BaselTrafficLight(x, 250, 0.01).PlusFactor, want, 0)
	}
	for x, want := range cumulative {
		near(t, "cumulative probability", BaselTrafficLight(x, 250, 0.01).Cumulative, want, 6e-5)
	}
	if light := BaselTrafficLight(3, 78, 0.01); light.Zone != Yellow || light.PlusFactor < 0.4 || light.PlusFactor > 0.85 {
		t.Errorf("3 of 78 at 1 %%: %+v", light)
	}
}

// hitsOf draws independent exceedances.
func hitsOf(source *rand.Rand, n int, p float64) []bool {
	hits := make([]bool, n)
	for i := range hits {
		hits[i] = source.Float64() < p
	}
	return hits
}

// TestExactTestsKeepTheirLevel: under the null no exact test rejects more often
// than its level, and the proportion of failures exactly as often as its stated
// size.
func TestExactTestsKeepTheirLevel(t *testing.T) {
	const repetitions, n, level = 4000, 78, 0.05
	for _, p := range []float64{0.01, 0.05} {
		source := rand.New(rand.NewPCG(7, uint64(1000*p)))
		rejected := map[string]int{}
		for range repetitions {
			hits := hitsOf(source, n, p)
			count, first := CountHits(hits)
			for _, test := range []Test{ProportionOfFailures(count, n, p), TimeUntilFirstFailure(first, n, p), Independence(hits), ConditionalCoverage(hits, p)} {
				if test.P < level {
					rejected[test.Name]++
				}
			}
		}
		limit := level + 3*math.Sqrt(level*(1-level)/repetitions)
		for name, count := range rejected {
			if share := float64(count) / repetitions; share > limit {
				t.Errorf("p = %v: %s rejects %.3f of right forecasts", p, name, share)
			}
		}
		size := PowerOfFailures(n, p, p, level).Size
		share := float64(rejected["proportion of failures (Kupiec)"]) / repetitions
		near(t, "size of the proportion of failures", share, size, 4*math.Sqrt(size/repetitions))
	}
}

func TestMixedKupiecKeepsItsLevelAndSeesClusters(t *testing.T) {
	const repetitions, n, p, level = 250, 100, 0.05, 0.05
	source := rand.New(rand.NewPCG(11, 1))
	reject := func(draw func() []bool) float64 {
		rejected := 0
		for i := range repetitions {
			if MixedKupiec(draw(), p, 199, uint64(i)).P <= level {
				rejected++
			}
		}
		return float64(rejected) / repetitions
	}
	under := reject(func() []bool { return hitsOf(source, n, p) })
	if under > level+3*math.Sqrt(level*(1-level)/repetitions) {
		t.Errorf("it rejects %.3f of right forecasts", under)
	}
	clustered := func() []bool { // the same share of exceedances, in clusters
		hits := make([]bool, n)
		loud := false
		for i := range hits {
			if loud {
				loud = source.Float64() < 0.6
			} else {
				loud = source.Float64() < 0.4*p/(1-p)
			}
			hits[i] = loud
		}
		return hits
	}
	if power := reject(clustered); power < 0.5 {
		t.Errorf("it notices %.3f of clustered exceedances", power)
	}
}

// TestIndependenceCountsOrders compares the sum over orders with all orders of a
// small case one by one.
func TestIndependenceCountsOrders(t *testing.T) {
	const n = 10
	for mask := range 1 << n {
		hits := make([]bool, n)
		for i := range hits {
			hits[i] = mask>>i&1 == 1
		}
		count, _ := CountHits(hits)
		if count == 0 || count == n || mask%37 != 0 {
			continue
		}
		statistic := countTransitions(hits).ratio()
		all, tail := 0.0, 0.0
		for other := range 1 << n {
			candidate := make([]bool, n)
			for i := range candidate {
				candidate[i] = other>>i&1 == 1
			}
			if k, _ := CountHits(candidate); k == count {
				all++
				if countTransitions(candidate).ratio() >= statistic-1e-9 {
					tail++
				}
			}
		}
		near(t, "share of orders", Independence(hits).P, tail/all, 1e-9)
	}
}

func TestPowerIsAsStated(t *testing.T) {
	const repetitions, n = 20_000, 78
	stated := PowerOfFailures(n, 0.01, 0.02, 0.05)
	source := rand.New(rand.NewPCG(5, 5))
	rejected := 0
	for range repetitions {
		count, _ := CountHits(hitsOf(source, n, 0.02))
		if ProportionOfFailures(count, n, 0.01).P < 0.05 {
			rejected++
		}
	}
	near(t, "power", float64(rejected)/repetitions, stated.Power, 0.01)
	if stated.Size > 0.05 {
		t.Errorf("size %v is above the level", stated.Size)
	}
	if n := OriginsForPower(0.01, 0.02, 0.05, 0.8, 3000); n < 300 || n > 2000 {
		t.Errorf("80 %% power needs %d origins", n)
	}
}
