package pricepaths

import (
	"fmt"
	"time"

	"backtest/internal/warn"
)

// HistoryReplay replays a history from a date: every path is the same.
//
// A close belongs to the end of its bar: the price of a point is the close at
// exactly that time. A missing close is an error, never filled. Points between
// two closes (a grid made finer around a shock) are interpolated geometrically.
type HistoryReplay struct {
	Panel  *History
	Series string // name in the panel; "" for the asset's id
	From   int64  // unix seconds of the first point; 0 for the panel's first time
}

// HistoryWindows replays every window of the path's length: the path index
// selects the window, in order of time, beginning again after the last. All
// HistoryWindows assets share the window. Windows with a missing close in any
// of their series are left out, with a warning.
type HistoryWindows struct {
	Panel       *History
	Series      string // name in the panel; "" for the asset's id
	From, To    int64  // unix seconds between which windows begin; 0 for no bound
	StrideSteps int    // base steps between two windows; 0 for one
}

// Name implements ProcessSpec.
func (HistoryReplay) Name() string { return "history" }

// Name implements ProcessSpec.
func (HistoryWindows) Name() string { return "history_windows" }

func (HistoryReplay) traits() traits { return traits{prices: true, level: true, fixed: true} }

func (HistoryWindows) traits() traits { return traits{prices: true, level: true} }

// seriesName returns the name in the panel.
func seriesName(s *Spec, asset int, name string) string {
	if name == "" {
		return s.Assets[asset].ID
	}
	return name
}

func (p HistoryReplay) validate(v *validator, field string, s *Spec, asset int) {
	p.Panel.validate(v, field+".panel", seriesName(s, asset, p.Series), s)
}

func (p HistoryWindows) validate(v *validator, field string, s *Spec, asset int) {
	p.Panel.validate(v, field+".panel", seriesName(s, asset, p.Series), s)
	v.check(p.StrideSteps >= 0, field+".stride_steps", p.StrideSteps, ">= 0")
	v.check(p.To == 0 || p.To >= p.From, field+".to", p.To, "0, or not before from")
}

// replay reads a series at fixed offsets from a window's start.
type replay struct {
	series  *series
	offsets []int32   // slots from the start of the window to the close at or before each point
	shares  []float64 // how far a point lies on the way to the next slot; nil on a uniform grid
	starts  []int64
	initial float64
}

func newReplay(b *builder, asset int, s *series, starts []int64) *replay {
	r := &replay{series: s, starts: starts, initial: b.spec.Assets[asset].Initial, offsets: make([]int32, b.grid.points())}
	for i := range r.offsets {
		r.offsets[i] = int32(b.grid.offset(i) / s.step)
	}
	if !b.grid.uniform() {
		r.shares = make([]float64, b.grid.points())
		for i := range r.shares {
			r.shares[i] = float64(b.grid.offset(i)%s.step) / float64(s.step)
		}
	}
	return r
}

func (p HistoryReplay) start() int64 {
	if p.From == 0 {
		return p.Panel.Times[0]
	}
	return p.From
}

func (p HistoryReplay) build(b *builder, asset int) process {
	s := newSeries(p.Panel, seriesName(b.spec, asset, p.Series))
	return newReplay(b, asset, s, []int64{p.start()})
}

func (p HistoryWindows) build(b *builder, asset int) process {
	return newReplay(b, asset, newSeries(p.Panel, seriesName(b.spec, asset, p.Series)), b.starts)
}

func (r *replay) fill(d *draws, out []float64) {
	start := r.series.slot(r.starts[d.index%uint64(len(r.starts))])
	close := r.series.close[start:]
	for i, at := range r.offsets {
		out[i] = close[at]
	}
	for i, share := range r.shares {
		if share > 0 {
			out[i] = geometric(close[r.offsets[i]], close[r.offsets[i]+1], share)
		}
	}
	if r.initial > 0 {
		scale := r.initial / out[0]
		for i := range out {
			out[i] *= scale
		}
		out[0] = r.initial
	}
}

