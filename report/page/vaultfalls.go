package page

import (
	"math"

	"backtest/report"
	"backtest/runner/record"
)

// vaultFalls draws what changed the debt of every vault, as far as the records
// hold it (columns of the figure vault_debt_change_usd), and tells how many
// vaults there are beyond the most that are drawn.
func vaultFalls(c *report.Cell, columns []record.ExtraColumn, confidence float64) (falls []gauges, left int) {
	for _, v := range c.Vaults() {
		parts := vaultParts(c, columns, v)
		if len(parts) == 0 {
			continue
		}
		if len(falls) == mostVaults {
			left++
			continue
		}
		falls = append(falls, gauges{
			Caption: v.String() + ": mean change of debt over paths by cause" + eachFrom(confidence), First: "cause",
			Rows: fall(parts, "f2", "f1"),
		})
	}
	return falls, left
}

// leastDrawn is half a cent, USD: what is written as 0.
const leastDrawn = 0.005

// vaultParts are the causes that changed a vault's debt, roundings left out; nil
// when they are not recorded.
func vaultParts(c *report.Cell, columns []record.ExtraColumn, v report.Entity) (parts []report.Measure) {
	for _, x := range columns {
		if x.Sum != record.VaultDebtChange || x.Pool != v.Pool || x.Collateral != v.Collateral || x.Source == record.SourceTotal {
			continue
		}
		for _, m := range c.Measures {
			e := m.Estimate
			if m.Figure.Metric == x.Name && m.Figure.Statistic == "mean" && max(math.Abs(e.Value), math.Abs(e.Low), math.Abs(e.High)) >= leastDrawn {
				m.Title = causeTitle(x)
				parts = append(parts, m)
			}
		}
	}
	return parts
}

// causeTitle spells the cause of a column: a market and a source, or another.
func causeTitle(x record.ExtraColumn) string {
	if x.Market != "" {
		return x.Market + ": " + kindTitle(x.Source)
	}
	return kindTitle(x.Source)
}
