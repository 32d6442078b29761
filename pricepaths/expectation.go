package pricepaths

import (
	"fmt"

	"backtest/pricepaths/portable"
)

// NoExpectation is the error of an asset whose expected final price has no
// closed form, or none that holds for what is simulated.
type NoExpectation struct {
	Asset  string
	Reason string
}

func (e *NoExpectation) Error() string {
	return fmt.Sprintf("%s: the expected final price has no closed form: %s", e.Asset, e.Reason)
}

// expectant is implemented by processes whose expected final price relative to
// the first one is known for the discretisation that is simulated, not for its
// limit alone. A reason says why it is not.
type expectant interface {
	expectedRatio(b *builder, asset int) (ratio float64, reason string)
}

// ExpectedRatio returns E[S_T/S_0] of an asset's market price under the law of
// the specification, without its tilt: what control variates compare with. The
// error is a *NoExpectation.
func (g *Generator) ExpectedRatio(asset int) (float64, error) {
	a := &g.assets[asset]
	if a.reason != "" {
		return 0, &NoExpectation{Asset: g.ids[asset], Reason: a.reason}
	}
	return a.expected, nil
}

// expectedRatio includes the episodes that are laid over the process.
func expectedRatio(b *builder, asset int, overlay []float64) (ratio float64, reason string) {
	p := b.spec.Assets[asset].Process
	if b.spec.Assets[asset].Uncertainty != nil {
		return 0, "its parameters are drawn for every path"
	}
	e, ok := p.(expectant)
	if !ok {
		return 0, fmt.Sprintf("prices of process %s come from records or lists", p.Name())
	}
	if ratio, reason = e.expectedRatio(b, asset); reason != "" {
		return 0, reason
	}
	if overlay != nil {
		ratio = float64(ratio*overlay[len(overlay)-1]) / overlay[0]
	}
	return ratio, ""
}

// years is the length of a path.
func (b *builder) years() float64 {
	sum := 0.0
	for _, y := range b.grid.years {
		sum += y
	}
	return sum
}

// grown is the growth of a price whose jumps and volatility are compensated:
// e^(µT).
func (b *builder) grown(drift float64) float64 { return portable.Exp(float64(drift * b.years())) }

// jumpy says whether jumps of its own or common ones land on an asset.
func (b *builder) jumpy(asset int) bool {
	for _, s := range newJumpPlan(b.spec, b.grid).assets {
		if s == asset {
			return true
		}
	}
	return false
}

func (p GBM) expectedRatio(b *builder, _ int) (float64, string) { return b.grown(p.AnnualDrift), "" }

func (p Merton) expectedRatio(b *builder, _ int) (float64, string) { return b.grown(p.AnnualDrift), "" }

func (p Kou) expectedRatio(b *builder, _ int) (float64, string) { return b.grown(p.AnnualDrift), "" }

// expectedRatio of a Heston price is e^(µT) where the martingale correction of
// the scheme always exists, which it does for ρ <= 0 (Andersen 2008, §4.2: A <= 0).
func (p Heston) expectedRatio(b *builder, _ int) (float64, string) {
	for _, years := range b.grid.years {
		if newHestonStep(&p, years).aa > 0 {
			return 0, "a positive correlation of price and variance leaves steps of the Heston scheme without martingale correction"
		}
	}
	return b.grown(p.AnnualDrift), ""
}

// expectedRatio of a GARCH price is e^(µT) for normal innovations; those of
// Student's t have no exponential moment.
func (p GARCH) expectedRatio(b *builder, _ int) (float64, string) {
	if p.DegreesOfFreedom > 0 {
		return 0, "GARCH innovations of Student's t have no exponential moment"
	}
	return b.grown(p.AnnualDrift), ""
}

// expectedRatio of a regime-switching price is e^(µT) where all regimes have the
// same drift.
func (p RegimeSwitching) expectedRatio(b *builder, _ int) (float64, string) {
	for _, s := range p.States {
		if s.AnnualDrift != p.States[0].AnnualDrift {
			return 0, "the regimes have different drifts"
		}
	}
	return b.grown(p.States[0].AnnualDrift), ""
}

// expectedRatio of an Ornstein-Uhlenbeck price without jumps is that of a
// lognormal one.
func (p OrnsteinUhlenbeck) expectedRatio(b *builder, asset int) (float64, string) {
	if b.jumpy(asset) {
		return 0, "jumps of an Ornstein-Uhlenbeck price decay from a random time on"
	}
	o := p.build(b, asset).(*ornsteinUhlenbeck)
	mean, variance := -o.peg, 0.0
	for i, keep := range o.keep {
		mean = float64(keep * mean)
		variance = float64(float64(keep*keep)*variance) + float64(o.scale[i]*o.scale[i])
	}
	return portable.Exp(o.peg + mean + float64(0.5*variance)), ""
}

// expectedRatio of a pinned price is that of a lognormal one: a Brownian bridge
// up to the last pin, free after it.
func (p Pinned) expectedRatio(b *builder, asset int) (float64, string) {
	o := p.build(b, asset).(*pinned)
	mean, variance := 0.0, 0.0
	for i, pull := range o.pull {
		mean += float64(pull*(o.target[i]-mean)) + o.drift[i]
		rest := 1 - pull
		variance = float64(float64(rest*rest)*variance) + float64(o.scale[i]*o.scale[i])
	}
	return portable.Exp(mean + float64(0.5*variance)), ""
}
