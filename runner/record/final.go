package record

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// blockSource reads a block of the plan and gives its entry for the manifest.
type blockSource func(index int64) (*Block, error)

// Finalize reads all blocks in order, writes the final files and the manifest, and removes the blocks unless the run is a
// shard. It gives a *MissingError when blocks are missing. It may be called again after any failure. A cancelled
// context leaves the blocks as they are.
func (s *Store) Finalize(ctx context.Context, facts Facts) (Manifest, error) {
	if m, ok := s.Complete(); ok {
		return m, nil
	}
	if missing := s.Missing(); len(missing) > 0 {
		list := make([]int64, len(missing))
		for i, spec := range missing {
			list[i] = spec.Index
		}
		return Manifest{}, &MissingError{Dir: s.dir, Blocks: list}
	}
	if err := s.held(); err != nil {
		return Manifest{}, err
	}
	facts.BlocksResumed = s.resumed
	m := Manifest{Identity: s.id, Stopped: s.stopped, Run: facts}
	if s.id.Shard != nil {
		var err error
		if m.Blocks, err = s.blockEntries(); err != nil {
			return Manifest{}, err
		}
	}
	source := func(index int64) (*Block, error) { return readBlock(s.opt.FS, s.dir, index, s.question, "") }
	if err := writeFinal(ctx, s.dir, &m, source, s.opt); err != nil {
		return Manifest{}, err
	}
	return m, s.finish(m)
}

// finish clears away what only a run in progress needs.
func (s *Store) finish(m Manifest) error {
	s.complete = &m
	if s.id.Shard != nil {
		return removeIfThere(s.opt.FS, progressPath(s.dir))
	}
	return removeBlocks(s.opt.FS, s.dir)
}

func (s *Store) blockEntries() ([]FileEntry, error) {
	var out []FileEntry
	for _, spec := range s.specs() {
		content, err := readWhole(s.opt.FS, blockPath(s.dir, spec.Index), blockMaxBytes)
		if err != nil {
			return nil, err
		}
		out = append(out, FileEntry{Name: blockDir + "/" + blockName(spec.Index), Rows: int64(spec.Paths),
			Bytes: int64(len(content)), SHA256: sumOf(content)})
	}
	return out, nil
}

// finalWriter holds the four files while they are written.
type finalWriter struct {
	paths  *tableWriter[PathRow]
	events *tableWriter[EventRow]
	cRatio *tableWriter[CRatioRow]
	series *tableWriter[SeriesRow]
}

// fileWriter is a tableWriter of any row type.
type fileWriter interface {
	seal() (FileEntry, error)
	publish() error
	discard() error
}

func newFinalWriter(dir string, id Identity, opt Options) (*finalWriter, error) {
	w := new(finalWriter)
	var errs [4]error
	w.paths, errs[0] = newTableWriter(opt.FS, opt.allocator, dir, pathTable(id.Columns), id.Format)
	w.events, errs[1] = newTableWriter(opt.FS, opt.allocator, dir, eventTable(), id.Format)
	w.cRatio, errs[2] = newTableWriter(opt.FS, opt.allocator, dir, cRatioTable(), id.Format)
	w.series, errs[3] = newTableWriter(opt.FS, opt.allocator, dir, seriesTable(), id.Format)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, errors.Join(err, w.discard())
	}
	return w, nil
}

// files lists the writers that were opened, in the order of Tables.
func (w *finalWriter) files() []fileWriter {
	var out []fileWriter
	if w.paths != nil {
		out = append(out, w.paths)
	}
	if w.events != nil {
		out = append(out, w.events)
	}
	if w.cRatio != nil {
		out = append(out, w.cRatio)
	}
	if w.series != nil {
		out = append(out, w.series)
	}
	return out
}

func (w *finalWriter) discard() error {
	var errs []error
	for _, f := range w.files() {
		errs = append(errs, f.discard())
	}
	return errors.Join(errs...)
}

// writeFinal writes all files under temporary names, then names them, then writes the manifest.
func writeFinal(ctx context.Context, dir string, m *Manifest, source blockSource, opt Options) error {
	w, err := newFinalWriter(dir, m.Identity, opt)
	if err != nil {
		return err
	}
	if err := w.fill(ctx, m, source); err != nil {
		return errors.Join(err, w.discard())
	}
	for _, f := range w.files() {
		entry, err := f.seal()
		if err != nil {
			return errors.Join(err, w.discard())
		}
		m.Files = append(m.Files, entry)
	}
	for _, f := range w.files() {
		if err := f.publish(); err != nil {
			return errors.Join(err, w.discard())
		}
	}
	content, err := encodeManifest(*m)
	if err != nil {
		return err
	}
	_, err = writeDurable(opt.FS, filepath.Join(dir, ManifestName), content)
	return err
}

// fill streams the blocks into the files: rows of paths and events as they come, sketches when their cell is complete.
func (w *finalWriter) fill(ctx context.Context, m *Manifest, source blockSource) error {
	cell := newCellSketches()
	var before BlockSpec
	for i, spec := range m.Stopped.keep(m.specs()) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("record: finalize: %w", err)
		}
		if i > 0 && (spec.Scenario != before.Scenario || spec.Point != before.Point) {
			if err := w.endCell(cell); err != nil {
				return err
			}
			cell = newCellSketches()
		}
		b, err := source(spec.Index)
		if err != nil {
			return err
		}
		if err := w.add(m, b, spec); err != nil {
			return err
		}
		cell.add(b)
		before = spec
	}
	return w.endCell(cell)
}

func (w *finalWriter) add(m *Manifest, b *Block, spec BlockSpec) error {
	if err := b.check(spec, m.Columns); err != nil {
		return err
	}
	for _, p := range b.Paths {
		m.Paths++
		m.Steps += int64(p.Steps)
		if p.Failed != "" {
			m.FailedPaths++
		}
	}
	return errors.Join(w.paths.append(b.Paths...), w.events.append(b.Events...))
}

func (w *finalWriter) endCell(cell *cellSketches) error {
	all := cell.sorted()
	for i := range all.CRatio {
		rows := all.CRatio[i].rows()
		if err := w.cRatio.append(rows[:]...); err != nil {
			return err
		}
	}
	for i := range all.Series {
		if err := w.series.append(all.Series[i].row()); err != nil {
			return err
		}
	}
	return nil
}
