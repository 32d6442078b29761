package report_test

import (
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/runner/record"
)

// BenchmarkReport measures all metrics of 10,000 paths, and their comparison
// with a run of other figures.
func BenchmarkReport(b *testing.B) {
	var readers []*record.Reader
	for _, drop := range []float64{0, 0.2} {
		dir := b.TempDir()
		if err := synthetic.Write(dir, synthetic.World{Name: "bench", Paths: 10_000, Seed: 1, Drop: drop}); err != nil {
			b.Fatal(err)
		}
		r, err := record.Open(dir)
		if err != nil {
			b.Fatal(err)
		}
		readers = append(readers, r)
	}
	var runs []*report.Data
	for _, r := range readers {
		d, err := report.Load(r, report.Options{})
		if err != nil {
			b.Fatal(err)
		}
		runs = append(runs, d)
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, err := report.Load(readers[0], report.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("compare", func(b *testing.B) {
		for b.Loop() {
			if _, err := report.Compare(runs[0], runs[1], nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
