package record

import (
	"math"
	"math/bits"
	"slices"
)

// Counters gather the observations of many Sketches, each of weight 1: an addition costs a few instructions, whatever the
// order. Counts lie in pages of neighbouring buckets.
type Counters struct {
	list   []counter
	chunks [][]page
	free   []page // rest of the last chunk
}

// page holds the counts of a quarter of an octave.
type page [1 << pageBits]uint32

const (
	pageBits   = 5
	pageMask   = 1<<pageBits - 1
	chunkPages = 1 << 12
	pageBytes  = 4 << pageBits
)

// counter is one of them.
type counter struct {
	n         int64
	total     Int128 // of the values
	inexact   bool
	low, high float64
	zero      uint32
	above     pageTable // of numbers above 0
	below     pageTable // of those below, by magnitude
}

// pageTable has the pages of buckets in order, nil for those without observations.
type pageTable struct {
	first int
	at    []*page
}

// NewCounters gives so many empty counters.
func NewCounters(n int) *Counters { return &Counters{list: make([]counter, n)} }

// Add takes in observations of counter i, none of them NaN.
func (c *Counters) Add(i int, values []float64) {
	if len(values) == 0 {
		return
	}
	into := &c.list[i]
	if into.n == 0 {
		into.low, into.high = values[0], values[0]
	}
	into.n += int64(len(values))
	// Some figures hardly differ between paths, such as the prices at the start.
	if same := sameAsFirst(values); same == len(values) {
		into.extend(values[0])
		into.sumLarge(math.RoundToEven(float64(values[0]*sumUnit)), same)
		*c.place(into, values[0]) += uint32(same)
		return
	}
	into.sumAll(values)
	c.count(into, values)
}

// sameAsFirst counts the values that the list begins with.
func sameAsFirst(values []float64) int {
	for i, v := range values {
		if v != values[0] {
			return i
		}
	}
	return len(values)
}

// extend widens the extremes. One zero only: -0 compares equal to 0 and must not show.
func (c *counter) extend(v float64) {
	if v < c.low {
		c.low = v
	}
	if v > c.high {
		c.high = v
	}
	c.low, c.high = c.low+0, c.high+0
}

// sumAll adds values to the sum and the extremes.
func (c *counter) sumAll(values []float64) {
	low, high, hi, lo := c.low, c.high, c.total.Hi, c.total.Lo
	for _, v := range values {
		// Not min and max of floats, which cost more: there is no NaN.
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
		x := math.RoundToEven(float64(v * sumUnit))
		if math.Abs(x) >= 1<<62 {
			c.total = Int128{Hi: hi, Lo: lo}
			c.sumLarge(x, 1)
			hi, lo = c.total.Hi, c.total.Lo
			continue
		}
		term, carry := int64(x), uint64(0)
		lo, carry = bits.Add64(lo, uint64(term), 0)
		hi += term>>63 + int64(carry) // far from overflow: see sumLimit
	}
	c.low, c.high, c.total = low+0, high+0, Int128{Hi: hi, Lo: lo}
}

// sumLarge adds a term n times to the sum.
func (c *counter) sumLarge(x float64, n int) {
	term, ok := Int128FromFloat(x)
	c.inexact = c.inexact || !ok
	for range n {
		c.total, _ = c.total.Add(term)
	}
}

// count adds values to their buckets.
func (c *Counters) count(into *counter, values []float64) {
	first, at := into.above.first<<pageBits, into.above.at
	for _, v := range values {
		if v >= zeroBelow {
			bucket := int(math.Float64bits(v)>>bucketShift) - first
			if number := uint(bucket) >> pageBits; number < uint(len(at)) {
				if p := at[number]; p != nil {
					p[bucket&pageMask]++
					continue
				}
			}
		}
		*c.place(into, v)++
		first, at = into.above.first<<pageBits, into.above.at
	}
}

