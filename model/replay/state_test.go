package replay

import (
	"os"
	"path/filepath"
	"testing"

	"backtest/model"
	"backtest/model/markets"
	"backtest/model/state"
	"backtest/model/state/statefile"
)

// middleStep returns the full observation nearest to the middle of a trace,
// -1 without one.
func middleStep(t *Trace) int {
	best, middle := -1, len(t.Steps)/2
	for i := range t.Steps {
		if t.Steps[i].Obs == "full" && (best < 0 || max(i-middle, middle-i) < max(best-middle, middle-best)) {
			best = i
		}
	}
	return best
}

// checkRestart saves the state in the middle of a trace, loads it again and
// replays the rest.
func checkRestart(t *testing.T, path string) (restarted bool) {
	t.Helper()
	trace := readFile(t, path)
	step := middleStep(trace)
	if step < 0 {
		return false
	}
	d, first, err := StateAt(trace, step)
	if err != nil {
		t.Errorf("%s: up to step %d: %v", path, step, err)
		return true
	}
	sys, err := model.Load(d, markets.LoadState)
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return true
	}
	if again, err := sys.Save(); err != nil || !sameDocument(t, d, again) {
		t.Errorf("%s: saved again, the state is another one: %v", path, err)
	}
	rest, err := ReplayFrom(trace, d)
	if err != nil || first.Steps+rest.Steps != len(trace.Steps) {
		t.Errorf("%s: after step %d: %d steps: %v", path, step, rest.Steps, err)
	}
	if rest.Mismatches != 0 {
		checkWhole(t, path, trace, first.Mismatches+rest.Mismatches)
	}
	return true
}

// checkWhole demands as many mismatches without a restart: where the model
// differs from the contracts, a restart makes no difference.
func checkWhole(t *testing.T, path string, trace *Trace, mismatches int) {
	t.Helper()
	whole, err := ReplayTrace(trace)
	if err != nil || whole.Mismatches != mismatches {
		t.Errorf("%s: %d mismatches with a restart, %d without: %v", path, mismatches, whole.Mismatches, err)
	}
}

func checkRestarts(t *testing.T, patterns ...string) int {
	n := 0
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if checkRestart(t, path) {
				n++
			}
		}
	}
	t.Logf("%d histories were taken up again in their middle", n)
	return n
}

func TestRestartInTheMiddle(t *testing.T) {
	t.Parallel()
	if n := checkRestarts(t, filepath.Join(recorded, "named", "*.json.gz")); n < 70 {
		t.Errorf("only %d histories", n)
	}
}

func TestRestartOfTheCollection(t *testing.T) {
	dir := os.Getenv("BACKTEST_TRACES")
	if dir == "" {
		t.Skip("BACKTEST_TRACES names no folder of recorded histories")
	}
	n := checkRestarts(t, filepath.Join(dir, "named", "*.json"), filepath.Join(dir, "fuzz", "*.json.gz"),
		filepath.Join(dir, "markets", "*", "*.json"), filepath.Join(dir, "markets", "*", "*.json.gz"),
		filepath.Join(dir, "extreme", "*.json.gz"))
	if n == 0 {
		t.Fatalf("no traces in %s", dir)
	}
}

// sameDocument compares two documents as files hold them, without their
// sources.
func sameDocument(t *testing.T, a, b *state.State) bool {
	t.Helper()
	var texts [2][]byte
	for i, d := range []*state.State{a, b} {
		copied := *d
		copied.Source = state.Source{}
		text, err := statefile.Marshal(&copied)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = text
	}
	read, err := statefile.Unmarshal(texts[0])
	if err != nil {
		t.Fatal(err)
	}
	again, err := statefile.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	return string(texts[0]) == string(texts[1]) && string(again) == string(texts[0])
}
