package fixedpoint

import "math/bits"

// The units are 2^k·5^k: dividing by one is a shift and a division by a number
// of one word, and floor(floor(x/2^k)/5^k) is floor(x/10^k).
const (
	fives18 = 3_814_697_265_625         // 5^18
	fives27 = 7_450_580_596_923_828_125 // 5^27
	fives9  = 1_953_125                 // 5^9
)

// quoUnit returns x/10^18.
func quoUnit(x Uint256) Uint256 {
	if x.w2|x.w3 != 0 {
		q, _ := quoRem64(shiftRight(x, 18), fives18)
		return q
	}
	hi, lo := x.w1>>18, x.w0>>18|x.w1<<46
	if hi == 0 {
		return Uint256{w0: lo / fives18}
	}
	q1 := hi / fives18
	q0, _ := bits.Div64(hi-q1*fives18, lo, fives18)
	return Uint256{w0: q0, w1: q1}
}

// quoPrecise returns x/10^27.
func quoPrecise(x Uint256) Uint256 {
	x = shiftRight(x, 27)
	if x.w2|x.w3 != 0 {
		q, _ := quoRem64(x, fives27)
		return q
	}
	q1 := x.w1 / fives27
	q0, _ := bits.Div64(x.w1-q1*fives27, x.w0, fives27)
	return Uint256{w0: q0, w1: q1}
}

func shiftRight(x Uint256, n uint) Uint256 {
	m := 64 - n
	return Uint256{x.w0>>n | x.w1<<m, x.w1>>n | x.w2<<m, x.w2>>n | x.w3<<m, x.w3 >> n}
}
