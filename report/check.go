package report

import (
	"fmt"
	"slices"

	"backtest/report/threshold"
	"backtest/runner/record"
)

// CheckFigure tells why records with these extra columns will not have a figure:
// no such metric or statistic, or no such pool, vault or market.
func CheckFigure(f threshold.Figure, extra []record.ExtraColumn) error {
	c := &Cell{extra: extra, columns: map[string][]float64{}, tallies: tallies{}, confidence: 0.95}
	for _, x := range extra {
		if vault := entityOf(x); vault.Pool != "" && vault.Collateral != "" {
			c.CRatios = append(c.CRatios, record.CRatioRow{Pool: vault.Pool, Collateral: vault.Collateral, Basis: record.BasisPosition},
				record.CRatioRow{Pool: vault.Pool, Collateral: vault.Collateral, Basis: record.BasisDebt})
		}
	}
	_, err := c.Measure(f)
	return err
}

// mostNames are told of what a selector can mean.
const mostNames = 40

// EntityNames lists the pools, vaults and markets that records with these extra
// columns tell apart, the first of many.
func EntityNames(extra []record.ExtraColumn) (names []string) {
	for _, x := range extra {
		if name := entityOf(x).String(); name != "" {
			names = append(names, name)
			if x.Pool != "" {
				names = append(names, x.Pool)
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	if n := len(names); n > mostNames {
		return append(names[:mostNames:mostNames], fmt.Sprintf("%d more", n-mostNames))
	}
	return names
}
