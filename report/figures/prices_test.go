package figures

import (
	"bytes"
	"image/png"
	"math"
	"os"
	"testing"
)

func examplePrices() PriceFan {
	x := PriceFan{Asset: "ETH", Levels: []float64{0.05, 0.25, 0.5, 0.75, 0.95}, Caption: "1,000 paths of 30 days by the hour, seed 1."}
	var sample, recorded []float64
	for t := range 31 {
		x.Times = append(x.Times, int64(t)*86400)
		spread := 0.04 * math.Sqrt(float64(t))
		var q []float64
		for _, z := range []float64{-1.64, -0.67, 0, 0.67, 1.64} {
			q = append(q, 3000*math.Exp(z*spread))
		}
		x.Quantiles = append(x.Quantiles, q)
		sample = append(sample, 3000*math.Exp(spread*math.Sin(float64(t))))
		recorded = append(recorded, 2900+10*float64(t))
	}
	x.Samples, x.Recorded = [][]float64{sample}, recorded[:20]
	return x
}

func exampleTails() []TailPoint {
	var points []TailPoint
	for i := 1; i <= 40; i++ {
		size := 0.002 * float64(i)
		points = append(points,
			TailPoint{true, size, math.Exp(-60 * size), math.Exp(-70 * size)},
			TailPoint{false, size, math.Exp(-65 * size), math.Exp(-70 * size)})
	}
	return points
}

// TestPricePictures draws both pictures and looks at their size; with
// BACKTEST_PICTURES they are left in that folder for people to look at.
func TestPricePictures(t *testing.T) {
	prices, err := Prices(examplePrices())
	if err != nil {
		t.Fatal(err)
	}
	tails, err := Tails("merton ETH", "Tails of ETH, merton", "17,500 hourly returns.", exampleTails())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []*Figure{prices, tails} {
		content, err := f.PNG()
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(content))
		if err != nil || img.Bounds().Dx() != 1400 {
			t.Errorf("%s: %v, %v", f.Name, img.Bounds(), err)
		}
		if dir := os.Getenv("BACKTEST_PICTURES"); dir != "" {
			if err := os.WriteFile(dir+"/"+f.Name+".png", content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if prices.Name != "prices_ETH" || len(prices.keys) != 5 || len(tails.keys) != 4 {
		t.Errorf("%s has %d legend entries, %s has %d", prices.Name, len(prices.keys), tails.Name, len(tails.keys))
	}
}
