package coverage

import (
	"math"

	"backtest/report/stats"
)

// Band is the forecasts of a series through time, for a picture: the middle 90 %,
// the value at risk at the highest level, what came, and where it passed that.
type Band struct {
	Series   *Series
	Level    float64
	Low      []float64 // 5 % quantile of each forecast
	Middle   []float64 // median
	High     []float64 // 95 % quantile
	AtRisk   []float64
	Outcomes []float64
	Passed   []bool
}

// Bands gives a band for every series of a model, in the order of the plan.
func (r *Report) Bands(model string) []Band {
	var out []Band
	level := 0.0
	for _, l := range r.Plan.Levels {
		level = math.Max(level, l)
	}
	for _, s := range r.records.Series {
		if s.Model != model {
			continue
		}
		b := Band{Series: s, Level: level, Outcomes: s.Outcomes}
		for i, f := range s.Forecasts {
			b.Low = append(b.Low, f.ValueAtRisk(0.05))
			b.Middle = append(b.Middle, f.ValueAtRisk(0.5))
			b.High = append(b.High, f.ValueAtRisk(0.95))
			b.AtRisk = append(b.AtRisk, f.ValueAtRisk(level))
			b.Passed = append(b.Passed, s.Outcomes[i] > b.AtRisk[i])
		}
		out = append(out, b)
	}
	return out
}

// HistogramBounds is the range that a bin of a PIT histogram stays in with a
// chance of 95 % when forecasts are right: binomial quantiles of n values in bins
// of equal width.
func HistogramBounds(n, bins int) (low, high int) {
	p := 1 / float64(bins)
	for low = 0; stats.BinomialCDF(int64(low), int64(n), p) < 0.025; {
		low++
	}
	for high = low; stats.BinomialCDF(int64(high), int64(n), p) < 0.975; {
		high++
	}
	return low, high
}
