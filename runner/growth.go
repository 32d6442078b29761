package runner

import "math"

// growth follows how the distributions of a block fill: the bins that hold
// something, and the power of the number of paths that they last grew with.
// It grows ever slower, since values fall into bins that are there already.
type growth struct {
	paths    float64 // that filled them
	bins     float64
	exponent float64
	slows    slowing
}

// slowing tells by which power of 2 bins still grow over so many doublings of
// the paths, after one over which they grew with an exponent.
type slowing func(exponent, doublings float64) float64

// The powers to begin with. Of a series nearly every path fills a bin of its
// own at first; positions of one path share many.
const (
	newSeries = 1.1
	newRatios = 0.6
)

// seriesSlow was measured on the presets: powers of 0.91, 0.83, 0.76 and 0.68
// from 16 to 128 paths.
func seriesSlow(exponent, doublings float64) float64 {
	const decay = 0.07
	power := max(0, min(exponent, 1)-decay/2)
	d := min(doublings, power/decay)
	return power*d - decay*d*d/2
}

// ratioSlow was measured on the presets: powers of 0.61, 0.38, 0.39, 0.16 and
// 0.20 from 4 to 64 paths, since C-ratios lie in a narrow range.
func ratioSlow(exponent, doublings float64) float64 {
	const share = 0.75 // of the power, after each doubling
	return min(exponent, 1) * share * (1 - math.Pow(share, doublings)) / (1 - share)
}

// next takes in the bins after twice the paths.
func (g growth) next(bins float64) growth {
	out := growth{paths: max(2*g.paths, 1), bins: bins, exponent: g.exponent, slows: g.slows}
	if g.bins > 0 {
		out.exponent = math.Log2(bins / g.bins)
	}
	return out
}

// now takes in the bins at another number of paths; the power stays.
func (g growth) now(bins, paths float64) growth {
	return growth{paths: paths, bins: bins, exponent: g.exponent, slows: g.slows}
}

// at returns the bins after so many paths. What was seen of less than a path
// counts for the same part of it.
func (g growth) at(paths float64) float64 {
	whole := g.bins / min(g.paths, 1)
	doublings := math.Log2(paths / max(g.paths, 1))
	if doublings <= 0 {
		return whole * min(1, paths/g.paths)
	}
	return whole * math.Exp2(g.slows(g.exponent, doublings))
}
