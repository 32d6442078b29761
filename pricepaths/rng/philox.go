// Package rng draws random numbers by position: every number is a function of
// (seed, path, step, stream) and nothing else, so that any draw can be computed
// by itself, in any order and by any worker, with the same bits on every
// processor.
//
// The generator is Philox4x64-10 of Salmon, Moraes, Dror and Shaw (2011),
// "Parallel random numbers: as easy as 1, 2, 3", SC'11,
// doi:10.1145/2063384.2063405. The seed is its key; path, step, stream and a
// block number are its counter.
package rng

import "math/bits"

const (
	multiplier0 = 0xD2E7470EE14C6C93
	multiplier1 = 0xCA5A826395121157
	weyl0       = 0x9E3779B97F4A7C15
	weyl1       = 0xBB67AE8584CAA73B
)

// Philox returns the four 64-bit words of Philox4x64-10 at the counter
// (c0, c1, c2, c3) under the key (k0, k1).
func Philox(c0, c1, c2, c3, k0, k1 uint64) (uint64, uint64, uint64, uint64) {
	for range 5 {
		high0, low0 := bits.Mul64(multiplier0, c0)
		high1, low1 := bits.Mul64(multiplier1, c2)
		c0, c1, c2, c3 = high1^c1^k0, low1, high0^c3^k1, low0
		k0 += weyl0
		k1 += weyl1
		high0, low0 = bits.Mul64(multiplier0, c0)
		high1, low1 = bits.Mul64(multiplier1, c2)
		c0, c1, c2, c3 = high1^c1^k0, low1, high0^c3^k1, low0
		k0 += weyl0
		k1 += weyl1
	}
	return c0, c1, c2, c3
}
