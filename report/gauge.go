package report

import (
	"fmt"

	"backtest/report/threshold"
	"backtest/runner/record"
)

// Gauge follows a figure of every cell of a run in progress, for a stopping
// rule. It keeps the columns of that figure alone.
type Gauge struct {
	figure threshold.Figure
	metric Metric
	seed   uint64
	paths  int64 // so many consecutive ones depend on one another
	extra  []record.ExtraColumn
	cells  []*Cell
}

// NewGauge makes a gauge of a figure of the whole system, made of columns of
// the paths file.
func NewGauge(text string, seed uint64, dependent int64, extra []record.ExtraColumn) (*Gauge, error) {
	t, err := Check(ForStopping, text, nil)
	if err != nil {
		return nil, err
	}
	m, err := metricByName(t.Figure.Metric, extra)
	if err != nil {
		return nil, err
	}
	return &Gauge{figure: t.Figure, metric: m, seed: seed, paths: dependent, extra: extra}, nil
}

// Add takes in a block; blocks of a cell come in order. Failed paths are left
// out.
func (g *Gauge) Add(b *record.Block) error {
	if len(b.Paths) == 0 {
		return nil
	}
	c := g.cell(b.Paths[0].Scenario, b.Paths[0].Point)
	for _, name := range append([]string{"weight"}, g.metric.Columns...) {
		values, ok := record.Float(b.Paths, g.extra, name)
		if !ok {
			return fmt.Errorf("report: no column %s", name)
		}
		for i, x := range values {
			if b.Paths[i].Failed == "" {
				c.columns[name] = append(c.columns[name], x)
			}
		}
	}
	for _, row := range b.Paths {
		if row.Failed == "" {
			c.paths = append(c.paths, row.Path)
		}
	}
	c.Paths = int64(len(c.paths))
	return nil
}

func (g *Gauge) cell(scenario string, point int32) *Cell {
	for _, c := range g.cells {
		if c.Scenario == scenario && c.Point == point {
			return c
		}
	}
	c := &Cell{Scenario: scenario, Point: point, seed: g.seed, dependent: g.paths, extra: g.extra, columns: map[string][]float64{}, tallies: tallies{}}
	g.cells = append(g.cells, c)
	return c
}

// Estimates gives the figure of every cell.
func (g *Gauge) Estimates(confidence float64) ([]record.LookEstimate, error) {
	var out []record.LookEstimate
	for _, c := range g.cells {
		c.confidence = confidence
		c.summarisePaths()
		m, err := c.Measure(g.figure)
		if err != nil {
			return nil, err
		}
		out = append(out, record.NewLookEstimate(c.Scenario, c.Point, m.Estimate.Value, m.Estimate.Low, m.Estimate.High))
	}
	return out, nil
}
