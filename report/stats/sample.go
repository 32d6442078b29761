package stats

import (
	"math"
	"sort"
)

// Sample is one value a path and, under importance sampling, one weight a path:
// the likelihood ratio of the path, of mean 1 under the sampling law. Nil
// weights stand for 1 each. Values must be finite.
//
// Paths of the same group depend on one another, those of different groups do
// not: antithetic twins, or all paths of a repetition of splitting. Intervals
// then follow from the groups.
type Sample struct {
	Values  []float64
	Weights []float64 // nil, or as long as Values, none negative
	Groups  []int64   // nil, or as long as Values: the group of each path, ascending

	Controls *Controls // of the same paths, for means of unweighted samples; nil for none

	paired bool // values are differences of two samples
}

// Weighted says whether some weight differs from 1.
func (s Sample) Weighted() bool {
	for _, w := range s.Weights {
		if w != 1 {
			return true
		}
	}
	return false
}

func (s Sample) weight(i int) float64 {
	if s.Weights == nil {
		return 1
	}
	return s.Weights[i]
}

// Where keeps the paths for which keep answers true.
func (s Sample) Where(keep func(i int) bool) Sample {
	var out Sample
	for i, x := range s.Values {
		if !keep(i) {
			continue
		}
		out.Values = append(out.Values, x)
		if s.Weights != nil {
			out.Weights = append(out.Weights, s.Weights[i])
		}
		if s.Groups != nil {
			out.Groups = append(out.Groups, s.Groups[i])
		}
	}
	return out
}

// Negated is the sample of -X.
func (s Sample) Negated() Sample {
	out := make([]float64, len(s.Values))
	for i, x := range s.Values {
		out[i] = 0 - x
	}
	return s.With(out)
}

// order gives the indices of the values, ascending, ties by index.
func (s Sample) order() []int32 {
	order := make([]int32, len(s.Values))
	for i := range order {
		order[i] = int32(i)
	}
	sort.Slice(order, func(a, b int) bool {
		i, j := order[a], order[b]
		if s.Values[i] != s.Values[j] {
			return s.Values[i] < s.Values[j]
		}
		return i < j
	})
	return order
}

// KishESS is the effective sample size (sum w)^2 / sum w^2 (Kish 1965, §8.2):
// the number of equally weighted paths as informative about an average. 0 for
// no weight at all.
func KishESS(weights []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, w := range weights {
		sum += w
		squares += float64(w * w)
	}
	if squares == 0 {
		return 0
	}
	return float64(sum*sum) / squares
}

// effective is KishESS, or the number of paths of a plain sample.
func (s Sample) effective() float64 {
	if !s.Weighted() {
		return float64(len(s.Values))
	}
	return KishESS(s.Weights)
}

func (s Sample) totalWeight() float64 {
	if s.Weights == nil {
		return float64(len(s.Values))
	}
	sum := 0.0
	for _, w := range s.Weights {
		sum += w
	}
	return sum
}

func warnWeights(e *Estimate, s Sample) {
	largest, sum := 0.0, 0.0
	for i, w := range s.Weights {
		if s.Values[i] != 0 {
			largest = math.Max(largest, w)
			sum += w
		}
	}
	if sum > 0 && largest > sum/10 {
		e.Warn("one path carries %.0f %% of the weight: the interval may be too short", 100*largest/sum)
	}
}
