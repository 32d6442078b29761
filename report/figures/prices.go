package figures

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"backtest/report"
)

// PriceFan is what a picture of price paths shows of one asset.
type PriceFan struct {
	Asset     string
	Times     []int64     // Unix seconds
	Levels    []float64   // five probabilities, ascending, around the median
	Quantiles [][]float64 // by time, at the levels, USD
	Samples   [][]float64 // whole paths, USD
	Recorded  []float64   // history, oldest first, on the same times; may be shorter or nil
	Caption   string
}

// Prices draws the fan of an asset's price with a few sample paths and the
// recorded history.
func Prices(x PriceFan) (*Figure, error) {
	f := newFigure("prices_"+x.Asset, "Price of "+x.Asset, days, "USD")
	f.axes(report.UnitSeconds, report.UnitUSD)
	f.Caption = x.Caption
	at := func(value func(t int) float64, n int) plotter.XYs {
		out := make(plotter.XYs, n)
		for t := range out {
			out[t] = plotter.XY{X: float64(x.Times[t] - x.Times[0]), Y: value(t)}
		}
		return out
	}
	level := func(q int) plotter.XYs {
		return at(func(t int) float64 { return x.Quantiles[t][q] }, len(x.Times))
	}
	for _, band := range []struct {
		low, high int
		share     float64
	}{{0, 4, 0.18}, {1, 3, 0.4}} {
		name := fmt.Sprintf("%g to %g %% of paths", 100*x.Levels[band.low], 100*x.Levels[band.high])
		if err := f.area(level(band.low), level(band.high), tint(blue, band.share), name); err != nil {
			return nil, err
		}
	}
	for i, path := range x.Samples {
		name := ""
		if i == 0 {
			name = "sample paths"
		}
		if err := f.line(at(func(t int) float64 { return path[t] }, len(path)), grey, 0.6, name); err != nil {
			return nil, err
		}
	}
	if len(x.Recorded) > 1 {
		if err := f.line(at(func(t int) float64 { return x.Recorded[t] }, len(x.Recorded)), vermillion, 1.2, "end of the history"); err != nil {
			return nil, err
		}
	}
	return f, f.line(level(2), black, 1.8, "median")
}

// TailPoint is a probability of a return beyond a size, counted and fitted.
type TailPoint struct {
	Loss              bool
	Size              float64 // of the log return
	Empirical, Fitted float64
}

// Tails draws fitted against empirical tail probabilities of a model, both on
// logarithmic axes.
func Tails(name, title, caption string, points []TailPoint) (*Figure, error) {
	f := newFigure("tails_"+name, title, "size of the log return", "probability of a return beyond it")
	f.axes("", "")
	f.plot.X.Scale, f.plot.Y.Scale = plot.LogScale{}, plot.LogScale{}
	f.plot.X.Tick.Marker, f.plot.Y.Tick.Marker = decades{}, decades{}
	f.Caption = caption
	for _, side := range []struct {
		loss bool
		name string
	}{{true, "losses"}, {false, "gains"}} {
		var counted, fitted plotter.XYs
		for _, p := range points {
			if p.Loss != side.loss || p.Size <= 0 {
				continue
			}
			if p.Empirical > 0 {
				counted = append(counted, plotter.XY{X: p.Size, Y: p.Empirical})
			}
			if p.Fitted > 1e-8 {
				fitted = append(fitted, plotter.XY{X: p.Size, Y: p.Fitted})
			}
		}
		c := blue
		if side.loss {
			c = vermillion
		}
		if err := f.line(counted, c, 1.8, side.name+", counted"); err != nil {
			return nil, err
		}
		if err := f.line(fitted, tint(c, 0.5), 1.2, side.name+", fitted"); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// decades marks a logarithmic axis at 1, 2 and 5 times the powers of ten.
type decades struct{}

// Ticks implements plot.Ticker.
func (decades) Ticks(low, high float64) []plot.Tick {
	var out []plot.Tick
	for e := math.Floor(math.Log10(low)); e <= math.Ceil(math.Log10(high)); e++ {
		for _, m := range []float64{1, 2, 5} {
			if v := m * math.Pow(10, e); v >= low && v <= high {
				label := ""
				if m == 1 || high/low < 100 {
					label = fmt.Sprintf("%g", v)
				}
				out = append(out, plot.Tick{Value: v, Label: label})
			}
		}
	}
	return out
}
