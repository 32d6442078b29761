package record

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
)

// parquetBatches gives the row groups of a file.
type parquetBatches struct {
	in     *file.Reader
	schema *arrow.Schema // with times in milliseconds
	mem    memory.Allocator
	rows   int // most of a row group of ours
	group  int
}

func openParquet(f ReadFile, mem memory.Allocator, want *arrow.Schema, batchRows int) (batches, error) {
	in, err := file.NewParquetReader(f, file.WithReadProps(parquet.NewReaderProperties(mem)))
	if err != nil {
		return nil, err
	}
	if err := checkParquet(in, want); err != nil {
		return nil, errors.Join(err, in.Close())
	}
	return &parquetBatches{in: in, schema: inMilliseconds(want), mem: mem, rows: batchRows * parquetRowGroups}, nil
}

// checkParquet rejects a file of another program, table or version, or with other columns.
func checkParquet(in *file.Reader, want *arrow.Schema) error {
	meta := in.MetaData().KeyValueMetadata()
	version, table := meta.FindValue(metaVersion), meta.FindValue(metaTable)
	if version == nil {
		return errors.New("a foreign file: it lacks " + metaVersion)
	}
	if *version != strconv.Itoa(FormatVersion) {
		return fmt.Errorf("format version %s, this program reads %d", *version, FormatVersion)
	}
	expected := want.Metadata()
	if name, _ := expected.GetValue(metaTable); table == nil || *table != name {
		return fmt.Errorf("it holds another table than %q", name)
	}
	root, err := parquetNodes(want)
	if err != nil {
		return err
	}
	have := in.MetaData().Schema.Root()
	if have.NumFields() != root.NumFields() {
		return fmt.Errorf("it has %d columns, want %d", have.NumFields(), root.NumFields())
	}
	for i := range root.NumFields() {
		if got, node := have.Field(i), root.Field(i); !got.Equals(node) {
			return fmt.Errorf("column %d is %s, want %s", i, got.Name(), node.Name())
		}
	}
	return nil
}

// inMilliseconds is a schema with the times that Parquet has.
func inMilliseconds(s *arrow.Schema) *arrow.Schema {
	fields := s.Fields()
	for i, f := range fields {
		if f.Type.ID() == arrow.TIMESTAMP {
			fields[i].Type = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
		}
	}
	return arrow.NewSchema(fields, nil)
}

func (b *parquetBatches) close() { _ = b.in.Close() } // it was only read

func (b *parquetBatches) next() (arrow.Record, error) {
	if b.group == b.in.NumRowGroups() {
		return nil, io.EOF
	}
	group := b.in.RowGroup(b.group)
	b.group++
	if n := group.NumRows(); n < 0 || n > int64(b.rows) {
		return nil, fmt.Errorf("a row group of %d rows, at most %d were written", n, b.rows)
	}
	build := array.NewRecordBuilder(b.mem, b.schema)
	defer build.Release()
	for i := range b.schema.NumFields() {
		in, err := group.Column(i)
		if err == nil {
			err = readParquetColumn(in, build.Field(i), b.schema.Field(i).Nullable)
		}
		if err == nil && build.Field(i).Len() != int(group.NumRows()) {
			err = fmt.Errorf("%d values for %d rows", build.Field(i).Len(), group.NumRows())
		}
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", b.schema.Field(i).Name, err)
		}
	}
	return build.NewRecord(), nil
}

// readParquetColumn reads what a row group has of a column.
func readParquetColumn(in file.ColumnChunkReader, to array.Builder, nullable bool) error {
	switch in := in.(type) {
	case *file.Int32ColumnChunkReader:
		return eachValue(in, to, nullable, to.(*array.Int32Builder).Append)
	case *file.Int64ColumnChunkReader:
		if times, ok := to.(*array.TimestampBuilder); ok {
			return eachValue(in, to, nullable, func(v int64) { times.Append(arrow.Timestamp(v)) })
		}
		return eachValue(in, to, nullable, to.(*array.Int64Builder).Append)
	case *file.Float64ColumnChunkReader:
		if lists, ok := to.(*array.ListBuilder); ok {
			return readLists(in, lists)
		}
		return eachValue(in, to, nullable, to.(*array.Float64Builder).Append)
	case *file.ByteArrayColumnChunkReader:
		return eachValue(in, to, nullable, func(v parquet.ByteArray) { to.(*array.StringBuilder).Append(string(v)) })
	case *file.FixedLenByteArrayColumnChunkReader:
		return eachValue(in, to, nullable, func(v parquet.FixedLenByteArray) { to.(*array.Decimal128Builder).Append(decimalOf(v)) })
	}
	return fmt.Errorf("%T has no reader", in)
}

func decimalOf(b []byte) decimal128.Num {
	var words [2]uint64
	for i, x := range b[:decimalBytes] {
		words[i/8] = words[i/8]<<8 | uint64(x)
	}
	return decimal128.New(int64(words[0]), words[1])
}

// levelled is a reader of the values of a column and of their levels: without definition, a row has no value, or a
// list no element; with repetition, an element is not the first of its list.
type levelled[V any] interface {
	HasNext() bool
	ReadBatch(most int64, values []V, definition, repetition []int16) (levels int64, n int, err error)
	Err() error
}

// parquetRead is how many values are read at a time.
const parquetRead = 1024

// eachLevel calls value or none for each level of a column, in order: there is a value where the definition is full, 0
// in a column that always has one.
func eachLevel[V any](in levelled[V], full int16, value func(v V, repeated bool), none func()) error {
	var values [parquetRead]V
	var definition, repetition [parquetRead]int16
	for in.HasNext() {
		levels, n, err := in.ReadBatch(parquetRead, values[:], definition[:], repetition[:])
		if err != nil {
			return err
		}
		if levels == 0 {
			break
		}
		at := 0
		for i := range levels {
			if full > 0 && definition[i] < full {
				none()
				continue
			}
			if at == n {
				return errors.New("fewer values than were announced")
			}
			value(values[at], repetition[i] > 0)
			at++
		}
	}
	return in.Err()
}

func eachValue[V any](in levelled[V], to array.Builder, nullable bool, value func(V)) error {
	full := int16(0)
	if nullable {
		full = 1
	}
	return eachLevel(in, full, func(v V, _ bool) { value(v) }, to.AppendNull)
}

func readLists(in *file.Float64ColumnChunkReader, to *array.ListBuilder) error {
	values := to.ValueBuilder().(*array.Float64Builder)
	return eachLevel(in, 1, func(v float64, repeated bool) {
		if !repeated {
			to.Append(true)
		}
		values.Append(v)
	}, func() { to.Append(true) })
}
