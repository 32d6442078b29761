package record

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
)

// parquetSink writes record batches as row groups.
type parquetSink struct {
	out      *file.Writer
	present  []int16 // scratch: 1 by row with a value, or by element of a list
	repeated []int16 // scratch: 1 by element of a list that is not its first
	bytes    []byte  // scratch: decimals
	fixed    []parquet.FixedLenByteArray
	texts    []parquet.ByteArray
	whole    []int64
	numbers  []float64
}

func newParquetSink(s *arrow.Schema, to io.Writer, mem memory.Allocator) (sink, error) {
	root, err := parquetNodes(s)
	if err != nil {
		return nil, err
	}
	meta, err := parquetMetadata(s)
	if err != nil {
		return nil, err
	}
	props := parquet.NewWriterProperties(parquet.WithAllocator(mem), parquet.WithCreatedBy("backtest"),
		parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCompressionLevel(1))
	return &parquetSink{out: file.NewParquetWriter(to, root, file.WithWriterProps(props), file.WithWriteMetadata(meta))}, nil
}

// Close implements sink.
func (p *parquetSink) Close() error { return p.out.Close() }

// Write implements sink.
func (p *parquetSink) Write(rec arrow.Record) error {
	group := p.out.AppendRowGroup()
	for i, a := range rec.Columns() {
		out, err := group.NextColumn()
		if err == nil {
			err = p.column(out, a, rec.Schema().Field(i).Nullable)
		}
		if err == nil {
			err = out.Close()
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", rec.ColumnName(i), err)
		}
	}
	return group.Close()
}

// column writes the values of a column, none for a null.
func (p *parquetSink) column(out file.ColumnChunkWriter, a arrow.Array, nullable bool) (err error) {
	var present []int16
	if nullable {
		present = p.presence(a)
	}
	switch w := out.(type) {
	case *file.Int32ColumnChunkWriter:
		values := a.(*array.Int32).Int32Values()
		if a.NullN() > 0 {
			kept := make([]int32, 0, len(values))
			eachPresent(a, func(i int) { kept = append(kept, values[i]) })
			values = kept
		}
		_, err = w.WriteBatch(values, present, nil)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(p.integers(a), present, nil)
	case *file.Float64ColumnChunkWriter:
		if list, ok := a.(*array.List); ok {
			return p.list(w, list)
		}
		p.numbers = p.numbers[:0]
		eachPresent(a, func(i int) { p.numbers = append(p.numbers, a.(*array.Float64).Value(i)) })
		_, err = w.WriteBatch(p.numbers, present, nil)
	case *file.ByteArrayColumnChunkWriter:
		p.texts = p.texts[:0]
		eachPresent(a, func(i int) { p.texts = append(p.texts, parquet.ByteArray(a.(*array.String).Value(i))) })
		_, err = w.WriteBatch(p.texts, present, nil)
	case *file.FixedLenByteArrayColumnChunkWriter:
		_, err = w.WriteBatch(p.decimals(a.(*array.Decimal128)), present, nil)
	default:
		err = fmt.Errorf("%s has no writer", a.DataType())
	}
	return err
}

// presence is 1 for each row with a value, else 0.
func (p *parquetSink) presence(a arrow.Array) []int16 {
	p.present = p.present[:0]
	for i := range a.Len() {
		level := int16(1)
		if a.IsNull(i) {
			level = 0
		}
		p.present = append(p.present, level)
	}
	return p.present
}

func eachPresent(a arrow.Array, f func(i int)) {
	for i := range a.Len() {
		if !a.IsNull(i) {
			f(i)
		}
	}
}

// integers gives those of a column; times in milliseconds.
func (p *parquetSink) integers(a arrow.Array) []int64 {
	p.whole = p.whole[:0]
	eachPresent(a, func(i int) {
		if times, ok := a.(*array.Timestamp); ok {
			p.whole = append(p.whole, int64(times.Value(i))*1000)
		} else {
			p.whole = append(p.whole, a.(*array.Int64).Value(i))
		}
	})
	return p.whole
}

// decimals gives them with the most significant byte first.
func (p *parquetSink) decimals(a *array.Decimal128) []parquet.FixedLenByteArray {
	p.bytes, p.fixed = p.bytes[:0], p.fixed[:0]
	eachPresent(a, func(i int) {
		v := a.Value(i)
		for shift := 56; shift >= 0; shift -= 8 {
			p.bytes = append(p.bytes, byte(uint64(v.HighBits())>>shift))
		}
		for shift := 56; shift >= 0; shift -= 8 {
			p.bytes = append(p.bytes, byte(v.LowBits()>>shift))
		}
	})
	for at := 0; at < len(p.bytes); at += decimalBytes {
		p.fixed = append(p.fixed, p.bytes[at:at+decimalBytes])
	}
	return p.fixed
}

// list writes lists of floats, none of them null: an empty one is a level without a value.
func (p *parquetSink) list(w *file.Float64ColumnChunkWriter, a *array.List) error {
	p.present, p.repeated, p.numbers = p.present[:0], p.repeated[:0], p.numbers[:0]
	values := a.ListValues().(*array.Float64)
	for i := range a.Len() {
		from, to := a.ValueOffsets(i)
		if from == to {
			p.present, p.repeated = append(p.present, 0), append(p.repeated, 0)
		}
		for k := from; k < to; k++ {
			p.numbers = append(p.numbers, values.Value(int(k)))
			p.present = append(p.present, 1)
			level := int16(1)
			if k == from {
				level = 0
			}
			p.repeated = append(p.repeated, level)
		}
	}
	_, err := w.WriteBatch(p.numbers, p.present, p.repeated)
	return err
}
