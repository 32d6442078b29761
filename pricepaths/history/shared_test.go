package history

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedPrices is the folder of real price files, which do not belong to the
// project: BACKTEST_PRICES, or a folder beside the project.
func sharedPrices(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("BACKTEST_PRICES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "prices")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real price files: %v", err)
	}
	return dir
}
