package record

import (
	"math"
	"math/bits"
)

// RatioBins gathers a CRatioSketch, dense: every bucket between the outermost
// has its place, so that an observation costs an addition. The zero value is
// not ready; Reset makes it so.
type RatioBins struct {
	First        int32 // bucket of Bins[0]
	Bins         []RatioBin
	Zero         RatioBin // the bucket of 0, far from all others
	Low, High    float64
	ZeroDebt     int64
	Liquidatable int64
}

// RatioBin is a bucket: how many positions are in it, and the debt that they
// add up to, a signed number of 96 bits in units of CRatioSketch.DebtUnit.
type RatioBin struct {
	Lo    uint64
	Hi    int32
	Count uint32
}

// Add takes in positions and their debt.
func (b *RatioBin) Add(count uint32, debt Int128) {
	var carry uint64
	b.Lo, carry = bits.Add64(b.Lo, debt.Lo, 0)
	b.Hi += int32(debt.Hi) + int32(carry)
	b.Count += count
}

// AddOne takes in a position and its debt.
func (b *RatioBin) AddOne(debt int64) {
	var carry uint64
	b.Lo, carry = bits.Add64(b.Lo, uint64(debt), 0)
	b.Hi += int32(debt>>63) + int32(carry)
	b.Count++
}

// Reset empties the bins and keeps their memory.
func (r *RatioBins) Reset() {
	clear(r.Bins)
	r.Zero = RatioBin{}
	r.Low, r.High = math.Inf(1), math.Inf(-1)
	r.ZeroDebt, r.Liquidatable = 0, 0
}

// spare is how many buckets are added beside those that are needed.
const spare = 64

// Cover makes place for the buckets from low to high, of numbers above 0.
func (r *RatioBins) Cover(low, high int32) {
	last := r.First + int32(len(r.Bins)) - 1
	if len(r.Bins) > 0 && low >= r.First && high <= last {
		return
	}
	low, high = low-spare, high+spare
	if len(r.Bins) > 0 {
		low, high = min(low, r.First), max(high, last)
	}
	bins := make([]RatioBin, high-low+1)
	if len(r.Bins) > 0 {
		copy(bins[r.First-low:], r.Bins)
	}
	r.First, r.Bins = low, bins
}

// Bin returns the bin of a bucket that is covered, or of 0.
func (r *RatioBins) Bin(bucket int32) *RatioBin {
	if bucket == 0 {
		return &r.Zero
	}
	return &r.Bins[bucket-r.First]
}

// Place returns the bin of a C-ratio, nil when it lies within a margin of the edge
// of its bucket. The margin counts in units of the last place.
func (r *RatioBins) Place(ratio float64, margin uint64) *RatioBin {
	x := math.Float64bits(ratio)
	if (x+margin)&BucketMask < 2*margin {
		return nil
	}
	return &r.Bins[int(x>>BucketShift)-int(r.First)]
}

// Extend widens the extremes by a C-ratio.
func (r *RatioBins) Extend(ratio float64) { r.Low, r.High = min(r.Low, ratio), max(r.High, ratio) }

// crowdedBin is how many positions a bucket holds at most before another block of paths is added to it.
const crowdedBin = 1 << 31

// Merge adds what was gathered elsewhere, and says whether a bucket is so full that nothing more may be added.
func (r *RatioBins) Merge(o *RatioBins) (crowded bool) {
	r.ZeroDebt += o.ZeroDebt
	r.Liquidatable += o.Liquidatable
	r.Low, r.High = min(r.Low, o.Low), max(r.High, o.High) // of an empty one, infinite
	r.Zero.merge(&o.Zero)
	crowded = r.Zero.Count >= crowdedBin
	if len(o.Bins) == 0 {
		return crowded
	}
	if last := o.First + int32(len(o.Bins)) - 1; len(r.Bins) == 0 || o.First < r.First || last >= r.First+int32(len(r.Bins)) {
		r.Cover(o.First, last)
	}
	into := r.Bins[o.First-r.First:][:len(o.Bins)]
	for i := range o.Bins {
		into[i].merge(&o.Bins[i])
		crowded = crowded || into[i].Count >= crowdedBin
	}
	return crowded
}

func (b *RatioBin) merge(o *RatioBin) {
	var carry uint64
	b.Lo, carry = bits.Add64(b.Lo, o.Lo, 0)
	b.Hi += o.Hi + int32(carry)
	b.Count += o.Count
}

// Into replaces what a sketch holds by what was gathered.
func (r *RatioBins) Into(s *CRatioSketch) {
	s.ZeroDebt, s.Liquidatable = r.ZeroDebt, r.Liquidatable
	positions, debt := &s.ByPosition, &s.ByDebt
	positions.Reset()
	debt.Reset()
	s.take(0, &r.Zero)
	for i := range r.Bins {
		s.take(r.First+int32(i), &r.Bins[i])
	}
	debt.N = positions.N
	if positions.N > 0 {
		positions.Weight = Int128Of(positions.N)
		positions.Low, positions.High, debt.Low, debt.High = r.Low, r.High, r.Low, r.High
	}
}

func (s *CRatioSketch) take(bucket int32, x *RatioBin) {
	if x.Count == 0 {
		return
	}
	positions, debt := &s.ByPosition, &s.ByDebt
	positions.N += int64(x.Count)
	positions.Bins = append(positions.Bins, Bin{Index: bucket, Count: Int128Of(int64(x.Count))})
	if weight := (Int128{Hi: int64(x.Hi), Lo: x.Lo}); !weight.IsZero() {
		debt.Bins = append(debt.Bins, Bin{Index: bucket, Count: weight})
		debt.addTo(&debt.Weight, weight)
	}
}
