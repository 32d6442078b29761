package calibrate

import "math"

// fitGBM fits geometric Brownian motion: log returns a step of Δ years are normal
// with mean (μ-σ²/2)Δ and variance σ²Δ, of which the maximum likelihood estimates
// are the sample moments. Standard errors are those of the normal model: of σ
// σ/√(2n), of μ √(σ²/T + σ⁴/(2n)) for a sample of T years. On returns with fat
// tails that of σ is too small.
func fitGBM(s Series, _ Options) (*fitted, error) {
	mean, variance := s.moments()
	n, year := float64(len(s.Returns)), s.year()
	annual := variance * year
	f := &fitted{
		method: "maximum likelihood (closed form)", free: 2,
		params: []Param{
			withError("annual_drift", mean*year+annual/2, math.Sqrt(annual*year/n+annual*annual/(2*n))),
			withError("annual_volatility", math.Sqrt(annual), math.Sqrt(annual/(2*n))),
		},
		logLikelihood: -n / 2 * (math.Log(2*math.Pi*variance) + 1),
		covariance: [][]float64{
			{annual*year/n + annual*annual/(2*n), annual * math.Sqrt(annual) / (2 * n)},
			{annual * math.Sqrt(annual) / (2 * n), annual / (2 * n)},
		},
		cdf: func(x float64) float64 { return normalCDF((x - mean) / math.Sqrt(variance)) },
	}
	f.pit = transform(s.Returns, f.cdf)
	return f, nil
}
