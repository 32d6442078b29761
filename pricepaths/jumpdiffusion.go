package pricepaths

// Merton is the jump diffusion of Merton (1976), "Option pricing when underlying
// stock returns are discontinuous", Journal of Financial Economics 3:
// dS/S = (µ - λκ) dt + σ dW + (e^J - 1) dN with J normal and κ = E[e^J] - 1, so
// that E[S_t] = S_0·e^(µt).
type Merton struct {
	AnnualDrift      float64
	AnnualVolatility float64 // of the diffusion alone
	JumpsPerYear     float64 // λ, expected jumps a year
	JumpMean         float64 // of the log jump
	JumpVolatility   float64 // standard deviation of the log jump
}

// Name implements ProcessSpec.
func (Merton) Name() string { return "merton" }

func (Merton) traits() traits { return traits{normals: true, jumps: true} }

func (p Merton) validate(v *validator, field string, _ *Spec, _ int) {
	validateDiffusion(v, field, p.AnnualDrift, p.AnnualVolatility)
	validateIntensity(v, field+".jumps_per_year", p.JumpsPerYear)
	v.within(field+".jump_mean", p.JumpMean, -20, 20)
	v.within(field+".jump_volatility", p.JumpVolatility, 0, 10)
}

func validateIntensity(v *validator, field string, intensity float64) {
	v.check(intensity >= 0 && intensity <= 1e5, field, intensity, "from 0 to 100000 jumps a year")
}

func (p Merton) jumps() (float64, jumpLaw) {
	return p.JumpsPerYear, normalJump{p.JumpMean, p.JumpVolatility}
}

func (p Merton) build(b *builder, asset int) process {
	return newDiffusion(b, p.AnnualDrift-b.compensator(asset), p.AnnualVolatility)
}

// Kou is the double exponential jump diffusion of Kou (2002), "A jump-diffusion
// model for option pricing", Management Science 48(8): log jumps are exponential
// with mean JumpUpMean upward (probability JumpUpShare) or JumpDownMean downward.
type Kou struct {
	AnnualDrift      float64
	AnnualVolatility float64 // of the diffusion alone
	JumpsPerYear     float64
	JumpUpShare      float64
	JumpUpMean       float64 // 1/η₁ < 1, so that the mean price exists; not needed without jumps upward
	JumpDownMean     float64 // 1/η₂ > 0; not needed without jumps downward
}

// Name implements ProcessSpec.
func (Kou) Name() string { return "kou" }

func (Kou) traits() traits { return traits{normals: true, jumps: true} }

func (p Kou) validate(v *validator, field string, _ *Spec, _ int) {
	validateDiffusion(v, field, p.AnnualDrift, p.AnnualVolatility)
	validateIntensity(v, field+".jumps_per_year", p.JumpsPerYear)
	v.within(field+".jump_up_share", p.JumpUpShare, 0, 1)
	jumps := p.JumpsPerYear > 0
	v.check(!jumps || p.JumpUpShare == 0 || p.JumpUpMean > 0 && p.JumpUpMean < 1, field+".jump_up_mean", p.JumpUpMean, "above 0 and below 1, so that the mean price exists")
	v.check(!jumps || p.JumpUpShare == 1 || p.JumpDownMean > 0 && finite(p.JumpDownMean), field+".jump_down_mean", p.JumpDownMean, "a finite number > 0")
}

func (p Kou) jumps() (float64, jumpLaw) {
	law := doubleExponentialJump{p.JumpUpShare, 1 / p.JumpUpMean, 1 / p.JumpDownMean}
	if p.JumpUpShare == 0 {
		law.rateUp = 2 // of jumps that never come
	}
	if p.JumpUpShare == 1 {
		law.rateDown = 2
	}
	return p.JumpsPerYear, law
}

func (p Kou) build(b *builder, asset int) process {
	return newDiffusion(b, p.AnnualDrift-b.compensator(asset), p.AnnualVolatility)
}
