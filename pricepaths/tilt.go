package pricepaths

import (
	"fmt"
	"math"
)

// Tilt is an exponential change of measure for importance sampling: the driving
// normals get a mean, and Path.LogWeight is the log likelihood ratio with which
// the path counts (Glasserman 2004, §4.6.1).
type Tilt struct {
	Shifts []TiltShift
}

// TiltShift moves one asset's driving normals in a time range.
// StandardDeviations is the shift of their standardised sum over the range: -3
// makes a fall by three standard deviations over the range the typical one.
// Assets without a shift at that time move along by regression on those with
// one, which is the change of measure with the smallest relative entropy.
type TiltShift struct {
	Asset              string
	FromSeconds        int64 // after the start of the path
	ToSeconds          int64 // 0 for the end of the path
	StandardDeviations float64
}

func (t *Tilt) validate(v *validator, s *Spec) {
	horizon := int64(s.Steps) * s.StepSeconds
	for n := range t.Shifts {
		shift, field := &t.Shifts[n], fmt.Sprintf("tilt.shifts[%d]", n)
		at := s.assetIndex(shift.Asset)
		v.check(at >= 0 && s.Assets[at].Process != nil && s.Assets[at].Process.traits().normals, field+".asset",
			shift.Asset, "the id of an asset whose process is driven by normals")
		v.within(field+".standard_deviations", shift.StandardDeviations, -40, 40)
		v.check(shift.FromSeconds >= 0 && shift.FromSeconds < horizon, field+".from_seconds", shift.FromSeconds, "inside the horizon")
		v.check(shift.ToSeconds == 0 || shift.ToSeconds > shift.FromSeconds, field+".to_seconds", shift.ToSeconds, "0, or after from_seconds")
	}
}

// tiltPlan holds, for each regime state, the shift of the independent normals.
type tiltPlan struct {
	drivers   int
	intervals int
	states    []tiltState
}

type tiltState struct {
	shift      []float64 // driver-major
	halfSquare []float64 // ½|shift|² of each interval
}

func newTiltPlan(s *Spec, g *grid, d *drivers, v *validator) *tiltPlan {
	if s.Tilt == nil || len(s.Tilt.Shifts) == 0 {
		return nil
	}
	means := make([][]float64, len(d.assets))
	for k := range means {
		means[k] = make([]float64, g.intervals())
	}
	for n := range s.Tilt.Shifts {
		addShift(&s.Tilt.Shifts[n], s, g, d, means)
	}
	p := &tiltPlan{drivers: len(d.assets), intervals: g.intervals()}
	for state := range d.lower {
		p.states = append(p.states, newTiltState(state, means, d, v))
	}
	return p
}

// addShift spreads a shift over its range in proportion to √Δ.
func addShift(t *TiltShift, s *Spec, g *grid, d *drivers, means [][]float64) {
	to := t.ToSeconds
	if to == 0 {
		to = g.offset(g.intervals())
	}
	inside := func(i int) bool { return g.offset(i) >= t.FromSeconds && g.offset(i) < to }
	length := 0.0
	for i, years := range g.years {
		if inside(i) {
			length += years
		}
	}
	for k, asset := range d.assets {
		if s.Assets[asset].ID != t.Asset {
			continue
		}
		for i, years := range g.years {
			if inside(i) {
				means[k][i] += float64(t.StandardDeviations * math.Sqrt(years/length))
			}
		}
	}
}

func newTiltState(state int, means [][]float64, d *drivers, v *validator) tiltState {
	k, n := len(means), len(means[0])
	t := tiltState{make([]float64, k*n), make([]float64, n)}
	column := make([]float64, k)
	for i := range n {
		for row := range k {
			column[row] = means[row][i]
		}
		e, ok := d.smallestShift(state, column)
		if !ok {
			v.fail("tilt.shifts", "shifts of perfectly correlated assets", "one of them: the others follow")
			return t
		}
		for row, x := range e {
			t.shift[row*n+i] = x
			t.halfSquare[i] += float64(float64(0.5*x) * x)
		}
	}
	return t
}

// apply shifts the independent normals and returns the log weight
// -Σ(e·u + ½e²) with u the normals before the shift.
func (p *tiltPlan) apply(z []float64, states []int32) float64 {
	weight := 0.0
	for i := range p.intervals {
		t := &p.states[0]
		if len(p.states) > 1 {
			t = &p.states[states[i]]
		}
		if t.halfSquare[i] == 0 {
			continue
		}
		weight -= t.halfSquare[i]
		for at := i; at < len(z); at += p.intervals {
			weight -= float64(t.shift[at] * z[at])
			z[at] += t.shift[at]
		}
	}
	return weight
}
