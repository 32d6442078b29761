package main

import (
	"fmt"
	"path/filepath"

	fp "backtest/model/fixedpoint"
)

// Crowds must not matter to a step in which nothing happens: neither positions
// in a vault nor pools behind a market.

// calm keeps prices of the standard world from going anywhere in a year.
var calm = []string{
	"horizon=365d", "record.every=365d",
	"prices.assets[BTC].process.annual_volatility=0.05", "prices.assets[ETH].process.annual_volatility=0.05",
	"prices.assets[SOL].process.annual_volatility=0.05", "prices.assets[SNX].process.annual_volatility=0.05",
}

// crowdsOfPositions is the standard world with more and more positions in its
// first vault, hourly steps of a year in which nothing happens.
func crowdsOfPositions(folder string) (list []*contestant) {
	for i, n := range []int{10, 1000, 100_000, 1_000_000} {
		c := &contestant{group: "quiet step, positions in a vault", name: fmt.Sprint(n), unit: "path-step", reference: i == 0}
		var run func() (float64, error)
		c.run = func() (float64, error) {
			if run == nil {
				var err error
				sets := append([]string{fmt.Sprintf("lps[lp-1-btc].count=%d", n)}, calm...)
				if run, err = engineRun(filepath.Join(folder, "watch.yaml"), 4, sets); err != nil {
					return 0, err
				}
				if _, err = run(); err != nil { // what all paths share is made by the first
					return 0, err
				}
			}
			return run()
		}
		list = append(list, c)
	}
	return list
}

// crowdsOfPools is a market that has more and more pools behind it, its debt
// changed and distributed without a pool moving in or out of range.
func crowdsOfPools() (list []*contestant) {
	for i, n := range []int{1, 10, 100, 1000} {
		c := &contestant{group: "debt distributed, pools behind a market", name: fmt.Sprint(n), unit: "operation", reference: i == 0}
		var run func() (float64, error)
		c.run = func() (float64, error) {
			if run == nil {
				sys, market, _, err := smallSystem(n)
				if err != nil {
					return 0, err
				}
				run = changing(sys, market, func() error {
					_, err := sys.DistributeDebtToPools(1, fp.MaxUint256)
					return err
				})
			}
			return run()
		}
		list = append(list, c)
	}
	return list
}
