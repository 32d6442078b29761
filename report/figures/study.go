package figures

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"gonum.org/v1/plot/plotter"

	"backtest/report"
	"backtest/report/stats"
	"backtest/report/study"
	"backtest/report/threshold"
)

// Study draws the pictures of a parameter study: for each key figure a line
// with its band along every axis that is changed alone, a tornado of all
// points' differences, heat maps of pairs of axes, and the front of risk
// against efficiency.
func Study(s *study.Study) ([]*Figure, error) {
	var out []*Figure
	for i := range s.Scenarios {
		list, err := studyScenario(s, &s.Scenarios[i])
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			if len(s.Scenarios) > 1 {
				f.Name = fileName(s.Scenarios[i].Name + "_" + f.Name)
			}
		}
		out = append(out, list...)
	}
	return out, nil
}

func studyScenario(s *study.Study, c *study.Scenario) ([]*Figure, error) {
	p := studyPictures{s: s, c: c}
	if len(c.Points) == 0 || c.Points[0].Cell == nil {
		return nil, nil
	}
	for _, f := range s.KeyFigures() {
		for axis := range s.Axes {
			p.take(p.alongAxis(f, axis))
		}
		p.take(p.tornado(f))
		for a := range s.Axes {
			for b := a + 1; b < len(s.Axes); b++ {
				p.take(p.heatMap(f, a, b))
			}
		}
	}
	p.take(p.front())
	return p.out, p.err
}

// studyPictures gathers the pictures of one scenario until an error.
type studyPictures struct {
	s   *study.Study
	c   *study.Scenario
	out []*Figure
	err error
}

func (p *studyPictures) take(f *Figure, err error) {
	if p.err == nil {
		p.err = err
	}
	if f != nil && err == nil {
		p.out = append(p.out, f)
	}
}

func (p *studyPictures) caption() string {
	m := p.s.Data.Manifest
	base := p.c.Points[0].Cell
	return fmt.Sprintf("%s, %s: n = %d paths of %s, the same at every point, seed %d, configuration %.12s.", m.Name, p.c.Name,
		base.Paths, report.Format(float64(base.HorizonSeconds), report.UnitSeconds), m.Seed, m.ConfigSHA256)
}

func (p *studyPictures) unit(axis int) string {
	if p.s.Axes[axis].Unit == report.UnitRatio {
		return report.UnitRatio
	}
	return ""
}

// placed is an estimate at a value of an axis.
type placed struct {
	x float64
	e stats.Estimate
}

// alongAxis draws a figure along an axis, the others at their present values.
func (p *studyPictures) alongAxis(f threshold.Figure, axis int) (*Figure, error) {
	points, title, unit := p.alone(f, axis)
	if len(points) < 2 {
		return nil, nil
	}
	key := p.s.Axes[axis].Key
	out := newFigure(fileName("line_"+f.String()+"_"+key), title+" along "+key, key, title)
	out.axes(p.unit(axis), unit)
	var low, high, middle plotter.XYs
	for _, at := range points {
		low = append(low, plotter.XY{X: at.x, Y: bounded(at.e.Low, at.e.Value)})
		high = append(high, plotter.XY{X: at.x, Y: bounded(at.e.High, at.e.Value)})
		middle = append(middle, plotter.XY{X: at.x, Y: at.e.Value})
	}
	if err := out.area(low, high, veil(blue, 0.22), percentText(p.s.Data.Confidence)+" % interval"); err != nil {
		return nil, err
	}
	if err := out.line(middle, blue, 1.8, "estimate"); err != nil {
		return nil, err
	}
	base, _ := p.c.Points[0].Measure(f)
	if err := out.dot(p.c.Numbers(axis)[0], base.Estimate.Value, black, "present"); err != nil {
		return nil, err
	}
	out.Caption = p.caption()
	return out, nil
}

// alone lists the points that change at most one axis, along it.
func (p *studyPictures) alone(f threshold.Figure, axis int) (points []placed, title, unit string) {
	numbers := p.c.Numbers(axis)
	base := p.c.Points[0].Values
	for i := range p.c.Points {
		point := &p.c.Points[i]
		other := false
		for a, value := range point.Values {
			other = other || a != axis && value != base[a]
		}
		if m, ok := point.Measure(f); ok && !other && m.Estimate.Known() {
			points = append(points, placed{numbers[i], m.Estimate})
			title, unit = m.Title, m.Unit
		}
	}
	sort.SliceStable(points, func(i, j int) bool { return points[i].x < points[j].x })
	return points, title, unit
}

// bounded keeps an open end out of the picture.
func bounded(x, instead float64) float64 {
	if math.IsInf(x, 0) {
		return instead
	}
	return x
}

// tornado draws the differences of a figure to the present parameters, largest
// first.
func (p *studyPictures) tornado(f threshold.Figure) (*Figure, error) {
	bars, title, unit := p.differences(f)
	if len(bars) == 0 {
		return nil, nil
	}
	out := newFigure(fileName("tornado_"+f.String()), title+": difference to the present parameters", "difference", "")
	out.axes(unit, "")
	names := make([]string, len(bars))
	for i, bar := range bars {
		y := float64(len(bars) - 1 - i)
		names[len(bars)-1-i] = bar.name
		fill := blue
		if bar.e.Value > 0 {
			fill = vermillion
		}
		ring := plotter.XYs{{X: 0, Y: y - 0.34}, {X: bar.e.Value, Y: y - 0.34}}
		if err := out.area(ring, plotter.XYs{{X: 0, Y: y + 0.34}, {X: bar.e.Value, Y: y + 0.34}}, fill, ""); err != nil {
			return nil, err
		}
		whisker := plotter.XYs{{X: bounded(bar.e.Low, bar.e.Value), Y: y}, {X: bounded(bar.e.High, bar.e.Value), Y: y}}
		if err := out.line(whisker, black, 1.2, ""); err != nil {
			return nil, err
		}
	}
	out.plot.NominalY(names...)
	out.plot.Y.Min, out.plot.Y.Max = -0.6, float64(len(bars))-0.4
	out.key(key{text: "more", color: vermillion, band: true})
	out.key(key{text: "less", color: blue, band: true})
	out.Caption = p.caption() + fmt.Sprintf(" Whiskers: %s %% interval of the paired difference.", percentText(p.s.Data.Confidence))
	return out, nil
}

type tornadoBar struct {
	name string
	e    stats.Estimate
}

// mostBars fit into a picture.
const mostBars = 14

func (p *studyPictures) differences(f threshold.Figure) (bars []tornadoBar, title, unit string) {
	for i := range p.c.Points {
		point := &p.c.Points[i]
		c, ok := point.Change(f)
		if !ok || !c.Difference.Known() {
			continue
		}
		title, unit = c.Title, c.Unit
		bars = append(bars, tornadoBar{p.short(point), c.Difference})
	}
	sort.SliceStable(bars, func(i, j int) bool { return math.Abs(bars[i].e.Value) > math.Abs(bars[j].e.Value) })
	return bars[:min(mostBars, len(bars))], title, unit
}

// short tells what a point changes, by the last name of each key.
func (p *studyPictures) short(point *study.Point) string {
	var parts []string
	for a, axis := range p.s.Axes {
		if point.Values[a] != p.c.Points[0].Values[a] {
			name := axis.Key[strings.LastIndex(axis.Key, ".")+1:]
			parts = append(parts, name+" "+study.ShowValue(point.Values[a], axis.Unit))
		}
	}
	return strings.Join(parts, "\n")
}
