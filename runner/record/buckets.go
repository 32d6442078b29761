package record

import "math"

// Buckets of a Sketch are the float64 numbers that share sign, exponent and the upper bucketBits bits of the mantissa:
// 128 buckets an octave, each 1/128 of its octave wide. The middle of a bucket is within 1/256 (0.39 %) of every
// number in it. Found by shifting bits, the bucket of a number is the same on every processor.
const (
	bucketBits     = 7
	bucketShift    = 52 - bucketBits
	zeroBelow      = 1.0 / (1 << 40) // smaller magnitudes count as zero
	infiniteBucket = 0x7FF << bucketBits
	sumUnit        = 1e9     // sums are kept in units of 10^-9
	sumLimit       = 1 << 90 // larger terms are left out, so that no order of adding 2^37 of them overflows
)

// The bucket of a positive number from zeroBelow on is its bits shifted right by
// BucketShift; those under BucketMask do not matter.
const (
	BucketShift = bucketShift
	BucketMask  = 1<<bucketShift - 1
)

// BucketOf gives the bucket of a number that is not NaN.
func BucketOf(v float64) int32 {
	switch {
	case v >= zeroBelow:
		return int32(math.Float64bits(v) >> bucketShift)
	case v <= -zeroBelow:
		return -int32(math.Float64bits(-v) >> bucketShift)
	}
	return 0
}

// edge is the magnitude at which the bucket of magnitude index begins.
func edge(index int32) float64 { return math.Float64frombits(uint64(index) << bucketShift) }

// BucketLow is the lower edge of a bucket: for a negative one the edge farther from zero, which belongs to the bucket
// below it.
func BucketLow(index int32) float64 {
	switch {
	case index > 0:
		return edge(index)
	case index == -infiniteBucket:
		return math.Inf(-1)
	case index < 0:
		return -edge(-index + 1)
	}
	return -zeroBelow
}

// bucketMiddle is the middle of a bucket, 0 for zero, infinite for infinity.
func bucketMiddle(index int32) float64 {
	switch {
	case index > 0:
		return middle(index)
	case index < 0:
		return -middle(-index)
	}
	return 0
}

func middle(index int32) float64 {
	if index == infiniteBucket {
		return math.Inf(1)
	}
	return math.Float64frombits(uint64(index)<<bucketShift | 1<<(bucketShift-1))
}
