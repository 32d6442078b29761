package record

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// somebodysTable is a Parquet file as other programs write them: unsigned and small integers, decimals in integers
// and in bytes, words, truths, nulls.
func somebodysTable(t *testing.T) string {
	t.Helper()
	optional, required := parquet.Repetitions.Optional, parquet.Repetitions.Required
	leaf := func(name string, r parquet.Repetition, l schema.LogicalType, p parquet.Type, length int) schema.Node {
		return schema.Must(schema.NewPrimitiveNodeLogical(name, r, l, p, length, -1))
	}
	root := schema.MustGroup(schema.NewGroupNode("schema", required, schema.FieldList{
		leaf("who", optional, schema.StringLogicalType{}, parquet.Types.ByteArray, -1),
		leaf("count", required, schema.NewIntLogicalType(64, false), parquet.Types.Int64, -1),
		leaf("cents", optional, schema.NewDecimalLogicalType(9, 2), parquet.Types.Int32, -1),
		leaf("tokens", required, schema.NewDecimalLogicalType(38, 18), parquet.Types.FixedLenByteArray, 16),
		leaf("open", required, schema.NoLogicalType{}, parquet.Types.Boolean, -1),
		leaf("price", required, schema.NoLogicalType{}, parquet.Types.Float, -1),
	}, -1))
	path := filepath.Join(t.TempDir(), "table.parquet")
	f, err := os.Create(path)
	must(t, err)
	w := file.NewParquetWriter(f, root)
	group := w.AppendRowGroup()
	next := func() file.ColumnChunkWriter {
		c, err := group.NextColumn()
		must(t, err)
		return c
	}
	minus := slices.Repeat(parquet.FixedLenByteArray{0xff}, 16)
	half := append(make(parquet.FixedLenByteArray, 8), 0x06, 0xf0, 0x5b, 0x59, 0xd3, 0xb2, 0, 0) // 0.5
	write := func(_ int64, err error) { must(t, err) }
	write(next().(*file.ByteArrayColumnChunkWriter).WriteBatch([]parquet.ByteArray{[]byte("a")}, []int16{1, 0}, nil))
	write(next().(*file.Int64ColumnChunkWriter).WriteBatch([]int64{-1, 7}, nil, nil))
	write(next().(*file.Int32ColumnChunkWriter).WriteBatch([]int32{-150}, []int16{0, 1}, nil))
	write(next().(*file.FixedLenByteArrayColumnChunkWriter).WriteBatch([]parquet.FixedLenByteArray{half, minus}, nil, nil))
	write(next().(*file.BooleanColumnChunkWriter).WriteBatch([]bool{true, false}, nil, nil))
	write(next().(*file.Float32ColumnChunkWriter).WriteBatch([]float32{0.1, 2}, nil, nil))
	must(t, w.Close())
	return path
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTextOfForeignParquet(t *testing.T) {
	header, rows, err := ReadText(somebodysTable(t))
	must(t, err)
	want := [][]string{
		{"who", "count", "cents", "tokens", "open", "price"},
		{"a", "18446744073709551615", "", "0.500000000000000000", "true", "0.1"},
		{"", "7", "-1.50", "-0.000000000000000001", "false", "2"},
	}
	if got := append([][]string{header}, rows...); !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
