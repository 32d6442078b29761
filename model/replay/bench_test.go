package replay

import (
	"path/filepath"
	"testing"
)

// BenchmarkReplay measures operations a second over the named histories:
// "compared" with every observation, "operations" with only the outcome of
// each operation and the state after failed ones.
func BenchmarkReplay(b *testing.B) {
	for _, observed := range []bool{true, false} {
		name := "operations"
		if observed {
			name = "compared"
		}
		b.Run(name, func(b *testing.B) { benchmarkReplay(b, namedHistories(b, observed)) })
	}
}

func benchmarkReplay(b *testing.B, histories []*Trace) {
	b.ReportAllocs()
	steps := 0
	for b.Loop() {
		for _, history := range histories {
			r, err := ReplayTrace(history)
			if err != nil || r.Mismatches != 0 {
				b.Fatalf("%s: %+v, %v", history.Name, r, err)
			}
			steps += r.Steps
		}
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}

// namedHistories reads the named histories, with or without what was observed.
func namedHistories(b *testing.B, observed bool) []*Trace {
	paths, err := filepath.Glob(filepath.Join(recorded, "named", "*.json.gz"))
	if err != nil || len(paths) == 0 {
		b.Fatalf("no histories: %v", err)
	}
	var out []*Trace
	for _, path := range paths {
		history := readFile(b, path)
		for i := range history.Steps {
			if !observed {
				history.Steps[i].Obs, history.Steps[i].Observed = "none", nil
			}
		}
		out = append(out, history)
	}
	return out
}
