package figures

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"backtest/report"
	"backtest/report/stats"
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

// cross draws the intervals of two estimates at their place.
func (f *Figure) cross(x, y stats.Estimate, c color.Color) error {
	return errors.Join(
		f.line(plotter.XYs{{X: bounded(x.Low, x.Value), Y: y.Value}, {X: bounded(x.High, x.Value), Y: y.Value}}, c, 0.8, ""),
		f.line(plotter.XYs{{X: x.Value, Y: bounded(y.Low, y.Value)}, {X: x.Value, Y: bounded(y.High, y.Value)}}, c, 0.8, ""))
}

// roomy widens axes along which next to nothing changes, whose ticks would tell
// digits that nobody asks for.
func (f *Figure) roomy() {
	for _, axis := range []*plot.Axis{&f.plot.X, &f.plot.Y} {
		size := math.Max(math.Abs(axis.Min), math.Abs(axis.Max))
		if axis.Max-axis.Min < size/200 {
			axis.Min, axis.Max = axis.Min-size/100, axis.Max+size/100
		}
	}
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

// heatMap draws a figure over two axes, the others at their present values, or
// its mean over them where they never are.
func (p *studyPictures) heatMap(f threshold.Figure, a, b int) (*Figure, error) {
	plane, ok := p.c.Plane(a, b)
	if !ok {
		return nil, nil
	}
	var some report.Measure
	widest, low, high := 0.0, math.Inf(1), math.Inf(-1)
	for _, x := range plane.Columns {
		for _, y := range plane.Rows {
			if m, ok := plane.Value(f, x, y); ok {
				some = m
				low, high = math.Min(low, m.Estimate.Value), math.Max(high, m.Estimate.Value)
				widest = math.Max(widest, bounded(m.Estimate.HalfWidth(), 0))
			}
		}
	}
	if low >= high {
		return nil, nil // the same everywhere
	}
	keyA, keyB := p.s.Axes[a].Key, p.s.Axes[b].Key
	out := newFigure("map_"+f.String()+"_"+keyA+"_"+keyB, some.Title, keyA, keyB)
	out.plot.Add(tiles{len(plane.Columns), len(plane.Rows), func(i, j int) (float64, bool) {
		m, ok := plane.Value(f, plane.Columns[i], plane.Rows[j])
		return m.Estimate.Value, ok
	}, some.Unit})
	out.plot.NominalX(p.shownValues(plane.Columns, a)...)
	out.plot.NominalY(p.shownValues(plane.Rows, b)...)
	out.Caption = p.caption() + fmt.Sprintf(" Darker is more. The widest %s %% interval of a field is ±%s.",
		percentText(p.s.Data.Confidence), report.Format(widest, some.Unit))
	if plane.Mean {
		out.Caption = p.caption() + " Darker is more. Each field is the mean over the values of the other parameters, without an interval."
	}
	return out, nil
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
	for _, fill := range []color.RGBA{grey, blue, green} { // what matters more on top
		for i := range p.c.Points {
			point := &p.c.Points[i]
			r, okR := point.Measure(p.c.Risk)
			g, okG := point.Measure(p.c.Efficiency)
			if p.fill(point) != fill || !okR || !okG || !r.Estimate.Known() || !g.Estimate.Known() {
				continue
			}
			err := errors.Join(out.cross(r.Estimate, g.Estimate, veil(fill, 0.5)), out.dot(r.Estimate.Value, g.Estimate.Value, fill, ""))
			if err != nil {
				return nil, err
			}
		}
	}
	if err := out.dot(risk.Estimate.Value, gain.Estimate.Value, black, "present"); err != nil {
		return nil, err
	}
	out.key(key{text: "on the front: no point has less risk and more efficiency", color: blue, band: true})
	out.key(key{text: "recommended", color: green, band: true})
	out.key(key{text: "others", color: grey, band: true})
	out.roomy()
	out.Caption = p.caption() + fmt.Sprintf(" Whiskers: %s %% intervals. ", percentText(p.s.Data.Confidence)) + p.c.Reason
	return out, nil
}

// fill is the colour of a point on the front picture.
func (p *studyPictures) fill(point *study.Point) color.RGBA {
	switch {
	case point.Number == p.c.Recommended:
		return green
	case point.OnFront:
		return blue
	}
	return grey
}

// percentText writes a confidence such as 95.
func percentText(confidence float64) string { return strconv.FormatFloat(100*confidence, 'g', 6, 64) }
