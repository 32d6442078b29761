package figures

import (
	"fmt"
	"math"

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
				f.within(s.Scenarios[i].Name)
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
		if !c.Varies(f) {
			continue // the same everywhere
		}
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

// alongAxis draws a figure along an axis, the others at their present values.
func (p *studyPictures) alongAxis(f threshold.Figure, axis int) (*Figure, error) {
	var low, high, middle plotter.XYs
	var title, unit string
	var shown []stats.Estimate
	x := p.c.Numbers(axis)
	for _, point := range p.c.Along(axis) {
		m, ok := point.Measure(f)
		if !ok || !m.Estimate.Known() {
			continue
		}
		title, unit = m.Title, m.Unit
		shown = append(shown, m.Estimate)
		at := x[point.Number]
		low = append(low, plotter.XY{X: at, Y: bounded(m.Estimate.Low, m.Estimate.Value)})
		high = append(high, plotter.XY{X: at, Y: bounded(m.Estimate.High, m.Estimate.Value)})
		middle = append(middle, plotter.XY{X: at, Y: m.Estimate.Value})
	}
	if len(middle) < 2 {
		return nil, nil
	}
	key := p.s.Axes[axis].Key
	out := newFigure("line_"+f.String()+"_"+key, title+" along "+key, key, title)
	out.axes(p.unit(axis), unit)
	if err := out.area(low, high, veil(blue, 0.22), percentText(p.s.Data.Confidence)+" % interval"); err != nil {
		return nil, err
	}
	if err := out.line(middle, blue, 1.8, "estimate"); err != nil {
		return nil, err
	}
	if base, ok := p.c.Points[0].Measure(f); ok && base.Estimate.Known() {
		if err := out.dot(x[0], base.Estimate.Value, black, "present"); err != nil {
			return nil, err
		}
	}
	out.roomy()
	out.Caption = p.caption() + " Other parameters at their present values." + warned(shown)
	return out, nil
}

// bounded keeps an open end out of the picture.
func bounded(x, instead float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return instead
	}
	return x
}

// mostBars fit into a picture.
const mostBars = 14

// tornado draws the differences of a figure to the present parameters, largest
// first.
func (p *studyPictures) tornado(f threshold.Figure) (*Figure, error) {
	all := p.c.Swings(f)
	if len(all) == 0 {
		return nil, nil
	}
	shown := all[:min(mostBars, len(all))]
	first, _ := shown[0].Change(f)
	out := newFigure("tornado_"+f.String(), first.Title+": difference to the present parameters", "difference", "")
	out.axes(first.Unit, "")
	names, differences := make([]string, len(shown)), make([]stats.Estimate, len(shown))
	for i, point := range shown {
		change, _ := point.Change(f)
		differences[i] = change.Difference
		y := float64(len(shown) - 1 - i)
		names[len(shown)-1-i] = cut(p.s.Short(p.c, point), 44)
		if err := out.bar(y, change.Difference); err != nil {
			return nil, err
		}
	}
	out.plot.NominalY(names...)
	out.plot.Y.Tick.Label.Font.Size = 8.5
	out.plot.Y.Min, out.plot.Y.Max = -0.6, float64(len(shown))-0.4
	air := (out.plot.X.Max - out.plot.X.Min) / 40
	out.plot.X.Min, out.plot.X.Max = out.plot.X.Min-air, out.plot.X.Max+air
	out.key(key{text: "more", color: vermillion, band: true})
	out.key(key{text: "less", color: blue, band: true})
	out.Caption = p.caption() + fmt.Sprintf(" Whiskers: %s %% interval of the paired difference.", percentText(p.s.Data.Confidence)) + warned(differences)
	if len(shown) < len(all) {
		out.Caption += fmt.Sprintf(" The largest %d of %d.", len(shown), len(all))
	}
	return out, nil
}

// bar is a row of a tornado with its whisker.
func (f *Figure) bar(y float64, e stats.Estimate) error {
	fill := blue
	if e.Value > 0 {
		fill = vermillion
	}
	low, high := plotter.XYs{{X: 0, Y: y - 0.34}, {X: e.Value, Y: y - 0.34}}, plotter.XYs{{X: 0, Y: y + 0.34}, {X: e.Value, Y: y + 0.34}}
	if err := f.area(low, high, fill, ""); err != nil {
		return err
	}
	return f.line(plotter.XYs{{X: bounded(e.Low, e.Value), Y: y}, {X: bounded(e.High, e.Value), Y: y}}, black, 1.2, "")
}

// cut shortens a name that would not fit.
func cut(name string, most int) string {
	if letters := []rune(name); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return name
}
