package runner

import (
	"math"
	"slices"
	"testing"

	"backtest/configs"
)

// TestQuantilesAreTheLawItself: each of n equal parts once, for sizes and C-ratios
// in another order, the same for every seed.
func TestQuantilesAreTheLawItself(t *testing.T) {
	g := &configs.LP{ID: "stakers", Count: 50, Draw: "quantiles"}
	all := func(seed, stream uint64) (out []float64) {
		b := &builder{cfg: &configs.Config{Seed: seed}}
		for i := range g.Count {
			out = append(out, b.draw(g, i, stream))
		}
		return out
	}
	sizes, ratios := all(1, sizeStream), all(1, ratioStream)
	if !slices.Equal(sizes, all(2, sizeStream)) {
		t.Error("two seeds have two populations")
	}
	correlation := 0.0
	for i := range sizes {
		correlation += (sizes[i] - 0.5) * (ratios[i] - 0.5) / float64(len(sizes)) * 12
	}
	if math.Abs(correlation) > 0.4 {
		t.Errorf("sizes and C-ratios have the correlation %.2f", correlation)
	}
	slices.Sort(sizes)
	for i, u := range sizes {
		if math.Abs(u-(float64(i)+0.5)/50) > 1e-12 {
			t.Fatalf("part %d is %v", i, u)
		}
	}
	g.Draw = "fixed"
	if slices.Equal(all(1, sizeStream), all(2, sizeStream)) {
		t.Error("two seeds have one draw")
	}
}
