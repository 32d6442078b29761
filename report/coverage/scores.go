package coverage

import (
	"math"

	"backtest/pricepaths/portable"
)

// Scores are negatively oriented and proper: on average a forecaster does best
// by stating what it believes (Gneiting, Raftery 2007).

// Pinball is the quantile score of a value at risk v at a level against an
// outcome (Gneiting, Raftery 2007, eq. 40): (1{y <= v} - level) (v - y).
func Pinball(v, outcome, level float64) float64 {
	if outcome <= v {
		return float64((1 - level) * (v - outcome))
	}
	return float64(level * (outcome - v))
}

// FisslerZiegel is a joint score of a value at risk v and an expected shortfall e of
// losses at a level (Fissler, Ziegel 2016, corollary 5.5), a = 1 - level. With
// positive = true it is the one whose differences do not depend on the unit
// (Patton, Ziegel, Chen 2019, FZ0): 1{y > v} (y - v)/(a e) + v/e + ln e - 1, for e > 0.
// Otherwise G2 is logistic in units of scale, which takes any sign.
func FisslerZiegel(v, e, outcome, level, scale float64, positive bool) float64 {
	excess := math.Max(0, outcome-v) / (1 - level)
	if positive {
		return excess/e + v/e + portable.Log(e) - 1
	}
	// In gains: G2(-e) (-e + v + excess) - integral of G2 up to -e.
	weight := 1 / (1 + portable.Exp(e/scale))
	return float64(weight*(v-e+excess)) - float64(scale*softplus(-e/scale))
}

// softplus is ln(1 + e^x) without overflow.
func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return portable.Log(1 + portable.Exp(x))
}

// CRPS is the continuous ranked probability score of a forecast (Gneiting,
// Raftery 2007, eq. 21): E|X - y| - E|X - X'|/2, in the unit of the losses, with
// the unbiased mean over pairs of paths (Ferro 2014, the fair score).
func CRPS(f Forecast, outcome float64) float64 {
	m := float64(len(f))
	if m < 2 {
		return math.NaN()
	}
	var distance, spread float64
	for i, x := range f {
		distance += math.Abs(x - outcome)
		spread += float64((2*float64(i+1) - m - 1) * x)
	}
	return distance/m - spread/float64(m*(m-1))
}
