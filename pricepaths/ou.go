package pricepaths

import (
	"math"

	"backtest/pricepaths/portable"
)

// OrnsteinUhlenbeck is a price that is pulled back to a peg: x = log(S/peg)
// follows dx = -κx dt + σ dW + dJ, sampled exactly (Glasserman 2004, §3.3.1).
// Depeg jumps are normal log jumps of a Poisson process; a jump inside an
// interval takes effect at its end and then reverts like any deviation. The
// stationary standard deviation without jumps is σ/√(2κ).
type OrnsteinUhlenbeck struct {
	Level            float64 // 0 for Asset.Initial
	MeanReversion    float64 // κ; the half life of a deviation is ln 2/κ years
	AnnualVolatility float64 // σ
	JumpsPerYear     float64
	JumpMean         float64 // of the log jump: -0.1 for a fall of about 10 %
	JumpVolatility   float64
}

// Name implements ProcessSpec.
func (OrnsteinUhlenbeck) Name() string { return "ou" }

func (OrnsteinUhlenbeck) traits() traits { return traits{normals: true, jumps: true} }

func (p OrnsteinUhlenbeck) validate(v *validator, field string, _ *Spec, _ int) {
	v.nonNegative(field+".level", p.Level)
	v.positive(field+".mean_reversion", p.MeanReversion)
	v.within(field+".annual_volatility", p.AnnualVolatility, 0, 100)
	validateIntensity(v, field+".jumps_per_year", p.JumpsPerYear)
	v.within(field+".jump_mean", p.JumpMean, -20, 20)
	v.within(field+".jump_volatility", p.JumpVolatility, 0, 10)
}

func (p OrnsteinUhlenbeck) jumps() (float64, jumpLaw) {
	return p.JumpsPerYear, normalJump{p.JumpMean, p.JumpVolatility}
}

func (p OrnsteinUhlenbeck) build(b *builder, asset int) process {
	n := b.grid.intervals()
	out := &ornsteinUhlenbeck{keep: make([]float64, n), scale: make([]float64, n)}
	if p.Level > 0 {
		out.peg = portable.Log(p.Level / b.spec.Assets[asset].Initial)
	}
	for i, years := range b.grid.years {
		decay := float64(p.MeanReversion * years)
		out.keep[i] = portable.Exp(-decay)
		variance := (1 - portable.Exp(-2*decay)) / (2 * p.MeanReversion)
		out.scale[i] = float64(p.AnnualVolatility * math.Sqrt(variance))
	}
	return out
}

type ornsteinUhlenbeck struct {
	peg   float64 // log of the peg relative to the initial price
	keep  []float64
	scale []float64
}

func (p *ornsteinUhlenbeck) fill(d *draws, out []float64) {
	x := -p.peg
	out[0] = 0
	for i, z := range d.normals {
		x = float64(p.keep[i]*x) + float64(p.scale[i]*z)
		if d.jumps != nil {
			x += d.jumps[i]
		}
		out[i+1] = p.peg + x
	}
}