// place returns the count of the bucket of a value.
func (c *Counters) place(into *counter, v float64) *uint32 {
	bucket, table := int(BucketOf(v)), &into.above
	if bucket < 0 {
		bucket, table = -bucket, &into.below
	} else if bucket == 0 {
		return &into.zero
	}
	place := bucket>>pageBits - table.first
	if uint(place) >= uint(len(table.at)) || table.at[place] == nil {
		place = c.open(table, bucket>>pageBits)
	}
	return &table.at[place][bucket&pageMask]
}

// tableMargin is how many places are made beside those that are needed.
const tableMargin = 8

// open adds a page to a table and returns its place.
func (c *Counters) open(t *pageTable, number int) (place int) {
	if len(t.at) == 0 {
		t.first, t.at = number-tableMargin, make([]*page, 2*tableMargin)
	}
	if place = number - t.first; place < 0 {
		more := tableMargin - place
		t.at = append(make([]*page, more, more+len(t.at)), t.at...)
		t.first -= more
		place += more
	}
	if more := place + 1 - len(t.at); more > 0 {
		t.at = append(t.at, make([]*page, more+tableMargin)...)
	}
	if len(c.free) == 0 {
		c.free = make([]page, chunkPages)
		c.chunks = append(c.chunks, c.free)
	}
	t.at[place], c.free = &c.free[0], c.free[1:]
	return place
}

// Len is the number of counters.
func (c *Counters) Len() int { return len(c.list) }

// N is the number of observations of counter i.
func (c *Counters) N(i int) int64 { return c.list[i].n }

// Bytes is the memory of the counts.
func (c *Counters) Bytes() int { return len(c.chunks) * chunkPages * pageBytes }

// Reset empties the counters. They keep memory up to so many bytes.
func (c *Counters) Reset(keep int) {
	tooMuch := c.Bytes() > keep
	for i := range c.list {
		into := &c.list[i]
		if tooMuch {
			into.above, into.below = pageTable{}, pageTable{}
		}
		into.n, into.total, into.inexact, into.zero = 0, Int128{}, false, 0
	}
	if tooMuch {
		c.chunks, c.free = nil, nil
	}
	for _, chunk := range c.chunks {
		clear(chunk)
	}
}

// Into replaces what a sketch holds by the observations of counter i.
func (c *Counters) Into(i int, s *Sketch) {
	from := &c.list[i]
	s.Reset()
	if from.n == 0 {
		return
	}
	s.Bins = slices.Grow(s.Bins, from.bins())
	s.N, s.Weight, s.Sum, s.Inexact, s.Low, s.High = from.n, Int128Of(from.n), from.total, from.inexact, from.low, from.high
	for place := len(from.below.at) - 1; place >= 0; place-- {
		if p := from.below.at[place]; p != nil {
			for k := len(p) - 1; k >= 0; k-- {
				s.appendBin(-from.below.bucket(place, k), p[k])
			}
		}
	}
	s.appendBin(0, from.zero)
	for place, p := range from.above.at {
		if p != nil {
			for k, n := range p {
				s.appendBin(from.above.bucket(place, k), n)
			}
		}
	}
}

// bins counts the buckets that hold something.
func (c *counter) bins() (n int) {
	if c.zero > 0 {
		n++
	}
	for _, t := range []*pageTable{&c.above, &c.below} {
		for _, p := range t.at {
			if p == nil {
				continue
			}
			for _, count := range p {
				if count > 0 {
					n++
				}
			}
		}
	}
	return n
}

// bucket is that of a place in a page.
func (t *pageTable) bucket(place, k int) int32 { return int32((t.first+place)<<pageBits + k) }

// appendBin adds a bin above all others, unless it is empty.
func (s *Sketch) appendBin(index int32, n uint32) {
	if n > 0 {
		s.Bins = append(s.Bins, Bin{Index: index, Count: Int128{Lo: uint64(n)}})
	}
}
