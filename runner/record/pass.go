package record

import "math/bits"

// Pass adds many observations to a sketch, in ascending order of their buckets,
// at less cost than one by one. All of them lie strictly between the extremes
// that the sketch already has. The sketch is complete after Flush.
type Pass struct {
	sketch *Sketch
	at     int // bin that the last observation fell into
	n      int64
	sum    int64
	weight int64
}

// passLimit keeps the sums of a pass, of terms up to 2^51, within an int64.
const passLimit = 1 << 61

// NewPass begins a pass.
func NewPass(s *Sketch) Pass { return Pass{sketch: s} }

// BucketOf returns the bucket that a number falls into; NaN has none.
func BucketOf(value float64) int32 { return bucketOf(value) }

// Add takes in an observation by its bucket, its value in units of 10^-9,
// rounded to even, and its weight, both from 0 to 2^51; the weight is not 0.
func (p *Pass) Add(bucket int32, term, weight int64) {
	p.n++
	p.sum += term
	p.weight += weight
	bins, at := p.sketch.Bins, p.find(bucket)
	p.at = at
	if at < len(bins) && bins[at].Index == bucket {
		count := &bins[at].Count
		lo, carry := bits.Add64(count.Lo, uint64(weight), 0)
		count.Lo, count.Hi = lo, count.Hi+int64(carry)
	} else {
		p.sketch.addBin(Bin{Index: bucket, Count: Int128Of(weight)})
		p.at = 0
	}
	if p.sum|p.weight >= passLimit {
		p.Flush()
	}
}

// find returns where a bucket stands or would stand. Where a distribution is
// dense, every bucket has its bin, and the first guess is right.
func (p *Pass) find(bucket int32) int {
	bins, at := p.sketch.Bins, p.at
	if at < len(bins) {
		guess := at + int(bucket-bins[at].Index)
		if guess >= at && guess < len(bins) && bins[guess].Index == bucket {
			return guess
		}
	}
	for at < len(bins) && bins[at].Index < bucket {
		at++
	}
	return at
}

// Flush brings the sums of the sketch up to date.
func (p *Pass) Flush() {
	s := p.sketch
	s.N += p.n
	s.addTo(&s.Weight, Int128Of(p.weight))
	s.addTo(&s.Sum, Int128Of(p.sum))
	p.n, p.sum, p.weight = 0, 0, 0
}
