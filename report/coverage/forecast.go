package coverage

import (
	"math"
	"sort"
)

// Forecast is a predictive distribution: losses of simulated paths, ascending.
type Forecast []float64

// NewForecast orders a copy of simulated losses.
func NewForecast(losses []float64) Forecast {
	f := append(Forecast(nil), losses...)
	sort.Float64s(f)
	return f
}

// Rank is the position, from 1, of the ordered loss that stands for the value
// at risk at a level in (0, 1): the least k with k/m >= level.
func (f Forecast) Rank(level float64) int {
	m := len(f)
	return min(m, max(1, int(math.Ceil(float64(level*float64(m))-1e-9))))
}

// ValueAtRisk is the loss that a share 1 - level of the paths exceeds, in the
// unit of the losses. NaN without paths.
func (f Forecast) ValueAtRisk(level float64) float64 {
	if len(f) == 0 {
		return math.NaN()
	}
	return f[f.Rank(level)-1]
}

// ExceedanceProbability is the chance that a draw from the same law as the
// paths lies above ValueAtRisk(level): 1 - k/(m+1), whatever the law, k the last rank
// with that value. Without ties it is larger than 1 - level, since the quantile
// itself was estimated; where many paths have that very value, such as no loss at
// all, it is smaller, and an outcome that equals it passes nothing.
func (f Forecast) ExceedanceProbability(level float64) float64 {
	below, equal := f.Below(f.ValueAtRisk(level))
	return 1 - float64(below+equal)/float64(len(f)+1)
}

// ExpectedShortfall is the mean of the worst share 1 - level of the paths, the
// loss at the edge with the part of its weight that belongs to them.
func (f Forecast) ExpectedShortfall(level float64) float64 {
	m := len(f)
	if m == 0 {
		return math.NaN()
	}
	tail := float64((1 - level) * float64(m))
	whole := int(math.Floor(tail + 1e-9))
	sum := 0.0
	for _, loss := range f[m-whole:] {
		sum += loss
	}
	if rest := tail - float64(whole); rest > 1e-9 && whole < m {
		sum += float64(rest * f[m-whole-1])
	}
	return sum / tail
}

// Below counts the paths below a loss, and those equal to it.
func (f Forecast) Below(loss float64) (below, equal int) {
	below = sort.SearchFloat64s(f, loss)
	above := sort.Search(len(f), func(i int) bool { return f[i] > loss })
	return below, above - below
}

// PIT is the probability integral transform of an outcome (Rosenblatt 1952):
// the share of the forecast at or below it. Among m paths and the outcome itself
// every rank is equally likely under a right forecast, and u in (0, 1) chooses
// within the outcome's rank and its ties, so that the result is uniform on
// (0, 1) for any law, atoms included (Czado, Gneiting, Held 2009, eq. 1).
func (f Forecast) PIT(outcome, u float64) float64 {
	below, equal := f.Below(outcome)
	return (float64(below) + float64(u*float64(equal+1))) / float64(len(f)+1)
}

// NonOverlapping gives the indices of origins whose horizons do not overlap:
// the first, and each that lies at least a horizon after the last one taken.
// Times ascend, in seconds.
func NonOverlapping(times []int64, horizonSeconds int64) []int {
	var taken []int
	for i, at := range times {
		if len(taken) == 0 || at-times[taken[len(taken)-1]] >= horizonSeconds {
			taken = append(taken, i)
		}
	}
	return taken
}
