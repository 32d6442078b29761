package pricepaths

import (
	"math"

	"backtest/pricepaths/portable"
	"backtest/pricepaths/rng"
)

// Copula is the dependence of the driving normals of one interval. The zero
// value is the Gaussian copula; DegreesOfFreedom > 0 is Student's t copula,
// which keeps extremes together (Demarta and McNeil 2005, "The t copula and
// related copulas", International Statistical Review 73). The marginals stay
// normal. It applies to each interval of the grid by itself.
type Copula struct {
	DegreesOfFreedom float64
}

func (c *Copula) validate(v *validator) {
	v.check(c.DegreesOfFreedom == 0 || c.DegreesOfFreedom >= 2 && c.DegreesOfFreedom <= 1e4, "copula.degrees_of_freedom",
		c.DegreesOfFreedom, "0 for a Gaussian copula, or from 2 to 10000")
}

const (
	copulaKnots    = 2048
	copulaPerUnit  = 128 // knots per unit of log(1+|t|)
	copulaLastKnot = copulaKnots - 1

	copulaSmallestTail = 1e-300 // beyond any draw, above the end of float64
)

// copulaPlan maps t = Z√(ν/W) back to a normal, Φ⁻¹(F_ν(t)), by cubic Hermite
// interpolation in log(1+|t|) with an error below 1e-8.
type copulaPlan struct {
	degrees float64
	divisor rng.ChiSquared
	value   [copulaKnots]float64
	slope   [copulaKnots]float64 // times the distance of two knots
}

func newCopulaPlan(s *Spec) *copulaPlan {
	if s.Copula.DegreesOfFreedom == 0 {
		return nil
	}
	nu := s.Copula.DegreesOfFreedom
	p := &copulaPlan{degrees: nu, divisor: rng.NewChiSquared(nu)}
	for k := range p.value {
		t := portable.Exp(float64(k)/copulaPerUnit) - 1
		z := p.exact(t)
		p.value[k] = z
		if k > 0 && z == p.value[k-1] {
			continue // the smallest tail is reached
		}
		dt := (t + 1) / copulaPerUnit
		p.slope[k] = float64(portable.StudentDensity(t, p.degrees)*dt) / portable.NormalDensity(z)
	}
	return p
}

// exact returns Φ⁻¹(F_ν(t)) for t >= 0, at most 37.
func (p *copulaPlan) exact(t float64) float64 {
	return -portable.NormalQuantile(max(copulaSmallestTail, portable.StudentCDF(-t, p.degrees)))
}

func (p *copulaPlan) normal(t float64) float64 {
	a := math.Abs(t)
	y := float64(portable.Log(1+a) * copulaPerUnit)
	k := int(y)
	if k >= copulaLastKnot {
		return math.Copysign(p.exact(a), t)
	}
	u := y - float64(k)
	r := 1 - u
	at := float64(float64(float64(r*r)*(1+2*u)) * p.value[k])
	at += float64(float64(float64(u*u)*(1+2*r)) * p.value[k+1])
	at += float64(float64(u*r) * (float64(r*p.slope[k]) - float64(u*p.slope[k+1])))
	return math.Copysign(at, t)
}

// apply turns jointly normal rows into rows with a t copula: all drivers of an
// interval share one chi-squared divisor.
func (p *copulaPlan) apply(d *draws, z []float64, intervals int) {
	for i := range intervals {
		w := p.divisor.Draw(d.source, d.at(i), uint64(i), stream(streamCopula, 0))
		scale := math.Sqrt(p.degrees / w)
		for at := i; at < len(z); at += intervals {
			z[at] = p.normal(float64(z[at] * scale))
		}
	}
}
