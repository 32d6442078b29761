package pricepaths

// Merton is the jump diffusion of Merton (1976), "Option pricing when underlying
// stock returns are discontinuous", Journal of Financial Economics 3:
// dS/S = (µ - λκ) dt + σ dW + (e^J - 1) dN with J normal and κ = E[e^J] - 1, so
// that E[S_t] = S_0·e^(µt).
type Merton struct {
	AnnualDrift         float64
	AnnualVolatility    float64 // of the diffusion alone
	AnnualJumpIntensity float64 // λ, expected jumps a year
	JumpMean            float64 // of the log jump
	JumpDeviation       float64 // standard deviation of the log jump
}

// Name implements ProcessSpec.
func (Merton) Name() string { return "merton" }

func (Merton) traits() traits { return traits{normals: true, jumps: true} }

func (p Merton) validate(v *validator, field string, _ *Spec, _ int) {
	validateDiffusion(v, field, p.AnnualDrift, p.AnnualVolatility)
	validateIntensity(v, field+".annual_jump_intensity", p.AnnualJumpIntensity)
	v.within(field+".jump_mean", p.JumpMean, -20, 20)
	v.within(field+".jump_deviation", p.JumpDeviation, 0, 10)
}

func validateIntensity(v *validator, field string, intensity float64) {
	v.check(intensity >= 0 && intensity <= 1e5, field, intensity, "from 0 to 100000 jumps a year")
}

func (p Merton) jumps() (float64, jumpLaw) {
	return p.AnnualJumpIntensity, normalJump{p.JumpMean, p.JumpDeviation}
}

func (p Merton) build(b *builder, asset int) process {
	return newDiffusion(b, p.AnnualDrift-b.compensator(asset), p.AnnualVolatility)
}

// Kou is the double exponential jump diffusion of Kou (2002), "A jump-diffusion
// model for option pricing", Management Science 48(8): log jumps are exponential
// with mean 1/RateUp upward (probability UpProbability) or 1/RateDown downward.
type Kou struct {
	AnnualDrift         float64
	AnnualVolatility    float64
	AnnualJumpIntensity float64
	UpProbability       float64
	RateUp              float64 // η₁ > 1, so that the mean price exists
	RateDown            float64 // η₂ > 0
}

// Name implements ProcessSpec.
func (Kou) Name() string { return "kou" }

func (Kou) traits() traits { return traits{normals: true, jumps: true} }

func (p Kou) validate(v *validator, field string, _ *Spec, _ int) {
	validateDiffusion(v, field, p.AnnualDrift, p.AnnualVolatility)
	validateIntensity(v, field+".annual_jump_intensity", p.AnnualJumpIntensity)
	v.within(field+".up_probability", p.UpProbability, 0, 1)
	v.check(finite(p.RateUp) && p.RateUp > 1, field+".rate_up", p.RateUp, "above 1")
	v.positive(field+".rate_down", p.RateDown)
}

func (p Kou) jumps() (float64, jumpLaw) {
	return p.AnnualJumpIntensity, doubleExponentialJump{p.UpProbability, p.RateUp, p.RateDown}
}

func (p Kou) build(b *builder, asset int) process {
	return newDiffusion(b, p.AnnualDrift-b.compensator(asset), p.AnnualVolatility)
}
