package record

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Options say how a Store deals with what the folder already holds.
type Options struct {
	Resume  bool     // go on with the same run; a folder without one simply starts
	Force   bool     // remove the records that the folder holds
	Workers int      // that make the final files; 0 is one a processor
	Derived []string // files made from the records (summary.json, …), written there later and removed with the records; names within the folder
	Inputs  []string // files that the run reads, never written over
	FS      FS       // nil for OS{}

	allocator memory.Allocator // of Arrow; tests check that all is given back
	merging   bool             // may replace the rest of the same merge
}

func (o *Options) fill() error {
	if o.FS == nil {
		o.FS = OS{}
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.allocator == nil {
		o.allocator = memory.NewGoAllocator()
	}
	for _, name := range o.Derived {
		if !filepath.IsLocal(name) {
			return fmt.Errorf("record: derived file %q is outside of the folder", name)
		}
	}
	return nil
}

// Store is a folder that a run writes to, locked against any other run. Its methods may be called from many goroutines.
type Store struct {
	dir      string
	id       Identity
	question question
	layout   blockLayout
	opt      Options
	folder   *Folder

	mu       sync.Mutex
	done     *blockSet
	resumed  int64
	damaged  []string
	complete *Manifest // set when the folder already holds the finished run
	stopped  *Stop     // set when the run ends before its plan
}

// Create opens dir for a run. It gives a *LockedError when another process runs into it, a
// *ForeignError when somebody else's file has a name that would be written, an *ExistsError when it holds records and neither Resume nor Force is set, and a *MismatchError when Resume meets another question. A shard that is run again
// replaces its own records. Blocks that are whole are kept under Resume; damaged ones are computed again.
func Create(dir string, id Identity, opt Options) (*Store, error) {
	if err := errors.Join(id.normalise(), opt.fill()); err != nil {
		return nil, err
	}
	if err := makeFolder(opt.FS, dir); err != nil {
		return nil, fmt.Errorf("record: output folder: %w", err)
	}
	folder, err := openFolder(opt.FS, dir, opt.Inputs)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, id: id, question: id.question(), layout: id.layout(), opt: opt, folder: folder, done: newBlockSet()}
	if err := s.start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close gives up the lock. What was written stays, to be resumed.
func (s *Store) Close() error { return s.folder.Close() }

// Write makes blocks of one cell durable, as one file. Each must hold exactly the paths that the plan has for its index; a path
// that failed has a row like any other, with its cause. Which blocks are written together, and when, does not matter to the final files. Safe for
// concurrent use with different blocks.
func (s *Store) Write(blocks ...*Block) error {
	if len(blocks) == 0 {
		return nil
	}
	blocks = slices.Clone(blocks)
	slices.SortFunc(blocks, func(a, b *Block) int { return cmp.Compare(a.Index, b.Index) })
	if err := s.check(blocks); err != nil {
		return err
	}
	content, err := encodeBlocks(blocks, s.question, s.layout)
	if err != nil {
		return err
	}
	if err := s.held(); err != nil {
		return err
	}
	name := blockPath(s.dir, blocks[0].Index)
	if _, err := writeDurable(s.opt.FS, name, content); err != nil {
		return err
	}
	head, err := blocksHead(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return fmt.Errorf("record: %s: %w", name, err)
	}
	f, err := parseBlocks(name, head, int64(len(content)), &s.question)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done.add(f)
}

// check rejects blocks that are not of the plan or not of one cell.
func (s *Store) check(blocks []*Block) error {
	var before BlockSpec
	for i, b := range blocks {
		spec, ok := s.id.Plan.Block(b.Index)
		if !ok || !s.id.Shard.Has(b.Index) {
			return fmt.Errorf("record: block %d is not of shard %s of this run", b.Index, s.id.Shard)
		}
		if i > 0 && (spec.cell() != before.cell() || spec.Index == before.Index) {
			return blockError(spec, "cannot be written with block %d", before.Index)
		}
		if err := b.check(spec, s.layout); err != nil {
			return err
		}
		before = spec
	}
	return nil
}

// held makes sure that the lock is still in the folder: somebody may have removed the folder, and another run may have
// taken the name.
func (s *Store) held() error {
	lock := s.folder.lock
	if lock == nil {
		return fmt.Errorf("record: %s: %w", s.dir, os.ErrClosed)
	}
	if sameFile(lock, lock.Name()) {
		return nil
	}
	if _, err := os.Stat(lock.Name()); err != nil {
		return fmt.Errorf("record: the folder was removed during the run: %w", err)
	}
	return &LockedError{Dir: s.dir, Holder: "it was removed and made anew during this one"}
}

// Missing lists the blocks that are still to be computed, in order; none once the run is complete.
func (s *Store) Missing() []BlockSpec {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.complete != nil {
		return nil
	}
	var out []BlockSpec
	for _, spec := range s.specs() {
		if !s.done.has(spec.Index) {
			out = append(out, spec)
		}
	}
	return out
}

// specs lists all blocks of the store's shard in order, as far as the run goes.
func (s *Store) specs() []BlockSpec { return s.stopped.keep(s.id.specs()) }

// Blocks lists all blocks of the store's shard, done or not, in order.
func (s *Store) Blocks() []BlockSpec {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.specs()
}

// blocks is the number of blocks of the identity's shard.
func (id Identity) blocks() int64 {
	all := id.Plan.Blocks()
	if id.Shard == nil {
		return all
	}
	count := int64(id.Shard.Count)
	return (all - int64(id.Shard.Index) + count) / count
}

func (id Identity) specs() []BlockSpec {
	var out []BlockSpec
	index := int64(0)
	for _, c := range id.Plan.Cells {
		for path := int64(0); path < c.Paths; path += PathsPerBlock {
			if id.Shard.Has(index) {
				out = append(out, BlockSpec{Index: index, Scenario: c.Scenario, Point: c.Point, FirstPath: path,
					Paths: int(min(PathsPerBlock, c.Paths-path))})
			}
			index++
		}
	}
	return out
}

// Resumed is the number of blocks that were already there.
func (s *Store) Resumed() int64 { return s.resumed }

// Damaged names the files that Resume found damaged and left to be computed again.
func (s *Store) Damaged() []string { return slices.Clone(s.damaged) }

// Complete gives the manifest when the folder already held this run, finished and undamaged; Finalize then only returns it.
func (s *Store) Complete() (Manifest, bool) {
	if s.complete == nil {
		return Manifest{}, false
	}
	return *s.complete, true
}

func exists(fsys FS, name string) (bool, error) {
	f, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("record: open: %w", err)
	}
	return true, f.Close()
}
