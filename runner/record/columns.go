package record

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
)

var decimalType = &arrow.Decimal128Type{Precision: 38, Scale: 18}

// column moves one field of a row type T to and from an Arrow column.
type column[T any] struct {
	field   arrow.Field
	put     func(array.Builder, []T)
	get     func(arrow.Array, []T, *interner) error
	decimal func(*T) (D18, bool) // the amount, for columns of amounts; false where absent
	float   func(*T) float64     // the value as a number, NaN where absent; nil for text
	unit    string               // of the value; "" for identifiers and texts
	packing[T]
}

// in declares the unit of a column.
func (c column[T]) in(unit string) column[T] {
	c.unit = unit
	return c
}

// interner keeps one copy of each string, so that rows do not hold on to the buffers of a batch.
type interner struct{ seen map[string]string }

func (n *interner) of(s string) string {
	if s == "" {
		return ""
	}
	if kept, ok := n.seen[s]; ok {
		return kept
	}
	return n.keep(s)
}

// ofBytes is of without a copy of what is known.
func (n *interner) ofBytes(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if kept, ok := n.seen[string(b)]; ok {
		return kept
	}
	return n.keep(string(b))
}

func (n *interner) keep(s string) string {
	if n.seen == nil || len(n.seen) >= 1<<14 {
		n.seen = map[string]string{}
	}
	kept := strings.Clone(s)
	n.seen[kept] = kept
	return kept
}

// conversion tells how a Go field F becomes an Arrow value V and back. absent is nil where no value is null.
type conversion[F, V any] struct {
	to     func(F) V
	from   func(V, *interner) F
	absent func(F) bool
	null   F
}

type builderOf[V any] interface {
	array.Builder
	Append(V)
}

type arrayOf[V any] interface {
	arrow.Array
	Value(int) V
}

func makeColumn[T, F, V any, B builderOf[V], A arrayOf[V]](name string, typ arrow.DataType, at func(*T) *F, c conversion[F, V]) column[T] {
	put := func(b array.Builder, rows []T) {
		out := b.(B)
		for i := range rows {
			if v := *at(&rows[i]); c.absent != nil && c.absent(v) {
				out.AppendNull()
			} else {
				out.Append(c.to(v))
			}
		}
	}
	get := func(a arrow.Array, rows []T, names *interner) error {
		in, ok := a.(A)
		if !ok || in.Len() != len(rows) {
			return fmt.Errorf("column %s is %s with %d rows", name, a.DataType(), a.Len())
		}
		for i := range rows {
			switch {
			case in.IsValid(i):
				*at(&rows[i]) = c.from(in.Value(i), names)
			case c.absent != nil:
				*at(&rows[i]) = c.null
			default:
				return errors.New("null in column " + name)
			}
		}
		return nil
	}
	return column[T]{field: arrow.Field{Name: name, Type: typ, Nullable: c.absent != nil}, put: put, get: get, packing: packingOf(at)}
}

func same[V any]() conversion[V, V] {
	return conversion[V, V]{to: func(v V) V { return v }, from: func(v V, _ *interner) V { return v }}
}

func int32Column[T any](name string, at func(*T) *int32) column[T] {
	out := makeColumn[T, int32, int32, *array.Int32Builder, *array.Int32](name, arrow.PrimitiveTypes.Int32, at, same[int32]())
	out.float = func(row *T) float64 { return float64(*at(row)) }
	return out
}

func int64Column[T any](name string, at func(*T) *int64) column[T] {
	out := makeColumn[T, int64, int64, *array.Int64Builder, *array.Int64](name, arrow.PrimitiveTypes.Int64, at, same[int64]())
	out.float = func(row *T) float64 { return float64(*at(row)) }
	return out
}

// secondsColumn has null for NoTimeSeconds.
func secondsColumn[T any](name string, at func(*T) *int64) column[T] {
	c := same[int64]()
	c.absent, c.null = func(v int64) bool { return v == NoTimeSeconds }, NoTimeSeconds
	out := makeColumn[T, int64, int64, *array.Int64Builder, *array.Int64](name, arrow.PrimitiveTypes.Int64, at, c)
	out.float = func(row *T) float64 {
		if seconds := *at(row); seconds != NoTimeSeconds {
			return float64(seconds)
		}
		return math.NaN()
	}
	return out
}

// countColumn has null for 0.
func countColumn[T any](name string, at func(*T) *int32) column[T] {
	c := same[int32]()
	c.absent = func(v int32) bool { return v == 0 }
	out := makeColumn[T, int32, int32, *array.Int32Builder, *array.Int32](name, arrow.PrimitiveTypes.Int32, at, c)
	out.float = func(row *T) float64 { return float64(*at(row)) }
	return out
}

// floatColumn has null for NaN.
func floatColumn[T any](name string, at func(*T) *float64) column[T] {
	c := same[float64]()
	c.absent, c.null = func(v float64) bool { return v != v }, math.NaN()
	out := makeColumn[T, float64, float64, *array.Float64Builder, *array.Float64](name, arrow.PrimitiveTypes.Float64, at, c)
	out.float = func(row *T) float64 { return *at(row) }
	return out
}

func textConversion() conversion[string, string] {
	return conversion[string, string]{
		to:   func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") },
		from: func(s string, names *interner) string { return names.of(s) },
	}
}

// textColumn is plain UTF-8: an IPC file has one dictionary a column, known only after all rows, while zstd
// shrinks repeated names to next to nothing and every reader takes plain text.
func textColumn[T any](name string, at func(*T) *string) column[T] {
	return makeColumn[T, string, string, *array.StringBuilder, *array.String](name, arrow.BinaryTypes.String, at, textConversion())
}

// optionalTextColumn has null for "".
func optionalTextColumn[T any](name string, at func(*T) *string) column[T] {
	c := textConversion()
	c.absent = func(s string) bool { return s == "" }
	return makeColumn[T, string, string, *array.StringBuilder, *array.String](name, arrow.BinaryTypes.String, at, c)
}

func decimalColumn[T any](name string, at func(*T) *D18) column[T] {
	out := makeColumn[T, D18, decimal128.Num, *array.Decimal128Builder, *array.Decimal128](name, decimalType, at,
		conversion[D18, decimal128.Num]{to: D18.decimal, from: fromDecimal})
	out.decimal = func(row *T) (D18, bool) { return *at(row), true }
	out.float = func(row *T) float64 { return at(row).Float64() }
	return out
}

func fromDecimal(n decimal128.Num, _ *interner) D18 { return D18{Hi: n.HighBits(), Lo: n.LowBits()} }

func optionalDecimalColumn[T any](name string, at func(*T) *NullD18) column[T] {
	out := makeColumn[T, NullD18, decimal128.Num, *array.Decimal128Builder, *array.Decimal128](name, decimalType, at,
		conversion[NullD18, decimal128.Num]{
			to:     func(d NullD18) decimal128.Num { return d.Value.decimal() },
			from:   func(n decimal128.Num, _ *interner) NullD18 { return NullD18{Value: fromDecimal(n, nil), Valid: true} },
			absent: func(d NullD18) bool { return !d.Valid },
		})
	out.decimal = func(row *T) (D18, bool) { return at(row).Value, at(row).Valid }
	return out
}
