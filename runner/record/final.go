package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"
)

// Finalize reads all blocks, writes the final files and the manifest, and removes the blocks unless the run is a
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
	if err := writeFinal(ctx, s.dir, &m, s.done.source(s.opt.FS, s.layout), s.opt, s.folder); err != nil {
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
	files := slices.SortedFunc(slices.Values(s.done.files), func(a, b *blockFile) int { return cmp.Compare(a.first(), b.first()) })
	var out []FileEntry
	for _, f := range files {
		entry, err := entryFor(s.opt.FS, f.name)
		if err != nil {
			return nil, err
		}
		entry.Name = blockDir + "/" + entry.Name
		for _, r := range f.rows {
			spec, _ := s.id.Plan.Block(r.index)
			entry.Rows += int64(spec.Paths)
		}
		out = append(out, entry)
	}
	return out, nil
}

// finalWriter holds the four files while they are written, by some workers.
type finalWriter struct {
	paths  *tableWriter[PathRow]
	events *tableWriter[EventRow]
	cRatio *tableWriter[CRatioRow]
	series *tableWriter[SeriesRow]

	positions *positionWriter // nil without

	layout  blockLayout
	workers int
}

// fileWriter is a tableWriter of any row type.
type fileWriter interface {
	seal() (FileEntry, error)
	publish() error
	discard() error
}

func newFinalWriter(dir string, id Identity, opt Options) (*finalWriter, error) {
	w := &finalWriter{layout: id.layout(), workers: opt.Workers}
	var errs [5]error
	w.paths, errs[0] = newTableWriter(opt, dir, pathTable(id.Columns), id.Format)
	w.events, errs[1] = newTableWriter(opt, dir, eventTable(), id.Format)
	w.cRatio, errs[2] = newTableWriter(opt, dir, cRatioTable(), id.Format)
	w.series, errs[3] = newTableWriter(opt, dir, seriesTable(), id.Format)
	if id.Positions != nil {
		w.positions, errs[4] = newPositionWriter(dir, id, opt)
	}
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
	if w.positions != nil && w.positions.table != nil {
		out = append(out, w.positions.table)
	}
	if w.positions != nil && w.positions.text != nil {
		out = append(out, w.positions.text)
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

// writeFinal writes all files under temporary names, puts them on the list of the folder if there is one, then names them, then writes
// the manifest.
func writeFinal(ctx context.Context, dir string, m *Manifest, from source, opt Options, folder *Folder) error {
	w, err := newFinalWriter(dir, m.Identity, opt)
	if err != nil {
		return err
	}
	if err := w.fill(ctx, m, from); err != nil {
		return errors.Join(err, w.discard())
	}
	if m.Files, err = w.seal(); err != nil {
		return errors.Join(err, w.discard())
	}
	if folder != nil {
		if err := folder.note(ofRecords, append(slices.Clone(m.Files), FileEntry{Name: ManifestName})...); err != nil {
			return errors.Join(err, w.discard())
		}
	}
	for _, f := range w.files() {
		if err := f.publish(); err != nil {
			return errors.Join(err, w.discard())
		}
	}
	m.Run.measure()
	content, err := encodeManifest(*m)
	if err != nil {
		return err
	}
	_, err = writeDurable(opt.FS, filepath.Join(dir, ManifestName), content)
	return err
}

// seal ends the files, all at the same time.
func (w *finalWriter) seal() ([]FileEntry, error) {
	files := w.files()
	entries := make([]FileEntry, len(files))
	g := w.group(context.Background())
	for i, f := range files {
		g.Go(func() (err error) {
			entries[i], err = f.seal()
			return err
		})
	}
	return entries, g.Wait()
}

// group runs as many goroutines at a time as there are workers.
func (w *finalWriter) group(ctx context.Context) *errgroup.Group {
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(w.workers)
	return g
}

// fill brings the rows of paths and events into their files, block by block, and beside it the distributions, cell by cell.
func (w *finalWriter) fill(ctx context.Context, m *Manifest, from source) error {
	specs := m.Stopped.keep(m.specs())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	g := w.group(ctx)
	for _, task := range []func() error{
		func() error { return w.fillRows(ctx, m, from, specs) },
		func() error { return w.fillSketches(ctx, m, from, specs) },
	} {
		g.Go(func() error {
			err := task()
			if err != nil {
				cancel(err)
			}
			return err
		})
	}
	return g.Wait()
}

// stopped is the error of a context that is done, nil before.
func stopped(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("record: finalize: %w", context.Cause(ctx))
	}
	return nil
}

func (w *finalWriter) fillRows(ctx context.Context, m *Manifest, from source, specs []BlockSpec) error {
	for _, spec := range specs {
		if err := stopped(ctx); err != nil {
			return err
		}
		b, err := from.block(spec.Index)
		if err != nil {
			return err
		}
		if err := w.add(m, b, spec); err != nil {
			return err
		}
	}
	return nil
}

func (w *finalWriter) add(m *Manifest, b *Block, spec BlockSpec) error {
	if err := b.check(spec, w.layout); err != nil {
		return err
	}
	for i := range b.Paths {
		p := &b.Paths[i]
		m.Paths++
		m.Steps += int64(p.Steps)
		if p.Failed != "" {
			m.FailedPaths++
		}
	}
	return errors.Join(w.paths.append(b.Paths...), w.events.append(b.Events...))
}
