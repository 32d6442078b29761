package runner

import "math"

// growth follows how the distributions of a block fill: the bins that hold
// something, and the power of the number of paths that they last grew with.
type growth struct {
	paths    float64 // that filled them
	bins     float64
	exponent float64
}

// The powers to begin with. Of a series nearly every path fills a bin of its
// own at first; positions of one path share many. Both were measured to grow
// ever slower, since values fall into bins that are there already: a series
// with powers of 0.91, 0.83, 0.76 and 0.68 from 16 to 128 paths.
const (
	newSeries   = 1.1
	newRatios   = 0.6
	growthDecay = 0.07 // of the power, with each doubling of the paths
)

// next takes in the bins after twice the paths.
func (g growth) next(bins float64) growth {
	out := growth{paths: max(2*g.paths, 1), bins: bins, exponent: g.exponent}
	if g.bins > 0 {
		out.exponent = math.Log2(bins / g.bins)
	}
	return out
}

// now takes in the bins at another number of paths; the power stays.
func (g growth) now(bins, paths float64) growth {
	return growth{paths: paths, bins: bins, exponent: g.exponent}
}

// at returns the bins after so many paths. What was seen of less than a path
// counts for the same part of it.
func (g growth) at(paths float64) float64 {
	whole := g.bins / min(g.paths, 1)
	doublings := math.Log2(paths / max(g.paths, 1))
	if doublings <= 0 {
		return whole * min(1, paths/g.paths)
	}
	power := max(0, g.exponent-growthDecay/2)
	d := min(doublings, power/growthDecay)
	return whole * math.Exp2(power*d-growthDecay*d*d/2)
}
