package calibrate

import (
	"math"
	"slices"

	"backtest/pricepaths/stats"
)

// Goodness tells how well a model fits. The tests take the probability integral
// transforms of the returns, which are uniform if the model is right: given the
// past for garch and regime, unconditional for the others. Their p-values take
// the parameters for known and are therefore too large.
type Goodness struct {
	KolmogorovSmirnov float64    `json:"kolmogorov_smirnov"`
	KSPValue          float64    `json:"ks_p_value"`
	AndersonDarling   float64    `json:"anderson_darling"`
	Quantiles         []Quantile `json:"quantiles"`
}

// Quantile compares a quantile of the returns with that of the model.
type Quantile struct {
	Probability float64 `json:"probability"`
	Empirical   float64 `json:"empirical"`
	Fitted      float64 `json:"fitted"`
}

// Tail is a point of the plot of the tails: how often a return is beyond Size.
type Tail struct {
	Side      string  `json:"side"` // loss or gain
	Size      float64 `json:"size"` // of the log return, positive
	Empirical float64 `json:"empirical"`
	Fitted    float64 `json:"fitted"`
}

func goodness(returns []float64, f *fitted) Goodness {
	u := slices.Sorted(slices.Values(f.pit))
	n := float64(len(u))
	g := Goodness{AndersonDarling: -n}
	for i, p := range u {
		g.KolmogorovSmirnov = max(g.KolmogorovSmirnov, p-float64(i)/n, float64(i+1)/n-p)
		// Far beyond the fitted tail the transform rounds to 0 or 1.
		low, high := max(p, 1e-300), max(1-u[len(u)-1-i], 1e-300)
		g.AndersonDarling -= float64(2*i+1) / n * (math.Log(low) + math.Log(high))
	}
	g.KSPValue = kolmogorov(g.KolmogorovSmirnov, n)
	sorted := slices.Sorted(slices.Values(returns))
	for _, p := range stats.Levels {
		g.Quantiles = append(g.Quantiles, Quantile{p, stats.Quantile(sorted, p), invert(f.cdf, p, sorted)})
	}
	return g
}

// kolmogorov is the probability of a distance of d or more under the hypothesis,
// with the correction of Stephens (1970) for finite n.
func kolmogorov(d, n float64) float64 {
	root := math.Sqrt(n)
	x := d * (root + 0.12 + 0.11/root)
	if x < 0.2 {
		return 1
	}
	p := 0.0
	for k := 1.0; k <= 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*x*x)
	}
	return min(max(p, 0), 1)
}

// invert finds the p-quantile of a distribution function by bisection.
func invert(cdf func(float64) float64, p float64, sorted []float64) float64 {
	lo, hi := sorted[0], sorted[len(sorted)-1]
	width := hi - lo
	for range 20 {
		if cdf(lo) <= p {
			break
		}
		lo -= width
	}
	for range 20 {
		if cdf(hi) >= p {
			break
		}
		hi += width
	}
	for range 60 {
		if mid := (lo + hi) / 2; cdf(mid) < p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// tailPoints is the number of points a side, spaced evenly in the logarithm of
// their rank.
const tailPoints = 40

// tails compares how often returns exceed the sizes of the returns observed.
func tails(returns []float64, cdf func(float64) float64) []Tail {
	sorted := slices.Sorted(slices.Values(returns))
	n := len(sorted)
	var points []Tail
	last := -1
	for i := range tailPoints {
		rank := int(math.Exp(float64(i)/(tailPoints-1)*math.Log(float64(n)/4)) - 1)
		if rank == last {
			continue
		}
		last = rank
		share := float64(rank+1) / float64(n+1)
		if loss := sorted[rank]; loss < 0 {
			points = append(points, Tail{"loss", -loss, share, cdf(loss)})
		}
		if gain := sorted[n-1-rank]; gain > 0 {
			points = append(points, Tail{"gain", gain, share, 1 - cdf(gain)})
		}
	}
	return points
}

// transform is the unconditional probability integral transform.
func transform(returns []float64, cdf func(float64) float64) []float64 {
	u := make([]float64, len(returns))
	for i, r := range returns {
		u[i] = cdf(r)
	}
	return u
}

// normalCDF is the standard normal distribution function.
func normalCDF(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// normalPDF is the density of a normal with that variance at distance x of its mean.
func normalPDF(x, variance float64) float64 {
	return math.Exp(-x*x/(2*variance)) / math.Sqrt(2*math.Pi*variance)
}
