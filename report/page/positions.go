package page

import (
	"math"
	"strconv"

	"backtest/report"
	"backtest/runner/record"
)

// positionsView is the table of results by position, which readers sort and
// search.
type positionsView struct {
	Index   int
	Caption string
	Titles  []positionTitle
	Rows    [][]positionCell
	Left    string // how many are not shown, empty for none
}

type positionTitle struct {
	Name   string
	Number bool
}

// positionCell is a value as people read it and as it is sorted.
type positionCell struct{ Text, Sort string }

// mostPositionRows is how many positions the pages of all cells show together.
const mostPositionRows = 1500

// newPositions makes the table of a cell, nil without results by position.
func newPositions(index int, c *report.Cell, cells int) *positionsView {
	if len(c.Positions) == 0 {
		return nil
	}
	v := &positionsView{Index: index, Caption: "What becomes of every position by the end of the horizon"}
	for _, name := range []string{"position", "group"} {
		v.Titles = append(v.Titles, positionTitle{name, false})
	}
	for _, name := range []string{"debt at the start", "C-ratio at the start", "liquidated at, today", "probability of liquidation", "from", "to",
		"mean time to it", "C-ratio at the end, median", "5 % quantile", "mean debt at the end", "mean loss"} {
		v.Titles = append(v.Titles, positionTitle{name, true})
	}
	shown := c.Positions[:min(len(c.Positions), mostPositionRows/max(1, cells))]
	for _, r := range shown {
		v.Rows = append(v.Rows, positionRow(r))
	}
	if left := c.AllPositions - int64(len(shown)); left > 0 {
		v.Left = counted(left, "more position") + " in " + record.PositionsCSV
	}
	return v
}

func positionRow(r record.PositionRow) []positionCell {
	amount := func(x float64, unit string) positionCell {
		if math.IsNaN(x) {
			return positionCell{"–", ""}
		}
		return positionCell{report.Format(x, unit), strconv.FormatFloat(x, 'g', -1, 64)}
	}
	price := func(x float64) positionCell {
		cell := amount(x, report.UnitUSD)
		if cell.Sort != "" {
			cell.Text = report.Price(x)
		}
		return cell
	}
	when := positionCell{"–", ""}
	if !math.IsNaN(r.MeanSeconds) {
		when = positionCell{report.Format(r.MeanSeconds, report.UnitSeconds), strconv.FormatFloat(r.MeanSeconds, 'g', -1, 64)}
	}
	return []positionCell{
		{r.Position, r.Position}, {r.Group, r.Group},
		amount(r.DebtUSD.Float64(), report.UnitUSD), amount(r.CRatio, report.UnitRatio), price(r.LiquidationPrice),
		amount(r.Probability, report.UnitRatio), amount(r.Low, report.UnitRatio), amount(r.High, report.UnitRatio), when,
		amount(r.Quantiles[2], report.UnitRatio), amount(r.Quantiles[0], report.UnitRatio),
		amount(r.FinalDebtUSD, report.UnitUSD), amount(r.LossUSD, report.UnitUSD),
	}
}
