package study

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"backtest/report"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// ShortKeys names the axes by the ends of their keys, as long as they must be to
// differ.
func (s *Study) ShortKeys() []string {
	out := make([]string, len(s.Axes))
	for a, axis := range s.Axes {
		parts := strings.Split(axis.Key, ".")
		for from := len(parts) - 1; from >= 0; from-- {
			out[a] = strings.Join(parts[from:], ".")
			if !slices.ContainsFunc(s.Axes, func(other record.StudyAxis) bool {
				return other.Key != axis.Key && strings.HasSuffix("."+other.Key, "."+out[a])
			}) {
				break
			}
		}
	}
	return out
}

// Short tells what a point changes, by short keys.
func (s *Study) Short(c *Scenario, p *Point) string {
	var parts []string
	for a, key := range s.ShortKeys() {
		if p.Values[a] != c.Points[0].Values[a] {
			parts = append(parts, key+" "+ShowValue(p.Values[a], s.Axes[a].Unit))
		}
	}
	if len(parts) == 0 {
		return "present parameters"
	}
	return strings.Join(parts, ", ")
}

// changes counts the axes that a point changes, and tells whether all of them
// are among some.
func (c *Scenario) changes(p *Point, among ...int) (count int, within bool) {
	within = true
	for a, value := range p.Values {
		if value != c.Points[0].Values[a] {
			count++
			within = within && slices.Contains(among, a)
		}
	}
	return count, within
}

// Along lists the points that change no axis but one, by their place on it; the
// present ones are among them.
func (c *Scenario) Along(axis int) []*Point {
	var out []*Point
	for i := range c.Points {
		if _, within := c.changes(&c.Points[i], axis); within && c.Points[i].Cell != nil {
			out = append(out, &c.Points[i])
		}
	}
	x := c.Numbers(axis)
	sort.SliceStable(out, func(i, j int) bool { return x[out[i].Number] < x[out[j].Number] })
	return out
}

// Swings lists the points by how much they change a figure, the most first: those
// that change one axis alone, or all where there are none. What changes
// nothing is left out.
func (c *Scenario) Swings(f threshold.Figure) []*Point {
	var alone, all []*Point
	for i := range c.Points {
		p := &c.Points[i]
		change, ok := p.Change(f)
		if !ok || !change.Difference.Known() || math.IsInf(change.Difference.Value, 0) {
			continue
		}
		all = append(all, p)
		if n, _ := c.changes(p); n == 1 {
			alone = append(alone, p)
		}
	}
	if len(alone) > 0 {
		all = alone
	}
	size := func(p *Point) float64 {
		change, _ := p.Change(f)
		return math.Abs(change.Difference.Value)
	}
	all = slices.DeleteFunc(all, func(p *Point) bool { return size(p) == 0 })
	slices.SortStableFunc(all, func(p, q *Point) int { return cmp.Compare(size(q), size(p)) })
	return all
}

// Plane is the points over two axes.
type Plane struct {
	Columns, Rows []string // values of the first and of the second axis
	Mean          bool     // the points of a field differ in other axes
	points        map[[2]string][]*Point
}

// mostLevels of an axis fit into a map.
const mostLevels = 12

// Plane gathers the points that change no axis but two; all points, where the
// others are never at their present values. False if they are no map: scattered,
// or along a line.
func (c *Scenario) Plane(a, b int) (Plane, bool) {
	if m, ok := c.plane(a, b, true); ok {
		return m, true
	}
	m, ok := c.plane(a, b, false)
	m.Mean = true
	return m, ok
}

func (c *Scenario) plane(a, b int, others bool) (Plane, bool) {
	m := Plane{points: map[[2]string][]*Point{}}
	for i := range c.Points {
		p := &c.Points[i]
		if _, within := c.changes(p, a, b); p.Cell == nil || others && !within || !others && i == 0 {
			continue
		}
		at := [2]string{p.Values[a], p.Values[b]}
		if others && len(m.points[at]) > 0 {
			continue // the present parameters once more
		}
		m.points[at] = append(m.points[at], p)
		m.Columns, m.Rows = withValue(m.Columns, at[0]), withValue(m.Rows, at[1])
	}
	x, y := len(m.Columns), len(m.Rows)
	return m, x >= 2 && y >= 2 && x <= mostLevels && y <= mostLevels && len(m.points) >= x*y-x-y
}

// Points of a field.
func (m Plane) Points(column, row string) []*Point { return m.points[[2]string{column, row}] }

// Value of a figure in a field, of several points their mean without an interval;
// false where there is none.
func (m Plane) Value(f threshold.Figure, column, row string) (out report.Measure, ok bool) {
	list := m.Points(column, row)
	sum := 0.0
	for _, p := range list {
		if out, ok = p.Measure(f); !ok || !out.Estimate.Known() {
			return out, false
		}
		sum += out.Estimate.Value
	}
	if len(list) > 1 {
		out.Estimate.Value, out.Estimate.Low, out.Estimate.High = sum/float64(len(list)), math.NaN(), math.NaN()
	}
	return out, len(list) > 0
}

// Varies tells whether a figure is not the same at every point.
func (c *Scenario) Varies(f threshold.Figure) bool {
	first, seen := 0.0, false
	for i := range c.Points {
		m, ok := c.Points[i].Measure(f)
		if !ok || math.IsNaN(m.Estimate.Value) {
			continue
		}
		if seen && m.Estimate.Value != first {
			return true
		}
		first, seen = m.Estimate.Value, true
	}
	return false
}

// withValue keeps a list of values sorted, as numbers where they are some, and
// without repetition.
func withValue(list []string, value string) []string {
	if slices.Contains(list, value) {
		return list
	}
	list = append(list, value)
	slices.SortStableFunc(list, func(x, y string) int {
		u, errU := strconv.ParseFloat(x, 64)
		v, errV := strconv.ParseFloat(y, 64)
		if errU != nil || errV != nil {
			return 0
		}
		return cmp.Compare(u, v)
	})
	return list
}
