package pricepaths

import (
	"fmt"
	"math"

	"backtest/pricepaths/portable"
)

// Pinned is a Brownian motion of the log price that is tied to given prices at
// given times: a Brownian bridge up to each pin (Glasserman 2004, §3.1), a GBM
// after the last. The drift acts only after the last pin.
type Pinned struct {
	AnnualDrift      float64
	AnnualVolatility float64
	Pins             []Pin // in order of time
}

// Pin is a shock that every path meets.
type Pin struct {
	AtSeconds       int64   // after the start of the path
	Change          float64 // against Asset.Initial: -0.3 for a price of 70 %
	FineStepSeconds int64   // grid for 16 such steps on either side; 0 for no finer grid
}

// Name implements ProcessSpec.
func (Pinned) Name() string { return "pinned" }

func (Pinned) traits() traits { return traits{normals: true} }

func (p Pinned) validate(v *validator, field string, s *Spec, _ int) {
	validateDiffusion(v, field, p.AnnualDrift, p.AnnualVolatility)
	v.check(len(p.Pins) > 0, field+".pins", "none", "one pin or more")
	last, horizon := int64(0), int64(s.Steps)*s.StepSeconds
	for n, pin := range p.Pins {
		at := fmt.Sprintf("%s.pins[%d]", field, n)
		v.check(pin.AtSeconds > last && pin.AtSeconds <= horizon, at+".at", pin.AtSeconds, "after the pin before it and inside the horizon")
		v.check(pin.Change > -1 && pin.Change < 1e6, at+".change", pin.Change, "above -1")
		v.check(pin.FineStepSeconds >= 0, at+".fine_step_seconds", pin.FineStepSeconds, ">= 0")
		last = pin.AtSeconds
	}
}

func (p Pinned) windows() []FineWindow {
	var out []FineWindow
	for _, pin := range p.Pins {
		if pin.FineStepSeconds > 0 {
			reach := 16 * pin.FineStepSeconds
			out = append(out, FineWindow{max(0, pin.AtSeconds-reach), pin.AtSeconds + reach, pin.FineStepSeconds})
		}
	}
	return out
}

func (p Pinned) build(b *builder, _ int) process {
	g := b.grid
	out := &pinned{diffusion: *newDiffusion(b, p.AnnualDrift, p.AnnualVolatility),
		target: make([]float64, g.intervals()), pull: make([]float64, g.intervals())}
	next := 0
	for i := range g.intervals() {
		for next < len(p.Pins) && p.Pins[next].AtSeconds <= g.offset(i) {
			next++
		}
		if next == len(p.Pins) {
			break
		}
		left := float64(p.Pins[next].AtSeconds-g.offset(i)) / SecondsPerYear
		share := g.years[i] / left
		out.target[i] = portable.Log(1 + p.Pins[next].Change)
		out.pull[i] = share
		out.drift[i] = 0
		out.scale[i] = float64(out.scale[i] * math.Sqrt(max(0, 1-share)))
	}
	return out
}

// pinned moves the share pull of the way to the target, then diffuses.
type pinned struct {
	diffusion
	target []float64
	pull   []float64
}

func (p *pinned) fill(d *draws, out []float64) {
	x := 0.0
	out[0] = 0
	for i, z := range d.normals {
		x += float64(p.pull[i]*(p.target[i]-x)) + p.drift[i] + float64(p.scale[i]*z)
		out[i+1] = x
	}
}
