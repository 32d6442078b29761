package record

import (
	"context"
	"io"
	"io/fs"
)

// Size is how many bytes a block takes on disk.
type Size struct {
	Block int64            // as the file of a block
	Files map[string]int64 // in the final files, by table
}

// Measure tells the size of a block without writing anything: it is encoded as in a run with this identity that holds
// nothing else. Its paths must count from 0.
func Measure(id Identity, b *Block) (Size, error) {
	first := b.Paths[0]
	id.Shard, id.Plan = nil, Plan{Cells: []Cell{{Scenario: first.Scenario, Point: first.Point, Paths: int64(len(b.Paths))}}}
	opt := Options{FS: nowhere{}}
	if err := id.normalise(); err != nil {
		return Size{}, err
	}
	if err := opt.fill(); err != nil {
		return Size{}, err
	}
	content, err := encodeBlocks([]*Block{b}, id.question(), id.layout())
	if err != nil {
		return Size{}, err
	}
	m := Manifest{Identity: id}
	from := source{func(int64) (*Block, error) { return b, nil }, []sketchSource{{"", 0, b.sketches}}}
	if err := writeFinal(context.Background(), "", &m, from, opt, nil); err != nil {
		return Size{}, err
	}
	size := Size{Block: int64(len(content)), Files: map[string]int64{}}
	for i, table := range Tables() {
		size.Files[table] = m.Files[i].Bytes
	}
	return size, nil
}

// sketches gives the distributions of a block.
func (b *Block) sketches(to sketchTaker) error {
	for i := range b.CRatio {
		to.ratio(&b.CRatio[i])
	}
	for i := range b.Series {
		to.series(&b.Series[i])
	}
	for i := range b.Positions {
		to.position(&b.Positions[i])
	}
	return nil
}

// nowhere is a file system that forgets what is written to it.
type nowhere struct{}

func (nowhere) MkdirAll(string) error                 { return nil }
func (nowhere) Create(string) (File, error)           { return forgetful{io.Discard}, nil }
func (nowhere) Open(string) (ReadFile, error)         { return nil, fs.ErrNotExist }
func (nowhere) Lstat(string) (fs.FileInfo, error)     { return nil, fs.ErrNotExist }
func (nowhere) Rename(string, string) error           { return nil }
func (nowhere) Remove(string) error                   { return nil }
func (nowhere) ReadDir(string) ([]fs.DirEntry, error) { return nil, fs.ErrNotExist }
func (nowhere) SyncDir(string) error                  { return nil }

type forgetful struct{ io.Writer }

func (forgetful) Sync() error  { return nil }
func (forgetful) Close() error { return nil }
