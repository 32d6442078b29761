package record

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestPassAddsTheSame: observations added in a pass make the same sketch as
// one by one.
func TestPassAddsTheSame(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		var want, got Sketch
		for _, s := range []*Sketch{&want, &got} { // the extremes, and bins to meet
			s.AddWeighted(1e-3, Int128Of(1))
			s.AddWeighted(1e5, Int128Of(3))
			s.AddWeighted(2.5, Int128Of(2))
		}
		values := make([]float64, r.IntN(100))
		for i := range values {
			values[i] = math.Exp(r.NormFloat64())
		}
		slices.Sort(values)
		pass := NewPass(&got)
		for _, v := range values {
			weight := 1 + r.Int64N(1<<50)
			want.AddWeighted(v, Int128Of(weight))
			pass.Add(BucketOf(v), int64(math.RoundToEven(v*1e9)), weight)
		}
		pass.Flush()
		if fmt.Sprint(want) != fmt.Sprint(got) {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	}
}
