package figures

import (
	"fmt"
	"image/color"
	"math"
	"sort"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"backtest/report"
	"backtest/report/stats"
	"backtest/runner/record"
)

// bars is a histogram whose bins are already counted.
type bars struct {
	edges  []float64 // one more than heights
	height []float64
	color  color.Color
}

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, h := range b.height {
		if h == 0 {
			continue
		}
		left, right, top, bottom := x(b.edges[i]), x(b.edges[i+1]), y(h), y(0)
		c.FillPolygon(b.color, []vg.Point{{X: left, Y: bottom}, {X: right - 0.6, Y: bottom}, {X: right - 0.6, Y: top}, {X: left, Y: top}})
	}
}

// DataRange implements plot.DataRanger.
func (b bars) DataRange() (xMin, xMax, yMin, yMax float64) {
	top := 0.0
	for _, h := range b.height {
		top = math.Max(top, h)
	}
	return b.edges[0], b.edges[len(b.edges)-1], 0, top * 1.05
}

// histogram gives the bars of a sample, as shares of a whole.
func histogram(s stats.Sample, whole float64) bars {
	edges, shares := stats.Histogram(s, whole)
	return bars{edges: edges, height: shares, color: tint(blue, 0.75)}
}

// marker is a vertical line at an estimate, with its interval as a band.
func (f *Figure) marker(e stats.Estimate, c color.RGBA, top float64, name string) error {
	if !e.Known() {
		return nil
	}
	low, high := math.Max(e.Low, f.plot.X.Min), math.Min(e.High, f.plot.X.Max)
	if high > low {
		if err := f.area(plotter.XYs{{X: low}, {X: high}}, plotter.XYs{{X: low, Y: top}, {X: high, Y: top}}, veil(c, 0.22), ""); err != nil {
			return err
		}
	}
	return f.line(plotter.XYs{{X: e.Value}, {X: e.Value, Y: top}}, c, 1.8, name)
}

// lpProfit draws the distribution of the LPs' profit with its loss quantiles.
func lpProfit(d *report.Data, c *report.Cell) (*Figure, error) {
	f := newFigure("lp_profit", "Profit of all LPs together at the end of a path", "profit, USD", "share of paths")
	f.axes(report.UnitUSD, report.UnitRatio)
	s, err := c.Sample("lp_pnl_usd")
	if err != nil || len(s.Values) == 0 {
		return nil, err
	}
	b := histogram(s, float64(len(s.Values)))
	f.plot.Add(b)
	_, _, _, top := b.DataRange()
	f.Caption = caption(d, c)
	for _, m := range []struct {
		p     float64
		color color.RGBA
		name  string
	}{{0.5, black, "median"}, {0.05, orange, "5 % quantile (VaR 95 %)"}, {0.01, vermillion, "1 % quantile (VaR 99 %)"}} {
		e := stats.Quantile(s, m.p, d.Confidence)
		if err := f.marker(e, m.color, top, m.name); err != nil {
			return nil, err
		}
		f.Caption += told(strings.ToUpper(m.name[:1])+m.name[1:], e, report.UnitUSD)
	}
	return f, nil
}

// badDebt draws the distribution of bad debt on the paths that have some.
func badDebt(d *report.Data, c *report.Cell) (*Figure, error) {
	s, err := c.Sample("bad_debt_usd")
	if err != nil {
		return nil, err
	}
	some := s.Where(func(i int) bool { return s.Values[i] > 0 })
	if len(some.Values) == 0 {
		return nil, nil
	}
	f := newFigure("bad_debt", "Bad debt at the end, on the paths that have some", "bad debt, USD", "share of all paths")
	f.axes(report.UnitUSD, report.UnitRatio)
	f.plot.Add(histogram(some, float64(len(s.Values))))
	hit := s.With(make([]float64, len(s.Values)))
	for i, x := range s.Values {
		if x > 0 {
			hit.Values[i] = 1
		}
	}
	f.Caption = caption(d, c) + told("Some bad debt:", stats.Probability(hit, d.Confidence), report.UnitRatio) +
		told("99 % quantile", stats.Quantile(s, 0.99, d.Confidence), report.UnitUSD)
	return f, nil
}

