package stats

import (
	"fmt"
	"math"
)

// leastDegrees is the fewest degrees of freedom that a spread is said to have,
// however heavy the tails of a sample look.
const leastDegrees = 4

// parts are the deviations from an estimate, one an independent part of the
// sample (a path, or a group of dependent ones), scaled so that their mean is the
// error of the estimate.
type parts struct {
	deviations []float64
	lost       int     // degrees of freedom that were spent beside the mean's
	factor     float64 // of the variance of the estimate; 1 for a plain mean
	paired     bool    // of differences of two samples
}

// variance of the estimate that the parts belong to.
func (p parts) variance() float64 {
	n := float64(len(p.deviations))
	squares := 0.0
	for _, u := range p.deviations {
		squares += float64(u * u)
	}
	return float64(squares*p.factor) / float64(n*(n-1-float64(p.lost)))
}

// shape gives skewness and excess kurtosis, with the corrections for size that
// make them unbiased for normal samples (Joanes, Gill 1998, G1 and G2); 0 for
// samples too small to show a shape.
func (p parts) shape() (skewness, excess float64) {
	n := float64(len(p.deviations))
	var second, third, fourth float64
	for _, u := range p.deviations {
		square := float64(u * u)
		second += square
		third += float64(square * u)
		fourth += float64(square * square)
	}
	second /= n
	if n < 5 || second == 0 {
		return 0, 0
	}
	skewness = third / n / float64(second*math.Sqrt(second)) * math.Sqrt(float64(n*(n-1))) / (n - 2)
	excess = fourth/n/float64(second*second) - 3
	return skewness, (n - 1) / float64((n-2)*(n-3)) * (float64((n+1)*excess) + 6)
}

// degrees of freedom of the estimated spread: those of a normal sample, or as
// few as the kurtosis leaves, 2n/(2 + excess) by matching the variance of s^2
// (Satterthwaite 1946). Heavy tails make s^2 as uncertain as a small sample does.
func (p parts) degrees(excess float64) float64 {
	n := float64(len(p.deviations))
	free := n - 1 - float64(p.lost)
	return math.Min(free, math.Max(leastDegrees, 2*n/math.Max(2+excess, 1e-9)))
}

// interval holds the value with the given confidence: Student's interval after
// Hall's cubic transformation, which takes the skewness out of the t statistic
// (Hall 1992, "On the removal of skewness by transformation", JRSS B 54, eq.
// 2.5), with the degrees of freedom that the kurtosis leaves. Open when fewer
// than three parts leave the spread unknown.
func (p parts) interval(value, confidence float64) (low, high float64) {
	if len(p.deviations)-p.lost < 3 {
		return math.Inf(-1), math.Inf(1)
	}
	skewness, excess := p.shape()
	t := studentAt(0.5+float64(confidence/2), p.degrees(excess))
	se, root := math.Sqrt(p.variance()), math.Sqrt(float64(len(p.deviations)))
	low, high = value-float64(se*unskewed(t, skewness/root)), value-float64(se*unskewed(-t, skewness/root))
	if p.paired {
		// What few pairs differ in looks skewed by the luck of their signs.
		low, high = math.Min(low, value-float64(se*t)), math.Max(high, value+float64(se*t))
	}
	return low, high
}

// unskewed inverts g(T) = T + c(T^2/3 + 1/6) + c^2 T^3/27 with c the skewness
// over the root of the sample's size.
func unskewed(t, c float64) float64 {
	if math.Abs(c) < 1e-9 {
		return t
	}
	return 3 / c * (cubeRoot(1+float64(c*(t-c/6))) - 1)
}

// cubeRoot is x^(1/3) by Newton's iteration, the same bits on every processor.
func cubeRoot(x float64) float64 {
	if x == 0 {
		return 0
	}
	sign := 1.0
	if x < 0 {
		sign, x = -1, -x
	}
	fraction, exponent := math.Frexp(x)
	for exponent%3 != 0 {
		fraction, exponent = fraction/2, exponent+1
	}
	y := 0.5 + fraction/2
	for range 8 {
		y -= (y - fraction/float64(y*y)) / 3
	}
	return sign * math.Ldexp(y, exponent/3)
}

// studentAt is Student's quantile between even degrees of freedom too, linear in
// their reciprocal.
func studentAt(p, degrees float64) float64 {
	even := 2 * math.Floor(degrees/2)
	if degrees >= 200 || even == degrees {
		return StudentQuantile(p, degrees)
	}
	low, high := StudentQuantile(p, even), StudentQuantile(p, even+2)
	share := (1/even - 1/degrees) / (1/even - 1/(even+2))
	return low + float64((high-low)*share)
}

// leverage divides the deviation of every part by what the others have of a
// denominator: leaving the part out changes a ratio by so much. own is the part's
// of it times the number of parts.
func (p parts) leverage(own []float64) {
	n := float64(len(p.deviations))
	for i := range own {
		if others := 1 - own[i]/n; others > 0 {
			p.deviations[i] /= others
		}
	}
}

// partsOf sums deviations by independent part. Their total is what the estimate
// is divided by, such as the number of paths.
func (s Sample) partsOf(deviations []float64, total float64) parts {
	var sums []float64
	for i, x := range deviations {
		if i == 0 || s.Groups == nil || s.Groups[i] != s.Groups[i-1] {
			sums = append(sums, 0)
		}
		sums[len(sums)-1] += x
	}
	scale := float64(len(sums)) / total
	for i := range sums {
		sums[i] *= scale
	}
	return parts{deviations: sums, factor: 1, paired: s.paired}
}

// student is an estimate with the interval of its parts.
func (s Sample) student(value float64, p parts, confidence float64, method string) Estimate {
	e := Estimate{Value: value, Confidence: confidence, N: int64(len(s.Values)), EffectiveN: float64(len(s.Values)), Method: method}
	if len(p.deviations)-p.lost < 3 {
		e.Warn("only %s: no interval", paths(len(p.deviations)))
	}
	e.Low, e.High = p.interval(value, confidence)
	if s.Groups != nil {
		e.Method += " of groups of dependent paths"
		warnGroups(&e, len(p.deviations))
	}
	return e
}

// methodInterval names the interval of [parts.interval].
const methodInterval = "skewness-adjusted Student interval"

func methodOf(estimator string) string { return fmt.Sprintf("%s, %s", estimator, methodInterval) }
