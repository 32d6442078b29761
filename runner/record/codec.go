package record

import (
	"encoding/binary"
	"errors"
	"math"
)

// Blocks hold little-endian numbers and variable-length integers, most of which are small.

var errMalformed = errors.New("malformed")

// appendInt128 takes as many bytes as the number needs: twice its zigzag form where that has 63 bits, else 1 and both halves.
func appendInt128(out []byte, v Int128) []byte {
	x := int64(v.Lo)
	if z := uint64(x<<1) ^ uint64(x>>63); v.Hi == x>>63 && z < 1<<63 {
		return binary.AppendUvarint(out, z<<1)
	}
	out = binary.AppendVarint(append(out, 1), v.Hi)
	return binary.LittleEndian.AppendUint64(out, v.Lo)
}

func appendFloat(out []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
}

func appendText(out []byte, s string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(s))), s...)
}

func appendFlag(out []byte, v bool) []byte {
	if v {
		return append(out, 1)
	}
	return append(out, 0)
}

// unpacker reads on and remembers that something was malformed.
type unpacker struct {
	data  []byte
	bad   bool
	names interner
}

// spoil notes that the rest cannot be read.
func (d *unpacker) spoil() { d.bad, d.data = true, nil }

var nothing [16]byte

// take gives the next n bytes, zeros when there are no more; n is at most 16.
func (d *unpacker) take(n int) []byte {
	if len(d.data) < n {
		d.spoil()
		return nothing[:n]
	}
	out := d.data[:n]
	d.data = d.data[n:]
	return out
}

func (d *unpacker) uvarint() uint64 {
	if len(d.data) > 0 && d.data[0] < 0x80 {
		v := d.data[0]
		d.data = d.data[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.spoil()
		return 0
	}
	d.data = d.data[n:]
	return v
}

func (d *unpacker) varint() int64 {
	z := d.uvarint()
	return int64(z>>1) ^ -int64(z&1)
}

func (d *unpacker) int32() int32 {
	v := d.varint()
	if v != int64(int32(v)) {
		d.spoil()
	}
	return int32(v)
}

func (d *unpacker) int128() Int128 {
	if len(d.data) > 0 && d.data[0] == 1 {
		d.data = d.data[1:]
		hi := d.varint()
		return Int128{Hi: hi, Lo: binary.LittleEndian.Uint64(d.take(8))}
	}
	z := d.uvarint()
	if z&1 != 0 {
		d.spoil()
	}
	z >>= 1
	return Int128Of(int64(z>>1) ^ -int64(z&1))
}

func (d *unpacker) float() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
}

func (d *unpacker) flag() bool {
	v := d.take(1)[0]
	if v > 1 {
		d.spoil()
	}
	return v == 1
}

func (d *unpacker) text() string {
	n := d.count(1)
	out := d.names.ofBytes(d.data[:n])
	d.data = d.data[n:]
	return out
}

// count reads the number of items that follow, each of so many bytes at least.
func (d *unpacker) count(bytes int) int {
	n := d.uvarint()
	if n > uint64(len(d.data)/bytes) {
		d.spoil()
		return 0
	}
	return int(n)
}

// end is an error unless all was read and well-formed.
func (d *unpacker) end() error {
	if d.bad || len(d.data) != 0 {
		return errMalformed
	}
	return nil
}

// append writes the sketch.
func (s *Sketch) append(out []byte) []byte {
	out = binary.AppendVarint(out, s.N)
	out = binary.AppendVarint(out, s.Missing)
	out = appendFlag(out, s.Inexact)
	out = appendFloat(appendFloat(out, s.Low), s.High)
	out = appendInt128(appendInt128(out, s.Weight), s.Sum)
	out = binary.AppendUvarint(out, uint64(len(s.Bins)))
	before := int32(math.MinInt32)
	for i := range s.Bins {
		b := &s.Bins[i]
		out = appendInt128(binary.AppendUvarint(out, uint64(int64(b.Index)-int64(before))), b.Count)
		before = b.Index
	}
	return out
}

// sketch reads what Sketch.append wrote, and keeps the memory of s.
func (d *unpacker) sketch(s *Sketch) {
	s.Reset()
	s.N, s.Missing, s.Inexact = d.varint(), d.varint(), d.flag()
	s.Low, s.High = d.float(), d.float()
	s.Weight, s.Sum = d.int128(), d.int128()
	index := int64(math.MinInt32)
	for i := range d.count(2) {
		step := d.uvarint()
		index += int64(step)
		if step == 0 && i > 0 || step > math.MaxUint32 || index > math.MaxInt32 {
			d.spoil()
			return
		}
		s.Bins = append(s.Bins, Bin{Index: int32(index), Count: d.int128()})
	}
}
