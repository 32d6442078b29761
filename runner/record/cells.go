package record

import "slices"

// cellSketches merges the sketches of the blocks of one cell. Only one cell is in memory at a time.
type cellSketches struct {
	cRatio map[CRatioKey]*CRatioSketch
	series map[SeriesKey]*SeriesSketch
}

func newCellSketches() *cellSketches {
	return &cellSketches{cRatio: map[CRatioKey]*CRatioSketch{}, series: map[SeriesKey]*SeriesSketch{}}
}

func (c *cellSketches) add(b *Block) {
	for i := range b.CRatio {
		from := &b.CRatio[i]
		if into, ok := c.cRatio[from.Key]; ok {
			into.merge(from)
		} else {
			c.cRatio[from.Key] = from
		}
	}
	for i := range b.Series {
		from := &b.Series[i]
		if into, ok := c.series[from.Key]; ok {
			into.merge(from)
		} else {
			c.series[from.Key] = from
		}
	}
}

// sorted gives the merged sketches in the order of their keys.
func (c *cellSketches) sorted() *Block {
	b := &Block{CRatio: make([]CRatioSketch, 0, len(c.cRatio)), Series: make([]SeriesSketch, 0, len(c.series))}
	for _, s := range c.cRatio {
		b.CRatio = append(b.CRatio, *s)
	}
	for _, s := range c.series {
		b.Series = append(b.Series, *s)
	}
	b.Sort()
	return b
}

// check rejects a block that does not hold exactly the paths of its plan, or holds amounts that the files cannot.
func (b *Block) check(spec BlockSpec, extra []ExtraColumn) error {
	if len(b.Paths) != spec.Paths {
		return blockError(spec, "has %d paths, want %d", len(b.Paths), spec.Paths)
	}
	exact, floats := extraCounts(extra)
	for i, p := range b.Paths {
		if p.Scenario != spec.Scenario || p.Point != spec.Point || p.Path != spec.FirstPath+int64(i) {
			return blockError(spec, "row %d is of %q, point %d, path %d", i, p.Scenario, p.Point, p.Path)
		}
		if len(p.Exact) != exact || len(p.Floats) != floats {
			return blockError(spec, "path %d has %d and %d extra values, want %d and %d", p.Path, len(p.Exact), len(p.Floats), exact, floats)
		}
	}
	if err := checkAmounts(pathTable(extra).columns, b.Paths); err != nil {
		return err
	}
	if err := checkAmounts(eventTable().columns, b.Events); err != nil {
		return err
	}
	return b.checkOwners(spec)
}

// checkOwners rejects events and sketches of other cells, and events out of order.
func (b *Block) checkOwners(spec BlockSpec) error {
	path := spec.FirstPath
	for _, e := range b.Events {
		if e.Scenario != spec.Scenario || e.Point != spec.Point || e.Path < path || e.Path >= spec.FirstPath+int64(spec.Paths) {
			return blockError(spec, "has an event of %q, point %d, path %d, or out of order", e.Scenario, e.Point, e.Path)
		}
		path = e.Path
	}
	for _, s := range b.CRatio {
		if s.Key.Scenario != spec.Scenario || s.Key.Point != spec.Point {
			return blockError(spec, "has C-ratios of %q, point %d", s.Key.Scenario, s.Key.Point)
		}
	}
	for _, s := range b.Series {
		if s.Key.Scenario != spec.Scenario || s.Key.Point != spec.Point {
			return blockError(spec, "has series of %q, point %d", s.Key.Scenario, s.Key.Point)
		}
	}
	return nil
}

func checkAmounts[T any](columns []column[T], rows []T) error {
	for _, c := range columns {
		if c.decimal == nil {
			continue
		}
		bad := slices.IndexFunc(rows, func(row T) bool {
			v, ok := c.decimal(&row)
			return ok && v.Check() != nil
		})
		if bad >= 0 {
			v, _ := c.decimal(&rows[bad])
			return &RangeError{Value: v.Big().String(), Column: c.field.Name}
		}
	}
	return nil
}
