package record

import "encoding/binary"

// sketchPacker writes the distributions of a file of blocks. A name is written where it first occurs and referred to by its
// number from then on.
type sketchPacker struct {
	out   []byte
	names map[string]uint64
}

func (p *sketchPacker) name(s string) {
	n, known := p.names[s]
	p.out = binary.AppendUvarint(p.out, n)
	if !known {
		p.names[s] = uint64(len(p.names)) + 1
		p.out = appendText(p.out, s)
	}
}

// moment writes what the keys of all distributions begin with.
func (p *sketchPacker) moment(scenario string, point, step int32, time int64) {
	p.name(scenario)
	p.out = binary.AppendVarint(p.out, int64(point))
	p.out = binary.AppendVarint(p.out, int64(step))
	p.out = binary.AppendVarint(p.out, time)
}

// packSketches writes the distributions of blocks.
func packSketches(out []byte, blocks []*Block) []byte {
	p := &sketchPacker{out: out, names: map[string]uint64{}}
	ratios, series := 0, 0
	for _, b := range blocks {
		ratios, series = ratios+len(b.CRatio), series+len(b.Series)
	}
	p.out = binary.AppendUvarint(p.out, uint64(ratios))
	for _, b := range blocks {
		for i := range b.CRatio {
			p.ratio(&b.CRatio[i])
		}
	}
	p.out = binary.AppendUvarint(p.out, uint64(series))
	for _, b := range blocks {
		for i := range b.Series {
			p.series(&b.Series[i])
		}
	}
	positions := 0
	for _, b := range blocks {
		positions += len(b.Positions)
	}
	p.out = binary.AppendUvarint(p.out, uint64(positions))
	for _, b := range blocks {
		for i := range b.Positions {
			p.position(&b.Positions[i])
		}
	}
	return p.out
}

func (p *sketchPacker) ratio(s *CRatioSketch) {
	p.moment(s.Key.Scenario, s.Key.Point, s.Key.Step, s.Key.Time)
	p.name(s.Key.Pool)
	p.name(s.Key.Collateral)
	p.out = binary.AppendVarint(p.out, s.ZeroDebt)
	p.out = binary.AppendVarint(p.out, s.Liquidatable)
	p.out = appendFloat(p.out, s.DebtUnit)
	p.out = s.ByDebt.append(s.ByPosition.append(p.out))
}

func (p *sketchPacker) series(s *SeriesSketch) {
	p.moment(s.Key.Scenario, s.Key.Point, s.Key.Step, s.Key.Time)
	p.name(s.Key.Figure)
	p.name(s.Key.Entity)
	p.name(s.Key.Unit)
	p.out = s.Values.append(p.out)
}

// sketchUnpacker reads what sketchPacker wrote.
type sketchUnpacker struct {
	unpacker
	known []string
}

func (d *sketchUnpacker) name() string {
	n := d.uvarint()
	if n == 0 {
		s := d.text()
		d.known = append(d.known, s)
		return s
	}
	if n > uint64(len(d.known)) {
		d.spoil()
		return ""
	}
	return d.known[n-1]
}

func (d *sketchUnpacker) moment() (scenario string, point, step int32, time int64) {
	return d.name(), d.int32(), d.int32(), d.varint()
}

// leastSketch is less than a distribution with its key takes.
const leastSketch = 16

// sketchTaker takes distributions of each kind.
type sketchTaker struct {
	ratio    func(*CRatioSketch)
	series   func(*SeriesSketch)
	position func(*PositionSketch)
}

// unpackSketches gives the distributions one after the other, each void once the next is given.
func unpackSketches(data []byte, to sketchTaker) error {
	d := &sketchUnpacker{unpacker: unpacker{data: data}}
	var r CRatioSketch
	for range d.count(leastSketch) {
		k := &r.Key
		k.Scenario, k.Point, k.Step, k.Time = d.moment()
		k.Pool, k.Collateral = d.name(), d.name()
		r.ZeroDebt, r.Liquidatable, r.DebtUnit = d.varint(), d.varint(), d.float()
		d.sketch(&r.ByPosition)
		d.sketch(&r.ByDebt)
		if d.bad {
			return errMalformed
		}
		to.ratio(&r)
	}
	var s SeriesSketch
	for range d.count(leastSketch) {
		k := &s.Key
		k.Scenario, k.Point, k.Step, k.Time = d.moment()
		k.Figure, k.Entity, k.Unit = d.name(), d.name(), d.name()
		d.sketch(&s.Values)
		if d.bad {
			return errMalformed
		}
		to.series(&s)
	}
	var p PositionSketch
	for range d.count(leastSketch) {
		if d.position(&p); d.bad {
			return errMalformed
		}
		to.position(&p)
	}
	return d.end()
}
