package pricepaths

import "math"

// GBM is geometric Brownian motion: dS/S = µ dt + σ dW, sampled exactly,
// log S(t+Δ) = log S(t) + (µ - σ²/2)Δ + σ√Δ·Z (Glasserman 2004, §3.2.1).
type GBM struct {
	AnnualDrift      float64
	AnnualVolatility float64
}

// Name implements ProcessSpec.
func (GBM) Name() string { return "gbm" }

func (GBM) traits() traits { return traits{normals: true, jumps: true} }

func (p GBM) validate(v *validator, field string, _ *Spec, _ int) {
	validateDiffusion(v, field, p.AnnualDrift, p.AnnualVolatility)
}

func validateDiffusion(v *validator, field string, drift, volatility float64) {
	v.finite(field+".annual_drift", drift)
	v.check(volatility >= 0 && volatility <= 100, field+".annual_volatility", volatility, "from 0 to 100 (1 is 100 % a year)")
}

func (p GBM) build(b *builder, asset int) process {
	return newDiffusion(b, p.AnnualDrift-b.compensator(asset), p.AnnualVolatility)
}

// diffusion adds drift, a normal and the jumps of each interval.
type diffusion struct {
	drift []float64 // of the logarithm, an interval each
	scale []float64 // standard deviation of an interval
}

func newDiffusion(b *builder, drift, volatility float64) *diffusion {
	n := b.grid.intervals()
	d := &diffusion{make([]float64, n), make([]float64, n)}
	logDrift := drift - float64(float64(0.5*volatility)*volatility)
	for i, years := range b.grid.years {
		d.drift[i] = float64(logDrift * years)
		d.scale[i] = float64(volatility * math.Sqrt(years))
	}
	return d
}

func (p *diffusion) fill(d *draws, out []float64) {
	x := 0.0
	out[0] = 0
	n := len(p.drift)
	drift, scale, z, rest := p.drift[:n], p.scale[:n], d.normals[:n], out[1:n+1]
	if d.jumps == nil {
		for i := range n {
			x += drift[i] + float64(scale[i]*z[i])
			rest[i] = x
		}
		return
	}
	jumps := d.jumps[:n]
	for i := range n {
		x += drift[i] + float64(scale[i]*z[i]) + jumps[i]
		rest[i] = x
	}
}
