package runner

import (
	"math"
	"testing"

	"backtest/pricepaths/history"
)

// TestAlignKeepsGaps: a bar that one file lacks is NaN for its assets alone, and
// only the common span counts.
func TestAlignKeepsGaps(t *testing.T) {
	const base = 1_599_998_400
	file := func(asset string, times []int64, closes []float64) *history.File {
		for i := range times {
			times[i] += base
		}
		f, err := history.FromColumns(asset, times, []string{asset}, [][]float64{closes})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	whole := file("ETH", []int64{0, 3600, 7200, 10800, 14400}, []float64{1, 2, 3, 4, 5})
	gap := file("BTC", []int64{3600, 7200, 14400, 18000}, []float64{20, 30, 50, 60})
	p, err := align([]*history.File{whole, gap}, 3600)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float64{"ETH": {2, 3, 4, 5}, "BTC": {20, 30, math.NaN(), 50}}
	for a, asset := range p.Assets {
		for i, c := range p.Closes[a] {
			if w := want[asset][i]; c != w && !(math.IsNaN(c) && math.IsNaN(w)) {
				t.Errorf("%s at %d is %v, want %v", asset, p.Times[i], c, w)
			}
		}
	}
	if len(p.Times) != 4 || p.Times[0] != base+3600 {
		t.Errorf("times are %v", p.Times)
	}
}
