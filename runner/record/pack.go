package record

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// packing writes the fields of a column into a block and takes them back.
type packing[T any] struct {
	pack   func(out []byte, rows []T) []byte
	unpack func(d *unpacker, rows []T)
}

func packingOf[T, F any](at func(*T) *F) packing[T] {
	return packing[T]{
		pack: func(out []byte, rows []T) []byte {
			for i := range rows {
				out = appendField(out, at(&rows[i]))
			}
			return out
		},
		unpack: func(d *unpacker, rows []T) {
			for i := range rows {
				d.field(at(&rows[i]))
			}
		},
	}
}

// appendField writes a field of any type that rows have.
func appendField(out []byte, field any) []byte {
	switch v := field.(type) {
	case *int32:
		return binary.AppendVarint(out, int64(*v))
	case *int64:
		return binary.AppendVarint(out, *v)
	case *float64:
		return appendFloat(out, *v)
	case *string:
		return appendText(out, *v)
	case *D18:
		return appendInt128(out, Int128(*v))
	case *NullD18:
		return appendInt128(appendFlag(out, v.Valid), Int128(v.Value))
	}
	panic(fmt.Sprintf("record: a %T in a block", field))
}

// field reads what appendField wrote.
func (d *unpacker) field(field any) {
	switch v := field.(type) {
	case *int32:
		*v = d.int32()
	case *int64:
		*v = d.varint()
	case *float64:
		*v = d.float()
	case *string:
		*v = d.text()
	case *D18:
		*v = D18(d.int128())
	case *NullD18:
		v.Valid, v.Value = d.flag(), D18(d.int128())
	}
}

// packRows writes rows column by column.
func packRows[T any](out []byte, t table[T], rows []T) []byte {
	out = binary.AppendUvarint(out, uint64(len(rows)))
	for _, c := range t.columns {
		out = c.pack(out, rows)
	}
	return out
}

// unpackRows replaces rows by those that packRows wrote.
func unpackRows[T any](d *unpacker, t table[T], rows []T) []T {
	n := d.count(len(t.columns))
	rows = slices.Grow(rows[:0], n)[:n]
	clear(rows)
	if t.prepare != nil {
		t.prepare(rows)
	}
	for _, c := range t.columns {
		c.unpack(d, rows)
	}
	return rows
}
