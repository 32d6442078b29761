package pricepaths

import (
	"fmt"
	"math"

	"backtest/pricepaths/portable"
)

// Bootstrap resamples the log returns of a history in blocks of geometric
// length: the stationary bootstrap of Politis and Romano (1994), Journal of the
// American Statistical Association 89, 1303-1313. Assets with the same panel
// share the rows, which keeps their cross-correlation; blocks keep volatility
// clustering. A block also ends where the panel has a gap; after the last row
// it goes on at the first.
//
// A base step takes one return over that step. If the grid is finer around a
// shock, the return is spread over the finer points in proportion to time.
type Bootstrap struct {
	Panel          *History
	Series         string   // name in the panel; "" for the asset's id
	MeanBlockSteps float64  // expected length of a block in base steps, >= 1
	AnnualDrift    *float64 // nil keeps the history's; else returns are shifted so that E[e^r] = e^(µΔ)
}

// Name implements ProcessSpec.
func (Bootstrap) Name() string { return "bootstrap" }

func (Bootstrap) traits() traits { return traits{} }

func (p Bootstrap) validate(v *validator, field string, s *Spec, asset int) {
	p.Panel.validate(v, field+".panel", seriesName(s, asset, p.Series), s)
	v.check(finite(p.MeanBlockSteps) && p.MeanBlockSteps >= 1, field+".mean_block", p.MeanBlockSteps, "1 or more")
	if p.AnnualDrift != nil {
		v.finite(field+".annual_drift", *p.AnnualDrift)
	}
	for n := range s.Assets {
		other, ok := s.Assets[n].Process.(Bootstrap)
		if ok && other.Panel == p.Panel && other.MeanBlockSteps != p.MeanBlockSteps {
			v.fail(field+".mean_block", p.MeanBlockSteps, fmt.Sprintf("the same for all assets of one panel; %s has %v", s.Assets[n].ID, other.MeanBlockSteps))
		}
	}
}

// bootstrapGroup draws the rows for all assets of one panel.
type bootstrapGroup struct {
	panel   *History
	stride  int32   // slots of a base step
	valid   []int32 // slots from which every series has a return
	next    []int32 // slot after each slot, -1 where the block must end
	restart float64 // probability that a block ends
	first   []int32 // first interval of each base step
}

func bootstrapGroups(b *builder, v *validator) []*bootstrapGroup {
	var groups []*bootstrapGroup
	for n := range b.spec.Assets {
		p, ok := b.spec.Assets[n].Process.(Bootstrap)
		if !ok || groupOf(groups, p.Panel) >= 0 {
			continue
		}
		g := newBootstrapGroup(b, p)
		if len(g.valid) == 0 {
			v.fail(b.spec.assetField(n)+".process.panel", "no return over a base step", "a history with two closes one base step apart")
		}
		groups = append(groups, g)
	}
	return groups
}

func groupOf(groups []*bootstrapGroup, panel *History) int {
	for n, g := range groups {
		if g.panel == panel {
			return n
		}
	}
	return -1
}

func newBootstrapGroup(b *builder, p Bootstrap) *bootstrapGroup {
	g := &bootstrapGroup{panel: p.Panel, restart: 1 / p.MeanBlockSteps, first: b.grid.first}
	var all []*series
	for n := range b.spec.Assets {
		if other, ok := b.spec.Assets[n].Process.(Bootstrap); ok && other.Panel == p.Panel {
			all = append(all, newSeries(p.Panel, seriesName(b.spec, n, other.Series)))
		}
	}
	g.stride = int32(b.spec.StepSeconds / all[0].step)
	n := int32(len(all[0].close)) - g.stride
	usable := make([]bool, max(0, n))
	for at := range usable {
		usable[at] = true
		for _, s := range all {
			usable[at] = usable[at] && !math.IsNaN(s.close[at]) && !math.IsNaN(s.close[at+int(g.stride)])
		}
		if usable[at] {
			g.valid = append(g.valid, int32(at))
		}
	}
	g.next = make([]int32, len(usable))
	for at := range g.next {
		following := (int32(at) + g.stride) % n
		if g.next[at] = following; !usable[following] {
			g.next[at] = -1
		}
	}
	return g
}

// fill draws the row of each base step. The word of a step decides both whether
// a new block begins (its high half) and where (its low half).
func (g *bootstrapGroup) fill(d *draws, index uint64, rows []int32) {
	at, source := int32(-1), stream(streamBootstrap, index)
	threshold := uint64(g.restart * (1 << 32))
	var words [4]uint64
	path := d.path
	for step := range rows {
		if p := d.at(int(g.first[step])); step&3 == 0 || p != path {
			words, path = d.source.Block(p, uint64(step>>2), source, 0), p
		}
		word := words[step&3]
		if at >= 0 {
			at = g.next[at]
		}
		if at < 0 || word>>32 < threshold {
			at = g.valid[(word&0xffffffff)*uint64(len(g.valid))>>32]
		}
		rows[step] = at
	}
}

func (p Bootstrap) build(b *builder, asset int) process {
	group := groupOf(b.groups, p.Panel)
	g := b.groups[group]
	s := newSeries(p.Panel, seriesName(b.spec, asset, p.Series))
	out := &bootstrap{grid: b.grid, group: group, returns: make([]float64, len(g.next))}
	mean := 0.0
	for _, at := range g.valid {
		out.returns[at] = portable.Log(s.close[at+g.stride] / s.close[at])
		mean += portable.Exp(out.returns[at]) / float64(len(g.valid))
	}
	if p.AnnualDrift != nil {
		shift := float64(*p.AnnualDrift*b.grid.stepYears) - portable.Log(mean)
		for _, at := range g.valid {
			out.returns[at] += shift
		}
	}
	return out
}

type bootstrap struct {
	grid    *grid
	group   int
	returns []float64 // over a base step from each slot
}

func (p *bootstrap) fill(d *draws, out []float64) {
	rows := d.rows[p.group]
	x := 0.0
	out[0] = 0
	for i, step := range p.grid.step {
		x += float64(p.grid.share[i] * p.returns[rows[step]])
		out[i+1] = x
	}
}
