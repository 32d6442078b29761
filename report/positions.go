package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"backtest/report/stats"
	"backtest/runner/record"
)

// MostPositions is how many results by position a report keeps of a cell: those
// most likely to be liquidated, then the lowest C-ratios. The file has all.
const MostPositions = 2000

// readPositions reads the results by position, the likeliest first.
func (d *Data) readPositions(r *record.Reader) error {
	for row, err := range r.Positions() {
		if err != nil {
			return err
		}
		if c := d.cell(row.Scenario, row.Point); c != nil {
			c.AllPositions++
			if c.Positions = append(c.Positions, row); len(c.Positions) == 2*MostPositions {
				c.keepPositions()
			}
		}
	}
	for _, c := range d.Cells {
		c.keepPositions()
	}
	return nil
}

func (c *Cell) keepPositions() {
	slices.SortStableFunc(c.Positions, func(a, b record.PositionRow) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability), cmp.Compare(orInfinite(a.CRatio), orInfinite(b.CRatio)))
	})
	c.Positions = c.Positions[:min(MostPositions, len(c.Positions))]
}

func orInfinite(x float64) float64 {
	if math.IsNaN(x) {
		return math.Inf(1)
	}
	return x
}

// positionsShown is how many positions a summary lists.
const positionsShown = 20

// positionTable lists the positions most likely to be liquidated.
func (c *Cell) positionTable() *table {
	t := &table{right: []bool{false, true, true, true, true, true, true}}
	t.add("position", "debt", "C-ratio", "liquidated at", "probability", percent(c.confidence)+" % interval", "mean time")
	for _, r := range c.Positions[:min(positionsShown, len(c.Positions))] {
		when := "-"
		if !math.IsNaN(r.MeanSeconds) {
			when = duration(int64(r.MeanSeconds))
		}
		t.add(r.Position, Format(r.DebtUSD.Float64(), UnitUSD), orDash(r.CRatio, UnitRatio), Price(r.LiquidationPrice),
			Format(r.Probability, UnitRatio), Interval(stats.Estimate{Value: r.Probability, Low: r.Low, High: r.High}, UnitRatio), when)
	}
	return t
}

// Price tells a price with four digits that count, a dash for none.
func Price(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return "$" + strconv.FormatFloat(x, 'f', max(0, 3-int(math.Floor(math.Log10(max(x, 1e-12))))), 64)
}

func orDash(x float64, unit string) string {
	if math.IsNaN(x) {
		return "-"
	}
	return Format(x, unit)
}

// positionsLeft tells how many positions the table leaves out.
func (c *Cell) positionsLeft() string {
	if left := c.AllPositions - int64(min(positionsShown, len(c.Positions))); left > 0 {
		return fmt.Sprintf("%s in %s", plural(left, "more position", "more positions"), record.PositionsCSV)
	}
	return ""
}

// SummaryPosition is what became of a position.
type SummaryPosition struct {
	Position         string   `json:"position"`
	Group            string   `json:"group,omitempty"`
	DebtUSD          string   `json:"debt_usd"`
	CRatio           *float64 `json:"c_ratio"`
	LiquidationPrice *float64 `json:"liquidation_price_usd"`
	Probability      float64  `json:"liquidation_probability"`
	Low              float64  `json:"low"`
	High             float64  `json:"high"`
	MeanSeconds      *float64 `json:"liquidation_mean_seconds"`
	LossUSD          float64  `json:"loss_mean_usd"`
}

func (c *Cell) summaryPositions() (list []SummaryPosition) {
	for _, r := range c.Positions[:min(positionsShown, len(c.Positions))] {
		list = append(list, SummaryPosition{
			Position: r.Position, Group: r.Group, DebtUSD: r.DebtUSD.String(), CRatio: number(r.CRatio), LiquidationPrice: number(r.LiquidationPrice),
			Probability: r.Probability, Low: r.Low, High: r.High, MeanSeconds: number(r.MeanSeconds), LossUSD: r.LossUSD,
		})
	}
	return list
}
