package figures

import (
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"backtest/report"
	"backtest/runner/record"
)

const days = "days since the start"

// line adds a curve and its entry in the legend.
func (f *Figure) line(points plotter.XYs, c color.Color, width vg.Length, name string) error {
	l, err := plotter.NewLine(points)
	if err != nil {
		return fmt.Errorf("figures: %s: %w", f.Name, err)
	}
	l.Color, l.Width = c, width
	f.plot.Add(l)
	if name != "" {
		f.key(key{text: name, color: c})
	}
	return nil
}

// area fills between two curves over the same places.
func (f *Figure) area(low, high plotter.XYs, c color.Color, name string) error {
	ring := append(plotter.XYs{}, low...)
	for i := len(high) - 1; i >= 0; i-- {
		ring = append(ring, high[i])
	}
	p, err := plotter.NewPolygon(ring)
	if err != nil {
		return fmt.Errorf("figures: %s: %w", f.Name, err)
	}
	p.Color = c
	p.LineStyle.Width = 0
	f.plot.Add(p)
	if name != "" {
		f.key(key{text: name, color: c, band: true})
	}
	return nil
}

// fan draws the quantiles of a figure over paths through time.
func fan(d *report.Data, c *report.Cell, series report.Fan) (*Figure, error) {
	title := fanTitle(series)
	f := newFigure("fan_"+series.Figure+"_"+series.Entity, title, days, yLabel(series.Unit))
	f.axes(report.UnitSeconds, series.Unit)
	rows, ceiling, cut := drawable(series.Rows)
	if len(rows) == 0 {
		return nil, nil
	}
	at := func(q int) plotter.XYs {
		var out plotter.XYs
		for _, row := range rows {
			out = append(out, plotter.XY{X: float64(row.Time - series.Rows[0].Time), Y: math.Min(ceiling, row.Quantiles[q])})
		}
		return out
	}
	for _, band := range []struct {
		low, high int
		share     float64
	}{{0, 8, 0.14}, {1, 7, 0.28}, {3, 5, 0.5}} {
		name := fmt.Sprintf("%d to %d %% of paths", record.Percents[band.low], record.Percents[band.high])
		if err := f.area(at(band.low), at(band.high), tint(blue, band.share), name); err != nil {
			return nil, err
		}
	}
	if err := f.line(at(4), black, 1.8, "median"); err != nil {
		return nil, err
	}
	if err := f.liquidationLine(d, c, series, rows); err != nil {
		return nil, err
	}
	f.Caption = caption(d, c) + " Bands: quantiles over paths at each time, to within 0.4 %."
	if c.Tilted() {
		f.Caption += " They are those of the tilted paths, without their weights."
	}
	if cut {
		f.Caption += " Cut at " + report.Format(ceiling, series.Unit) + "."
	}
	if c.Paths < 1000 {
		f.Caption += fmt.Sprintf(" Warning: the outer edges rest on about %.0f paths.", float64(c.Paths)/100)
	}
	return f, nil
}

// liquidationLine draws where a vault can be liquidated into the fan of its C-ratio.
func (f *Figure) liquidationLine(d *report.Data, c *report.Cell, series report.Fan, rows []record.SeriesRow) error {
	_, collateral, isVault := strings.Cut(series.Entity, "/")
	ratio, known := d.LiquidationRatio(c, collateral)
	if series.Figure != "vault_c_ratio" || !isVault || !known {
		return nil
	}
	end := rows[len(rows)-1].Time - series.Rows[0].Time
	return f.line(plotter.XYs{{X: 0, Y: ratio}, {X: float64(end), Y: ratio}}, vermillion, 1.6, "liquidation ratio "+report.Format(ratio, report.UnitRatio))
}

// drawable leaves out rows without a value and finds where to cut: a vault with
// next to no debt has a C-ratio beyond all measure, or an infinite one.
func drawable(all []record.SeriesRow) (rows []record.SeriesRow, ceiling float64, cut bool) {
	finite, most := math.Inf(-1), math.Inf(-1)
	for _, row := range all {
		q := row.Quantiles
		if math.IsNaN(q[4]) || math.IsInf(q[0], 0) {
			continue
		}
		rows = append(rows, row)
		most = math.Max(most, q[8])
		for k := range q {
			if limit := 5 * math.Abs(q[4]); !math.IsInf(q[k], 0) && (k < 5 || q[k] <= limit) {
				finite = math.Max(finite, q[k])
			}
		}
	}
	return rows, finite, most > finite
}

