package page

import "backtest/report"

// Series of a pool in a market that the exposure table shows when they were
// recorded (PROTOCOL.md §8.3). Their entity is pool/market.
const (
	figurePoolShare    = "pool_share"        // shares of the pool / total shares of the market
	figurePoolInRange  = "pool_in_range"     // 1 while the pool is in range, else 0
	figurePoolHeadroom = "pool_headroom_usd" // shares x (limit - value per share)
	figurePoolExposure = "pool_exposure_usd" // share x change of the market's debt when its asset doubles
	figureHedgeWeight  = "hedge_weight"      // exposure / sum of the pool's exposures
)

// exposureTable is SIP-328's view of every pool in every market.
type exposureTable struct {
	Recorded []string // titles of the recorded columns
	Missing  bool     // of shares and hedge weights
	Rows     []exposureRow
	Left     int // rows that are not shown
}

type exposureRow struct {
	Pool, Market     string
	Weight           spanView // configured, and its share of the pool's
	Limit            string   // configured
	Credit, Debt     spanView // of the market at the end
	Exits, Reentries spanView // probability with its interval
	ExitsMean        string   // a path
	Recorded         []spanView
}

// spanView is a value with an interval or a range below it.
type spanView struct{ Value, Span string }

// recordedColumns are the columns that depend on what was recorded: which
// quantiles are told, or the mean for a share of paths.
var recordedColumns = []struct {
	figure, title string
	mean          bool
}{
	{figurePoolShare, "share of the market's debt", false},
	{figurePoolInRange, "in range, share of paths", true},
	{figurePoolHeadroom, "loss left before the limit", false},
	{figurePoolExposure, "exposure to the asset", false},
	{figureHedgeWeight, "hedge weight", false},
}

func exposures(c *report.Cell, a asked) exposureTable {
	t := exposureTable{Missing: true}
	var columns []int
	for i, column := range recordedColumns {
		for _, f := range c.Fans {
			if f.Figure == column.figure {
				columns = append(columns, i)
				t.Recorded = append(t.Recorded, column.title)
				t.Missing = t.Missing && column.figure != figurePoolShare
				break
			}
		}
	}
	for _, p := range a.Pools {
		for _, l := range p.Markets {
			if len(t.Rows) == mostRows {
				t.Left++
				continue
			}
			entity := p.ID + "/" + l.Market
			row := exposureRow{Pool: p.ID, Market: l.Market, Weight: spanView{Value: string(l.Weight)}, Limit: string(l.MaxDebtShareValue),
				Credit: told(c, "credit_usd", l.Market, false), Debt: told(c, "market_debt_usd", l.Market, false)}
			if total := p.weight(); total > 0 {
				row.Weight.Span = report.Format(l.Weight.number()/total, report.UnitRatio)
			}
			row.Exits, row.ExitsMean = eventOf(c, "stop_loss_exit", entity)
			row.Reentries, _ = eventOf(c, "reentry", entity)
			for _, i := range columns {
				row.Recorded = append(row.Recorded, told(c, recordedColumns[i].figure, entity, recordedColumns[i].mean))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// told writes a series at its last moment: the median and the range of 90 % of
// paths, or the mean.
func told(c *report.Cell, figure, entity string, mean bool) spanView {
	row, known := lastRow(c, figure, entity)
	switch {
	case !known:
		return spanView{}
	case mean:
		return spanView{Value: report.Format(row.Mean, row.Unit)}
	}
	return spanView{report.Format(row.Quantiles[4], row.Unit), report.Format(row.Quantiles[1], row.Unit) + " to " + report.Format(row.Quantiles[7], row.Unit)}
}

// eventOf tells how likely something is to happen to an entity, and how often a
// path it does; never, if no event names it.
func eventOf(c *report.Cell, metric, entity string) (probability spanView, mean string) {
	probability.Value = "never"
	for _, m := range c.ByEntity {
		if m.Figure.Metric != metric || m.Figure.Selector != entity {
			continue
		}
		switch m.Figure.Statistic {
		case "probability":
			probability = spanView{report.Format(m.Estimate.Value, m.Unit), report.Interval(m.Estimate, m.Unit)}
		case "mean":
			mean = report.Format(m.Estimate.Value, m.Unit)
		}
	}
	return probability, mean
}
