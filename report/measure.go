package report

import (
	"fmt"
	"hash/fnv"
	"math"
	"sort"

	"backtest/report/stats"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// measure fills everything that follows from what was read.
func (c *Cell) measure() error {
	for _, m := range metrics {
		if !c.measurable(m) {
			continue
		}
		if err := c.measureMetric(m); err != nil {
			return err
		}
	}
	for _, column := range c.extra {
		if !column.Alone() {
			continue // a part of a metric above
		}
		m := extraMetric(column)
		if err := c.measureMetric(m); err != nil {
			return err
		}
		if column.Sum == record.LPProfit {
			share, err := c.Measure(threshold.Figure{Metric: m.Name, Statistic: "mean"})
			if err != nil {
				return err
			}
			share.Title = titleOf(column.Source)
			c.Attribution = append(c.Attribution, share)
		}
	}
	c.Survival = c.survival()
	return nil
}

func (c *Cell) measureMetric(m Metric) error {
	for _, entity := range append([]string{""}, c.entities(m)...) {
		statistics := m.Estimators
		if entity != "" && m.Split != nil {
			statistics = m.Split
		}
		for _, text := range statistics {
			figure := figureOf(m, text)
			figure.Selector = entity
			measured, err := c.Measure(figure)
			if err != nil {
				return err
			}
			if entity != "" {
				c.ByEntity = append(c.ByEntity, measured)
				continue
			}
			for _, h := range m.Headline {
				measured.Headline = measured.Headline || h == text
			}
			c.Measures = append(c.Measures, measured)
		}
	}
	return nil
}

// figureOf reads a statistic of the table.
func figureOf(m Metric, statistic string) threshold.Figure {
	f, err := threshold.ParseFigure("metric." + statistic)
	if err != nil {
		panic(err) // a statistic in this package's own table
	}
	f.Metric = m.Name
	return f
}

// entities lists what a metric can be split by.
func (c *Cell) entities(m Metric) []string {
	if m.cRatio {
		var names []string
		for _, vault := range c.Vaults() {
			names = append(names, vault.String())
		}
		return names
	}
	if names := c.parted(m); len(names) > 0 {
		return names
	}
	return c.tallies.names(m.Kinds)
}

// Measure estimates any figure that a threshold can name: a metric of the
// table or of the run's extra columns, a statistic (mean, p<level>,
// var<level>, lar<level>, es<level>, probability, ratio) and a selector.
func (c *Cell) Measure(f threshold.Figure) (Measure, error) {
	m, err := metricByName(f.Metric, c.extra)
	if err != nil {
		return Measure{}, err
	}
	if f.Statistic == "" {
		f = withSelector(figureOf(m, m.Estimators[0]), f.Selector)
	}
	if err := m.has(f); err != nil {
		return Measure{}, err
	}
	out := Measure{Figure: f, Title: measureTitle(m, f), Unit: unitOf(m, f)}
	switch {
	case m.cRatio:
		out.Estimate, err = c.cRatioQuantile(m, f)
	case m.ratioOf:
		out.Estimate, err = c.ratio(m, f)
	default:
		out.Estimate, err = c.statistic(m, f)
	}
	if err != nil {
		return Measure{}, err
	}
	return out, nil
}

func withSelector(f threshold.Figure, selector string) threshold.Figure {
	f.Selector = selector
	return f
}

// UnitOf is the unit of a figure of records with these extra columns.
func UnitOf(f threshold.Figure, extra []record.ExtraColumn) (string, error) {
	m, err := metricByName(f.Metric, extra)
	return unitOf(m, f), err
}

func unitOf(m Metric, f threshold.Figure) string {
	if f.Statistic == "probability" {
		return UnitRatio
	}
	return m.Unit
}

func (c *Cell) ratio(m Metric, f threshold.Figure) (stats.Estimate, error) {
	top, bottom, err := c.terms(m, f.Selector)
	if err != nil {
		return stats.Estimate{}, err
	}
	return stats.Ratio(c.controlled(c.sample(top), m), bottom, c.confidence), nil
}

// terms gives what a ratio is made of, path by path.
func (c *Cell) terms(m Metric, selector string) (top, bottom []float64, err error) {
	columns, err := c.inputs(m, selector)
	if err != nil {
		return nil, nil, err
	}
	return columns[0], columns[1], nil
}

// sampleOf gives a metric's value on every path that has one.
func (c *Cell) sampleOf(m Metric, selector string) (stats.Sample, error) {
	if selector != "" && len(m.Kinds) > 0 && c.knows(selector) && c.partsOf(m, selector) == nil {
		return c.sample(c.tallies.values(m.Kinds, selector, m.Unit == UnitUSD, c.paths)), nil
	}
	columns, err := c.inputs(m, selector)
	if err != nil {
		return stats.Sample{}, err
	}
	values := c.valuesOf(m, columns)
	return c.sample(values).Where(func(i int) bool { return !math.IsNaN(values[i]) }), nil
}

func (c *Cell) sample(values []float64) stats.Sample {
	return stats.Sample{Values: values, Weights: c.weights, Groups: c.groups}
}

// values computes a metric of the whole system path by path.
func (c *Cell) values(m Metric) []float64 { return c.valuesOf(m, c.whole(m)) }

// valuesOf computes a metric from its columns path by path; a first time that
// never came is infinite.
func (c *Cell) valuesOf(m Metric, columns [][]float64) []float64 {
	out := make([]float64, len(c.paths))
	row := make([]float64, len(columns))
	for i := range out {
		for k, column := range columns {
			row[k] = column[i]
		}
		out[i] = m.value(row)
		if m.Unit == UnitSeconds && !happened(out[i]) {
			out[i] = math.Inf(1)
		}
	}
	return out
}

// Sample gives the values of a metric of the whole system, for pictures.
func (c *Cell) Sample(metric string) (stats.Sample, error) {
	m, err := metricByName(metric, c.extra)
	if err != nil {
		return stats.Sample{}, err
	}
	if m.cRatio || m.ratioOf {
		return stats.Sample{}, fmt.Errorf("%s is not a figure of one path", metric)
	}
	return c.sampleOf(m, "")
}

func (c *Cell) statistic(m Metric, f threshold.Figure) (stats.Estimate, error) {
	s, err := c.sampleOf(m, f.Selector)
	if err != nil {
		return stats.Estimate{}, err
	}
	e, err := c.estimated(m, f, s)
	if err == nil && c.Tilted() {
		e = supported(e, f, s)
	}
	return e, err
}

// leastSupport is how many plain paths the paths that a figure of a tilted run
// rests on have to be worth.
const leastSupport = 30

// supported withholds a figure that a tilt cannot tell: one that rests on a few
// paths of large weights, which the tilt made rare. What is near zero on these, as
// the sought event is, does not rest on them.
func supported(e stats.Estimate, f threshold.Figure, s stats.Sample) stats.Estimate {
	size := e.EffectiveN
	if f.Level == 0 || f.Statistic == "es" {
		parts, some := make([]float64, len(s.Values)), false
		for i, x := range s.Values {
			parts[i] = math.Abs(x)
			if s.Weights != nil {
				parts[i] *= s.Weights[i]
			}
			some = some || x != 0
		}
		if !some {
			return e
		}
		if support := stats.KishESS(parts); f.Level == 0 || support < size {
			size = support
		}
	}
	if size >= leastSupport || !e.Known() {
		return e
	}
	held := stats.Estimate{Value: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), Confidence: e.Confidence, N: e.N, EffectiveN: size, Method: e.Method}
	held.Warn("withheld: the tilt leaves it to paths worth %.0f plain ones", size)
	return held
}

