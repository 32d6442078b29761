package replay

import (
	"os"
	"path/filepath"
	"testing"
)

// readFile reads one trace from disk.
func readFile(t testing.TB, path string) *Trace {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	trace, err := Read(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return trace
}

// replayFiles replays every file that matches the patterns and demands
// agreement in every value.
func replayFiles(t *testing.T, patterns ...string) (total Result, files int) {
	t.Helper()
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			r, err := ReplayTrace(readFile(t, path))
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
			}
			if r.Mismatches != 0 {
				t.Errorf("%s: %d mismatches, first %v", filepath.Base(path), r.Mismatches, r.First)
			}
			files++
			total.Steps += r.Steps
			total.Reverts += r.Reverts
			total.Observations += r.Observations
			total.Mismatches += r.Mismatches
		}
	}
	t.Logf("%d traces, %d steps, %d reverts, %d observations, %d mismatches",
		files, total.Steps, total.Reverts, total.Observations, total.Mismatches)
	return total, files
}

// TestRecordedCollection replays the whole collection of recorded histories
// where it is at hand.
func TestRecordedCollection(t *testing.T) {
	dir := os.Getenv("BACKTEST_TRACES")
	if dir == "" {
		t.Skip("BACKTEST_TRACES names no folder of recorded histories")
	}
	if _, files := replayFiles(t, filepath.Join(dir, "named", "*.json"), filepath.Join(dir, "fuzz", "*.json.gz")); files == 0 {
		t.Fatalf("no traces in %s", dir)
	}
}
