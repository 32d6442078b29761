package stats

import "math"

// With is the sample of other values on the same paths.
func (s Sample) With(values []float64) Sample {
	return Sample{Values: values, Weights: s.Weights, Groups: s.Groups, Controls: s.Controls, paired: s.paired}
}

// units is the number of independent parts of the sample: its groups, or its
// paths.
func (s Sample) units() int {
	if s.Groups == nil {
		return len(s.Values)
	}
	n := 0
	for i, g := range s.Groups {
		if i == 0 || g != s.Groups[i-1] {
			n++
		}
	}
	return n
}

// positions gives the number of every path's group, from 0 on.
func (s Sample) positions() []int32 {
	out := make([]int32, len(s.Groups))
	for i := 1; i < len(out); i++ {
		out[i] = out[i-1]
		if s.Groups[i] != s.Groups[i-1] {
			out[i]++
		}
	}
	return out
}

// averaged gives the mean of one number a path and the variance of that mean,
// from the paths, or from the sums of the groups where paths depend on one
// another within them (Cochran 1977, §9A.1: clusters as the sampling units).
func (s Sample) averaged(numbers []float64) (mean, variance float64) {
	n := float64(len(numbers))
	if s.Groups == nil {
		mean, variance = moments(numbers)
		return mean, variance / n
	}
	sum := 0.0
	for _, x := range numbers {
		sum += x
	}
	mean = sum / n
	return mean, s.squares(numbers, mean) * corrected(s.units()) / float64(n*n)
}

// squares sums the squared sums of the deviations from a mean, group by group;
// path by path without groups.
func (s Sample) squares(numbers []float64, mean float64) float64 {
	total, own := 0.0, 0.0
	for i, x := range numbers {
		if i > 0 && (s.Groups == nil || s.Groups[i] != s.Groups[i-1]) {
			total += float64(own * own)
			own = 0
		}
		own += x - mean
	}
	return total + float64(own*own)
}

// repeated says whether the groups are large: repetitions of an experiment, each
// with an estimate of its own, whose distribution has a shape. Twins have none:
// their average is 0, a half or 1.
func (s Sample) repeated() bool { return s.Groups != nil && len(s.Values) > 2*s.units() }

// corrected is n/(n-1).
func corrected(n int) float64 {
	if n < 2 {
		return 1
	}
	return float64(n) / float64(n-1)
}

// quantileOf gives the two-sided quantile for an interval of the sample: of the
// normal distribution, or of Student's where few groups are the sample.
func (s Sample) quantileOf(confidence float64) float64 {
	if s.Groups == nil {
		return twoSided(confidence)
	}
	if n := s.units(); n >= 3 {
		return StudentQuantile(0.5+float64(confidence/2), float64(n-1))
	}
	return math.Inf(1)
}

// resampler draws how often each path is in a resample: whole groups where
// there are some.
type resampler struct {
	groups   []int32 // of each path, nil without
	ofGroups []uint16
}

func newResampler(s Sample) *resampler {
	if s.Groups == nil {
		return &resampler{}
	}
	return &resampler{s.positions(), make([]uint16, s.units())}
}

func (r *resampler) draw(b interface{ Uint64() uint64 }, counts []uint16) {
	if r.groups == nil {
		draw(b, counts)
		return
	}
	draw(b, r.ofGroups)
	for i, g := range r.groups {
		counts[i] = r.ofGroups[g]
	}
}

// method names what makes a sample other than plain.
func (s Sample) method(weighted, grouped string) string {
	if s.Groups != nil {
		return grouped
	}
	return weighted
}
