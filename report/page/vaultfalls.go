package page

import (
	"math"
	"strings"

	"backtest/report"
)

// vaultFalls draws what changed the debt of every vault, as far as the records
// hold it (columns vault_debt_POOL_COLLATERAL_CAUSE_usd), and tells how many
// vaults there are beyond the most that are drawn.
func vaultFalls(c *report.Cell, a asked, confidence float64) (falls []gauges, left int) {
	for _, v := range c.Vaults() {
		parts := vaultParts(c, a, v)
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
func vaultParts(c *report.Cell, a asked, v report.Entity) (parts []report.Measure) {
	prefix := plainName("vault_debt_" + v.Pool + "_" + v.Collateral + "_")
	for _, m := range c.Measures {
		name, ok := strings.CutPrefix(m.Figure.Metric, prefix)
		if !ok || m.Figure.Statistic != "mean" {
			continue
		}
		name = strings.TrimSuffix(name, "_usd")
		switch {
		case name == "total":
			return parts
		case strings.HasSuffix(name, "_total"): // of a vault whose name only begins like this one's
			parts = nil
			continue
		}
		if e := m.Estimate; max(math.Abs(e.Value), math.Abs(e.Low), math.Abs(e.High)) >= leastDrawn {
			m.Title = causeTitle(a, name)
			parts = append(parts, m)
		}
	}
	return nil
}

// causeTitle spells the cause of a column: a market and a source, or another.
func causeTitle(a asked, name string) string {
	for _, source := range flowSources {
		if market, ok := strings.CutSuffix(name, "_"+source); ok {
			for _, m := range a.Markets {
				if plainName(m.ID) == market {
					market = m.ID
				}
			}
			return market + ": " + kindTitle(source)
		}
	}
	return kindTitle(name)
}
