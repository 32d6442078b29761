package record

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// Tables of a run; a file is named after its table and format.
const (
	PathsTable  = "paths"
	EventsTable = "events"
	CRatioTable = "cratio"
	SeriesTable = "series"
)

// Tables lists the tables of a run in the order of the manifest.
func Tables() []string { return []string{PathsTable, EventsTable, CRatioTable, SeriesTable} }

// everyTable lists the tables that a run may have.
func everyTable() []string { return append(Tables(), PositionTable) }

func fileName(table string, format Format) string { return table + "." + string(format) }

// table is the schema of a file whose rows are of type T.
type table[T any] struct {
	name      string
	columns   []column[T]
	prepare   func([]T) // gives fresh rows their variable parts before columns are read into them
	batchRows int       // rows of a record batch; a part of the format, since it shapes the bytes
}

// Keys of the schema's metadata.
const (
	metaVersion = "backtest.format_version"
	metaTable   = "backtest.table"
)

func (t table[T]) schema() *arrow.Schema {
	fields := make([]arrow.Field, len(t.columns))
	for i, c := range t.columns {
		fields[i] = c.field
	}
	meta := arrow.NewMetadata([]string{metaVersion, metaTable}, []string{strconv.Itoa(FormatVersion), t.name})
	return arrow.NewSchema(fields, &meta)
}

// sink is what both file formats offer.
type sink interface {
	Write(arrow.Record) error
	Close() error
}

// tableWriter writes rows into a file that has its name only after seal and publish.
type tableWriter[T any] struct {
	table table[T]
	file  *durableFile
	out   sink
	build *array.RecordBuilder
	held  int // rows in build
	batch int // rows of a full batch
	total int64
}

// parquetRowGroups makes row groups of as many record batches: Parquet is slow in small ones.
const parquetRowGroups = 4

func newTableWriter[T any](opt Options, dir string, t table[T], format Format) (*tableWriter[T], error) {
	mem := opt.allocator
	file, err := createDurable(opt.FS, filepath.Join(dir, fileName(t.name, format)))
	if err != nil {
		return nil, err
	}
	w := &tableWriter[T]{table: t, file: file, batch: t.batchRows}
	if format == Parquet {
		w.batch *= parquetRowGroups
		w.out, err = newParquetSink(t.schema(), file, mem)
	} else {
		w.out, err = ipc.NewFileWriter(file, ipc.WithSchema(t.schema()), ipc.WithAllocator(mem), ipc.WithZstd(), ipc.WithCompressConcurrency(opt.Workers))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("record: %s: %w", file.name, err), file.abandon())
	}
	w.build = array.NewRecordBuilder(mem, t.schema())
	return w, nil
}

// append adds rows in order, which stay the caller's.
func (w *tableWriter[T]) append(rows ...T) error {
	for len(rows) > 0 {
		n := min(len(rows), w.batch-w.held)
		for i, c := range w.table.columns {
			c.put(w.build.Field(i), rows[:n])
		}
		w.held += n
		rows = rows[n:]
		if w.held == w.batch {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *tableWriter[T]) flush() error {
	if w.held == 0 {
		return nil
	}
	batch := w.build.NewRecord()
	defer batch.Release()
	if err := w.out.Write(batch); err != nil {
		return fmt.Errorf("record: write %s: %w", w.file.name, err)
	}
	w.total += int64(w.held)
	w.held = 0
	return nil
}

// seal writes what is left and makes the file durable under its temporary name.
func (w *tableWriter[T]) seal() (FileEntry, error) {
	err := w.flush()
	if err == nil {
		err = w.out.Close()
	}
	w.release()
	if err != nil {
		return FileEntry{}, errors.Join(fmt.Errorf("record: end %s: %w", w.file.name, err), w.file.abandon())
	}
	entry, err := w.file.seal()
	entry.Rows = w.total
	return entry, err
}

// release frees the builder; it may be called twice.
func (w *tableWriter[T]) release() {
	if w.build != nil {
		w.build.Release()
		w.build = nil
	}
}

func (w *tableWriter[T]) publish() error { return w.file.publish() }

// discard drops whatever has been written under the temporary name.
func (w *tableWriter[T]) discard() error {
	if w.build == nil {
		return w.file.remove()
	}
	w.release()
	return w.file.abandon()
}
