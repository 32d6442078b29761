package figures

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/plotter"
)

// Shock is an axis of a frontier: what moves, from the mildest to the worst
// value, in the unit that it is written in.
type Shock struct {
	Label       string
	Mild, Worst float64
	Unit        string // of report, "" for plain numbers
}

// FrontierPoint is the smallest first shock that breaks the limit at a value of
// the second one, NaN if the worst is not enough; Low is the smallest at which it
// may be broken, High that at which it surely is, NaN likewise.
type FrontierPoint struct{ Second, Value, Low, High float64 }

// Frontier draws where a limit breaks in the plane of two shocks.
func Frontier(name, title, caption string, first, second Shock, points []FrontierPoint) (*Figure, error) {
	f := newFigure(name, title, second.Label, first.Label)
	f.axes(second.Unit, first.Unit)
	f.Caption = caption
	place := func(value float64) float64 {
		if math.IsNaN(value) {
			return first.Worst
		}
		return value
	}
	var worst, low, high, line plotter.XYs
	for _, p := range points {
		worst = append(worst, plotter.XY{X: p.Second, Y: first.Worst})
		low = append(low, plotter.XY{X: p.Second, Y: place(p.Low)})
		high = append(high, plotter.XY{X: p.Second, Y: place(p.High)})
		line = append(line, plotter.XY{X: p.Second, Y: place(p.Value)})
	}
	for _, part := range []struct {
		from, to plotter.XYs
		color    color.Color
		name     string
	}{{high, worst, tint(vermillion, 0.45), "broken, surely"}, {low, high, tint(vermillion, 0.18), "not told apart by so many paths"}} {
		if err := f.area(part.from, part.to, part.color, part.name); err != nil {
			return nil, err
		}
	}
	if err := f.line(line, black, 1.8, "smallest shock that breaks the limit"); err != nil {
		return nil, err
	}
	for _, p := range points {
		if math.IsNaN(p.Value) {
			continue
		}
		if err := f.dot(p.Second, p.Value, black, ""); err != nil {
			return nil, err
		}
	}
	f.plot.Y.Min, f.plot.Y.Max = math.Min(first.Mild, first.Worst), math.Max(first.Mild, first.Worst)
	f.plot.X.Min, f.plot.X.Max = math.Min(second.Mild, second.Worst), math.Max(second.Mild, second.Worst)
	return f, nil
}
