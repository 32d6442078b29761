package model

import (
	"fmt"
	"testing"
)

const lockedWei = 9_000_000_000_000_000_000

// TestLiquidationScalesFiftyLocks: a liquidation looks at 50 locks, and scales
// them only when these are all (PROTOCOL.md §9.2). A deposit looks at all.
func TestLiquidationScalesFiftyLocks(t *testing.T) {
	for count, scaled := range map[int]bool{1: true, 50: true, 51: false} {
		lines := []string{"collateral SNX price=2 reward=1 min=1", "account a1 a2 a3", "pool p1", "deposit a1 SNX 9", "deposit a2 SNX 900",
			"delegate a1 p1 SNX 4.5", "delegate a2 p1 SNX 900", "mint a1 p1 SNX 4.5"}
		for range count {
			lines = append(lines, fmt.Sprintf("lock a1 SNX %dwei +100", lockedWei/count))
		}
		w := newWorld()
		for _, line := range append(lines, "price SNX 0.8", "liquidate a1 p1 SNX a3") {
			if _, err := w.run(line); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		want := amount(fmt.Sprintf("%dwei", lockedWei/count))
		if scaled {
			want = amount(fmt.Sprintf("%dwei", lockedWei/2/count))
		}
		locks := w.sys.Locks(1, snx, 0, 0)
		expect(t, fmt.Sprintf("first of %d locks", count), locks[0].Amount, want)
		expect(t, "number of locks", len(locks), count)
		if part := w.sys.Locks(1, snx, 1, 7); len(part) != min(7, count-1) {
			t.Errorf("%d locks from the second on", len(part))
		}
	}
}
