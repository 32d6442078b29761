package record

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"

	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Reader gives the records of a finished run or study. Every file was compared with its checksum when the Reader was
// opened. Methods may be called from many goroutines; memory is bounded by a record batch a call.
type Reader struct {
	dir      string
	fsys     FS
	mem      memory.Allocator
	manifest Manifest
	files    map[string]FileEntry // by table
}

// Open verifies the manifest and the checksum of every file in dir. It gives a *DamagedError that names the file when one of them
// is not what was written, an *UnfinishedError when the run did not end, and an error wrapping fs.ErrNotExist when dir is no run.
func Open(dir string) (*Reader, error) { return openWith(dir, OS{}, memory.NewGoAllocator()) }

func openWith(dir string, fsys FS, mem memory.Allocator) (*Reader, error) {
	m, err := readManifest(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(unfinished(fsys, dir), err)
	}
	if err != nil {
		return nil, err
	}
	r := &Reader{dir: dir, fsys: fsys, mem: mem, manifest: m, files: map[string]FileEntry{}}
	tables := Tables()
	if m.Positions != nil {
		tables = everyTable()
	}
	for _, table := range tables {
		entry, err := entryOf(m, fileName(table, m.Format))
		if err != nil {
			return nil, &DamagedError{File: filepath.Join(dir, ManifestName), Reason: err.Error()}
		}
		if err := verifyFile(fsys, filepath.Join(dir, entry.Name), entry); err != nil {
			return nil, err
		}
		r.files[table] = entry
	}
	return r, nil
}

// unfinished gives an *UnfinishedError when the folder holds a run in progress, otherwise nil.
func unfinished(fsys FS, dir string) error {
	id, err := progressIdentity(fsys, dir)
	if err != nil {
		return nil
	}
	out := &UnfinishedError{Dir: dir, Planned: id.blocks()}
	entries, err := fsys.ReadDir(filepath.Join(dir, blockDir))
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if !isBlockFile(e.Name()) {
			continue
		}
		if f, err := openBlocks(fsys, filepath.Join(dir, blockDir, e.Name()), nil); err == nil {
			out.Done += int64(len(f.rows))
		}
	}
	return out
}

func entryOf(m Manifest, name string) (FileEntry, error) {
	for _, e := range m.Files {
		if e.Name == name {
			return e, nil
		}
	}
	return FileEntry{}, fmt.Errorf("it does not list %s", name)
}

// verifyFile compares a file with its entry.
func verifyFile(fsys FS, name string, entry FileEntry) error {
	have, err := entryFor(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return &DamagedError{File: name, Reason: "missing"}
	}
	if err != nil {
		return err
	}
	if have.Bytes != entry.Bytes {
		return &DamagedError{File: name, Reason: fmt.Sprintf("%d bytes, the manifest says %d", have.Bytes, entry.Bytes)}
	}
	if have.SHA256 != entry.SHA256 {
		return &DamagedError{File: name, Reason: "checksum does not match (altered)"}
	}
	return nil
}

// entryFor reads a file and describes it, but for its rows.
func entryFor(fsys FS, name string) (FileEntry, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return FileEntry{}, fmt.Errorf("record: open: %w", err)
	}
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return FileEntry{}, fmt.Errorf("record: read %s: %w", name, err)
	}
	return FileEntry{Name: filepath.Base(name), Bytes: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// Manifest describes the run.
func (r *Reader) Manifest() Manifest { return r.manifest }

// Dir is the folder of the run.
func (r *Reader) Dir() string { return r.dir }

// Rows is the number of rows of a table (PathsTable, …).
func (r *Reader) Rows(table string) int64 { return r.files[table].Rows }

// Paths gives the rows of the paths file in order of scenario, point and path. After an error nothing follows.
func (r *Reader) Paths() iter.Seq2[PathRow, error] { return rowsOf(r, pathTable(r.manifest.Columns)) }

// Events gives the rows of the events file, in the order of paths and of time.
func (r *Reader) Events() iter.Seq2[EventRow, error] { return rowsOf(r, eventTable()) }

// CRatios gives the C-ratio distributions in order of scenario, point, step, vault and basis.
func (r *Reader) CRatios() iter.Seq2[CRatioRow, error] { return rowsOf(r, cRatioTable()) }

// Series gives the distributions of the main figures in order of scenario, point, step, figure and entity.
func (r *Reader) Series() iter.Seq2[SeriesRow, error] { return rowsOf(r, seriesTable()) }

// rowsOf reads batch by batch. Rows are copied out, and fields that point elsewhere are fresh for each batch.
func rowsOf[T any](r *Reader, t table[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		in, err := openTable(r, t)
		if err != nil {
			yield(zero, err)
			return
		}
		defer in.close()
		for {
			rows, err := in.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(zero, err)
				return
			}
			for i := range rows {
				if !yield(rows[i], nil) {
					return
				}
			}
		}
	}
}
