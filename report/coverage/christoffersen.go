package coverage

import (
	"math"

	"backtest/pricepaths/portable"
)

// transitions counts what followed what: [before][after], 1 an exceedance.
type transitions [2][2]float64

func countTransitions(hits []bool) transitions {
	var t transitions
	for i := 1; i < len(hits); i++ {
		t[index(hits[i-1])][index(hits[i])]++
	}
	return t
}

func index(hit bool) int {
	if hit {
		return 1
	}
	return 0
}

// ratio is the likelihood ratio of a first-order Markov chain against
// independence (Christoffersen 1998, eq. 9).
func (t transitions) ratio() float64 {
	quiet, loud := t[0][0]+t[0][1], t[1][0]+t[1][1]
	if quiet+loud == 0 {
		return 0
	}
	share := (t[0][1] + t[1][1]) / (quiet + loud)
	chain := 0.0
	for before, total := range []float64{quiet, loud} {
		if total > 0 {
			chain += xlogy(t[before][1], t[before][1]/total) + xlogy(t[before][0], t[before][0]/total)
		}
	}
	alone := xlogy(t[0][1]+t[1][1], share) + xlogy(t[0][0]+t[1][0], 1-share)
	return math.Max(0, 2*(chain-alone))
}

// Independence tests whether exceedances follow each other more (or less) often
// than chance would have it (Christoffersen 1998, LR_ind): chi-squared with one
// degree in the limit. P is exact: given the number of exceedances all their
// orders are equally likely, and the orders with as large a ratio are counted.
func Independence(hits []bool) Test {
	test := Test{Name: "independence (Christoffersen)", Exact: true, N: len(hits)}
	test.Statistic = countTransitions(hits).ratio()
	test.AsymptoticP = chiSquaredTail(test.Statistic, 1)
	count, _ := CountHits(hits)
	test.P = ordersTail(len(hits), count, func(ratio float64) bool { return ratio >= test.Statistic-1e-9 })
	return test
}

// ordersTail is the share of the orders of k exceedances among n origins whose
// ratio satisfies a condition. An order's transitions follow from the number of
// its runs of exceedances and from its two ends, and C(k-1, runs-1) ways of
// cutting k into runs meet C(n-k-1, gaps-1) ways of cutting the rest.
func ordersTail(n, k int, counts func(ratio float64) bool) float64 {
	if k == 0 || k == n {
		return 1
	}
	all, tail := logChoose(n, k), 0.0
	for runs := 1; runs <= k; runs++ {
		for ends := range 4 {
			begins, stops := float64(ends&1), float64(ends>>1)
			gaps := runs + 1 - int(begins) - int(stops)
			ways := logChoose(k-1, runs-1) + logChoose(n-k-1, gaps-1)
			if gaps < 1 || math.IsInf(ways, -1) {
				continue
			}
			var t transitions
			t[1][1] = float64(k - runs)
			t[0][1] = float64(runs) - begins
			t[1][0] = float64(runs) - stops
			t[0][0] = float64(n-1) - t[1][1] - t[0][1] - t[1][0]
			if counts(t.ratio()) {
				tail += portable.Exp(ways - all)
			}
		}
	}
	return math.Min(1, tail)
}

// ConditionalCoverage tests number and order of exceedances together
// (Christoffersen 1998, eq. 12: LR_cc = LR_pof + LR_ind): chi-squared with two
// degrees in the limit. P is exact: the distribution of the sum over all counts
// and orders of n independent exceedances of probability p.
func ConditionalCoverage(hits []bool, p float64) Test {
	n := len(hits)
	test := Test{Name: "conditional coverage (Christoffersen)", Exact: true, N: n, P: 1, AsymptoticP: 1}
	if n == 0 {
		return test
	}
	count, _ := CountHits(hits)
	ofCount := func(k int) float64 { return ProportionOfFailures(k, n, p).Statistic }
	test.Statistic = ofCount(count) + countTransitions(hits).ratio()
	test.AsymptoticP = chiSquaredTail(test.Statistic, 2)
	test.P = 0
	for k, likelihood := range binomialPMF(n, p) {
		if likelihood < 1e-15 {
			continue
		}
		alone := ofCount(k)
		if k == 0 || k == n {
			if alone >= test.Statistic-1e-9 {
				test.P += likelihood
			}
			continue
		}
		test.P += float64(likelihood * ordersTail(n, k, func(ratio float64) bool { return alone+ratio >= test.Statistic-1e-9 }))
	}
	test.P = math.Min(1, test.P)
	return test
}