// estimated is the statistic by itself.
func (c *Cell) estimated(m Metric, f threshold.Figure, s stats.Sample) (stats.Estimate, error) {
	level := f.Level / 100
	switch {
	case f.Statistic == "probability":
		return stats.Probability(positives(s), c.confidence), nil
	case f.Statistic == "mean":
		return floored(sparse(stats.Mean(c.controlled(s, m), c.confidence), s, m), m), nil
	case f.Statistic == "p" && m.Unit == UnitSeconds:
		return reached(stats.Quantile(s, level, c.confidence)), nil
	case f.Statistic == "p":
		return stats.Quantile(s, level, c.confidence), nil
	case f.Statistic == "var" || f.Statistic == "lar":
		return stats.ValueAtRisk(s, level, c.confidence), nil
	default: // es
		return sparse(stats.ExpectedShortfall(s, []float64{level}, c.confidence, c.bootstrap(f))[0], s, m), nil
	}
}

// floored ends the interval of what cannot be negative at 0.
func floored(e stats.Estimate, m Metric) stats.Estimate {
	if m.floor && e.Low < 0 && e.Known() {
		e.Low = math.Min(0, e.Value)
	}
	return e
}

// reached tells an end of first times that lies beyond the horizon from one
// that more paths would find.
func reached(e stats.Estimate) stats.Estimate {
	if math.IsInf(e.High, 1) && e.Known() {
		e.Warnings = nil
		e.Warn("not within the horizon on enough paths: an end after it is not known")
	}
	return e
}

// sparse warns of an average that hangs on few paths: its interval rests on a
// spread that the sample hardly shows.
func sparse(e stats.Estimate, s stats.Sample, m Metric) stats.Estimate {
	others := 0
	for _, x := range s.Values {
		if x != 0 {
			others++
		}
	}
	switch {
	case m.zero:
	case others == 0 && e.N > 0:
		e.Warn("zero on every path")
	case others == 1 && e.N >= stats.MinTailPaths:
		e.Warn("only 1 path differs from zero: the interval may be too short")
	case others < stats.MinTailPaths && e.N >= stats.MinTailPaths:
		e.Warn("only %d paths differ from zero: the interval may be too short", others)
	}
	return e
}

func positives(s stats.Sample) stats.Sample {
	out := make([]float64, len(s.Values))
	for i, x := range s.Values {
		if x > 0 {
			out[i] = 1
		}
	}
	return s.With(out)
}

// bootstrap gives every figure of every cell draws of its own; shortfalls at
// several levels share theirs, so that their ends are coherent.
func (c *Cell) bootstrap(f threshold.Figure) stats.Bootstrap {
	if f.Statistic == "es" {
		f.Level = 0
	}
	name := fnv.New64a()
	fmt.Fprintf(name, "%s/%d/%s", c.Scenario, c.Point, f)
	return stats.Bootstrap{Seed: c.seed, Stream: name.Sum64()}
}

// Vaults lists the vaults with a recorded C-ratio distribution, sorted by name.
func (c *Cell) Vaults() []Entity {
	seen := map[Entity]bool{}
	var out []Entity
	for _, row := range c.CRatios {
		vault := Entity{Pool: row.Pool, Collateral: row.Collateral}
		if !seen[vault] {
			seen[vault] = true
			out = append(out, vault)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].String() < out[j].String() })
	return out
}
