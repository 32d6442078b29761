package record

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/apache/arrow/go/v17/arrow"
)

// tableReader reads the rows of one file, batch by batch.
type tableReader[T any] struct {
	table table[T]
	name  string
	want  int64 // rows that the manifest promises
	read  int64
	file  ReadFile
	in    batches
	rows  []T
	names []interner
}

func openTable[T any](r *Reader, t table[T]) (*tableReader[T], error) {
	entry := r.files[t.name]
	name := filepath.Join(r.dir, entry.Name)
	f, err := r.fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("record: open: %w", err)
	}
	in, err := openBatches(r, name, f, t.schema(), t.batchRows)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &tableReader[T]{table: t, name: name, want: entry.Rows, file: f, in: in, names: make([]interner, len(t.columns))}, nil
}

func openBatches(r *Reader, name string, f ReadFile, want *arrow.Schema, batchRows int) (in batches, err error) {
	defer recoverDamaged(name, &err)
	mem := &boundedAllocator{Allocator: r.mem}
	if r.manifest.Format == Parquet {
		in, err = openParquet(f, mem, want, batchRows)
	} else {
		in, err = openIPC(f, mem, want)
	}
	if err != nil {
		return nil, &DamagedError{File: name, Reason: err.Error()}
	}
	return in, nil
}

// batch gives the next record batch, to be released; io.EOF once the rows are as many as promised. What follows them in an
// IPC file is its footer, without an end of the stream before it.
func (t *tableReader[T]) batch() (rec arrow.Record, err error) {
	defer recoverDamaged(t.name, &err)
	if t.read == t.want {
		return nil, io.EOF
	}
	rec, err = t.in.next()
	if err != nil {
		return nil, &DamagedError{File: t.name, Reason: fmt.Sprintf("after %d of %d rows: %v", t.read, t.want, err)}
	}
	if t.read += rec.NumRows(); rec.NumRows() == 0 || t.read > t.want {
		rec.Release()
		return nil, &DamagedError{File: t.name, Reason: fmt.Sprintf("%d rows, the manifest says %d", t.read, t.want)}
	}
	return rec, nil
}

// next gives the rows of the next batch; the slice is used again by the following call.
func (t *tableReader[T]) next() (rows []T, err error) {
	rec, err := t.batch()
	if err != nil {
		return nil, err
	}
	defer rec.Release()
	defer recoverDamaged(t.name, &err)
	if n := int(rec.NumRows()); cap(t.rows) < n {
		t.rows = make([]T, n)
	} else {
		t.rows = t.rows[:n]
		clear(t.rows)
	}
	if t.table.prepare != nil {
		t.table.prepare(t.rows)
	}
	for i, c := range t.table.columns {
		if err := c.get(rec.Column(i), t.rows, &t.names[i]); err != nil {
			return nil, &DamagedError{File: t.name, Reason: err.Error()}
		}
	}
	return t.rows, nil
}

// close gives back what reading took; there is nothing to lose in a file that was only read.
func (t *tableReader[T]) close() {
	t.in.close()
	_ = t.file.Close()
}
