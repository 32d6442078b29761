package portable

import "math"

const (
	expOverflow  = 709.782712893384
	expUnderflow = -708.3964185322641

	invLn2N  = 0x1.71547652b82fep0 * 128
	ln2HiN   = 0x1.62e42fefa0000p-8
	ln2LoN   = 0x1.cf79abc9e3b39p-47
	expShift = 0x1.8p52

	expC2 = 0x1.ffffffffffdbdp-2
	expC3 = 0x1.555555555543cp-3
	expC4 = 0x1.55555cf172b91p-5
	expC5 = 0x1.1111167a4d017p-7
)

// Exp returns e^x with an error below 0.52 ulp for normal results: a table of
// 2^(k/128) and a polynomial of degree five on the remainder (the layout and
// the minimax coefficients of Szabolcs Nagy's exp in ARM's optimized-routines).
// Results below the smallest normal number are scaled down in a second
// rounding.
func Exp(x float64) float64 {
	if !(x > expUnderflow && x < expOverflow) {
		return expEdge(x)
	}
	return expCore(x)
}

func expCore(x float64) float64 {
	kd := float64(invLn2N*x) + expShift
	ki := math.Float64bits(kd)
	kd -= expShift
	r := x - float64(kd*ln2HiN) - float64(kd*ln2LoN)
	i := 2 * (ki & 127)
	r2 := float64(r * r)
	low := math.Float64frombits(expTable[i]) + r
	mid := expC2 + float64(r*expC3)
	high := expC4 + float64(r*expC5)
	t := low + float64(r2*mid) + float64(float64(r2*r2)*high)
	scale := math.Float64frombits(expTable[i+1] + ki<<45)
	return scale + float64(scale*t)
}

// expEdge answers what the table does not: NaN, infinities, overflow and
// results below the smallest normal number.
func expEdge(x float64) float64 {
	switch {
	case x != x:
		return x
	case x >= expOverflow:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	// x is far below zero and 64·ln2Hi has few digits: their sum is exact.
	return float64(expCore(x+64*ln2Hi)*(1+64*ln2Lo)) * 0x1p-64
}

// ExpScaled replaces every x of values by scale·e^x.
func ExpScaled(values []float64, scale float64) {
	for n, x := range values {
		if !(x > expUnderflow && x < expOverflow) {
			values[n] = scale * expEdge(x)
			continue
		}
		kd := float64(invLn2N*x) + expShift
		ki := math.Float64bits(kd)
		kd -= expShift
		r := x - float64(kd*ln2HiN) - float64(kd*ln2LoN)
		i := (2 * ki) & 254
		r2 := float64(r * r)
		low := math.Float64frombits(expTable[i]) + r
		mid := expC2 + float64(r*expC3)
		high := expC4 + float64(r*expC5)
		t := low + float64(r2*mid) + float64(float64(r2*r2)*high)
		s := math.Float64frombits(expTable[i+1] + ki<<45)
		values[n] = float64(scale * (s + float64(s*t)))
	}
}
