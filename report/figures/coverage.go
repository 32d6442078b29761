package figures

import (
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"backtest/report"
	"backtest/report/coverage"
)

// Coverage draws the forecasts of the first model through time with what came,
// and the histogram of ranks of every model over the shortest horizon.
func Coverage(r *coverage.Report) ([]*Figure, error) {
	var list []*Figure
	for _, b := range r.Bands(r.Plan.Models[0]) {
		f, err := forecastBand(b)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	for _, v := range r.Verdicts {
		if v.HorizonSeconds == r.Plan.Horizons[0] {
			f, err := ranks(v)
			if err != nil {
				return nil, err
			}
			list = append(list, f)
		}
	}
	return list, nil
}

func forecastBand(b coverage.Band) (*Figure, error) {
	s := b.Series
	horizon := coverage.SpanText(s.HorizonSeconds)
	f := newFigure("forecast_"+fileName(s.Metric+"_"+strings.ReplaceAll(horizon, " ", "")), s.Title+" over "+horizon+": forecasts and what came", "days since the first origin", yLabel(s.Unit))
	f.axes(report.UnitSeconds, s.Unit)
	at := func(values []float64, keep func(i int) bool) plotter.XYs {
		var out plotter.XYs
		for i, y := range values {
			if keep(i) {
				out = append(out, plotter.XY{X: float64(s.Times[i] - s.Times[0]), Y: y})
			}
		}
		return out
	}
	all := func(int) bool { return true }
	if err := f.area(at(b.Low, all), at(b.High, all), tint(blue, 0.25), "middle 90 % of the forecast"); err != nil {
		return nil, err
	}
	if err := f.line(at(b.Middle, all), blue, 1.2, "median"); err != nil {
		return nil, err
	}
	if err := f.line(at(b.AtRisk, all), vermillion, 1.8, fmt.Sprintf("value at risk %g %%", 100*b.Level)); err != nil {
		return nil, err
	}
	passed := at(b.Outcomes, func(i int) bool { return b.Passed[i] })
	if err := f.points(at(b.Outcomes, func(i int) bool { return !b.Passed[i] }), black, draw.CircleGlyph{}, "what came"); err != nil {
		return nil, err
	}
	if err := f.points(passed, vermillion, draw.CrossGlyph{}, "passed the value at risk"); err != nil {
		return nil, err
	}
	f.Caption = fmt.Sprintf("%d origins, model %s; passed on %d.", len(s.Times), s.Model, len(passed))
	return f, nil
}

// points adds marks at places and their entry in the legend; none without places.
func (f *Figure) points(places plotter.XYs, c color.Color, shape draw.GlyphDrawer, name string) error {
	if len(places) == 0 {
		return nil
	}
	marks, err := plotter.NewScatter(places)
	if err != nil {
		return fmt.Errorf("figures: %s: %w", f.Name, err)
	}
	marks.GlyphStyle = draw.GlyphStyle{Color: c, Radius: vg.Points(2.6), Shape: shape}
	f.plot.Add(marks)
	f.key(key{text: name, color: c})
	return nil
}

// ranks draws the histogram of the probability integral transform beside the range
// of right forecasts.
func ranks(v coverage.Verdict) (*Figure, error) {
	horizon := coverage.SpanText(v.HorizonSeconds)
	f := newFigure("pit_"+fileName(v.Metric+"_"+v.Model), v.Title+" over "+horizon+", "+v.Model+": ranks of what came", "rank within the forecast", "outcomes")
	low, high := coverage.HistogramBounds(v.Independent, len(v.Histogram))
	edge := func(y int) plotter.XYs { return plotter.XYs{{X: 0, Y: float64(y)}, {X: 1, Y: float64(y)}} }
	if err := f.area(edge(low), edge(high), tint(grey, 0.25), "right forecasts, 95 % of bins"); err != nil {
		return nil, err
	}
	for i, count := range v.Histogram {
		from, to := float64(i)/float64(len(v.Histogram))+0.008, float64(i+1)/float64(len(v.Histogram))-0.008
		name := ""
		if i == 0 {
			name = "outcomes"
		}
		if err := f.area(plotter.XYs{{X: from, Y: 0}, {X: to, Y: 0}}, plotter.XYs{{X: from, Y: float64(count)}, {X: to, Y: float64(count)}}, tint(blue, 0.75), name); err != nil {
			return nil, err
		}
	}
	f.Caption = fmt.Sprintf("%d origins whose horizons do not overlap.", v.Independent)
	return f, nil
}
