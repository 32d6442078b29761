package record

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow/decimal256"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

func (t *textTable) parquet(f *os.File) error {
	in, err := file.NewParquetReader(f)
	if err != nil {
		return err
	}
	columns := in.MetaData().Schema
	for i := range columns.NumColumns() {
		t.header = append(t.header, columns.Column(i).Path())
	}
	for g := range in.NumRowGroups() {
		if err := t.rowGroup(in.RowGroup(g)); err != nil {
			return err
		}
	}
	return nil
}

// rowGroup adds the rows of a group, column by column.
func (t *textTable) rowGroup(group *file.RowGroupReader) error {
	first := len(t.rows)
	for c := range t.header {
		in, err := group.Column(c)
		if err != nil {
			return err
		}
		row := first
		err = textsOf(in, func(text string) {
			if row == len(t.rows) {
				t.rows = append(t.rows, make([]string, len(t.header)))
			}
			t.rows[row][c] = text
			row++
		})
		if err == nil && int64(row-first) != group.NumRows() {
			err = fmt.Errorf("%d values for %d rows", row-first, group.NumRows())
		}
		if err != nil {
			return fmt.Errorf("column %s: %w", t.header[c], err)
		}
	}
	return nil
}

var errNoText = errors.New("neither a number nor a word")

// textsOf gives the values of a column as text, in order.
func textsOf(in file.ColumnChunkReader, add func(string)) error {
	d := in.Descriptor()
	full, none := d.MaxDefinitionLevel(), func() { add("") }
	if d.MaxRepetitionLevel() > 0 {
		return errNoText
	}
	integer, err := integerText(d)
	if err != nil {
		return err
	}
	switch in := in.(type) {
	case *file.BooleanColumnChunkReader:
		return eachLevel(in, full, func(v bool, _ bool) { add(strconv.FormatBool(v)) }, none)
	case *file.Int32ColumnChunkReader:
		return eachLevel(in, full, func(v int32, _ bool) { add(integer(int64(v), uint64(uint32(v)))) }, none)
	case *file.Int64ColumnChunkReader:
		return eachLevel(in, full, func(v int64, _ bool) { add(integer(v, uint64(v))) }, none)
	case *file.Float32ColumnChunkReader:
		return eachLevel(in, full, func(v float32, _ bool) { add(strconv.FormatFloat(float64(v), 'f', -1, 32)) }, none)
	case *file.Float64ColumnChunkReader:
		return eachLevel(in, full, func(v float64, _ bool) { add(strconv.FormatFloat(v, 'f', -1, 64)) }, none)
	case *file.ByteArrayColumnChunkReader:
		text, err := bytesText(d)
		if err != nil {
			return err
		}
		return eachLevel(in, full, func(v parquet.ByteArray, _ bool) { add(text(v)) }, none)
	case *file.FixedLenByteArrayColumnChunkReader:
		text, err := bytesText(d)
		if err != nil {
			return err
		}
		return eachLevel(in, full, func(v parquet.FixedLenByteArray, _ bool) { add(text(v)) }, none)
	}
	return errNoText
}

// integerText says how integers of a column are written: signed or not, as a decimal, or, for dates and times, not at
// all.
func integerText(d *schema.Column) (func(signed int64, unsigned uint64) string, error) {
	switch t := d.LogicalType().(type) {
	case *schema.TimestampLogicalType, *schema.TimeLogicalType, schema.DateLogicalType:
		return nil, errNoText
	case *schema.DecimalLogicalType:
		return func(v int64, _ uint64) string { return decimalText(big.NewInt(v), t.Scale()) }, nil
	case *schema.IntLogicalType:
		if !t.IsSigned() {
			return func(_ int64, v uint64) string { return strconv.FormatUint(v, 10) }, nil
		}
	}
	return func(v int64, _ uint64) string { return strconv.FormatInt(v, 10) }, nil
}

// bytesText says how bytes of a column are written: words, or decimals with the most significant byte first.
func bytesText(d *schema.Column) (func([]byte) string, error) {
	switch t := d.LogicalType().(type) {
	case schema.StringLogicalType, schema.EnumLogicalType, schema.JSONLogicalType:
		return func(b []byte) string { return string(b) }, nil
	case *schema.DecimalLogicalType:
		return func(b []byte) string { return decimalText(signedBytes(b), t.Scale()) }, nil
	}
	return nil, errNoText
}

func signedBytes(b []byte) *big.Int {
	x := new(big.Int).SetBytes(slices.Clone(b))
	if len(b) > 0 && b[0]>>7 != 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return x
}

func decimalText(x *big.Int, scale int32) string { return decimal256.FromBigInt(x).ToString(scale) }
