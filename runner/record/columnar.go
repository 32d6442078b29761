package record

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// Columns are whole columns of a table, all of the same length.
type Columns struct {
	Rows    int
	floats  map[string][]float64
	exact   map[string][]D18
	strings map[string][]string
}

// Float gives a numeric column as float64: amounts in units of account, null as NaN. nil if the column was not asked for or is
// text.
func (c *Columns) Float(name string) []float64 { return c.floats[name] }

// Exact gives a column of amounts; null is 0. nil for other columns.
func (c *Columns) Exact(name string) []D18 { return c.exact[name] }

// Strings gives a text column; null is "". nil for other columns.
func (c *Columns) Strings(name string) []string { return c.strings[name] }

// PathColumns reads whole columns of the paths file; an unknown name is an error.
func (r *Reader) PathColumns(names ...string) (*Columns, error) {
	return columnsOf(r, pathTable(r.manifest.Columns), names)
}

// PathBatches reads columns of the paths file batch by batch, in its order; an
// unknown name is an error. What it gives is void once the next is asked for.
func (r *Reader) PathBatches(names ...string) iter.Seq2[*Columns, error] {
	return batchesOf(r, pathTable(r.manifest.Columns), names)
}

// EventColumns reads whole columns of the events file; an unknown name is an error.
func (r *Reader) EventColumns(names ...string) (*Columns, error) {
	return columnsOf(r, eventTable(), names)
}

// PathColumnNames lists the columns of the paths file in order.
func (r *Reader) PathColumnNames() []string { return namesOf(pathTable(r.manifest.Columns)) }

func namesOf[T any](t table[T]) []string {
	out := make([]string, len(t.columns))
	for i, c := range t.columns {
		out[i] = c.field.Name
	}
	return out
}

func columnsOf[T any](r *Reader, t table[T], names []string) (*Columns, error) {
	out := newColumns()
	err := eachBatch(r, t, names, out.take)
	if err != nil {
		return nil, err
	}
	return out, nil
}

// errEnough ends eachBatch early.
var errEnough = errors.New("enough")

// batchesOf gives the columns batch by batch in one set of slices.
func batchesOf[T any](r *Reader, t table[T], names []string) iter.Seq2[*Columns, error] {
	return func(yield func(*Columns, error) bool) {
		out := newColumns()
		err := eachBatch(r, t, names, func(file string, rec arrow.Record, indices []int) error {
			out.reset()
			if err := out.take(file, rec, indices); err != nil {
				return err
			}
			if !yield(out, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// eachBatch calls f for every record batch, with the file and the indices of
// the named columns; an unknown name is an error.
func eachBatch[T any](r *Reader, t table[T], names []string, f func(string, arrow.Record, []int) error) error {
	indices, err := indicesOf(t, names)
	if err != nil {
		return err
	}
	in, err := openTable(r, t)
	if err != nil {
		return err
	}
	defer in.close()
	for {
		rec, err := in.batch()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = f(in.name, rec, indices)
		rec.Release()
		if err != nil {
			return err
		}
	}
}

// indicesOf finds columns by name, each once.
func indicesOf[T any](t table[T], names []string) ([]int, error) {
	all := namesOf(t)
	var indices []int
	for _, name := range names {
		i := slices.Index(all, name)
		if i < 0 {
			return nil, fmt.Errorf("record: table %s has no column %q", t.name, name)
		}
		if !slices.Contains(indices, i) {
			indices = append(indices, i)
		}
	}
	return indices, nil
}

func newColumns() *Columns {
	return &Columns{floats: map[string][]float64{}, exact: map[string][]D18{}, strings: map[string][]string{}}
}

// reset forgets the rows and keeps the room for others.
func (c *Columns) reset() {
	c.Rows = 0
	empty(c.floats)
	empty(c.exact)
	empty(c.strings)
}

func empty[V any](columns map[string][]V) {
	for name, list := range columns {
		columns[name] = list[:0]
	}
}

// take appends the columns of a batch.
func (c *Columns) take(file string, rec arrow.Record, indices []int) (err error) {
	defer recoverDamaged(file, &err)
	var names interner
	for _, i := range indices {
		if err := c.append(rec.ColumnName(i), rec.Column(i), &names); err != nil {
			return &DamagedError{File: file, Reason: err.Error()}
		}
	}
	c.Rows += int(rec.NumRows())
	return nil
}

func (c *Columns) append(name string, from arrow.Array, names *interner) error {
	switch a := from.(type) {
	case *array.Int32:
		c.floats[name] = appendFloats(c.floats[name], a, func(i int) float64 { return float64(a.Value(i)) })
	case *array.Int64:
		c.floats[name] = appendFloats(c.floats[name], a, func(i int) float64 { return float64(a.Value(i)) })
	case *array.Timestamp:
		perSecond := float64(1e9 / a.DataType().(*arrow.TimestampType).Unit.Multiplier())
		c.floats[name] = appendFloats(c.floats[name], a, func(i int) float64 { return float64(a.Value(i)) / perSecond })
	case *array.Float64:
		c.floats[name] = appendFloats(c.floats[name], a, a.Value)
	case *array.Decimal128:
		c.appendExact(name, a)
	case *array.String:
		list := c.strings[name]
		for i := range a.Len() {
			list = append(list, names.of(a.Value(i)))
		}
		c.strings[name] = list
	default:
		return fmt.Errorf("column %s is %s", name, from.DataType())
	}
	return nil
}

func (c *Columns) appendExact(name string, a *array.Decimal128) {
	list := c.exact[name]
	for i := range a.Len() {
		v := D18{}
		if a.IsValid(i) {
			v = fromDecimal(a.Value(i), nil)
		}
		list = append(list, v)
	}
	c.floats[name] = appendFloats(c.floats[name], a, func(i int) float64 { return list[len(list)-a.Len()+i].Float64() })
	c.exact[name] = list
}

func appendFloats(list []float64, a arrow.Array, at func(int) float64) []float64 {
	for i := range a.Len() {
		if a.IsNull(i) {
			list = append(list, math.NaN())
		} else {
			list = append(list, at(i))
		}
	}
	return list
}
