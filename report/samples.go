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

// CheckSample tells why records with these extra columns will not have a metric
// path by path: no such metric, or one of the whole sample alone.
func CheckSample(metric string, extra []record.ExtraColumn) error {
	_, err := (&Cell{extra: extra, columns: map[string][]float64{}, tallies: tallies{}}).Sample(metric)
	return err
}

// Describe gives the title of a metric for people and the unit of its value on one
// path.
func (c *Cell) Describe(metric string) (title, unit string, err error) {
	m, err := metricByName(metric, c.extra)
	return m.Title, m.Unit, err
}
