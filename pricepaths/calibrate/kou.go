package calibrate

import (
	"math"
	"math/rand/v2"
)

// kou is the jump diffusion of Kou (2002), "A jump-diffusion model for option
// pricing", Management Science 48: jumps of the log price are exponential, up with
// a probability and mean, down with another mean. A step has at most one jump, the
// approximation of his §3 for short steps (after Ball and Torous 1983), whose
// error is of the order of the squared jump rate a step.
var kou = jumpModel{
	method: "maximum likelihood with at most one jump a step (Kou 2002, Ball and Torous 1983); errors by parametric bootstrap",
	size: []unknown{
		{"jump_up_share", 0.5, 0, 1, 1},
		{"jump_up_mean", 1, 0, inf, 1},
		{"jump_down_mean", 1, 0, inf, 1},
	},
	density: func(x float64, p jumpParams) float64 {
		x -= p.mean
		up, down := exponentialNormal(x, p.variance, p.size[1]), exponentialNormal(-x, p.variance, p.size[2])
		jump := p.size[0]*up + (1-p.size[0])*down
		none := math.Exp(-p.rate)
		return none*normalPDF(x, p.variance) + (1-none)*jump
	},
	cdf: func(x float64, p jumpParams) float64 {
		x -= p.mean
		still := normalCDF(x / math.Sqrt(p.variance))
		up := still - p.size[1]*exponentialNormal(x, p.variance, p.size[1])
		down := still + p.size[2]*exponentialNormal(-x, p.variance, p.size[2])
		none := math.Exp(-p.rate)
		return none*still + (1-none)*(p.size[0]*up+(1-p.size[0])*down)
	},
	draw: func(r *rand.Rand, p jumpParams) float64 {
		switch {
		case r.Float64() >= 1-math.Exp(-p.rate):
			return 0
		case r.Float64() < p.size[0]:
			return p.size[1] * r.ExpFloat64()
		}
		return -p.size[2] * r.ExpFloat64()
	},
	growth: func(size []float64) float64 {
		return size[0]/(1-math.Min(size[1], 0.99)) + (1-size[0])/(1+size[2]) - 1
	},
}

func fitKou(s Series, o Options) (*fitted, error) { return kou.fit(s, o) }

// exponentialNormal is the density at x of the sum of a centred normal and an
// exponential variable: exp(v/(2m²) - x/m)·Φ((x - v/m)/√v)/m.
func exponentialNormal(x, variance, mean float64) float64 {
	sd := math.Sqrt(variance)
	z := x/sd - sd/mean
	return math.Exp(variance/(2*mean*mean)-x/mean+logNormalCDF(z)) / mean
}

// logNormalCDF keeps its precision where Φ underflows, by its asymptotic series.
func logNormalCDF(z float64) float64 {
	if z > -30 {
		return math.Log(normalCDF(z))
	}
	return -z*z/2 - math.Log(-z) - math.Log(2*math.Pi)/2 + math.Log1p(-1/(z*z)+3/(z*z*z*z))
}
