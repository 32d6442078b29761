package report

import (
	"fmt"

	"backtest/report/stats"
	"backtest/runner/record"
)

// LoadPaths reads what a run recorded of its paths and measures nothing: for
// those who want the values of a metric path by path ([Cell.Sample]).
func LoadPaths(r *record.Reader) (*Data, error) {
	d := &Data{Manifest: r.Manifest(), Confidence: stats.DefaultConfidence}
	if err := d.readPaths(r); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return d, nil
}

// Describe gives the title of a metric for people and the unit of its value on one
// path.
func (c *Cell) Describe(metric string) (title, unit string, err error) {
	m, err := metricByName(metric, c.extra)
	return m.Title, m.Unit, err
}
