package report

import (
	"fmt"

	"backtest/report/stats"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// Data is everything that summaries, pictures and pages show of a run.
type Data struct {
	Manifest   record.Manifest
	Confidence float64
	Cells      []*Cell
	Thresholds []ThresholdResult
	Coverage   string // what a test of earlier forecasts said of them; empty without one
}

// ThresholdResult is a judged threshold of one cell.
type ThresholdResult struct {
	Scenario string
	Point    int32
	threshold.Result
}

// Cell is one scenario at one parameter point.
type Cell struct {
	Scenario       string
	Point          int32
	Paths          int64   // that ended well; failed ones are in no figure
	Failed         int64   // paths that failed
	EffectivePaths float64 // Kish's size of their weights
	Steps          int64   // of the longest path
	HorizonSeconds int64   // of the longest path
	Weighted       bool

	Measures    []Measure // of the whole system, in the order of Metrics
	ByEntity    []Measure // by pool, vault and market
	Survival    []SurvivalCurve
	CRatios     []record.CRatioRow // all recorded steps
	Fans        []Fan
	Timeline    []EventRates
	Attribution []Measure // of the LP's profit, by cause
	Worst       []WorstPath

	Positions    []record.PositionRow // the likeliest to be liquidated first, at most MostPositions
	AllPositions int64                // with results

	confidence float64
	dependence string // why no interval knows that paths depend on one another, "" when there is nothing to know
	levelPaths int64  // of splitting, from each level; 0 without
	dependent  int64  // so many consecutive paths depend on one another
	seed       uint64
	extra      []record.ExtraColumn
	paths      []int64
	weights    []float64
	groups     []int64 // of dependent paths, nil when all are independent
	adjusts    bool    // whether means may be adjusted by final prices
	controls   *stats.Controls
	columns    map[string][]float64
	tallies    tallies
}

// Measure is an estimate with its name.
type Measure struct {
	Figure   threshold.Figure // as a threshold names it
	Title    string           // of the metric and the statistic
	Unit     string           // of the estimate
	Headline bool
	Estimate stats.Estimate
}

// Options say how to measure.
type Options struct {
	Confidence float64 // of all intervals; 0 for 0.95
	Thresholds []threshold.Threshold
}

// Load reads the records of a run and measures everything. A threshold on a
// metric that does not exist is an error.
func Load(r *record.Reader, o Options) (*Data, error) {
	if o.Confidence == 0 {
		o.Confidence = stats.DefaultConfidence
	}
	d := &Data{Manifest: r.Manifest(), Confidence: o.Confidence}
	if err := d.readPaths(r); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if err := d.readEvents(r); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if err := d.readSketches(r); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if err := d.readPositions(r); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	for _, c := range d.Cells {
		if err := c.measure(); err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
	}
	return d, d.judge(o.Thresholds)
}

func (d *Data) judge(thresholds []threshold.Threshold) error {
	for _, c := range d.Cells {
		for _, t := range thresholds {
			m, err := c.Measure(t.Figure)
			if err != nil {
				return fmt.Errorf("report: threshold %q: %w", t, err)
			}
			result, err := t.Judge(c.Judged(m))
			if err != nil {
				return fmt.Errorf("report: %w", err)
			}
			d.Thresholds = append(d.Thresholds, ThresholdResult{Scenario: c.Scenario, Point: c.Point, Result: result})
		}
	}
	return nil
}

// Judged is what a threshold on a figure of the cell is judged by.
func (c *Cell) Judged(m Measure) threshold.Measure {
	out := threshold.Measure{Estimate: m.Estimate, Unit: m.Unit}
	if m.Unit == UnitUSD {
		if out.Base = c.CollateralUSD(); !(out.Base > 0) {
			out.NoBase = "a share of the collateral is not defined: its mean over paths is not positive"
		}
	}
	return out
}

// Failed says whether a threshold decides for exit code 99.
func (d *Data) Failed() bool {
	for _, t := range d.Thresholds {
		if t.Failed() {
			return true
		}
	}
	return false
}

func (d *Data) cell(scenario string, point int32) *Cell {
	for _, c := range d.Cells {
		if c.Scenario == scenario && c.Point == point {
			return c
		}
	}
	return nil
}

// Label names a cell among several.
func (c *Cell) Label() string {
	if c.Point == 0 {
		return c.Scenario
	}
	return fmt.Sprintf("%s, point %d", c.Scenario, c.Point)
}
