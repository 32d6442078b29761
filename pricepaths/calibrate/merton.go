package calibrate

import "math"

// merton is the jump diffusion of Merton (1976), "Option pricing when underlying
// stock returns are discontinuous", J. Financial Economics 3: jumps of the log
// price are normal, so that a return is a Poisson mixture of normals.
var merton = jumpModel{
	method: "maximum likelihood of the Poisson mixture of normals (Merton 1976)",
	size: []unknown{
		{"jump_mean", 0, -inf, inf, 1},
		{"jump_volatility", 1, 0, inf, 1},
	},
	density: func(x float64, p jumpParams) float64 {
		return poisson(p.rate, func(n float64) float64 {
			return normalPDF(x-p.mean-n*p.size[0], p.variance+n*p.size[1]*p.size[1])
		})
	},
	cdf: func(x float64, p jumpParams) float64 {
		return poisson(p.rate, func(n float64) float64 {
			return normalCDF((x - p.mean - n*p.size[0]) / math.Sqrt(p.variance+n*p.size[1]*p.size[1]))
		})
	},
	growth: func(size []float64) float64 { return math.Exp(size[0]+size[1]*size[1]/2) - 1 },
}

func fitMerton(s Series, o Options) (*fitted, error) { return merton.fit(s, o) }

// poisson is the sum over n of P(n)·given(n) for a Poisson variable, to within
// 1e-9 of the probability.
func poisson(rate float64, given func(n float64) float64) float64 {
	weight, rest, sum := math.Exp(-rate), 1.0, 0.0
	for n := 0.0; n < 60; n++ {
		sum += weight * given(n)
		if rest -= weight; rest < 1e-9 {
			break
		}
		weight *= rate / (n + 1)
	}
	return sum
}
