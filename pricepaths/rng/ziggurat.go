package rng

import (
	"math"

	"backtest/pricepaths/portable"
)

// The ziggurat of Marsaglia and Tsang (2000), "The ziggurat method for
// generating random variables", Journal of Statistical Software 5(8), with 256
// layers. The layer takes the low 8 bits of a word and the abscissa the high
// 55, so that the two are independent (unlike the original).
const (
	zigguratR    = 3.6541528853610088
	zigguratArea = 0.00492867323399
	abscissaOne  = 0x1p54
)

var (
	zigguratWidth [256]float64 // abscissa of a layer's right edge in units of 2^-54
	zigguratInner [256]int64   // abscissae below this lie inside the layer for certain
	zigguratX     [257]float64 // right edge of a layer; [0] belongs to the base strip
	zigguratY     [257]float64 // unnormalised density at the right edge
)

func init() {
	density := func(x float64) float64 { return portable.Exp(float64(float64(-0.5*x) * x)) }
	zigguratX[0] = zigguratArea / density(zigguratR)
	zigguratX[1] = zigguratR
	for n := 2; n < 256; n++ {
		y := density(zigguratX[n-1]) + zigguratArea/zigguratX[n-1]
		zigguratX[n] = math.Sqrt(float64(-2 * portable.Log(y)))
	}
	for n := range zigguratX {
		zigguratY[n] = density(zigguratX[n])
	}
	for n := range zigguratWidth {
		zigguratWidth[n] = zigguratX[n] / abscissaOne
		zigguratInner[n] = int64(float64(zigguratX[n+1]/zigguratX[n]) * abscissaOne)
	}
}

// zigguratFast turns a word into a normal number in 98.8 % of the cases.
func zigguratFast(word uint64) (float64, bool) {
	layer := uint8(word)
	abscissa := int64(word) >> 9
	sign := abscissa >> 63
	return float64(abscissa) * zigguratWidth[layer], (abscissa^sign)-sign < zigguratInner[layer]
}

// zigguratSlow finishes what zigguratFast left open, with words from further
// blocks of the same step.
func (s Source) zigguratSlow(word, path, step, stream uint64) float64 {
	for attempt := uint64(1); ; attempt++ {
		layer := uint8(word)
		x := float64(int64(word)>>9) * zigguratWidth[layer]
		if layer == 0 {
			return math.Copysign(s.tail(path, step, stream, attempt), x)
		}
		more := s.Block(path, step, stream, attempt)
		low, high := zigguratY[layer], zigguratY[layer+1]
		y := low + float64(Float64(more[0])*(high-low))
		if y < portable.Exp(float64(float64(-0.5*x)*x)) {
			return x
		}
		word = more[1]
		if z, ok := zigguratFast(word); ok {
			return z
		}
	}
}

// tail draws from the normal distribution beyond zigguratR (Marsaglia 1964),
// with the blocks from attempt on.
func (s Source) tail(path, step, stream, attempt uint64) float64 {
	for ; ; attempt++ {
		more := s.Block(path, step, stream, attempt)
		x := -portable.Log(Float64(more[0])) / zigguratR
		y := -portable.Log(Float64(more[1]))
		if y+y >= float64(x*x) {
			return zigguratR + x
		}
	}
}
