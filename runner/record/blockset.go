package record

import "fmt"

// blockSet is where blocks are: each in one of the files.
type blockSet struct {
	files  []*blockFile
	places map[int64]place
}

// place is the section of a file that holds the rows of a block.
type place struct {
	file *blockFile
	at   int
}

func newBlockSet() *blockSet { return &blockSet{places: map[int64]place{}} }

func (s *blockSet) has(index int64) bool {
	_, ok := s.places[index]
	return ok
}

// add takes in a file, unless one of its blocks is there already.
func (s *blockSet) add(f *blockFile) error {
	for _, r := range f.rows {
		if s.has(r.index) {
			return &DamagedError{File: f.name, Reason: fmt.Sprintf("block %d is in %s too", r.index, s.places[r.index].file.name)}
		}
	}
	for i, r := range f.rows {
		s.places[r.index] = place{f, i}
	}
	s.files = append(s.files, f)
	return nil
}

// source gives the records of blocks.
type source struct {
	block    func(index int64) (*Block, error) // rows alone
	sketches []sketchSource
}

// sketchSource gives distributions of one cell, each void once the next is given.
type sketchSource struct {
	name  string // of the file
	first int64  // block of the cell
	each  func(to sketchTaker) error
}

// source reads the blocks of a set.
func (s *blockSet) source(fsys FS, layout blockLayout) source {
	out := source{block: func(index int64) (*Block, error) {
		p, ok := s.places[index]
		if !ok {
			return nil, fmt.Errorf("record: block %d is missing", index)
		}
		return p.file.block(fsys, p.at, layout)
	}}
	for _, f := range s.files {
		out.sketches = append(out.sketches, f.source(fsys))
	}
	return out
}

func (f *blockFile) source(fsys FS) sketchSource {
	return sketchSource{f.name, f.first(), func(to sketchTaker) error { return f.eachSketch(fsys, to) }}
}