// firstMissing returns the first time of a window that has no close.
func (s *series) firstMissing(start int64, g *grid) (int64, bool) {
	from, to := s.slot(start), s.slot(start+g.offset(g.points()-1))
	if from >= 0 && to >= 0 && s.missing[from] == s.missing[to+1] {
		return 0, false
	}
	for i := range g.points() {
		t := start + g.offset(i)
		t -= g.offset(i) % s.step // the close at or before the point
		if !s.has(t) {
			return t, true
		}
		if g.offset(i)%s.step != 0 && !s.has(t+s.step) {
			return t + s.step, true
		}
	}
	return 0, false
}

func utc(t int64) string { return time.Unix(t, 0).UTC().Format(time.RFC3339) }

// windowStarts checks the replays and finds the windows that all
// HistoryWindows assets share.
func windowStarts(b *builder, v *validator) []int64 {
	var starts []int64
	first := true
	for n := range b.spec.Assets {
		field := b.spec.assetField(n) + ".process"
		switch p := b.spec.Assets[n].Process.(type) {
		case HistoryReplay:
			s := newSeries(p.Panel, seriesName(b.spec, n, p.Series))
			if t, missing := s.firstMissing(p.start(), b.grid); missing {
				v.fail(field+".from", utc(p.start()), "a start from which every close exists; there is none at "+utc(t))
			}
		case HistoryWindows:
			own := p.windowStarts(b, n, v)
			if !first {
				own = intersect(starts, own)
			}
			starts, first = own, false
			if len(starts) == 0 {
				v.fail(field+".panel", "no complete window", fmt.Sprintf("a history that holds %d steps of %d s without a gap", b.spec.Steps, b.spec.StepSeconds))
				return nil
			}
		}
	}
	return starts
}

func (p HistoryWindows) windowStarts(b *builder, asset int, v *validator) []int64 {
	s := newSeries(p.Panel, seriesName(b.spec, asset, p.Series))
	stride := int64(max(1, p.StrideSteps)) * b.spec.StepSeconds
	last := s.start + int64(len(s.close)-1)*s.step - b.grid.offset(b.grid.points()-1)
	from := s.start
	if p.From > from {
		from += (p.From - from + s.step - 1) / s.step * s.step
	}
	var starts []int64
	dropped := 0
	for t := from; t <= last && (p.To == 0 || t <= p.To); t += stride {
		if _, missing := s.firstMissing(t, b.grid); missing {
			dropped++
		} else {
			starts = append(starts, t)
		}
	}
	if dropped > 0 {
		v.warn(warn.New(warn.WindowsLeftOut, "asset %s: %d of %d history windows have missing closes and are left out", b.spec.Assets[asset].ID, dropped, dropped+len(starts)).
			Change(fmt.Sprintf("%d -> %d windows", dropped+len(starts), len(starts)), float64(dropped), "windows"))
	}
	return starts
}

// intersect returns the common elements of two ascending lists.
func intersect(a, b []int64) []int64 {
	var out []int64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			out = append(out, a[i])
			i++
			j++
		}
	}
	return out
}

// checkFineHistory warns of a history that has to be interpolated, or refuses it.
func (b *builder) checkFineHistory(asset int, v *validator) {
	a := &b.spec.Assets[asset]
	switch a.Process.(type) {
	case HistoryReplay, HistoryWindows, Bootstrap:
	default:
		return
	}
	if b.grid.uniform() {
		return
	}
	if b.spec.Strict {
		v.fail(b.spec.assetField(asset)+".process", a.Process.Name()+" on a grid with finer steps", "a grid of base steps, or strict off to interpolate")
		return
	}
	v.warn(warn.New(warn.HistoryInterpolated, "asset %s: its history is interpolated geometrically at the finer points", a.ID))
}

// distinctPaths is the answer to Generator.Paths.
func (b *builder) distinctPaths() int {
	distinct := 1
	for n := range b.spec.Assets {
		p := b.spec.Assets[n].Process
		if _, windows := p.(HistoryWindows); windows {
			distinct = len(b.starts)
		} else if !p.traits().fixed {
			return 0
		}
	}
	return distinct
}

// WindowStart returns the unix seconds at which the history window of a path
// begins; ok is false if no asset replays windows.
func (g *Generator) WindowStart(path uint64) (start int64, ok bool) {
	if len(g.starts) == 0 {
		return 0, false
	}
	return g.starts[path%uint64(len(g.starts))], true
}
