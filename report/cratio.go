package report

import (
	"fmt"
	"math"
	"sort"

	"backtest/report/stats"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// bin is a bucket of a C-ratio histogram: its lower edge and what is in it.
type bin struct{ low, weight float64 }

// cRatioQuantile reads a quantile from the histogram of the last recorded step.
// Positions of one path fall and rise together, so the interval takes the
// number of paths, not of positions, for its sample size (Woodruff 1952).
func (c *Cell) cRatioQuantile(m Metric, f threshold.Figure) (stats.Estimate, error) {
	if f.Statistic != "p" || f.Level == 0 {
		return stats.Estimate{}, fmt.Errorf("%s is known by its quantiles, such as p5(%s)", m.Name, m.Name)
	}
	rows := c.lastCRatios(m.perDebt, f.Selector)
	if f.Selector != "" && len(rows) == 0 {
		return stats.Estimate{}, fmt.Errorf("%s[%s]: the records hold no such vault", m.Name, f.Selector)
	}
	paths := c.plainPaths()
	e := stats.Estimate{
		Value: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), Confidence: c.confidence, N: paths,
		EffectiveN: float64(paths), Method: "histogram quantile, Woodruff interval of the number of paths",
	}
	if paths == 0 {
		e.Warn("not known: distributions through time are those of the tilted paths, without their weights")
		return e, nil
	}
	bins, positions := mergeBins(rows)
	if positions == 0 {
		e.Warn("no position with debt")
		return e, nil
	}
	p := f.Level / 100
	e.Value = quantileOfBins(bins, p)
	share := stats.WilsonShare(p, e.EffectiveN, c.confidence)
	if tail := float64(math.Min(p, 1-p) * e.EffectiveN); tail < stats.MinTailPaths {
		e.Warn("the tail holds about %.1f paths", tail)
	}
	e.Low, e.High = quantileOfBins(bins, share[0]), quantileOfBins(bins, share[1])
	return e, nil
}

// plainPaths is how many paths the distributions through time are made of, as
// far as these are plain paths: those from the start of a splitting, none that
// carry a likelihood ratio.
func (c *Cell) plainPaths() int64 {
	switch {
	case c.levelPaths > 0:
		return c.levelPaths * int64(math.Ceil(float64(len(c.paths))/float64(c.dependent)))
	case c.Weighted:
		return 0
	}
	return c.Paths
}

// lastCRatios are the distributions of the last recorded step of the selected
// vaults, of all without a selector.
func (c *Cell) lastCRatios(perDebt bool, selector string) []record.CRatioRow {
	basis := record.BasisPosition
	if perDebt {
		basis = record.BasisDebt
	}
	last := int32(-1)
	for _, row := range c.CRatios {
		last = max(last, row.Step)
	}
	var out []record.CRatioRow
	for _, row := range c.CRatios {
		entity := Entity{Pool: row.Pool, Collateral: row.Collateral}
		if row.Step == last && row.Basis == basis && (selector == "" || entity.selected(selector)) {
			out = append(out, row)
		}
	}
	return out
}

func mergeBins(rows []record.CRatioRow) (bins []bin, positions int64) {
	for _, row := range rows {
		positions += row.N
		for i, low := range row.BinLow {
			bins = append(bins, bin{math.Max(low, row.Low), row.BinWeight[i]})
		}
	}
	sort.Slice(bins, func(i, j int) bool {
		if bins[i].low != bins[j].low {
			return bins[i].low < bins[j].low
		}
		return bins[i].weight < bins[j].weight
	})
	return bins, positions
}

// quantileOfBins is the lower edge of the bin in which the share p of the
// weight is reached: at most 1/128 below the quantile.
func quantileOfBins(bins []bin, p float64) float64 {
	total := 0.0
	for _, b := range bins {
		total += b.weight
	}
	want := float64(float64(p*total) * (1 - 1e-12))
	mass := 0.0
	for _, b := range bins {
		if mass += b.weight; mass >= want {
			return b.low
		}
	}
	return bins[len(bins)-1].low
}
