package coverage

import "math"

// Test is the outcome of a statistical test.
type Test struct {
	Name      string  `json:"name"`
	Statistic float64 `json:"statistic"`
	P         float64 `json:"p"` // the p-value that is reported
	// Exact says that P comes from the statistic's own distribution at this
	// sample size (summed or simulated), not from a limit law.
	Exact       bool    `json:"exact"`
	AsymptoticP float64 `json:"asymptotic_p"` // by the limit law; equal to P where Exact is false
	N           int     `json:"n"`            // origins that the test used
}

// ProportionOfFailures tests whether x exceedances in n origins fit a
// probability p (Kupiec 1995, eq. 4): the likelihood ratio against the observed
// share, chi-squared with one degree in the limit. P is the exact two-sided
// binomial p-value: the probability of all counts that are no more likely than
// x, which never rejects a right forecast more often than its level.
func ProportionOfFailures(x, n int, p float64) Test {
	test := Test{Name: "proportion of failures (Kupiec)", Exact: true, N: n, P: 1, AsymptoticP: 1}
	if n == 0 {
		return test
	}
	share := float64(x) / float64(n)
	test.Statistic = math.Max(0, 2*(xlogy(float64(x), share/p)+xlogy(float64(n-x), (1-share)/(1-p))))
	test.AsymptoticP = chiSquaredTail(test.Statistic, 1)
	test.P = exactBinomialP(binomialPMF(n, p), x)
	return test
}

// exactBinomialP sums the counts that are no more likely than x; likelihoods
// within 1e-9 of each other are equal but for rounding.
func exactBinomialP(mass []float64, x int) float64 {
	sum, limit := 0.0, float64(mass[x]*(1+1e-9))
	for _, likelihood := range mass {
		if likelihood <= limit {
			sum += likelihood
		}
	}
	return math.Min(1, sum)
}

// TimeUntilFirstFailure tests the number v of origins up to and including the
// first exceedance against a geometric law (Kupiec 1995, eq. 1). first is the
// index of that origin, -1 when there was none among n; then v is beyond n and
// P is the probability of waiting that long. P is exact: twice the smaller tail
// of the geometric law, at most 1.
func TimeUntilFirstFailure(first, n int, p float64) Test {
	test := Test{Name: "time until first failure (Kupiec)", Exact: true, N: n, P: 1, AsymptoticP: 1}
	if n == 0 {
		return test
	}
	if first < 0 { // v > n
		test.P = math.Min(1, 2*power(1-p, n))
		test.Statistic = -2 * xlogy(float64(n), 1-p)
		test.AsymptoticP = chiSquaredTail(test.Statistic, 1)
		return test
	}
	v := first + 1
	test.Statistic = durationRatio(v, p)
	test.AsymptoticP = chiSquaredTail(test.Statistic, 1)
	atMost, atLeast := 1-power(1-p, v), power(1-p, v-1)
	test.P = math.Min(1, 2*math.Min(atMost, atLeast))
	return test
}

// durationRatio is the likelihood ratio of one duration v >= 1 between
// exceedances: geometric with p against geometric with 1/v.
func durationRatio(v int, p float64) float64 {
	d := float64(v)
	null := xlogy(1, p) + xlogy(d-1, 1-p)
	best := xlogy(1, 1/d) + xlogy(d-1, 1-1/d)
	return math.Max(0, 2*(best-null))
}

func power(base float64, n int) float64 {
	product := 1.0
	for ; n > 0; n /= 2 {
		if n%2 == 1 {
			product *= base
		}
		base *= base
	}
	return product
}

// CountHits gives the number of exceedances and the index of the first, -1
// where there is none.
func CountHits(hits []bool) (count, first int) {
	first = -1
	for i, hit := range hits {
		if hit {
			if count++; first < 0 {
				first = i
			}
		}
	}
	return count, first
}
