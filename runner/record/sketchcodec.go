package record

import (
	"encoding/binary"
	"errors"
	"math"
)

var errSketch = errors.New("record: malformed sketch")

// GobEncode writes the sketch as variable-length integers; blocks hold very many of them.
func (s Sketch) GobEncode() ([]byte, error) {
	out := make([]byte, 0, 48+6*len(s.Bins))
	out = binary.AppendVarint(out, s.N)
	out = binary.AppendVarint(out, s.Missing)
	flag := byte(0)
	if s.Inexact {
		flag = 1
	}
	out = append(out, flag)
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(s.Low))
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(s.High))
	out = appendInt128(out, s.Weight)
	out = appendInt128(out, s.Sum)
	out = binary.AppendUvarint(out, uint64(len(s.Bins)))
	before := int32(math.MinInt32)
	for _, b := range s.Bins {
		out = binary.AppendUvarint(out, uint64(int64(b.Index)-int64(before)))
		out = appendInt128(out, b.Count)
		before = b.Index
	}
	return out, nil
}

func appendInt128(out []byte, v Int128) []byte {
	return binary.AppendUvarint(binary.AppendVarint(out, v.Hi), v.Lo)
}

// GobDecode reads what GobEncode wrote, and rejects anything else.
func (s *Sketch) GobDecode(data []byte) error {
	d := sketchDecoder{data: data}
	*s = Sketch{N: d.varint(), Missing: d.varint()}
	s.Inexact = d.take(1)[0] == 1
	s.Low = math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
	s.High = math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
	s.Weight, s.Sum = d.int128(), d.int128()
	count := d.uvarint()
	if d.bad || count > uint64(len(d.data)) {
		return errSketch
	}
	if count > 0 {
		s.Bins = make([]Bin, count)
	}
	index := int64(math.MinInt32)
	for i := range s.Bins {
		step := d.uvarint()
		if step == 0 && i > 0 || step > math.MaxUint32 {
			return errSketch
		}
		index += int64(step)
		if index > math.MaxInt32 {
			return errSketch
		}
		s.Bins[i] = Bin{Index: int32(index), Count: d.int128()}
	}
	if d.bad || len(d.data) != 0 {
		return errSketch
	}
	return nil
}

// sketchDecoder reads on and remembers that something was malformed.
type sketchDecoder struct {
	data []byte
	bad  bool
}

func (d *sketchDecoder) take(n int) []byte {
	if len(d.data) < n {
		d.bad, d.data = true, nil
		return make([]byte, n)
	}
	out := d.data[:n]
	d.data = d.data[n:]
	return out
}

func (d *sketchDecoder) varint() int64 {
	v, n := binary.Varint(d.data)
	d.skip(n)
	return v
}

func (d *sketchDecoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	d.skip(n)
	return v
}

func (d *sketchDecoder) skip(n int) {
	if n <= 0 {
		d.bad, d.data = true, nil
		return
	}
	d.data = d.data[n:]
}

func (d *sketchDecoder) int128() Int128 { return Int128{Hi: d.varint(), Lo: d.uvarint()} }
