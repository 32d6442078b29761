package record

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAddAllIsAddOfEach: whatever the order, the signs, the ties and the ends of
// the range.
func TestAddAllIsAddOfEach(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 300 {
		var one, all Sketch
		for range 1 + r.IntN(3) {
			values := make([]float64, r.IntN(70))
			for i := range values {
				values[i] = math.Ldexp(r.Float64()-0.5, r.IntN(80)-40)
				switch r.IntN(12) {
				case 0:
					values[i] = 0
				case 1:
					values[i] = math.Copysign(0, -1)
				case 2:
					values[i] = math.Inf(1 - 2*r.IntN(2))
				case 3:
					values[i] = 1e30
				}
				if n%5 == 0 {
					values[i] = values[0]
				}
			}
			for _, v := range values {
				one.Add(v)
			}
			all.AddAll(slices.Clone(values))
		}
		if a, b := fmt.Sprintf("%+v %v", one, math.Signbit(one.Low)), fmt.Sprintf("%+v %v", all, math.Signbit(all.Low)); a != b {
			t.Fatalf("world %d of seed %d:\n%s\nwant\n%s", n, seed, b, a)
		}
	}
}