// cRatios draws the C-ratio distribution of a vault at four times.
func cRatios(d *report.Data, c *report.Cell, pool, collateral string) (*Figure, error) {
	var rows []record.CRatioRow
	for _, row := range c.CRatios {
		if row.Pool == pool && row.Collateral == collateral && row.Basis == record.BasisDebt && row.N > 0 {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	name := report.Entity{Pool: pool, Collateral: collateral}.String()
	f := newFigure("c_ratio_"+name, "C-ratios in vault "+name+", by debt", "C-ratio (collateral / debt)", "share of debt below")
	f.axes(report.UnitRatio, report.UnitRatio)
	chosen := []int{0, (len(rows) - 1) / 3, 2 * (len(rows) - 1) / 3, len(rows) - 1}
	least, most := math.Inf(1), 0.0
	for i, at := range chosen {
		if i > 0 && at == chosen[i-1] {
			continue
		}
		row := rows[at]
		day := float64(row.Time-c.CRatios[0].Time) / 86400
		points, high := cumulative(row)
		least, most = math.Min(least, row.Low), math.Max(most, high)
		if err := f.line(points, cycle[i], 1.8, fmt.Sprintf("day %.0f", day)); err != nil {
			return nil, err
		}
	}
	f.plot.X.Min, f.plot.X.Max = math.Max(0, math.Floor(10*least)/10-0.1), most
	f.plot.Y.Min, f.plot.Y.Max = 0, 1
	f.Caption = caption(d, c) + " Share of the vault's debt, over all paths, in positions whose C-ratio is below the value; positions without debt are left out. Cut at the 99 % quantile."
	return f, nil
}

// cumulative gives the distribution function of a row and its 99 % quantile.
func cumulative(row record.CRatioRow) (points plotter.XYs, high float64) {
	share := 0.0
	points = plotter.XYs{{X: 0}, {X: row.Low}}
	for i, low := range row.BinLow {
		share += row.BinWeight[i] / row.Weight
		right := row.High
		if i+1 < len(row.BinLow) {
			right = row.BinLow[i+1]
		}
		points = append(points, plotter.XY{X: math.Max(low, row.Low), Y: share}, plotter.XY{X: right, Y: share})
		if high == 0 && share >= 0.99 {
			high = right
		}
	}
	sort.SliceStable(points, func(i, j int) bool { return points[i].X < points[j].X })
	return append(points, plotter.XY{X: 1e6, Y: 1}), high
}

// visible leaves out causes of less than a cent, such as rounding.
func visible(all []report.Measure) (out []report.Measure) {
	for _, m := range all {
		if math.Abs(m.Estimate.Value) >= 0.01 {
			out = append(out, m)
		}
	}
	return out
}

// waterfall draws what the mean profit of the LPs is made of.
func waterfall(d *report.Data, c *report.Cell) (*Figure, error) {
	if len(c.Attribution) == 0 {
		return nil, nil
	}
	f := newFigure("attribution", "Where the LPs' mean profit came from", "", "USD a path")
	f.axes("", report.UnitUSD)
	level := 0.0
	var names []string
	f.Caption = caption(d, c) + fmt.Sprintf(" Whiskers: %g %% interval of each mean.", 100*d.Confidence)
	for i, m := range append(visible(c.Attribution), report.Measure{Title: "Total"}) {
		from, to := level, level+m.Estimate.Value
		fill := blue
		if m.Title == "Total" {
			from, to, fill = 0, level, grey
		} else if m.Estimate.Value < 0 {
			fill = vermillion
		}
		x := float64(i)
		ring := plotter.XYs{{X: x - 0.36, Y: from}, {X: x + 0.36, Y: from}}
		if err := f.area(ring, plotter.XYs{{X: x - 0.36, Y: to}, {X: x + 0.36, Y: to}}, fill, ""); err != nil {
			return nil, err
		}
		if m.Title != "Total" && !math.IsInf(m.Estimate.Low, 0) {
			whisker := plotter.XYs{{X: x, Y: from + m.Estimate.Low}, {X: x, Y: from + m.Estimate.High}}
			if err := f.line(whisker, black, 1.2, ""); err != nil {
				return nil, err
			}
		}
		names = append(names, strings.ReplaceAll(m.Title, " ", "\n")+"\n"+report.Format(to-from, report.UnitUSD))
		level = to
	}
	f.plot.NominalX(names...)
	f.plot.X.Tick.Length = 0
	f.plot.X.Tick.Label.Font.Size = 8.5
	f.plot.X.Min, f.plot.X.Max = -0.6, float64(len(names))-0.4
	air := (f.plot.Y.Max - f.plot.Y.Min) / 20
	f.plot.Y.Min, f.plot.Y.Max = f.plot.Y.Min-air, f.plot.Y.Max+air
	f.key(key{text: "gain", color: blue, band: true})
	f.key(key{text: "loss", color: vermillion, band: true})
	f.key(key{text: "total", color: grey, band: true})
	return f, nil
}
