package coverage

import (
	"math"
	"math/rand/v2"
	"slices"

	"backtest/pricepaths/portable"
)

// DieboldMariano tests whether two forecasters score alike (Diebold, Mariano
// 1995, eq. 5): the mean difference of scores over its long-run standard error
// (equal weights up to `overlap` lags, as h-step forecasts are correlated; Bartlett's
// where that is not positive), with the correction and Student's law of Harvey,
// Leybourne, Newbold 1997, eq. 8. overlap is the number of following origins
// whose horizons overlap with one, 0 for none. Negative: the first is better.
func DieboldMariano(first, second []float64, overlap int) Test {
	n := len(first)
	test := Test{Name: "equal scores (Diebold-Mariano)", N: n, P: 1, AsymptoticP: 1}
	if n < 3 {
		return test
	}
	differences := make([]float64, n)
	for i := range first {
		differences[i] = first[i] - second[i]
	}
	mean, variance := longRun(differences, overlap, func(int) float64 { return 1 })
	if variance <= 0 {
		mean, variance = longRun(differences, overlap, func(lag int) float64 { return 1 - float64(lag)/float64(overlap+1) })
	}
	if variance <= 0 {
		return test
	}
	h := float64(overlap + 1)
	size := float64(n)
	correction := (size + 1 - 2*h + float64(h*(h-1))/size) / size
	test.Statistic = float64(mean / math.Sqrt(variance/size) * math.Sqrt(math.Max(0.01, correction)))
	test.AsymptoticP = math.Min(1, 2*portable.NormalCDF(-math.Abs(test.Statistic)))
	test.P = math.Min(1, 2*portable.StudentCDF(-math.Abs(test.Statistic), size-1))
	return test
}

// longRun gives the mean and the long-run variance with the weight of each lag
// (Newey, West 1987, eq. 5).
func longRun(x []float64, lags int, weight func(lag int) float64) (mean, variance float64) {
	n := float64(len(x))
	for _, value := range x {
		mean += value
	}
	mean /= n
	for lag := 0; lag <= min(lags, len(x)-1); lag++ {
		sum := 0.0
		for i := lag; i < len(x); i++ {
			sum += float64((x[i] - mean) * (x[i-lag] - mean))
		}
		if lag > 0 {
			sum = float64(2 * weight(lag) * sum)
		}
		variance += sum / n
	}
	return mean, variance
}

// InSet is a model's place in a model confidence set.
type InSet struct {
	Model string  `json:"model"`
	Score float64 `json:"score"` // mean
	P     float64 `json:"p"`     // the model belongs to every set of confidence above 1 - P
}

// ConfidenceSet finds the models that cannot be told from the best by their
// scores (Hansen, Lunde, Nason 2011, T_max): the worst model leaves while the
// hypothesis that all that remain score alike is rejected. Its distribution comes
// from a circular block bootstrap of origins (seeded), so that overlapping
// horizons are allowed; a model's p-value is the largest up to its leaving.
// scores are [model][origin]. The result is ordered from the last to leave.
func ConfidenceSet(models []string, scores [][]float64, block, draws int, seed uint64) []InSet {
	means := make([]float64, len(models))
	for i, s := range scores {
		means[i], _ = longRun(s, 0, nil)
	}
	resampled := resampledMeans(scores, block, draws, seed)
	remaining := make([]int, len(models))
	for i := range remaining {
		remaining[i] = i
	}
	var set []InSet
	largest := 0.0
	for len(remaining) > 1 {
		worst, p := worstModel(means, resampled, remaining)
		largest = math.Max(largest, p)
		leaving := remaining[worst]
		set = append(set, InSet{models[leaving], means[leaving], largest})
		remaining = slices.Delete(remaining, worst, worst+1)
	}
	for _, last := range remaining {
		set = append(set, InSet{models[last], means[last], 1})
	}
	slices.Reverse(set)
	return set
}

func resampledMeans(scores [][]float64, block, draws int, seed uint64) [][]float64 {
	source := rand.New(rand.NewPCG(seed, 0x3c5))
	n := len(scores[0])
	block = min(max(1, block), n)
	resampled := make([][]float64, draws)
	for d := range resampled {
		sums := make([]float64, len(scores))
		for taken := 0; taken < n; {
			start := source.IntN(n)
			for k := 0; k < block && taken < n; k, taken = k+1, taken+1 {
				at := (start + k) % n // circular
				for i := range scores {
					sums[i] += scores[i][at]
				}
			}
		}
		for i := range sums {
			sums[i] /= float64(n)
		}
		resampled[d] = sums
	}
	return resampled
}

// worstModel gives the place in remaining of the model with the largest
// t-statistic against the average of the rest, and the p-value of that maximum.
func worstModel(means []float64, resampled [][]float64, remaining []int) (worst int, p float64) {
	deviations := func(values []float64) []float64 {
		average := 0.0
		for _, i := range remaining {
			average += values[i]
		}
		average /= float64(len(remaining))
		out := make([]float64, len(remaining))
		for k, i := range remaining {
			out[k] = values[i] - average
		}
		return out
	}
	observed := deviations(means)
	spread := make([]float64, len(remaining))
	centred := make([][]float64, len(resampled))
	for d, values := range resampled {
		centred[d] = deviations(values)
		for k := range centred[d] {
			centred[d][k] -= observed[k]
			spread[k] += float64(centred[d][k] * centred[d][k])
		}
	}
	maximum := math.Inf(-1)
	for k := range spread {
		spread[k] = math.Sqrt(spread[k] / float64(len(resampled)))
		if t := ratioOrZero(observed[k], spread[k]); t > maximum {
			maximum, worst = t, k
		}
	}
	asLarge := 1
	for _, values := range centred {
		largest := math.Inf(-1)
		for k, value := range values {
			largest = math.Max(largest, ratioOrZero(value, spread[k]))
		}
		if largest >= maximum {
			asLarge++
		}
	}
	return worst, float64(asLarge) / float64(len(resampled)+1)
}

func ratioOrZero(value, spread float64) float64 {
	if spread == 0 {
		return 0
	}
	return value / spread
}
