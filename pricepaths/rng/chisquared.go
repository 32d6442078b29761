package rng

import (
	"math"

	"backtest/pricepaths/portable"
)

// ChiSquared draws chi-squared numbers: twice a gamma number by the method of
// Marsaglia and Tsang (2000), "A simple method for generating gamma variables",
// ACM TOMS 26(3), 363-372, with their squeeze.
type ChiSquared struct{ d, c float64 }

// NewChiSquared prepares the law with degrees >= 2 degrees of freedom.
func NewChiSquared(degrees float64) ChiSquared {
	d := float64(0.5*degrees) - 1.0/3
	return ChiSquared{d, 1 / math.Sqrt(9*d)}
}

// Draw returns the number at (path, step, stream). It uses the blocks from 1 on,
// one an attempt.
func (q ChiSquared) Draw(s Source, path, step, stream uint64) float64 {
	for attempt := uint64(1); ; attempt++ {
		w0, w1, _, _ := Philox(path, step, stream, attempt, s.key0, s.key1)
		z := portable.NormalQuantile(Float64(w0))
		v := 1 + float64(q.c*z)
		if v <= 0 {
			continue
		}
		v = float64(float64(v*v) * v)
		u, square := Float64(w1), float64(z*z)
		if u < 1-float64(float64(0.0331*square)*square) || q.accepts(u, v, square) {
			return 2 * float64(q.d*v)
		}
	}
}

func (q ChiSquared) accepts(u, v, square float64) bool {
	return portable.Log(u) < float64(0.5*square)+float64(q.d*(1-v+portable.Log(v)))
}
