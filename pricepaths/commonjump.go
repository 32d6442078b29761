package pricepaths

// CommonJump is a systemic shock: at each arrival of one Poisson process all the
// named assets jump together.
type CommonJump struct {
	ID      string
	PerYear float64 // expected arrivals a year

	// SizeCorrelation is the correlation of the sizes' normals to one shared
	// normal: any two assets' sizes have the correlation SizeCorrelation². 1 makes
	// the sizes comonotone, 0 independent.
	SizeCorrelation float64
	Sizes           []CommonJumpSize
}

// CommonJumpSize is the normal law of one asset's log jump at an arrival.
type CommonJumpSize struct {
	Asset          string
	JumpMean       float64
	JumpVolatility float64
}

func (z *CommonJumpSize) law() jumpLaw { return normalJump{z.JumpMean, z.JumpVolatility} }

func (c *CommonJump) validate(v *validator, field string, s *Spec) {
	validateIntensity(v, field+".per_year", c.PerYear)
	v.within(field+".size_correlation", c.SizeCorrelation, 0, 1)
	v.check(len(c.Sizes) > 0, field+".loadings", "none", "the size for at least one asset")
	seen := map[string]bool{}
	for n := range c.Sizes {
		z, field := &c.Sizes[n], fieldOf(field+".loadings", c.Sizes[n].Asset, n)
		v.within(field+".jump_mean", z.JumpMean, -20, 20)
		v.within(field+".jump_volatility", z.JumpVolatility, 0, 10)
		v.check(!seen[z.Asset], field+".asset", z.Asset, "each asset once")
		seen[z.Asset] = true
		at := s.assetIndex(z.Asset)
		if v.check(at >= 0, field+".asset", z.Asset, "the id of an asset") && s.Assets[at].Process != nil {
			p := s.Assets[at].Process
			v.check(p.traits().jumps, field+".asset", z.Asset, "an asset whose process takes jumps, not "+p.Name())
		}
	}
}

func (c *CommonJump) source(s *Spec, index int, p *jumpPlan) jumpSource {
	source := jumpSource{intensity: c.PerYear, stream: stream(streamCommonJumps, uint64(index))}
	for n := range c.Sizes {
		asset := s.assetIndex(c.Sizes[n].Asset)
		source.targets = append(source.targets, jumpTarget{
			row: p.addRow(asset), law: c.Sizes[n].law(), common: c.SizeCorrelation,
			stream: stream(streamCommonSizes, uint64(index)<<16|uint64(asset)),
		})
	}
	return source
}
