package pricepaths

import (
	"math"

	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
)

// Heston is the stochastic volatility model of Heston (1993),
// dS/S = µ dt + √v dW, dv = κ(θ - v) dt + ξ√v dB, dW·dB = ρ dt, simulated with
// the quadratic exponential scheme of Andersen (2008), "Simple and efficient
// simulation of the Heston stochastic volatility model", Journal of
// Computational Finance 11(3), with ψc = 1.5, central weights γ₁ = γ₂ = ½ and
// the martingale correction (QE-M): v is never negative and E[S_t] = S_0·e^(µt).
//
// The correlation of Spec is that of the part of the price noise that is
// independent of the variance, (1-ρ²) of it.
type Heston struct {
	AnnualDrift          float64
	InitialVariance      float64 // annual, 0.64 for a volatility of 80 %
	LongVariance         float64 // θ
	MeanReversion        float64 // κ
	VolatilityOfVariance float64 // ξ
	LeverageCorrelation  float64 // ρ
}

// Name implements ProcessSpec.
func (Heston) Name() string { return "heston" }

func (Heston) traits() traits { return traits{normals: true, jumps: true} }

func (p Heston) validate(v *validator, field string, _ *Spec, _ int) {
	v.finite(field+".annual_drift", p.AnnualDrift)
	v.check(p.InitialVariance >= 0 && p.InitialVariance <= 1e4, field+".initial_variance", p.InitialVariance, "from 0 to 10000")
	v.check(p.LongVariance > 0 && p.LongVariance <= 1e4, field+".long_variance", p.LongVariance, "above 0, at most 10000")
	v.check(p.MeanReversion > 0 && p.MeanReversion <= 1e6, field+".mean_reversion", p.MeanReversion, "above 0, at most 1000000")
	v.check(p.VolatilityOfVariance > 0 && p.VolatilityOfVariance <= 1e4, field+".volatility_of_variance", p.VolatilityOfVariance, "above 0, at most 10000")
	v.within(field+".leverage_correlation", p.LeverageCorrelation, -1, 1)
}

func (p Heston) build(b *builder, asset int) process {
	h := &heston{first: p.InitialVariance, steps: make([]*hestonStep, b.grid.intervals()), drift: make([]float64, b.grid.intervals())}
	known := map[float64]*hestonStep{}
	drift := p.AnnualDrift - b.compensator(asset)
	for i, years := range b.grid.years {
		if known[years] == nil {
			known[years] = newHestonStep(&p, years)
		}
		h.steps[i] = known[years]
		h.drift[i] = float64(drift * years)
	}
	return h
}

// hestonStep holds what depends on the length of an interval alone.
type hestonStep struct {
	decay, long        float64 // E[v'] = long + decay·v
	fixed, slope       float64 // Var[v'] = fixed + slope·v
	k1, k2, k3, k4, aa float64 // Andersen's K₁ to K₄ and A = K₂ + K₄/2
	k0                 float64 // without martingale correction, where that does not exist
}

func newHestonStep(p *Heston, dt float64) *hestonStep {
	kappa, theta, xi, rho := p.MeanReversion, p.LongVariance, p.VolatilityOfVariance, p.LeverageCorrelation
	e := portable.Exp(-float64(kappa * dt))
	xi2 := float64(xi * xi)
	cross := float64(float64(0.5*dt) * (float64(kappa*rho)/xi - 0.5))
	s := &hestonStep{
		decay: e, long: float64(theta * (1 - e)),
		slope: float64(float64(xi2*e)*(1-e)) / kappa,
		fixed: float64(float64(theta*xi2)*float64((1-e)*(1-e))) / (2 * kappa),
		k1:    cross - rho/xi, k2: cross + rho/xi,
		k3: float64(float64(0.5*dt) * (1 - float64(rho*rho))),
		k0: -float64(float64(float64(rho*kappa)*theta)*dt) / xi,
	}
	s.k4 = s.k3
	s.aa = s.k2 + float64(0.5*s.k4)
	return s
}

type heston struct {
	first float64
	steps []*hestonStep
	drift []float64
}

const psiCritical = 1.5

func (p *heston) fill(d *draws, out []float64) {
	x, v := 0.0, p.first
	out[0] = 0
	var words [4]uint64
	path := d.path
	for i, z := range d.normals {
		if from := d.at(i); i&3 == 0 || from != path {
			words, path = d.source.Block(from, uint64(i>>2), stream(streamVariance, d.asset), 0), from
		}
		u := rng.Float64(words[i&3])
		if d.mirror {
			u = 1 - u
		}
		s := p.steps[i]
		next, k0 := s.variance(v, u)
		variance := float64(s.k3*v) + float64(s.k4*next)
		x += p.drift[i] + k0 + float64(s.k1*v) + float64(s.k2*next) + float64(math.Sqrt(variance)*z)
		if d.jumps != nil {
			x += d.jumps[i]
		}
		v = next
		out[i+1] = x
	}
}

// variance draws v' given v (Andersen 2008, §3.2.4) and the martingale term K₀*
// (proposition 9).
func (s *hestonStep) variance(v, u float64) (next, k0 float64) {
	mean := s.long + float64(s.decay*v)
	square := float64(mean * mean)
	psi := (s.fixed + float64(s.slope*v)) / square
	base := -float64((s.k1 + float64(0.5*s.k3)) * v)
	if psi <= psiCritical {
		inverse := 2 / psi
		b2 := inverse - 1 + float64(math.Sqrt(inverse)*math.Sqrt(inverse-1))
		a := mean / (1 + b2)
		root := math.Sqrt(b2) + portable.NormalQuantile(u)
		free := 1 - float64(2*float64(s.aa*a))
		if free > 0 {
			base += float64(0.5*portable.Log(free)) - float64(float64(s.aa*b2)*a)/free
		} else {
			base = s.k0
		}
		return float64(float64(a*root) * root), base
	}
	p := (psi - 1) / (psi + 1)
	beta := (1 - p) / mean
	if s.aa < beta {
		base -= portable.Log(p + float64(beta*(1-p))/(beta-s.aa))
	} else {
		base = s.k0
	}
	if u <= p {
		return 0, base
	}
	return portable.Log((1-p)/(1-u)) / beta, base
}
