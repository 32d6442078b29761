// Package sobol gives Sobol's low-discrepancy points by index, plain or with a
// random linear scramble.
package sobol

import "math/bits"

// Directions returns the 32 direction numbers of a dimension (from 0), as
// fractions of 2^32. dimension must be below MaxDimensions.
func Directions(dimension int) (v [32]uint32) {
	if dimension == 0 { // the van der Corput sequence
		for k := range v {
			v[k] = 1 << (31 - k)
		}
		return v
	}
	r := &joeKuo[dimension-1]
	degree := len(r.initial)
	for k := range v {
		if k < degree {
			v[k] = r.initial[k] << (31 - k)
			continue
		}
		v[k] = v[k-degree] ^ v[k-degree]>>degree
		for j := 1; j < degree; j++ {
			if r.coefficients>>(degree-1-j)&1 == 1 {
				v[k] ^= v[k-j]
			}
		}
	}
	return v
}

// Coordinate returns a coordinate of a point as a fraction of 2^32. The points
// stand in natural order: those of any 2^k first indices form the same set as
// in Gray code order.
func Coordinate(index uint32, dimension int) uint32 {
	v := Directions(dimension)
	x := uint32(0)
	for ; index != 0; index &= index - 1 {
		x ^= v[bits.TrailingZeros32(index)]
	}
	return x
}

// Scrambled is a set of dimensions under a random linear matrix scramble
// (Matoušek 1998, "On the L2-discrepancy for anchored boxes", Journal of
// Complexity 14, 527-556): the binary digits of every coordinate are multiplied
// by a random lower triangular matrix with a unit diagonal. The digital shift
// that belongs to it is left to the caller, who can draw one a replicate.
type Scrambled struct {
	directions [][32]uint64
}

// NewScrambled scrambles the first dimensions; word(dimension, row) gives the
// random bits of one matrix row.
func NewScrambled(dimensions int, word func(dimension, row int) uint64) *Scrambled {
	s := &Scrambled{make([][32]uint64, dimensions)}
	for d := range s.directions {
		var rows [64]uint32 // the mask of input digits of each output digit
		for i := range rows {
			rows[i] = uint32(word(d, i) >> 32)
			if i < 32 {
				diagonal := uint32(1) << (31 - i)
				rows[i] = rows[i]&^(diagonal-1) | diagonal
			}
		}
		for k, v := range Directions(d) {
			for i, mask := range rows {
				s.directions[d][k] |= uint64(bits.OnesCount32(mask&v)&1) << (63 - i)
			}
		}
	}
	return s
}

// Dimensions returns the number of dimensions.
func (s *Scrambled) Dimensions() int { return len(s.directions) }

// Word returns a coordinate of a point as a fraction of 2^64.
func (s *Scrambled) Word(index uint32, dimension int) uint64 {
	v := &s.directions[dimension]
	x := uint64(0)
	for ; index != 0; index &= index - 1 {
		x ^= v[bits.TrailingZeros32(index)]
	}
	return x
}
