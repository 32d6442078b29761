package stats

import "math"

// Histogram counts a sample, which must not be empty, in equal bins with round
// edges: in more bins, the more there is to count. Shares are weights over the
// whole, which may be larger than the sample; there is one edge more than
// shares.
func Histogram(s Sample, whole float64) (edges, shares []float64) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range s.Values {
		low, high = math.Min(low, x), math.Max(high, x)
	}
	step := RoundStep((high - low) / math.Min(60, math.Max(10, 2*math.Sqrt(float64(len(s.Values))))))
	if high == low {
		step = RoundStep(math.Max(1, math.Abs(high)) / 20)
	}
	first := math.Floor(low / step)
	shares = make([]float64, int(math.Floor(high/step)-first)+1)
	for i := 0; i <= len(shares); i++ {
		edges = append(edges, float64((first+float64(i))*step))
	}
	for i, x := range s.Values {
		bin := min(len(shares)-1, int(math.Floor(x/step)-first))
		shares[bin] += s.weight(i) / whole
	}
	return edges, shares
}

// RoundStep rounds up to 1, 2, 2.5 or 5 times a power of ten; 1 for what is not
// positive.
func RoundStep(x float64) float64 {
	if !(x > 0) {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}