func fanTitle(series report.Fan) string {
	name := map[string]string{"vault_c_ratio": "C-ratio of vault", "debt_usd": "Debt of", "collateral_usd": "Collateral of"}[series.Figure]
	if name == "" {
		name = series.Figure
	}
	if series.Entity == "" {
		return name + " the whole system"
	}
	return name + " " + series.Entity
}

func yLabel(unit string) string {
	if name := map[string]string{report.UnitRatio: "C-ratio (collateral / debt)", report.UnitUSD: "USD"}[unit]; name != "" {
		return name
	}
	return unit
}

// kindTitle is a kind of event and its name in the legend.
type kindTitle struct{ kind, title string }

// stopLosses and liquidations are pictures of their own: the one can be a
// hundred times as frequent as the other.
func stopLosses(d *report.Data, c *report.Cell) (*Figure, error) {
	return timeline(d, c, newFigure("stop_loss", "Stop-loss exits and re-entries over time", days, "events a path and day"),
		kindTitle{record.KindStopLossExit, "stop-loss exits"}, kindTitle{record.KindStopLossReentry, "re-entries"})
}

func liquidations(d *report.Data, c *report.Cell) (*Figure, error) {
	return timeline(d, c, newFigure("liquidations", "Liquidations over time", days, "events a path and day"),
		kindTitle{record.KindPositionLiquidation, "position liquidations"}, kindTitle{record.KindVaultLiquidation, "vault liquidations"})
}

// timeline draws how often events happen, a curve a kind; nothing when none
// does.
func timeline(d *report.Data, c *report.Cell, f *Figure, kinds ...kindTitle) (*Figure, error) {
	f.axes(report.UnitSeconds, "")
	for i, k := range kinds {
		for _, counts := range c.Timeline {
			if counts.Kind != k.kind {
				continue
			}
			if err := f.line(rates(c, counts.Rate), []color.Color{vermillion, blue}[i], 1.8, k.title); err != nil {
				return nil, err
			}
		}
	}
	if len(f.keys) == 0 {
		return nil, nil
	}
	f.plot.Y.Min = 0
	f.Caption = caption(d, c) + fmt.Sprintf(" Mean number of events over all paths, in %d equal parts of the horizon.", len(c.Timeline[0].Rate))
	return f, nil
}

// rates gives the events a path and day as steps.
func rates(c *report.Cell, list []float64) plotter.XYs {
	bin := float64(c.HorizonSeconds) / float64(len(list))
	var points plotter.XYs
	for b, rate := range list {
		points = append(points, plotter.XY{X: float64(b) * bin, Y: rate}, plotter.XY{X: float64(b+1) * bin, Y: rate})
	}
	return points
}

// survival draws the share of paths that have seen no event yet.
func survival(d *report.Data, c *report.Cell) (*Figure, error) {
	f := newFigure("survival", "Paths without an event so far", days, "share of paths")
	f.axes(report.UnitSeconds, report.UnitRatio)
	for i, curve := range c.Survival {
		if len(curve.Points) < 2 {
			continue // nothing happened
		}
		var middle, low, high plotter.XYs
		for k, p := range curve.Points {
			end := c.HorizonSeconds
			if k+1 < len(curve.Points) {
				end = curve.Points[k+1].Seconds
			}
			for _, x := range []int64{p.Seconds, end} {
				middle = append(middle, plotter.XY{X: float64(x), Y: p.S.Value})
				low = append(low, plotter.XY{X: float64(x), Y: p.S.Low})
				high = append(high, plotter.XY{X: float64(x), Y: p.S.High})
			}
		}
		if err := f.area(low, high, veil(cycle[i], 0.25), ""); err != nil {
			return nil, err
		}
		if err := f.line(middle, cycle[i], 1.8, "no "+lower(curve.Title)); err != nil {
			return nil, err
		}
	}
	if len(f.keys) == 0 {
		return nil, nil
	}
	f.plot.Y.Min, f.plot.Y.Max = 0, 1
	f.Caption = caption(d, c) + fmt.Sprintf(" Kaplan-Meier with pointwise %g %% Wilson bands.", 100*d.Confidence)
	return f, nil
}
