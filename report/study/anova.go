package study

import (
	"math"
	"slices"
	"strings"
)

func unknownShare() Share { return Share{math.NaN(), math.NaN(), math.NaN()} }

// analyse decomposes the variance over a full grid (functional analysis of
// variance: Sobol 1993, "Sensitivity estimates for nonlinear mathematical
// models"): exact for the grid, every value of an axis counting the same.
func (s *Study) analyse(e *Effects, points []Point, values []float64) bool {
	levels, ok := fullGrid(points, len(s.Axes))
	if !ok {
		return false
	}
	e.Method = "variance over the grid"
	g := newGrid(points, levels, values)
	total := g.variance(nil)
	if total == 0 {
		return false
	}
	single := make([]float64, len(s.Axes))
	for a, axis := range s.Axes {
		single[a] = share(g.variance(g.others([]int{a})) / total)
		open := share(1 - g.variance(g.others(g.others([]int{a})))/total)
		e.Axes = append(e.Axes, AxisEffect{Key: axis.Key, First: Share{single[a], single[a], single[a]}, Total: Share{open, open, open}})
	}
	for a := range s.Axes {
		for b := a + 1; b < len(s.Axes); b++ {
			both := g.variance(g.others([]int{a, b}))/total - single[a] - single[b]
			e.Pairs = append(e.Pairs, PairEffect{[2]string{s.Axes[a].Key, s.Axes[b].Key}, share(both)})
		}
	}
	return true
}

// share takes what rounding leaves of nothing for nothing.
func share(x float64) float64 {
	if x < 1e-12 {
		return 0
	}
	return x
}

// fullGrid lists the values of each axis when the points are their full grid,
// with or without the present point.
func fullGrid(points []Point, axes int) (levels [][]string, ok bool) {
	for _, from := range []int{1, 0} {
		levels = make([][]string, axes)
		size := 1
		for a := range axes {
			for _, p := range points[from:] {
				if !slices.Contains(levels[a], p.Values[a]) {
					levels[a] = append(levels[a], p.Values[a])
				}
			}
			size *= len(levels[a])
		}
		if size == len(points)-from {
			return levels, true
		}
	}
	return nil, false
}

// gridValues holds a figure at every combination of levels.
type gridValues struct {
	levels [][]string
	at     map[string]float64 // by the values joined
}

func newGrid(points []Point, levels [][]string, values []float64) gridValues {
	g := gridValues{levels, map[string]float64{}}
	for i, p := range points {
		g.at[strings.Join(p.Values, "\x00")] = values[i]
	}
	return g
}

// others lists the axes that are not in a list.
func (g gridValues) others(axes []int) []int {
	var out []int
	for a := range g.levels {
		if !slices.Contains(axes, a) {
			out = append(out, a)
		}
	}
	return out
}

// variance of the figure averaged over some axes, along the rest.
func (g gridValues) variance(over []int) float64 {
	sums, counts := map[string]float64{}, map[string]float64{}
	var order []string
	g.each(func(values []string) {
		kept := slices.Clone(values)
		for _, a := range over {
			kept[a] = ""
		}
		name := strings.Join(kept, "\x00")
		if counts[name] == 0 {
			order = append(order, name)
		}
		counts[name]++
		sums[name] += g.at[strings.Join(values, "\x00")]
	})
	means := make([]float64, len(order))
	for i, name := range order {
		means[i] = sums[name] / counts[name]
	}
	return variance(means)
}

// each visits every combination, the last axis fastest.
func (g gridValues) each(visit func(values []string)) {
	values := make([]string, len(g.levels))
	var fill func(a int)
	fill = func(a int) {
		if a == len(values) {
			visit(values)
			return
		}
		for _, v := range g.levels[a] {
			values[a] = v
			fill(a + 1)
		}
	}
	fill(0)
}

// variance of a population.
func variance(x []float64) float64 {
	m, squares := mean(x), 0.0
	for _, v := range x {
		d := v - m
		squares += float64(d * d)
	}
	return squares / float64(len(x))
}
