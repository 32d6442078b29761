package record

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// ReadText reads a table that somebody else wrote, Arrow IPC or Parquet, as
// text: integers, decimals and words exactly, floats in the shortest way that
// tells them apart, null as nothing.
func ReadText(path string) (header []string, rows [][]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	defer recoverDamaged(path, &err)
	t := textTable{}
	if strings.HasSuffix(strings.ToLower(path), ".parquet") {
		err = t.parquet(f)
	} else {
		err = t.ipc(f)
	}
	return t.header, t.rows, err
}

type textTable struct {
	header []string
	rows   [][]string
}

func (t *textTable) ipc(f *os.File) error {
	in, err := ipc.NewFileReader(f)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // only read
	t.take(in.Schema())
	for i := range in.NumRecords() {
		rec, err := in.Record(i)
		if err != nil {
			return err
		}
		if err := t.add(rec); err != nil {
			return err
		}
	}
	return nil
}

func (t *textTable) take(schema *arrow.Schema) {
	for _, f := range schema.Fields() {
		t.header = append(t.header, f.Name)
	}
}

func (t *textTable) add(rec arrow.Record) error {
	for r := range int(rec.NumRows()) {
		row := make([]string, rec.NumCols())
		for c := range row {
			text, err := cellText(rec.Column(c), r)
			if err != nil {
				return fmt.Errorf("column %s: %w", t.header[c], err)
			}
			row[c] = text
		}
		t.rows = append(t.rows, row)
	}
	return nil
}

// cellText returns a value as text.
func cellText(a arrow.Array, i int) (string, error) {
	if a.IsNull(i) {
		return "", nil
	}
	switch a := a.(type) {
	case *array.Float64:
		return strconv.FormatFloat(a.Value(i), 'f', -1, 64), nil
	case *array.Float32:
		return strconv.FormatFloat(float64(a.Value(i)), 'f', -1, 32), nil
	case *array.Decimal128:
		return a.Value(i).ToString(a.DataType().(*arrow.Decimal128Type).Scale), nil
	case *array.Decimal256:
		return a.Value(i).ToString(a.DataType().(*arrow.Decimal256Type).Scale), nil
	case *array.Dictionary:
		return cellText(a.Dictionary(), a.GetValueIndex(i))
	case *array.String, *array.LargeString, *array.Int8, *array.Int16, *array.Int32, *array.Int64, *array.Uint8, *array.Uint16, *array.Uint32, *array.Uint64, *array.Boolean:
		return a.ValueStr(i), nil
	}
	return "", fmt.Errorf("a %s is neither a number nor a word", a.DataType())
}
