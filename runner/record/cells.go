package record

import "slices"

// cellSketches merges the distributions of one cell. Only one cell is in memory at a time.
type cellSketches struct {
	cRatio merged[CRatioKey, CRatioSketch]
	series merged[SeriesKey, SeriesSketch]

	positions []PositionSketch // by index
}

// addPosition takes in the counts of a position, whose memory stays the
// caller's.
func (c *cellSketches) addPosition(from *PositionSketch) {
	for int(from.Key.Index) >= len(c.positions) {
		c.positions = append(c.positions, PositionSketch{})
	}
	into := &c.positions[from.Key.Index]
	into.Key = from.Key
	into.Merge(&from.PositionTally)
}

func (c *cellSketches) addPositions(list []PositionSketch) {
	for i := range list {
		if list[i].Paths > 0 {
			c.addPosition(&list[i])
		}
	}
}

// merged are sketches by key. Files have theirs in the same order, as a rule.
type merged[K comparable, S any] struct {
	at   map[K]int
	list []S
	next int // where the key is likely to be
}

// place returns the sketch of a key; there is false when it is new.
func (m *merged[K, S]) place(k K, keyOf func(*S) *K) (s *S, there bool) {
	if m.next < len(m.list) && *keyOf(&m.list[m.next]) == k {
		m.next++
		return &m.list[m.next-1], true
	}
	i, there := m.at[k]
	if !there {
		if m.at == nil {
			m.at = map[K]int{}
		}
		i = len(m.list)
		m.at[k] = i
		m.list = append(m.list, *new(S))
	}
	m.next = i + 1
	return &m.list[i], there
}

func keyOfRatio(s *CRatioSketch) *CRatioKey  { return &s.Key }
func keyOfSeries(s *SeriesSketch) *SeriesKey { return &s.Key }

// rewind tells that another file begins.
func (c *cellSketches) rewind() { c.cRatio.next, c.series.next = 0, 0 }

// addRatio takes in a distribution, whose memory stays the caller's.
func (c *cellSketches) addRatio(from *CRatioSketch) {
	into, there := c.cRatio.place(from.Key, keyOfRatio)
	if there {
		into.Merge(from)
		return
	}
	*into = *from
	into.ByPosition.Bins, into.ByDebt.Bins = slices.Clone(from.ByPosition.Bins), slices.Clone(from.ByDebt.Bins)
}

func (c *cellSketches) addSeries(from *SeriesSketch) {
	into, there := c.series.place(from.Key, keyOfSeries)
	if there {
		into.merge(from)
		return
	}
	*into = *from
	into.Values.Bins = slices.Clone(from.Values.Bins)
}

// add takes in the distributions of a block, or of all that other sketches hold.
func (c *cellSketches) add(cRatio []CRatioSketch, series []SeriesSketch) {
	c.rewind()
	for i := range cRatio {
		c.addRatio(&cRatio[i])
	}
	for i := range series {
		c.addSeries(&series[i])
	}
}

// sorted puts the sketches in the order of their keys.
func (c *cellSketches) sorted() (cRatio []*CRatioSketch, series []*SeriesSketch) {
	for i := range c.cRatio.list {
		cRatio = append(cRatio, &c.cRatio.list[i])
	}
	for i := range c.series.list {
		series = append(series, &c.series.list[i])
	}
	slices.SortFunc(cRatio, func(a, b *CRatioSketch) int { return a.Key.compare(&b.Key) })
	slices.SortFunc(series, func(a, b *SeriesSketch) int { return a.Key.compare(&b.Key) })
	return cRatio, series
}

// check rejects a block that does not hold exactly the paths of its plan, or holds amounts that the files cannot.
func (b *Block) check(spec BlockSpec, layout blockLayout) error {
	if len(b.Paths) != spec.Paths {
		return blockError(spec, "has %d paths, want %d", len(b.Paths), spec.Paths)
	}
	exact, floats := extraCounts(layout.extra)
	for i := range b.Paths {
		p := &b.Paths[i]
		if p.Scenario != spec.Scenario || p.Point != spec.Point || p.Path != spec.FirstPath+int64(i) {
			return blockError(spec, "row %d is of %q, point %d, path %d", i, p.Scenario, p.Point, p.Path)
		}
		if len(p.Exact) != exact || len(p.Floats) != floats {
			return blockError(spec, "path %d has %d and %d extra values, want %d and %d", p.Path, len(p.Exact), len(p.Floats), exact, floats)
		}
	}
	if err := checkAmounts(layout.paths.columns, b.Paths); err != nil {
		return err
	}
	if err := checkAmounts(layout.events.columns, b.Events); err != nil {
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
	for i := range b.CRatio {
		if err := b.CRatio[i].Key.check(spec); err != nil {
			return err
		}
	}
	for i := range b.Series {
		if err := b.Series[i].Key.check(spec); err != nil {
			return err
		}
	}
	return nil
}

func (k *CRatioKey) check(spec BlockSpec) error {
	if k.Scenario != spec.Scenario || k.Point != spec.Point {
		return blockError(spec, "has C-ratios of %q, point %d", k.Scenario, k.Point)
	}
	return nil
}

func (k *SeriesKey) check(spec BlockSpec) error {
	if k.Scenario != spec.Scenario || k.Point != spec.Point {
		return blockError(spec, "has series of %q, point %d", k.Scenario, k.Point)
	}
	return nil
}

func checkAmounts[T any](columns []column[T], rows []T) error {
	for _, c := range columns {
		if c.decimal == nil {
			continue
		}
		for i := range rows {
			if v, ok := c.decimal(&rows[i]); ok && v.Check() != nil {
				return &RangeError{Value: v.Big().String(), Column: c.field.Name}
			}
		}
	}
	return nil
}
