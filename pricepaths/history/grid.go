package history

import (
	"cmp"
	"slices"
	"time"
)

// stepOf takes the most common distance of two times as the step; of two that
// are equally common the shorter. Distances that differ by less than a hundredth
// count together, so that times that jitter have the step that they jitter about.
func stepOf(times []int64, order []int32) int64 {
	counts := map[int64]int{}
	for k := 1; k < len(order); k++ {
		if d := times[order[k]] - times[order[k-1]]; d > 0 {
			counts[d]++
		}
	}
	distances := make([]int64, 0, len(counts))
	for d := range counts {
		distances = append(distances, d)
	}
	slices.Sort(distances)
	step, most, total := int64(0), 0, 0
	first, next := 0, 0
	for _, d := range distances {
		for next < len(distances) && distances[next] <= d+d/tolerated {
			total += counts[distances[next]]
			next++
		}
		for distances[first] < d-d/tolerated {
			total -= counts[distances[first]]
			first++
		}
		// Of the distances that are about as many, the one that is itself the most common.
		if total > most || total == most && counts[d] > counts[step] {
			step, most = d, total
		}
	}
	return rounded(step)
}

// rounded is the whole unit of time that a step is meant to be: times that
// jitter have no two distances alike.
func rounded(step int64) int64 {
	for _, unit := range []int64{86400, 3600, 60} {
		near := (step + unit/2) / unit * unit
		if near > 0 && max(near-step, step-near) <= step/tolerated/2 {
			return near
		}
	}
	return step
}

// tolerated is the part of a step by which a time may be off the grid unless it
// is stated otherwise.
const tolerated = 100

// grid is the times that a file is to have: a phase plus whole steps.
type grid struct {
	step, phase, tolerance int64
}

// newGrid takes the phase on which most of the times lie, that of whole steps
// since 1970 if enough do.
func newGrid(times []int64, step int64, tolerance time.Duration) grid {
	g := grid{step: step, tolerance: step / tolerated}
	if tolerance > 0 {
		g.tolerance = int64(tolerance / time.Second)
	}
	if step <= 0 {
		return g
	}
	g.tolerance = min(g.tolerance, (step-1)/2)
	phases := map[int64]int{}
	near := 0
	for _, t := range times {
		phases[t%step]++
		if r := t % step; min(r, step-r) <= g.tolerance {
			near++
		}
	}
	if 2*near >= len(times) {
		return g
	}
	all := make([]int64, 0, len(phases))
	for p := range phases {
		all = append(all, p)
	}
	slices.SortFunc(all, func(x, y int64) int { return cmp.Or(cmp.Compare(phases[y], phases[x]), cmp.Compare(x, y)) })
	g.phase = all[0]
	return g
}

// snap moves a time onto the grid; ok is false where it is too far from it.
func (g grid) snap(t int64) (at int64, ok bool) {
	if g.step <= 0 {
		return t, true
	}
	off := (t - g.phase) % g.step
	if off < 0 {
		off += g.step
	}
	switch {
	case off <= g.tolerance:
		return t - off, true
	case g.step-off <= g.tolerance:
		return t + g.step - off, true
	}
	return t, false
}

// leaveOut notes a row whose time is too far from the grid.
func (f *File) leaveOut(t int64, g grid) {
	if f.LeftOut == 0 {
		f.firstLeftOut = t
	}
	f.LeftOut++
}

// tellGrid says what was moved and what was left out, and how that is settled.
func (f *File) tellGrid(g grid) {
	tolerance, step := span(g.tolerance), span(g.step)
	if f.Moved > 0 {
		f.change("%d of %s moved by at most %s onto the grid of %s", f.Moved, counted(f.Priced, "time"), tolerance, step)
	}
	if f.LeftOut > 0 {
		f.change("%d of %s left out for times that are, the first %s, more than %s off the grid of %s (%s settles it)",
			f.LeftOut, counted(f.Priced, "row"), utc(f.firstLeftOut), tolerance, step, keyTolerance)
	}
}

func utc(t int64) string { return time.Unix(t, 0).UTC().Format(time.RFC3339) }

// openFromClose turns times that close a bar into times that open it.
func (f *File) openFromClose() {
	for i := range f.Times {
		f.Times[i] -= f.StepSeconds
	}
	for i := range f.Conflicts {
		f.Conflicts[i].Time -= f.StepSeconds
	}
	f.Notes = append(f.Notes, "the file's times close their bars; reported are the opens")
	if f.StepSeconds == 0 {
		f.Notes = append(f.Notes, "a single bar: its step, and so its open, is unknown")
	}
}

// findGaps lists the runs of missing bars.
func (f *File) findGaps() {
	f.Gaps, f.Missing = nil, 0
	if f.StepSeconds == 0 {
		return
	}
	for i := 1; i < len(f.Times); i++ {
		if missing := int((f.Times[i]-f.Times[i-1])/f.StepSeconds) - 1; missing > 0 {
			f.Gaps = append(f.Gaps, Gap{After: f.Times[i-1], Before: f.Times[i], Missing: missing})
			f.Missing += missing
		}
	}
}
