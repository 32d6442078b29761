package figures

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"backtest/report"
	"backtest/report/study"
	"backtest/report/threshold"
)

// dot marks a place and enters it into the legend.
func (f *Figure) dot(x, y float64, c color.Color, name string) error {
	s, err := plotter.NewScatter(plotter.XYs{{X: x, Y: y}})
	if err != nil {
		return fmt.Errorf("figures: %s: %w", f.Name, err)
	}
	s.Color, s.Radius, s.Shape = c, 3.5, draw.CircleGlyph{}
	f.plot.Add(s)
	if name != "" {
		f.key(key{text: name, color: c, band: true})
	}
	return nil
}

// tiles is a heat map with the value written into each field.
type tiles struct {
	columns, rows int
	value         func(column, row int) (x float64, ok bool)
	unit          string
}

// Plot implements plot.Plotter.
func (t tiles) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	low, high := t.span()
	for i := range t.columns {
		for j := range t.rows {
			v, ok := t.value(i, j)
			if !ok {
				continue
			}
			share := 0.5
			if high > low {
				share = (v - low) / (high - low)
			}
			left, right, bottom, top := x(float64(i)-0.5), x(float64(i)+0.5), y(float64(j)-0.5), y(float64(j)+0.5)
			c.FillPolygon(tint(vermillion, 0.08+0.72*share), []vg.Point{{X: left, Y: bottom}, {X: right - 1, Y: bottom}, {X: right - 1, Y: top - 1}, {X: left, Y: top - 1}})
			s := style(9, black)
			text := report.Format(v, t.unit)
			c.FillText(s, vg.Point{X: (left+right)/2 - s.Width(text)/2, Y: (bottom+top)/2 + s.Height(text)/2}, text)
		}
	}
}

func (t tiles) span() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i := range t.columns {
		for j := range t.rows {
			if v, ok := t.value(i, j); ok {
				low, high = math.Min(low, v), math.Max(high, v)
			}
		}
	}
	return low, high
}

// DataRange implements plot.DataRanger.
func (t tiles) DataRange() (xMin, xMax, yMin, yMax float64) {
	return -0.5, float64(t.columns) - 0.5, -0.5, float64(t.rows) - 0.5
}

// heatMap draws a figure over two axes, the others at their present values.
func (p *studyPictures) heatMap(f threshold.Figure, a, b int) (*Figure, error) {
	columns, rows, at, unit, title := p.plane(f, a, b)
	// A few points scattered over many values are no map.
	if len(columns) < 2 || len(rows) < 2 || len(columns) > 12 || len(rows) > 12 || len(at) < len(columns)*len(rows)-len(columns)-len(rows) {
		return nil, nil
	}
	keyA, keyB := p.s.Axes[a].Key, p.s.Axes[b].Key
	out := newFigure(fileName("map_"+f.String()+"_"+keyA+"_"+keyB), title, keyA, keyB)
	out.plot.Add(tiles{len(columns), len(rows), func(i, j int) (float64, bool) {
		v, ok := at[[2]string{columns[i], rows[j]}]
		return v, ok
	}, unit})
	out.plot.NominalX(p.shownValues(columns, a)...)
	out.plot.NominalY(p.shownValues(rows, b)...)
	out.Caption = p.caption()
	return out, nil
}

// plane gathers the values of two axes, sorted, and the figure at each pair.
func (p *studyPictures) plane(f threshold.Figure, a, b int) (columns, rows []string, at map[[2]string]float64, unit, title string) {
	at = map[[2]string]float64{}
	base := p.c.Points[0].Values
	for i := range p.c.Points {
		point := &p.c.Points[i]
		other := false
		for k, value := range point.Values {
			other = other || k != a && k != b && value != base[k]
		}
		m, ok := point.Measure(f)
		if !ok || other || !m.Estimate.Known() {
			continue
		}
		x, y := point.Values[a], point.Values[b]
		at[[2]string{x, y}], unit, title = m.Estimate.Value, m.Unit, m.Title
		columns, rows = withValue(columns, x), withValue(rows, y)
	}
	return columns, rows, at, unit, title
}

// withValue keeps a list of values sorted and without repetition.
func withValue(list []string, value string) []string {
	if slices.Contains(list, value) {
		return list
	}
	list = append(list, value)
	slices.SortStableFunc(list, func(x, y string) int {
		u, errU := strconv.ParseFloat(x, 64)
		v, errV := strconv.ParseFloat(y, 64)
		switch {
		case errU != nil || errV != nil || u == v:
			return 0
		case u < v:
			return -1
		}
		return 1
	})
	return list
}

func (p *studyPictures) shownValues(values []string, axis int) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = study.ShowValue(v, p.s.Axes[axis].Unit)
	}
	return out
}

// front draws risk against efficiency of every point.
func (p *studyPictures) front() (*Figure, error) {
	if len(p.c.Points) < 2 {
		return nil, nil
	}
	risk, ok := p.c.Points[0].Measure(p.c.Risk)
	gain, known := p.c.Points[0].Measure(p.c.Efficiency)
	if !ok || !known {
		return nil, nil
	}
	out := newFigure("front", risk.Title+" against "+lower(gain.Title), risk.Title, gain.Title)
	out.axes(risk.Unit, gain.Unit)
	for i := range p.c.Points {
		point := &p.c.Points[i]
		r, okR := point.Measure(p.c.Risk)
		g, okG := point.Measure(p.c.Efficiency)
		if !okR || !okG || !r.Estimate.Known() || !g.Estimate.Known() {
			continue
		}
		fill := grey
		if point.OnFront {
			fill = blue
		}
		if point.Number == p.c.Recommended {
			fill = green
		}
		if err := out.dot(r.Estimate.Value, g.Estimate.Value, fill, ""); err != nil {
			return nil, err
		}
	}
	if err := out.dot(risk.Estimate.Value, gain.Estimate.Value, black, "present"); err != nil {
		return nil, err
	}
	out.key(key{text: "on the front: no point has less risk and more efficiency", color: blue, band: true})
	out.key(key{text: "recommended", color: green, band: true})
	out.key(key{text: "others", color: grey, band: true})
	out.Caption = p.caption() + " " + p.c.Reason
	return out, nil
}

// percentText writes a confidence such as 95.
func percentText(confidence float64) string { return strconv.FormatFloat(100*confidence, 'g', 6, 64) }
