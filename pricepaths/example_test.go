package pricepaths_test

import (
	"fmt"
	"math"

	"backtest/pricepaths"
)

// A year of two correlated assets, ETH with jumps: the risk that ETH ends below
// 60 % of its price.
func Example() {
	g, err := pricepaths.New(pricepaths.Spec{
		Assets: []pricepaths.Asset{
			{ID: "BTC", Initial: 60000, Process: pricepaths.GBM{AnnualVolatility: 0.608}},
			{ID: "ETH", Initial: 3000, Process: pricepaths.Merton{
				AnnualVolatility: 0.697, JumpsPerYear: 12, JumpMean: -0.0214, JumpVolatility: 0.1255}},
		},
		Correlation: [][]float64{{1, 0.817}, {0.817, 1}},
		Steps:       365, StepSeconds: 86400, Start: 1_750_000_000, Seed: 7,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	scratch, below := g.NewScratch(), 0
	const paths = 2000
	for n := range uint64(paths) {
		p := g.Fill(n, scratch)
		if p.Oracle(1, p.Points-1) < 0.6*3000 {
			below++
		}
	}
	share := float64(below) / paths
	fmt.Printf("%.1f %% ± %.1f %%\n", 100*share, 196*math.Sqrt(share*(1-share)/paths))
	// Output: 42.8 % ± 2.2 %
}

// Mistakes are reported together.
func ExampleNew_mistakes() {
	_, err := pricepaths.New(pricepaths.Spec{
		Assets: []pricepaths.Asset{{ID: "ETH", Initial: 0, Process: pricepaths.GBM{AnnualVolatility: -1}}},
		Steps:  10, StepSeconds: 3600,
	})
	fmt.Println(err)
	// Output:
	// assets[ETH].initial: found 0, allowed: a price above 0
	// assets[ETH].process.annual_volatility: found -1, allowed: from 0 to 100 (1 is 100 % a year)
}
