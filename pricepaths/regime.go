package pricepaths

import "fmt"

// RegimeSwitching is a GBM whose drift and volatility follow the state of a
// Markov chain: Spec.Regimes, shared with the other assets, or a Chain of its
// own.
type RegimeSwitching struct {
	States []RegimeState
	Chain  *RegimeChain // nil for Spec.Regimes; Correlations must be nil
}

// RegimeState is the law of an asset in one state.
type RegimeState struct {
	AnnualDrift      float64 // of the price
	AnnualVolatility float64
}

// Name implements ProcessSpec.
func (RegimeSwitching) Name() string { return "regime" }

func (RegimeSwitching) traits() traits { return traits{normals: true, jumps: true} }

func (p RegimeSwitching) validate(v *validator, field string, s *Spec, _ int) {
	for n, state := range p.States {
		validateDiffusion(v, fmt.Sprintf("%s.states[%d]", field, n), state.AnnualDrift, state.AnnualVolatility)
	}
	chain := s.Regimes
	if p.Chain != nil {
		chain = p.Chain
		chain.validate(v, field+".chain", s)
		v.check(chain.Correlations == nil, field+".chain.correlations", "matrices", "none: a correlation per regime belongs to the shared chain")
	}
	if v.check(chain != nil, field+".chain", "none", "a chain here or in regimes") {
		v.check(len(p.States) == len(chain.Transition), field+".states", len(p.States),
			fmt.Sprintf("%d, one a state of the chain", len(chain.Transition)))
	}
}

func (p RegimeSwitching) build(b *builder, asset int) process {
	r := &regimeSwitching{}
	if p.Chain != nil {
		r.chain = newChainPlan(p.Chain, b.spec, b.grid)
	}
	for _, state := range p.States {
		r.states = append(r.states, newDiffusion(b, state.AnnualDrift-b.compensator(asset), state.AnnualVolatility))
	}
	return r
}

type regimeSwitching struct {
	states []*diffusion
	chain  *chainPlan // nil for the shared chain
}

func (p *regimeSwitching) fill(d *draws, out []float64) {
	x := 0.0
	out[0] = 0
	w := walker{plan: p.chain, stream: stream(streamRegime, 1+d.asset)}
	for i, z := range d.normals {
		var now *diffusion
		if p.chain != nil {
			now = p.states[w.next(d, i)]
		} else {
			now = p.states[d.states[i]]
		}
		x += now.drift[i] + float64(now.scale[i]*z)
		if d.jumps != nil {
			x += d.jumps[i]
		}
		out[i+1] = x
	}
}
