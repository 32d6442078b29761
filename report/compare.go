package report

import (
	"fmt"
	"math"
	"slices"

	"backtest/internal/warn"
	"backtest/report/stats"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// Comparison is what changed from one run to another.
type Comparison struct {
	Base, Next    string              // names of the runs
	Configuration []record.Difference // key by key; empty when nothing was changed
	Cells         []ComparedCell
	OnlyBase      []string // cells that only one of them has
	OnlyNext      []string
	Drift         []DriftResult
	Confidence    float64
	Notices       []RunNotice // warnings of either run
}

// RunNotice is a warning of one of two runs.
type RunNotice struct {
	Run string `json:"run"` // base or next
	warn.Warning
}

// ComparedCell is a scenario and point that both runs have.
type ComparedCell struct {
	Scenario string
	Point    int32
	Paired   bool  // same seed: path i saw the same prices in both
	Paths    int64 // that were compared: shared ones when paired, of the smaller run otherwise
	Changes  []Change
}

// Change is a figure before and after.
type Change struct {
	Figure        threshold.Figure
	Title         string
	Unit          string
	Headline      bool
	Before, After stats.Estimate
	Difference    stats.Estimate // after - before
	Holm          float64        // p-value of the difference, corrected for the figures of its family (see [correct])
	Hochberg      float64        // the same by Benjamini and Hochberg, which keeps the share of false ones
}

// Relative is the change as a share of the figure before: 0 when nothing
// changed, infinite when it was zero before.
func (c Change) Relative() float64 {
	if c.Difference.Value == 0 {
		return 0
	}
	return c.Difference.Value / math.Abs(c.Before.Value)
}

// Certain says whether the interval of the difference leaves zero out.
func (c Change) Certain() bool { return c.Difference.Low > 0 || c.Difference.High < 0 }

// Compare sets two runs side by side, metric by metric. Where both have the
// same seed, paths with the same number are pairs and differences are paired;
// otherwise the runs are independent. Gates are conditions that must not hold,
// such as "p99(bad_debt_usd) > +10%": a percentage is relative to the figure
// before, a number is the difference in the unit of the figure.
func Compare(base, next *Data, gates []threshold.Threshold) (*Comparison, error) {
	out := &Comparison{
		Base: base.Title(), Next: next.Title(), Confidence: next.Confidence,
		Configuration: record.ConfigurationDifferences(base.Manifest.Configuration, next.Manifest.Configuration),
	}
	for i, d := range []*Data{base, next} {
		for _, w := range d.Notices() {
			out.Notices = append(out.Notices, RunNotice{[]string{"base", "next"}[i], w})
		}
	}
	for _, after := range next.Cells {
		before := base.cell(after.Scenario, after.Point)
		if before == nil {
			out.OnlyNext = append(out.OnlyNext, after.Label())
			continue
		}
		p := newPair(before, after, base.Manifest.Seed == next.Manifest.Seed)
		cell, err := p.compare()
		if err != nil {
			return nil, err
		}
		out.Cells = append(out.Cells, cell)
		for _, g := range gates {
			result, err := p.drift(g)
			if err != nil {
				return nil, err
			}
			out.Drift = append(out.Drift, result)
		}
	}
	var changes []*Change
	for i := range out.Cells {
		for k := range out.Cells[i].Changes {
			changes = append(changes, &out.Cells[i].Changes[k])
		}
	}
	correct(changes)
	for _, before := range base.Cells {
		if next.cell(before.Scenario, before.Point) == nil {
			out.OnlyBase = append(out.OnlyBase, before.Label())
		}
	}
	return out, nil
}

// pair is one cell in two runs.
type pair struct {
	before, after *Cell
	paired        bool
	shared        int64
}

// newPair restricts both cells to the paths that they share, when there are
// any to pair.
func newPair(before, after *Cell, sameSeed bool) pair {
	p := pair{before: before, after: after, shared: min(before.Paths, after.Paths)}
	if !sameSeed {
		return p
	}
	var common []int64
	for _, path := range after.paths {
		if before.has(path) {
			common = append(common, path)
		}
	}
	if len(common) == 0 {
		return p
	}
	return pair{before: before.only(common), after: after.only(common), paired: true, shared: int64(len(common))}
}

// only is the cell with some of its paths.
func (c *Cell) only(paths []int64) *Cell {
	if len(paths) == len(c.paths) {
		return c
	}
	out := *c
	out.paths, out.Paths, out.columns, out.weights = paths, int64(len(paths)), map[string][]float64{}, nil
	for name, values := range c.columns {
		for i, path := range c.paths {
			if _, found := slices.BinarySearch(paths, path); found {
				out.columns[name] = append(out.columns[name], values[i])
			}
		}
	}
	out.summarisePaths()
	return &out
}

func (p pair) compare() (ComparedCell, error) {
	out := ComparedCell{Scenario: p.after.Scenario, Point: p.after.Point, Paired: p.paired, Paths: p.shared}
	for _, list := range [][]Measure{p.after.Measures, p.after.ByEntity} {
		for _, m := range list {
			if !p.before.offers(m.Figure) {
				continue // recorded before there was such a figure, or such an entity
			}
			change, err := p.change(m.Figure)
			if err != nil {
				return ComparedCell{}, err
			}
			change.Headline = m.Headline
			out.Changes = append(out.Changes, change)
		}
	}
	return out, nil
}

func (p pair) change(f threshold.Figure) (Change, error) {
	before, err := p.before.Measure(f)
	if err != nil {
		return Change{}, fmt.Errorf("report: compare: %w", err)
	}
	after, err := p.after.Measure(f)
	if err != nil {
		return Change{}, fmt.Errorf("report: compare: %w", err)
	}
	out := Change{Figure: after.Figure, Title: after.Title, Unit: after.Unit, Before: before.Estimate, After: after.Estimate}
	out.Difference, err = p.difference(after.Figure, before.Estimate, after.Estimate)
	return out, err
}

func (p pair) difference(f threshold.Figure, before, after stats.Estimate) (stats.Estimate, error) {
	m, err := metricByName(f.Metric, p.after.extra)
	if err != nil {
		return stats.Estimate{}, err
	}
	if m.cRatio || m.Unit == UnitSeconds {
		if before.Value == after.Value && before.Low == after.Low && before.High == after.High && p.paired {
			return p.unchanged(after), nil
		}
		return stats.CombinedDifference(before, after), nil
	}
	first, err := p.before.comparable(m, f)
	if err != nil {
		return stats.Estimate{}, err
	}
	second, err := p.after.comparable(m, f)
	if err != nil {
		return stats.Estimate{}, err
	}
	paired := p.paired && len(first.Values) == len(second.Values)
	if paired && slices.Equal(first.Values, second.Values) && slices.Equal(first.Weights, second.Weights) {
		return p.unchanged(after), nil
	}
	return differenceOf(f, first, second, paired, p.after.confidence, p.after.bootstrap(f)), nil
}

// EqualOnEveryPath is the method of a difference that needs none.
const EqualOnEveryPath = "equal on every path"

// unchanged is the difference of a figure that is the same on every path.
func (p pair) unchanged(e stats.Estimate) stats.Estimate {
	return stats.Estimate{Confidence: e.Confidence, N: e.N, EffectiveN: e.EffectiveN, Method: EqualOnEveryPath}
}

// comparable gives the sample that a figure's difference is taken from.
func (c *Cell) comparable(m Metric, f threshold.Figure) (stats.Sample, error) {
	if m.ratioOf {
		top, bottom, err := c.terms(m, f.Selector)
		if err != nil {
			return stats.Sample{}, err
		}
		return stats.RatioPseudoValues(c.controlled(c.sample(top), m), bottom), nil
	}
	s, err := c.sampleOf(m, f.Selector)
	s = c.controlled(s, m)
	if err == nil && f.Statistic == "probability" {
		s = positives(s)
	}
	return s, err
}

func differenceOf(f threshold.Figure, before, after stats.Sample, paired bool, confidence float64, b stats.Bootstrap) stats.Estimate {
	level := f.Level / 100
	switch {
	case f.Statistic == "probability" && paired:
		return stats.PairedProbability(before, after, confidence)
	case f.Statistic == "probability":
		return stats.IndependentProportion(stats.Probability(before, confidence), stats.Probability(after, confidence))
	case f.Statistic == "es" && paired:
		return stats.PairedShortfall(before, after, level, confidence, b)
	case f.Statistic == "es":
		return stats.IndependentShortfall(before, after, level, confidence, b)
	case f.Level > 0 && paired:
		return stats.PairedQuantile(before, after, level, confidence, b)
	case f.Level > 0:
		return stats.IndependentQuantile(before, after, level, confidence)
	case paired:
		return stats.PairedMean(before, after, confidence)
	}
	return stats.WelchMean(before, after, confidence)
}
