package replay

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// extremes are argument values at which narrowing, division or lookup fail.
var extremes = []string{
	`"0"`, `"1"`, `"18446744073709551615"`, `"340282366920938463463374607431768211455"`,
	`"115792089237316195423570985008687907853269984665640564039457584007913129639935"`,
	`"-57896044618658097711785492504343953926634992332820282019728792003956564819968"`,
	`"SNX"`, `"USD"`, `"account:9"`, `"market:999"`, `"zero"`, `""`, `true`, `[]`, `{}`, `null`,
}

// TestExtremeArgumentsNeverPanic replays histories in which one argument was
// replaced. The replay differs or refuses the step; nothing else may happen.
func TestExtremeArgumentsNeverPanic(t *testing.T) {
	const seed, runs = 20240301, 400
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	paths, err := filepath.Glob(filepath.Join(recorded, "named", "*.json.gz"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no histories: %v", err)
	}
	for range runs {
		path := paths[random.IntN(len(paths))]
		history := readFile(t, path)
		i := random.IntN(len(history.Steps))
		step := &history.Steps[i]
		names := sortedKeys(step.Args)
		if len(names) == 0 {
			continue
		}
		name, value := names[random.IntN(len(names))], extremes[random.IntN(len(extremes))]
		step.Args[name] = json.RawMessage(value)
		replayRecovering(t, filepath.Base(path), i, name+"="+value, history)
	}
}

func replayRecovering(t *testing.T, file string, step int, change string, history *Trace) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: step %d with %s panics: %v", file, step, change, p)
		}
	}()
	_, err := ReplayTrace(history)
	var bad *InputError
	if err != nil && !errors.As(err, &bad) {
		t.Errorf("%s: step %d with %s: %T %v", file, step, change, err, err)
	}
}
