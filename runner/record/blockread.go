package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// openBlocks reads and verifies the head of a file of blocks; of may be nil when any question will do.
func openBlocks(fsys FS, name string, of *question) (f *blockFile, err error) {
	in, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("record: open: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	size, err := in.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("record: read %s: %w", name, err)
	}
	head, err := blocksHead(in, size)
	if err != nil {
		return nil, &DamagedError{File: name, Reason: err.Error()}
	}
	return parseBlocks(name, head, size, of)
}

var errForeignBlock = errors.New("not a block of records of this version")

// blocksHead reads all that comes before the sections.
func blocksHead(in io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, blockHead)
	if _, err := in.ReadAt(head, 0); err != nil || string(head[:len(blockMagic)]) != blockMagic {
		return nil, errForeignBlock
	}
	length := int64(blockHead+sha256.Size) + int64(binary.LittleEndian.Uint32(head[blockHead-4:]))
	if length > size {
		return nil, errors.New("truncated")
	}
	head = make([]byte, length)
	_, err := in.ReadAt(head, 0)
	return head, err
}

// parseBlocks verifies a head, and that the sections fill a file of that size.
func parseBlocks(name string, head []byte, size int64, of *question) (*blockFile, error) {
	damaged := func(reason string) (*blockFile, error) { return nil, &DamagedError{File: name, Reason: reason} }
	body := len(head) - sha256.Size
	if sum := sha256.Sum256(head[:body]); !bytes.Equal(sum[:], head[body:]) {
		return damaged("checksum does not match (truncated or altered)")
	}
	if of != nil && !bytes.Equal(head[len(blockMagic):blockHead-4], of[:]) {
		return damaged("a block of another run")
	}
	f, d := &blockFile{name: name, bytes: int64(len(head))}, unpacker{data: head[blockHead:body]}
	for range d.count(sha256.Size) {
		s := section{index: d.varint(), offset: f.bytes, length: int64(d.uvarint() & math.MaxInt64)}
		copy(s.sum[:16], d.take(16))
		copy(s.sum[16:], d.take(16))
		if f.bytes += min(s.length, blockMaxBytes+1); f.bytes > blockMaxBytes {
			return damaged("too large")
		}
		f.rows = append(f.rows, s)
	}
	if err := d.end(); err != nil || !ordered(f.rows) {
		return damaged("its directory is malformed")
	}
	if f.bytes != size {
		return damaged(fmt.Sprintf("%d bytes, want %d (truncated or altered)", size, f.bytes))
	}
	last := len(f.rows) - 1
	f.rows, f.sketches = f.rows[:last], f.rows[last]
	return f, nil
}

// ordered checks that sections are those of blocks in ascending order, at least one, and of distributions.
func ordered(list []section) bool {
	last := len(list) - 1
	if last < 1 || list[last].index != -1 || list[0].index < 0 {
		return false
	}
	for i := 1; i < last; i++ {
		if list[i].index <= list[i-1].index {
			return false
		}
	}
	return true
}

// section reads, verifies and decompresses a section.
func (f *blockFile) section(fsys FS, s section) (plain []byte, err error) {
	in, err := fsys.Open(f.name)
	if err != nil {
		return nil, fmt.Errorf("record: open: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	content := make([]byte, s.length)
	if _, err := in.ReadAt(content, s.offset); err != nil {
		return nil, fmt.Errorf("record: read %s: %w", f.name, err)
	}
	if sha256.Sum256(content) != s.sum {
		return nil, &DamagedError{File: f.name, Reason: "checksum does not match (altered)"}
	}
	decoder, err := stretch()
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if plain, err = decoder.DecodeAll(content, nil); err != nil {
		return nil, &DamagedError{File: f.name, Reason: err.Error()}
	}
	return plain, nil
}

// block reads the rows of a block: those of the i-th section. What matches its checksum and still does not decode was not
// written by this program.
func (f *blockFile) block(fsys FS, i int, layout blockLayout) (*Block, error) {
	plain, err := f.section(fsys, f.rows[i])
	if err != nil {
		return nil, err
	}
	d, b := unpacker{data: plain}, &Block{Index: f.rows[i].index}
	b.Paths = unpackRows(&d, layout.paths, nil)
	b.Events = unpackRows(&d, layout.events, nil)
	if err := d.end(); err != nil {
		return nil, &DamagedError{File: f.name, Reason: err.Error()}
	}
	return b, nil
}

// eachSketch gives the distributions of the file.
func (f *blockFile) eachSketch(fsys FS, to sketchTaker) error {
	plain, err := f.section(fsys, f.sketches)
	if err == nil {
		if bad := unpackSketches(plain, to); bad != nil {
			err = &DamagedError{File: f.name, Reason: bad.Error()}
		}
	}
	return err
}
