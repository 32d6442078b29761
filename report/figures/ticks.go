package figures

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"

	"backtest/report"
	"backtest/report/stats"
)

// ticks marks an axis at about seven round numbers, written in a unit.
type ticks struct{ unit string }

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	step := stats.RoundStep((high - low) / 8)
	if t.unit == report.UnitSeconds {
		step = 86400 * math.Max(1, stats.RoundStep((high-low)/86400/7))
	}
	var out []plot.Tick
	for i := math.Ceil(low/step - 1e-9); i*step <= high+step*1e-9; i++ {
		value := i*step + 0 // no negative zero
		out = append(out, plot.Tick{Value: value, Label: t.label(value, step)})
	}
	return out
}

func (t ticks) label(x, step float64) string {
	switch t.unit {
	case report.UnitRatio:
		return strconv.FormatFloat(100*x, 'f', decimals(100*step), 64) + " %"
	case report.UnitSeconds:
		return strconv.FormatFloat(x/86400, 'f', 0, 64)
	case report.UnitUSD:
		return dollars(x, step)
	}
	return strconv.FormatFloat(x, 'f', decimals(step), 64)
}

// dollars writes an amount in the scale of its step.
func dollars(x, step float64) string {
	scale, name := 1.0, ""
	for _, s := range []struct {
		size float64
		name string
	}{{1e3, "k"}, {1e6, "M"}, {1e9, "B"}, {1e12, "T"}} {
		if step >= s.size/2 || math.Abs(x) >= 2000*s.size/2 {
			scale, name = s.size, s.name
		}
	}
	sign := ""
	if x < 0 {
		sign = "-"
	}
	if x == 0 {
		return "$0"
	}
	return sign + "$" + strconv.FormatFloat(math.Abs(x)/scale, 'f', decimals(step/scale), 64) + name
}

func decimals(step float64) int {
	for d := 0; d < 9; d++ {
		scaled := step * math.Pow10(d)
		if math.Abs(scaled-math.Round(scaled)) < 1e-6*scaled {
			return d
		}
	}
	return 9
}

// axes sets units on both axes and faint horizontal lines.
func (f *Figure) axes(x, y string) {
	f.plot.X.Tick.Marker, f.plot.Y.Tick.Marker = ticks{x}, ticks{y}
	grid := plotter.NewGrid()
	grid.Vertical.Color = nil
	grid.Horizontal = draw.LineStyle{Color: light, Width: 0.75}
	f.plot.Add(grid)
}
