package chaintest

import (
	"os"
	"path/filepath"
	"testing"
)

// Worlds returns the files of recorded deployments: those of a folder, and
// others where BACKTEST_CHAINS has them.
func Worlds(t testing.TB, folder string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(folder, "chain_*.json.gz"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no recorded deployments in %s: %v", folder, err)
	}
	if dir := os.Getenv("BACKTEST_CHAINS"); dir != "" {
		more, err := filepath.Glob(filepath.Join(dir, "chain_*.json.gz"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range more {
			if _, err := os.Stat(filepath.Join(folder, filepath.Base(name))); err != nil {
				list = append(list, name)
			}
		}
	}
	return list
}
