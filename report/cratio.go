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
	p := f.Level / 100
	e := stats.Estimate{
		Value: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), Confidence: c.confidence, N: c.ratioPaths(),
		Method: "histogram quantile, Woodruff interval of the number of paths",
	}
	e.EffectiveN = float64(e.N)
	if c.Tilted() {
		if unweighted(c.CRatios) {
			e.N, e.EffectiveN = 0, 0
			e.Warn("not known: these records hold the C-ratios of the tilted paths without their weights")
			return e, nil
		}
		e.EffectiveN, e.Method = c.tiltedSize(p), "weighted histogram quantile, Woodruff interval of the effective number of paths"
	}
	bins, positions := mergeBins(rows)
	if positions == 0 {
		e.Warn("no position with debt")
		return e, nil
	}
	e.Value = quantileOfBins(bins, p)
	share := stats.WilsonShare(p, e.EffectiveN, c.confidence)
	if tail := float64(math.Min(p, 1-p) * e.EffectiveN); tail < stats.MinTailPaths {
		e.Warn("the tail holds about %.1f paths", tail)
	}
	e.Low, e.High = quantileOfBins(bins, share[0]), quantileOfBins(bins, share[1])
	return e, nil
}

// ratioPaths is how many paths the distributions through time are made of: of a
// splitting those from the start, which are plain ones.
func (c *Cell) ratioPaths() int64 {
	if c.levelPaths > 0 {
		return c.levelPaths * int64(math.Ceil(float64(len(c.paths))/float64(c.dependent)))
	}
	return c.Paths
}

// Tilted says whether paths are those of importance sampling. Fans are over them
// as they are, without their weights.
func (c *Cell) Tilted() bool { return c.Weighted && c.levelPaths == 0 }

// unweighted says whether distributions count every position once, as an older
// program recorded those of tilted paths.
func unweighted(rows []record.CRatioRow) bool {
	for _, row := range rows {
		if row.Basis == record.BasisPosition && row.N > 0 && row.Weight == float64(row.N) {
			return true
		}
	}
	return false
}

// tiltedSize is the number of plain paths that would tell as much about the share
// below a p-quantile. Paths are tilted towards low C-ratios, where their weights
// are small. Up to the median the share varies no more than under Kish's size K,
// with p(1-p)/K; above it, where weights are large, by up to p^2/K.
func (c *Cell) tiltedSize(p float64) float64 {
	return c.EffectivePaths * math.Min(1, (1-p)/p)
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
