package record

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// fillSketches writes the distributions, cell by cell.
func (w *finalWriter) fillSketches(ctx context.Context, m *Manifest, from source, specs []BlockSpec) error {
	of := map[Cell][]sketchSource{}
	for _, s := range from.sketches {
		spec, _ := m.Plan.Block(s.first)
		of[spec.cell()] = append(of[spec.cell()], s)
	}
	for i, spec := range specs {
		if i > 0 && spec.cell() == specs[i-1].cell() {
			continue
		}
		if err := stopped(ctx); err != nil {
			return err
		}
		all, err := merge(ctx, of[spec.cell()], spec, w.workers)
		if err != nil {
			return err
		}
		if err := w.endCell(ctx, all); err != nil {
			return err
		}
	}
	return nil
}

// endCell writes the distributions of a cell.
func (w *finalWriter) endCell(ctx context.Context, all *cellSketches) error {
	cRatio, series := all.sorted()
	g := w.group(ctx)
	g.Go(func() error {
		return appendAll(w.cRatio, cRatio, func(rows []CRatioRow, s *CRatioSketch) []CRatioRow {
			both := s.rows()
			return append(rows, both[:]...)
		})
	})
	g.Go(func() error {
		return appendAll(w.series, series, func(rows []SeriesRow, s *SeriesSketch) []SeriesRow { return append(rows, s.row()) })
	})
	g.Go(func() error {
		if w.positions == nil {
			return nil
		}
		return w.positions.add(all.positions)
	})
	return g.Wait()
}

// rowsTogether is how many rows are made and handed on at a time.
const rowsTogether = 64

func appendAll[T, S any](w *tableWriter[T], sketches []S, add func([]T, S) []T) error {
	var rows []T
	for part := range slices.Chunk(sketches, rowsTogether) {
		rows = rows[:0]
		for _, s := range part {
			rows = add(rows, s)
		}
		if err := w.append(rows...); err != nil {
			return err
		}
	}
	return nil
}

// merge adds up the distributions of one cell, on several workers. Neither their number nor the order matters.
func merge(ctx context.Context, from []sketchSource, spec BlockSpec, workers int) (*cellSketches, error) {
	parts := make([]cellSketches, max(1, min(workers, len(from))))
	g, ctx := errgroup.WithContext(ctx)
	for k := range parts {
		g.Go(func() error {
			for i := k; i < len(from) && ctx.Err() == nil; i += len(parts) {
				if err := parts[k].take(from[i], spec); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for k := range parts[1:] {
		parts[0].add(parts[k+1].cRatio.list, parts[k+1].series.list)
		parts[0].addPositions(parts[k+1].positions)
		parts[k+1] = cellSketches{}
	}
	return &parts[0], nil
}

// take adds what a source gives, all of which must be of the cell.
func (c *cellSketches) take(from sketchSource, spec BlockSpec) error {
	c.rewind()
	var foreign error
	err := from.each(sketchTaker{func(s *CRatioSketch) {
		if bad := s.Key.check(spec); bad != nil {
			foreign = &DamagedError{File: from.name, Reason: bad.Error()}
			return
		}
		c.addRatio(s)
	}, func(s *SeriesSketch) {
		if bad := s.Key.check(spec); bad != nil {
			foreign = &DamagedError{File: from.name, Reason: bad.Error()}
			return
		}
		c.addSeries(s)
	}, func(s *PositionSketch) {
		if s.Key.Scenario != spec.Scenario || s.Key.Point != spec.Point {
			foreign = &DamagedError{File: from.name, Reason: "a position of another cell"}
			return
		}
		c.addPosition(s)
	}})
	if err == nil {
		err = foreign
	}
	return err
}
