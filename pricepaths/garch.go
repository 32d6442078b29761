package pricepaths

import (
	"math"

	"backtest/pricepaths/rng"
)

// GARCH is the GARCH(1,1) of Bollerslev (1986) with Student-t innovations
// (Bollerslev 1987): over a period the log return is m + ε with
// ε = √h·t_ν·√((ν-2)/ν) and h' = ω + αε² + βh, ω = (1-α-β)·V.
//
// h moves once a period. Inside a period the return is spread over the base
// steps as a normal with the period's own chi-squared divisor, so that the sum
// over the period has exactly the t distribution whatever the grid. The mean
// m = µΔ - h/2 makes µ the drift of the price up to the tails: with t
// innovations the mean price itself does not exist. Jumps do not enter h.
type GARCH struct {
	AnnualDrift       float64
	AnnualVolatility  float64 // annual; V is its square times the period
	Alpha             float64
	Beta              float64
	DegreesOfFreedom  float64 // ν > 2 of the innovations; 0 for normal ones
	PeriodSeconds     int64   // a multiple of the base step; 0 for one base step
	InitialVolatility float64 // annual; 0 for the long-run one
}

// Name implements ProcessSpec.
func (GARCH) Name() string { return "garch" }

func (GARCH) traits() traits { return traits{normals: true, jumps: true} }

func (p GARCH) validate(v *validator, field string, s *Spec, _ int) {
	v.finite(field+".annual_drift", p.AnnualDrift)
	v.within(field+".annual_volatility", p.AnnualVolatility, 0, 100)
	v.within(field+".initial_volatility", p.InitialVolatility, 0, 100)
	v.within(field+".alpha", p.Alpha, 0, 1)
	v.within(field+".beta", p.Beta, 0, 1)
	v.check(p.Alpha+p.Beta < 1, field+".alpha", p.Alpha+p.Beta, "alpha + beta below 1")
	nu := p.DegreesOfFreedom
	v.check(nu == 0 || nu >= 2.01 && nu <= 1e4, field+".degrees_of_freedom", nu, "0 for normal innovations, or from 2.01 to 10000")
	validatePeriod(v, field+".period", p.PeriodSeconds, s)
}

func (p GARCH) build(b *builder, asset int) process {
	period := p.PeriodSeconds
	if period == 0 {
		period = b.spec.StepSeconds
	}
	length := float64(period) / SecondsPerYear
	square := func(x float64) float64 { return float64(float64(x*x) * length) }
	g := &garch{
		alpha: p.Alpha, beta: p.Beta, degrees: p.DegreesOfFreedom,
		omega: float64((1 - p.Alpha - p.Beta) * square(p.AnnualVolatility)),
		first: square(p.AnnualVolatility), drift: make([]float64, b.grid.intervals()),
		share: make([]float64, b.grid.intervals()), root: make([]float64, b.grid.intervals()),
		begins: periodBegins(b.grid, period),
	}
	if p.InitialVolatility > 0 {
		g.first = square(p.InitialVolatility)
	}
	if p.DegreesOfFreedom > 0 {
		g.divisor = rng.NewChiSquared(p.DegreesOfFreedom)
	}
	drift := p.AnnualDrift - b.compensator(asset)
	for i, years := range b.grid.years {
		g.drift[i] = float64(drift * years)
		g.share[i] = years / length
		g.root[i] = math.Sqrt(g.share[i])
	}
	return g
}

type garch struct {
	alpha, beta, omega, degrees, first float64
	divisor                            rng.ChiSquared

	drift  []float64
	share  []float64 // of the period in each interval
	root   []float64
	begins []bool
}

func (p *garch) fill(d *draws, out []float64) {
	x, h, shock, scale := 0.0, p.first, 0.0, 0.0
	out[0] = 0
	period := uint64(0)
	for i, z := range d.normals {
		if p.begins[i] {
			if i > 0 {
				h = p.omega + float64(p.alpha*float64(shock*shock)) + float64(p.beta*h)
			}
			scale, shock = p.deviation(d, d.at(i), h, period), 0
			period++
		}
		e := float64(float64(scale*p.root[i]) * z)
		shock += e
		x += p.drift[i] - float64(float64(0.5*h)*p.share[i]) + e
		if d.jumps != nil {
			x += d.jumps[i]
		}
		out[i+1] = x
	}
}

// deviation returns the standard deviation of a period given its chi-squared
// divisor.
func (p *garch) deviation(d *draws, path uint64, h float64, period uint64) float64 {
	if p.degrees > 0 {
		w := p.divisor.Draw(d.source, path, period, stream(streamMixing, d.asset))
		h = float64(h*(p.degrees-2)) / w
	}
	return math.Sqrt(h)
}
