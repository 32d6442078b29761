package pricepaths

import (
	"fmt"
	"slices"
)

// FineWindow asks for a finer grid between two times.
type FineWindow struct {
	FromSeconds int64 // after the start of the path
	ToSeconds   int64
	StepSeconds int64 // distance of the points inside the window
}

func (w *FineWindow) validate(v *validator, field string, s *Spec) {
	horizon := int64(s.Steps) * s.StepSeconds
	v.check(w.FromSeconds >= 0 && w.FromSeconds <= horizon, field+".from_seconds", w.FromSeconds, "inside the horizon")
	v.check(w.ToSeconds > w.FromSeconds, field+".to_seconds", w.ToSeconds, "after from_seconds")
	if v.check(w.StepSeconds >= 1, field+".step_seconds", w.StepSeconds, ">= 1") {
		points := (min(w.ToSeconds, horizon) - w.FromSeconds) / w.StepSeconds
		v.check(points < MaxPoints, field+".step_seconds", w.StepSeconds, fmt.Sprintf("at most %d points in the window", MaxPoints))
	}
}

// grid is the time axis, common to all paths. Interval i lies between the
// points i and i+1.
type grid struct {
	times     []int64   // unix seconds of the points
	elapsed   []float64 // years from the first point
	years     []float64 // length of each interval
	share     []float64 // length of each interval in base steps
	step      []int32   // base step in which each interval lies
	first     []int32   // first interval of each base step, then the number of intervals
	stepYears float64
}

func newGrid(s *Spec, windows []FineWindow, extra []int64) (*grid, error) {
	offsets := make([]int64, 0, s.Steps+1)
	for n := range s.Steps + 1 {
		offsets = append(offsets, int64(n)*s.StepSeconds)
	}
	horizon := offsets[s.Steps]
	for _, w := range windows {
		for t := w.FromSeconds; t <= w.ToSeconds && t <= horizon && len(offsets) <= MaxPoints; t += w.StepSeconds {
			offsets = append(offsets, t)
		}
		extra = append(extra, w.ToSeconds)
	}
	for _, t := range extra {
		if t > 0 && t < horizon {
			offsets = append(offsets, t)
		}
	}
	if len(offsets) > MaxPoints {
		return nil, &SpecError{"steps", len(offsets), fmt.Sprintf("at most %d points with all finer windows", MaxPoints)}
	}
	slices.Sort(offsets)
	return gridOf(slices.Compact(offsets), s), nil
}

func gridOf(offsets []int64, s *Spec) *grid {
	n := len(offsets) - 1
	g := &grid{
		times: make([]int64, n+1), elapsed: make([]float64, n+1),
		years: make([]float64, n), share: make([]float64, n), step: make([]int32, n),
		first:     make([]int32, s.Steps+1),
		stepYears: float64(s.StepSeconds) / SecondsPerYear,
	}
	for i, t := range offsets {
		g.times[i] = s.Start + t
		g.elapsed[i] = float64(t) / SecondsPerYear
	}
	for i := n - 1; i >= 0; i-- {
		length := offsets[i+1] - offsets[i]
		g.years[i] = float64(length) / SecondsPerYear
		g.share[i] = float64(length) / float64(s.StepSeconds)
		g.step[i] = int32(offsets[i] / s.StepSeconds)
		g.first[g.step[i]] = int32(i)
	}
	g.first[s.Steps] = int32(n)
	return g
}

func (g *grid) points() int    { return len(g.times) }
func (g *grid) intervals() int { return len(g.years) }
func (g *grid) steps() int     { return len(g.first) - 1 }

// uniform tells whether every interval is one base step.
func (g *grid) uniform() bool { return g.intervals() == g.steps() }

// offset returns the seconds from the first point to a point.
func (g *grid) offset(point int) int64 { return g.times[point] - g.times[0] }

// interval returns the interval in which an elapsed time lies (t below the horizon).
func (g *grid) interval(t float64) int {
	step := min(int(t/g.stepYears), g.steps()-1)
	i, last := int(g.first[step]), g.intervals()-1
	for i < last && g.elapsed[i+1] <= t {
		i++
	}
	return i
}
