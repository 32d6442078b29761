package page

import (
	"slices"

	"backtest/report"
)

// Series of a pool in a market that the exposure table shows when they were
// recorded (PROTOCOL.md §8.3). Their entity is pool/market.
const (
	figurePoolShare    = "pool_share"        // shares of the pool / total shares of the market
	figurePoolInRange  = "pool_in_range"     // 1 while the pool is in range, else 0
	figurePoolHeadroom = "pool_headroom_usd" // shares x (limit - value per share)
	figurePoolExposure = "pool_exposure_usd" // share x change of the market's debt when its asset doubles
	figureHedgeWeight  = "hedge_weight"      // exposure / sum of the pool's exposures
)

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

// exposures is SIP-328's view of every pool in every market.
func exposures(c *report.Cell, a asked) table {
	t := table{
		Caption: "Every pool in every market. Amounts at the end: median, and the range of 90 % of paths.",
		Label:   "Exposure of every pool in every market", First: "pool and market", Tight: true,
	}
	for _, p := range a.Pools {
		for _, l := range p.Markets {
			t.Rows = append(t.Rows, tableRow{Name: p.ID, Sub: l.Market, Values: exposureOf(c, p, l)})
		}
	}
	return t.cut(mostRows)
}

// exposureOf tells what is configured of a pool in a market, what was recorded
// of it, and the events between them. All rows have the same columns.
func exposureOf(c *report.Cell, p askedPool, l askedLink) []spanView {
	entity := p.ID + "/" + l.Market
	weight := spanView{Name: "weight", Value: string(l.Weight)}
	if total := p.weight(); total > 0 {
		weight.Span = report.Format(l.Weight.number()/total, report.UnitRatio)
	}
	out := []spanView{weight, {Name: "max debt share value", Value: string(l.MaxDebtShareValue)}}
	for _, column := range recordedColumns {
		if hasFan(c, column.figure) {
			out = append(out, told(c, column.title, column.figure, entity, column.mean))
		}
	}
	return append(out,
		told(c, "market's debt", "market_debt_usd", l.Market, false),
		told(c, "market's credit", "credit_usd", l.Market, false),
		eventOf(c, "leaves by stop-loss", "stop_loss_exit", entity, "probability"),
		eventOf(c, "exits a path", "stop_loss_exit", entity, "mean"),
		eventOf(c, "comes back", "reentry", entity, "probability"))
}

func hasFan(c *report.Cell, figure string) bool {
	return slices.ContainsFunc(c.Fans, func(f report.Fan) bool { return f.Figure == figure })
}

// told writes a series at its last moment: the median and the range of 90 % of
// paths, or the mean.
func told(c *report.Cell, name, figure, entity string, mean bool) spanView {
	row, known := lastRow(c, figure, entity)
	switch {
	case !known:
		return spanView{Name: name}
	case mean:
		return spanView{Name: name, Value: report.Format(row.Mean, row.Unit)}
	}
	return spanView{Name: name, Value: report.Format(row.Quantiles[4], row.Unit),
		Span: report.Format(row.Quantiles[1], row.Unit) + " to " + report.Format(row.Quantiles[7], row.Unit)}
}

// eventOf tells how likely something is to happen to an entity, or how often a
// path it does; never, if no event names it.
func eventOf(c *report.Cell, name, metric, entity, statistic string) spanView {
	for _, m := range c.ByEntity {
		if m.Figure.Metric == metric && m.Figure.Selector == entity && m.Figure.Statistic == statistic {
			return measured(name, m)
		}
	}
	return spanView{Name: name, Value: "never"}
}
