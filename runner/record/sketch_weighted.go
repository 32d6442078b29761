package record

import "math"

// Positions of weighted paths count with the path's likelihood ratio, in units of
// 2^-weightBits. A plain position counts 1, so that the weight of a plain
// distribution is the number of its observations; that tells the two apart.
const weightBits = 60

// AddWeighted takes in the distribution of one path with a likelihood ratio: every
// position counts with it, and so does its debt. Weights are rounded to the unit,
// and sums of integers are the same in any order. Positions without debt and
// liquidatable ones are counted as they are.
func (s *CRatioSketch) AddWeighted(o *CRatioSketch, weight float64) {
	s.ZeroDebt += o.ZeroDebt
	s.Liquidatable += o.Liquidatable
	s.ByPosition.addScaled(&o.ByPosition, math.Ldexp(weight, weightBits))
	s.ByDebt.addScaled(&o.ByDebt, weight)
}

// Clear empties the distributions and keeps key, unit and memory.
func (s *CRatioSketch) Clear() {
	s.ByPosition.Reset()
	s.ByDebt.Reset()
	s.ZeroDebt, s.Liquidatable = 0, 0
}

// addScaled takes in the bins of another sketch, times a factor.
func (s *Sketch) addScaled(o *Sketch, factor float64) {
	if o.N == 0 {
		return
	}
	s.extend(o.Low, o.High)
	s.N += o.N
	for _, b := range o.Bins {
		count, ok := Int128FromFloat(math.RoundToEven(float64(b.Count.Float64() * factor)))
		s.Inexact = s.Inexact || !ok
		if !count.IsZero() {
			s.addTo(&s.Weight, count)
			s.addBin(Bin{Index: b.Index, Count: count})
		}
	}
}

// positionUnit is what a unit of the weight by position is worth.
func (s *CRatioSketch) positionUnit() float64 {
	if s.ByPosition.Weight == Int128Of(s.ByPosition.N) {
		return 1
	}
	return math.Ldexp(1, -weightBits)
}
