package report

import (
	"math"

	"backtest/report/stats"
	"backtest/runner/record"
)

// controllable says whether the means of a scenario may be adjusted by final
// prices. Weighted paths and repetitions of splitting are not those of the law
// whose expectations are known, and paths that are drawn together have little of
// that noise left.
func controllable(m record.Manifest, scenario string) bool {
	return drawingOf(m).ControlVariates != "off" && dependence(m) == "" && splittingOf(m, scenario) == nil
}

// finalPrices makes controls of the final prices whose expectations are known;
// nil for none.
func (c *Cell) finalPrices() *stats.Controls {
	if !c.adjusts || c.Weighted {
		return nil
	}
	var figures [][]float64
	for _, x := range c.extra {
		if x.Figure != record.FinalPriceRatio {
			continue
		}
		if figure := c.beyondExpectation(x); figure != nil {
			figures = append(figures, figure)
		}
	}
	return stats.NewControls(stats.Sample{Values: c.columns["steps"], Groups: c.groups}, figures)
}

// beyondExpectation is how far the final price of an asset is from what is
// expected, path by path; nil if that is not known.
func (c *Cell) beyondExpectation(final record.ExtraColumn) []float64 {
	for _, x := range c.extra {
		expected := c.columns[x.Name]
		if x.Figure != record.ExpectedPriceRatio || x.Asset != final.Asset || len(expected) == 0 || math.IsNaN(expected[0]) {
			continue
		}
		out := make([]float64, len(expected))
		for i, ratio := range c.columns[final.Name] {
			out[i] = ratio - expected[i]
		}
		return out
	}
	return nil
}

// controlled gives the sample of a metric its controls. Parts of a sum that is
// shown with them are not adjusted, some more than others, so that they add up.
func (c *Cell) controlled(s stats.Sample, m Metric) stats.Sample {
	if !m.adds && len(s.Values) == len(c.paths) {
		s.Controls = c.controls
	}
	return s
}
