package study

import "slices"

// inert lists the axes that have no effect on any record: of all points that
// differ in such an axis alone, every path is the same. An axis of a sampled
// design, whose points differ in all of them, is not known to be one.
func inert(points []Point, axes int) (out []int) {
	for axis := range axes {
		if same, known := changesNothing(points, axis); known && same {
			out = append(out, axis)
		}
	}
	return out
}

// changesNothing compares the points that differ in an axis alone; known is
// false when there are none.
func changesNothing(points []Point, axis int) (same, known bool) {
	for i := range points {
		for k := range i {
			if !differOnlyIn(&points[k], &points[i], axis) {
				continue
			}
			known = true
			if !points[k].Cell.Equals(points[i].Cell) {
				return false, true
			}
			break // one neighbour a point is enough: equality carries over
		}
	}
	return true, known
}

func differOnlyIn(a, b *Point, axis int) bool {
	if a.Cell == nil || b.Cell == nil || a.Values[axis] == b.Values[axis] {
		return false
	}
	first, second := slices.Clone(a.Values), slices.Clone(b.Values)
	first[axis], second[axis] = "", ""
	return slices.Equal(first, second)
}

// inertWarnings tell which axes have no effect.
func (s *Study) inertWarnings() (out []string) {
	for i := range s.Scenarios {
		c := &s.Scenarios[i]
		where := ""
		if len(s.Scenarios) > 1 {
			where = c.Name + ": "
		}
		for _, axis := range c.Inert {
			out = append(out, where+s.Axes[axis].Key+" has no effect on any metric: every path is the same at all of its values")
		}
	}
	return out
}
