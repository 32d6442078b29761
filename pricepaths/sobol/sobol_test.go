package sobol

import (
	"math/bits"
	"math/rand/v2"
	"testing"
)

// The first points of the sequence in its first dimensions, in eighths, from
// the table of Joe and Kuo's own program (there in Gray code order: index k
// stands for k ^ k>>1).
func TestFirstPoints(t *testing.T) {
	gray := [][3]uint32{{0, 0, 0}, {4, 4, 4}, {6, 2, 2}, {2, 6, 6}, {3, 3, 5}, {7, 7, 1}, {5, 1, 7}, {1, 5, 3}}
	for k, want := range gray {
		index := uint32(k ^ k>>1)
		for d := range want {
			if got := Coordinate(index, d) >> 29; got != want[d] {
				t.Errorf("point %d, dimension %d: %d eighths, want %d", k, d+1, got, want[d])
			}
		}
	}
}

func TestDirectionNumbersAreValid(t *testing.T) {
	for n, r := range joeKuo {
		degree := len(r.initial)
		polynomial := uint32(1)<<degree | r.coefficients<<1 | 1
		if !primitive(polynomial, degree) {
			t.Errorf("dimension %d: polynomial %b is not primitive", n+2, polynomial)
		}
		for k, m := range r.initial {
			if m%2 == 0 || m >= 2<<k {
				t.Errorf("dimension %d: initial value %d is %d, want odd and below %d", n+2, k+1, m, 2<<k)
			}
		}
		for other := range n {
			if joeKuo[other].coefficients == r.coefficients && len(joeKuo[other].initial) == degree {
				t.Errorf("dimensions %d and %d share a polynomial", other+2, n+2)
			}
		}
	}
}

// primitive tells whether x has order 2^degree-1 modulo the polynomial.
func primitive(polynomial uint32, degree int) bool {
	x, order := uint32(1), 0
	for {
		x <<= 1
		if x>>degree&1 == 1 {
			x ^= polynomial
		}
		order++
		if x == 1 || order > 1<<degree {
			return order == 1<<degree-1
		}
	}
}

// Every coordinate of 2^k points hits each of 2^k equal cells once, scrambled or
// not; so do the pairs of the first dimensions for elementary boxes.
func TestStratification(t *testing.T) {
	const bitsUsed = 10
	r := rand.New(rand.NewPCG(1, 1))
	s := NewScrambled(MaxDimensions, func(int, int) uint64 { return r.Uint64() })
	if s.Dimensions() != 61 {
		t.Fatalf("%d dimensions, want 61", s.Dimensions())
	}
	for d := range MaxDimensions {
		var plain, scrambled [1 << bitsUsed]bool
		for k := range uint32(1 << bitsUsed) {
			plain[Coordinate(k, d)>>(32-bitsUsed)] = true
			scrambled[s.Word(k, d)>>(64-bitsUsed)] = true
		}
		for cell := range plain {
			if !plain[cell] || !scrambled[cell] {
				t.Fatalf("dimension %d misses cell %d", d+1, cell)
			}
		}
	}
	for split := range bitsUsed + 1 {
		var boxes [1 << bitsUsed]bool
		for k := range uint32(1 << bitsUsed) {
			a := s.Word(k, 0) >> 1 >> (63 - split)
			b := s.Word(k, 1) >> 1 >> (63 - (bitsUsed - split))
			boxes[a<<(bitsUsed-split)|b] = true
		}
		for cell, hit := range boxes {
			if !hit {
				t.Fatalf("seed (1, 1), split %d: box %d of dimensions 1 and 2 is empty", split, cell)
			}
		}
	}
}

func TestScrambleDependsOnItsBits(t *testing.T) {
	identity := NewScrambled(3, func(int, int) uint64 { return 0 })
	other := NewScrambled(3, func(d, i int) uint64 { return uint64(d*64+i) * 0x9e3779b97f4a7c15 })
	same := 0
	for k := range uint32(64) {
		for d := range 3 {
			if got, want := identity.Word(k, d)>>32, uint64(Coordinate(k, d)); got != want {
				t.Fatalf("identity scramble changes point %d dimension %d", k, d)
			}
			same += bits.OnesCount64(identity.Word(k, d) ^ other.Word(k, d))
		}
	}
	if same == 0 {
		t.Error("a scramble left every point as it was")
	}
}
