package record

import (
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

var secondsUTC = &arrow.TimestampType{Unit: arrow.Second, TimeZone: "UTC"}

// timeColumn is a timestamp in seconds, UTC. Parquet has no such unit and gives milliseconds back.
func timeColumn[T any](name string, at func(*T) *int64) column[T] {
	put := func(b array.Builder, rows []T) {
		out := b.(*array.TimestampBuilder)
		for i := range rows {
			out.Append(arrow.Timestamp(*at(&rows[i])))
		}
	}
	get := func(a arrow.Array, rows []T, _ *interner) error {
		in, ok := a.(*array.Timestamp)
		if !ok || in.Len() != len(rows) || in.NullN() > 0 {
			return fmt.Errorf("column %s is %s with %d rows, %d null", name, a.DataType(), a.Len(), a.NullN())
		}
		unit := int64(1e9) / int64(a.DataType().(*arrow.TimestampType).Unit.Multiplier())
		for i := range rows {
			*at(&rows[i]) = int64(in.Value(i)) / unit
		}
		return nil
	}
	return column[T]{field: arrow.Field{Name: name, Type: secondsUTC}, put: put, get: get, packing: packingOf(at)}
}

// listColumn is a list of float64 a row.
func listColumn[T any](name string, at func(*T) *[]float64) column[T] {
	put := func(b array.Builder, rows []T) {
		out := b.(*array.ListBuilder)
		values := out.ValueBuilder().(*array.Float64Builder)
		for i := range rows {
			out.Append(true)
			values.AppendValues(*at(&rows[i]), nil)
		}
	}
	get := func(a arrow.Array, rows []T, _ *interner) error {
		in, ok := a.(*array.List)
		if !ok || in.Len() != len(rows) {
			return fmt.Errorf("column %s is %s with %d rows", name, a.DataType(), a.Len())
		}
		values, ok := in.ListValues().(*array.Float64)
		if !ok {
			return fmt.Errorf("column %s is %s", name, a.DataType())
		}
		for i := range rows {
			from, to := in.ValueOffsets(i)
			*at(&rows[i]) = append([]float64(nil), values.Float64Values()[from:to]...)
		}
		return nil
	}
	typ := arrow.ListOfNonNullable(arrow.PrimitiveTypes.Float64)
	return column[T]{field: arrow.Field{Name: name, Type: typ}, put: put, get: get}
}
