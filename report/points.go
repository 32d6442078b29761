package report

import (
	"slices"

	"backtest/report/stats"
	"backtest/report/threshold"
)

// CompareCells sets two cells of one run side by side, such as two points of a
// study: paths with the same number saw the same prices and are pairs.
func CompareCells(before, after *Cell) (ComparedCell, error) {
	return newPair(before, after, true).compare()
}

// ChangeBetween is one figure of two cells of one run, as CompareCells gives it.
func ChangeBetween(before, after *Cell, f threshold.Figure) (Change, error) {
	return newPair(before, after, true).change(f)
}

// Cell gives a cell of the run, nil if there is none.
func (d *Data) Cell(scenario string, point int32) *Cell { return d.cell(scenario, point) }

// CollateralUSD is the mean over paths of the value of all vaults' collateral at
// the end, of which limits such as 0.5% of an amount are a share.
func (c *Cell) CollateralUSD() float64 {
	return stats.Mean(c.sample(c.columns["final_collateral_usd"]), c.confidence).Value
}

// FormatChange is Format of a difference: that of two ratios is in percentage
// points.
func FormatChange(x float64, unit string) string { return formatChange(x, unit) }

// ChangeInterval writes the bounds of a difference.
func ChangeInterval(e stats.Estimate, unit string) string { return changeInterval(e, unit) }

// MarkdownTable writes rows under a head as a table; right tells which columns
// are set flush right. Markup in the cells is escaped, but for code spans.
func MarkdownTable(right []bool, rows [][]string) string {
	return (&table{rows: rows, right: right}).markdown()
}

// Equals says whether two cells recorded the same of the same paths; prices that
// nobody reads do not count.
func (c *Cell) Equals(other *Cell) bool {
	priced := map[string]bool{"point": true}
	for _, x := range c.extra {
		priced[x.Name] = priced[x.Name] || x.Asset != ""
	}
	if !slices.Equal(c.paths, other.paths) || len(c.columns) != len(other.columns) || len(c.CRatios) != len(other.CRatios) {
		return false
	}
	for name, values := range c.columns {
		if !priced[name] && !slices.EqualFunc(values, other.columns[name], sameNumber) {
			return false
		}
	}
	for i := range c.CRatios {
		a, b := &c.CRatios[i], &other.CRatios[i]
		if a.ZeroDebt != b.ZeroDebt || !slices.Equal(a.BinLow, b.BinLow) || !slices.Equal(a.BinWeight, b.BinWeight) {
			return false
		}
	}
	return true
}

func sameNumber(a, b float64) bool { return a == b || a != a && b != b }
