package replay

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// TestRecordedMarkets replays histories of the real spot and perps markets.
func TestRecordedMarkets(t *testing.T) {
	tests := []struct {
		folder string
		files  int
		want   Result
	}{
		{"named", 22, Result{Steps: 1331, Reverts: 72, Observations: 194227}},
		{"fuzz", 39, Result{Steps: 6909, Reverts: 799, Observations: 1094502}},
		{"extreme", 4, Result{Steps: 1655, Reverts: 281, Observations: 349650}},
	}
	for _, test := range tests {
		t.Run(test.folder, func(t *testing.T) {
			t.Parallel()
			got, files := replayFiles(t, filepath.Join(recorded, "markets", test.folder, "*.json.gz"))
			if files != test.files || got != test.want {
				t.Errorf("%d files with %+v, want %d with %+v", files, got, test.files, test.want)
			}
		})
	}
}

// marketExtremes are argument values beside the general ones.
var marketExtremes = append([]string{`"spot"`, `"perps"`, `"synth:1"`, `"synth:99"`, `"DAI20"`, `"buy"`, `"current"`, `"-1"`, `"2"`, `"10"`}, extremes...)

// TestExtremeMarketArgumentsNeverPanic does to the histories of the markets
// what TestExtremeArgumentsNeverPanic does to the core's. Observations go on
// after the change, so the views meet the same states.
func TestExtremeMarketArgumentsNeverPanic(t *testing.T) {
	const seed, runs = 20240302, 200
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	paths, err := filepath.Glob(filepath.Join(recorded, "markets", "named", "*.json.gz"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no histories: %v", err)
	}
	for range runs {
		path := paths[random.IntN(len(paths))]
		history := readFile(t, path)
		i := random.IntN(len(history.Steps))
		step := &history.Steps[i]
		if names := sortedKeys(step.Args); len(names) > 0 {
			name, value := names[random.IntN(len(names))], marketExtremes[random.IntN(len(marketExtremes))]
			step.Args[name] = json.RawMessage(value)
			replayRecovering(t, filepath.Base(path), i, name+"="+value, history)
		}
		history.Steps = append(history.Steps[:i:i], history.Steps[i+1:]...)
		replayRecovering(t, filepath.Base(path), i, "nothing", history)
	}
}
