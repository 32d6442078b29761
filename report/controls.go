package report

import (
	"math"
	"slices"

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

// controlled gives the sample of a metric its controls. The parts of a sum follow
// the sum, so that they add up to it.
func (c *Cell) controlled(s stats.Sample, m Metric) stats.Sample {
	if len(s.Values) != len(c.paths) || c.controls == nil {
		return s
	}
	s.Controls = c.controls
	if sum := c.sumOf(m); sum != nil {
		s.Controls = c.controls.Following(c.sample(sum))
	}
	return s
}

// sumOf gives what a metric, or its parts by entity, add up to path by path; nil
// for one that is no part of a sum.
func (c *Cell) sumOf(m Metric) []float64 {
	if len(m.Parts) == 1 && m.fold == nil && !m.ratioOf && !m.cRatio {
		return c.values(m)
	}
	part := slices.IndexFunc(c.extra, func(x record.ExtraColumn) bool { return m.adds && x.Name == m.Name && x.Source != "" })
	if part < 0 {
		return nil
	}
	of := c.extra[part]
	if of.Sum == record.LPProfit {
		return c.columns[record.LPProfit]
	}
	for _, x := range c.extra {
		if x.Source == record.SourceTotal && x.Figure == of.Figure && x.Pool == of.Pool && x.Collateral == of.Collateral {
			return c.columns[x.Name]
		}
	}
	return nil
}
