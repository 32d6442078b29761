package rng

import "backtest/pricepaths/portable"

// Source gives access to every draw under one seed. The zero value is the
// source of seed 0. A Source is immutable and may be shared.
type Source struct{ key0, key1 uint64 }

// New returns the source of a seed.
func New(seed uint64) Source { return Source{key0: seed} }

// NewKeyed returns the source of a seed and a second key word: sources of one
// seed and different second words are independent.
func NewKeyed(seed, second uint64) Source { return Source{seed, second} }

// Block returns four words at a counter. Block 0 of (path, q, stream) holds the
// words of steps 4q to 4q+3; blocks 1 and above belong to draws that need more
// than one word, at their own step.
func (s Source) Block(path, step, stream, block uint64) (w [4]uint64) {
	w[0], w[1], w[2], w[3] = Philox(path, step, stream, block, s.key0, s.key1)
	return w
}

// Uint64 returns the word of (path, step, stream).
func (s Source) Uint64(path, step, stream uint64) uint64 {
	w := s.Block(path, step>>2, stream, 0)
	return w[step&3]
}

// Float64 maps a word to the centre of one of 2^53 equal cells of (0, 1): never
// 0 and never 1.
func Float64(word uint64) float64 { return float64((float64(word>>11) + 0.5) * 0x1p-53) }

// Uniform returns a number in (0, 1) at (path, step, stream).
func (s Source) Uniform(path, step, stream uint64) float64 {
	return Float64(s.Uint64(path, step, stream))
}

// FillUniforms sets dst[n] to Uniform(path, n, stream).
func (s Source) FillUniforms(dst []float64, path, stream uint64) {
	for n := 0; n < len(dst); n += 4 {
		w := s.Block(path, uint64(n>>2), stream, 0)
		for k := range min(4, len(dst)-n) {
			dst[n+k] = Float64(w[k])
		}
	}
}

// Normal returns a standard normal number at (path, step, stream).
func (s Source) Normal(path, step, stream uint64) float64 {
	word := s.Uint64(path, step, stream)
	if z, ok := zigguratFast(word); ok {
		return z
	}
	return s.zigguratSlow(word, path, step, stream)
}

// FillNormals sets dst[n] to Normal(path, n, stream).
func (s Source) FillNormals(dst []float64, path, stream uint64) {
	whole := len(dst) &^ 3
	for n := 0; n < whole; n += 4 {
		d := dst[n : n+4 : n+4]
		w0, w1, w2, w3 := Philox(path, uint64(n>>2), stream, 0, s.key0, s.key1)
		var ok0, ok1, ok2, ok3 bool
		d[0], ok0 = zigguratFast(w0)
		d[1], ok1 = zigguratFast(w1)
		d[2], ok2 = zigguratFast(w2)
		d[3], ok3 = zigguratFast(w3)
		if ok0 && ok1 && ok2 && ok3 {
			continue
		}
		words, done := [4]uint64{w0, w1, w2, w3}, [4]bool{ok0, ok1, ok2, ok3}
		for k := range d {
			if !done[k] {
				d[k] = s.zigguratSlow(words[k], path, uint64(n+k), stream)
			}
		}
	}
	for n := whole; n < len(dst); n++ {
		dst[n] = s.Normal(path, uint64(n), stream)
	}
}

// Exponential returns -log U for the uniform at (path, step, stream).
func (s Source) Exponential(path, step, stream uint64) float64 {
	return -portable.Log(s.Uniform(path, step, stream))
}
