package stats

import "math"

// Controls are figures of the paths of a sample whose expectations are known.
// They are kept orthogonal to one another, by independent part of the sample.
type Controls struct {
	parts    int
	vectors  [][]float64 // deviations from the mean over paths, one a part
	squares  []float64   // of each vector, summed
	distance []float64   // of the mean over paths from the expectation, in each direction
	decided  bool        // they adjust whatever they explain
}

const (
	// leastShare of the variance of a mean that controls have to explain: below it
	// the plain mean is kept.
	leastShare = 0.1
	// partsAControl is how many independent parts a control has to have.
	partsAControl = 20
	// leastRest is how much of a control the others may leave unexplained, relative
	// to its square, before it is one of them.
	leastRest = 1e-10
)

// NewControls takes deviations of figures from their expectations, one a path of
// the sample each. Figures that are the same on every path, or follow from the
// others, are left out. It is nil when no figure is left, when there are too few
// paths, and for weighted paths.
func NewControls(s Sample, figures [][]float64) *Controls {
	if s.Weighted() {
		return nil
	}
	c := &Controls{parts: s.units()}
	for _, values := range figures {
		if c.parts >= partsAControl*(len(c.vectors)+2) {
			c.add(s, values)
		}
	}
	if len(c.vectors) == 0 {
		return nil
	}
	return c
}

func (c *Controls) add(s Sample, values []float64) {
	mean, _ := moments(values)
	rest := make([]float64, len(values))
	for i, x := range values {
		rest[i] = x - mean
	}
	vector := s.partsOf(rest, float64(len(rest))).deviations
	whole := squared(vector)
	for range 2 { // the second time takes out what rounding left
		for k := range c.vectors {
			mean -= float64(c.remove(k, vector) * c.distance[k])
		}
	}
	if left := squared(vector); left > float64(whole*leastRest) && left > 0 {
		c.vectors, c.squares, c.distance = append(c.vectors, vector), append(c.squares, left), append(c.distance, mean)
	}
}

// remove takes the part along a control out of a vector and returns its size.
func (c *Controls) remove(k int, vector []float64) (size float64) {
	for i, x := range c.vectors[k] {
		size += float64(x * vector[i])
	}
	size /= c.squares[k]
	for i, x := range c.vectors[k] {
		vector[i] -= float64(size * x)
	}
	return size
}

// Following gives the controls for the parts of a sum: those that adjust its mean
// adjust the mean of every part, whatever they explain of it, so that the parts
// add up to the sum. It is nil where the mean of the sum is left plain.
func (c *Controls) Following(sum Sample) *Controls {
	mean, plain := sum.centred(sum.Values)
	if _, _, _, ok := c.adjust(mean, plain); !ok {
		return nil
	}
	out := *c
	out.decided = true
	return &out
}

func squared(vector []float64) (sum float64) {
	for _, x := range vector {
		sum += float64(x * x)
	}
	return sum
}

// adjust gives the regression estimate of a mean at the expectations of the
// controls, by least squares (Glasserman 2004, §4.1.3; Lavenberg, Welch 1981):
// the variance is that of the residuals on n-k-1 degrees of freedom, with the
// uncertainty of the coefficients. share is what the controls explain of the
// variance, R^2.
//
// The plain mean is kept, ok is false, where R^2 is below [leastShare]. The rule
// looks at the covariances of the sample alone. Those of a normal sample are
// independent of its means, so that whether it adjusts says nothing of the sign
// or the size of the error of either estimate; and at the edge of the rule the two
// intervals differ by 5 % in length.
func (c *Controls) adjust(mean float64, plain parts) (adjusted float64, rest parts, share float64, ok bool) {
	if c == nil || len(plain.deviations) != c.parts {
		return mean, plain, 0, false
	}
	whole := squared(plain.deviations)
	vector := append([]float64(nil), plain.deviations...)
	adjusted, leverage := mean, 0.0
	for k, distance := range c.distance {
		adjusted -= float64(c.remove(k, vector) * distance)
		leverage += float64(distance*distance) / c.squares[k]
	}
	if whole == 0 {
		return mean, plain, 0, false
	}
	if share = 1 - squared(vector)/whole; share < leastShare && !c.decided {
		return mean, plain, share, false
	}
	rest = parts{deviations: vector, lost: len(c.vectors), factor: 1 + float64(float64(c.parts)*leverage), paired: plain.paired}
	return adjusted, rest, math.Min(share, 1), true
}
