package coverage

import "math/rand/v2"

// MixedKupiec tests number and spacing of exceedances by the durations between
// them (Haas 2001, eq. 7): the time until the first failure and every duration
// since, each against a geometric law, beside the proportion of failures;
// chi-squared with one degree more than there are exceedances in the limit.
// P is simulated from independent exceedances of probability p (seeded), with
// the observed one among them, so that it is valid at any n.
func MixedKupiec(hits []bool, p float64, draws int, seed uint64) Test {
	n := len(hits)
	test := Test{Name: "durations (mixed Kupiec, Haas)", Exact: true, N: n, P: 1, AsymptoticP: 1}
	if n == 0 {
		return test
	}
	count, _ := CountHits(hits)
	test.Statistic = mixedRatio(hits, p)
	test.AsymptoticP = chiSquaredTail(test.Statistic, count+1)
	source := rand.New(rand.NewPCG(seed, 0x4a5))
	observed, asExtreme := test.AsymptoticP, 1
	simulated := make([]bool, n)
	for range draws {
		for i := range simulated {
			simulated[i] = source.Float64() < p
		}
		k, _ := CountHits(simulated)
		if chiSquaredTail(mixedRatio(simulated, p), k+1) <= observed+1e-12 { // tails compare ratios of different degrees
			asExtreme++
		}
	}
	test.P = float64(asExtreme) / float64(draws+1)
	return test
}

// mixedRatio is LR_mixed = LR_pof + sum of the ratios of the durations.
func mixedRatio(hits []bool, p float64) float64 {
	count, _ := CountHits(hits)
	sum := ProportionOfFailures(count, len(hits), p).Statistic
	last := -1
	for i, hit := range hits {
		if hit {
			sum += durationRatio(i-last, p)
			last = i
		}
	}
	return sum
}
