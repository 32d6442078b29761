package model

import (
	"fmt"
	"testing"

	fp "backtest/model/fixedpoint"
)

// crowd returns a world with pools of one position each in one market, and
// settable limits.
func crowd(t testing.TB, pools int, limit func(i int) string) *world {
	t.Helper()
	w := newWorld()
	lines := []string{"collateral SNX price=2", "account a1", "market eth", "liquidity-ratio 0.01", "deposit a1 SNX 1000000000"}
	for i := range pools {
		lines = append(lines, fmt.Sprintf("pool p%d", i+1), fmt.Sprintf("pool-config p%d eth:1:%s", i+1, limit(i)),
			fmt.Sprintf("delegate a1 p%d SNX %d", i+1, 1000+i))
	}
	for _, line := range lines {
		if _, err := w.run(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return w
}

func noLimit(int) string { return infinite }

var (
	swing      = [2]Uint256{amount("1000"), amount("1500")}
	bumpSwing  = [2]Uint256{{}, amount("10000")}
	delegated  = [2]Uint256{amount("1000"), amount("1001")}
	bumpLimits = func(i int) string { return fmt.Sprintf("0.%02d", i+1) }
	everyBump  = fp.U256(viewIterations)
)

// alternate makes the market report two amounts in turn, so that every call
// has something to distribute.
func (w *world) alternate(i int) {
	w.external[0].reported = swing[i%2]
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// skipAsserting leaves out what counts allocations: assertions make some.
func skipAsserting(t *testing.T) {
	if asserting {
		t.Skip("built with assertions")
	}
}

const snx = CollateralID(1)

// hotOperations are what a simulation does millions of times.
var hotOperations = map[string]func(t testing.TB, w *world){
	"distribute": func(t testing.TB, w *world) {
		_, err := w.sys.DistributeDebtToPools(1, everyBump)
		must(t, err)
	},
	"rebalance": func(t testing.TB, w *world) { must(t, w.sys.RebalancePool(1, NoCollateral)) },
	"reprice":   func(t testing.TB, w *world) { must(t, w.sys.RebalancePool(1, snx)) },
	"position debt": func(t testing.TB, w *world) {
		_, err := w.sys.PositionDebt(1, snx, 1)
		must(t, err)
	},
	"position": func(t testing.TB, w *world) {
		_, err := w.sys.Position(1, snx, 1)
		must(t, err)
	},
	"vault debt": func(t testing.TB, w *world) {
		_, err := w.sys.VaultDebt(1, snx)
		must(t, err)
	},
	"delegate": func(t testing.TB, w *world) {
		x := delegated[0]
		if w.sys.PositionCollateral(1, snx, 1) == x {
			x = delegated[1]
		}
		must(t, w.sys.DelegateCollateral(AccountOwner(1), 1, 1, snx, x, fp.UnitU256))
	},
	"outlook": func(t testing.TB, w *world) {
		o, err := w.sys.PoolOutlook(1)
		must(t, err)
		v, err := w.sys.VaultOutlook(o, snx)
		must(t, err)
		if p, _ := w.sys.PositionOutlook(&v, 1); p.Collateral.IsZero() {
			t.Fatal("no position")
		}
	},
	"static position": func(t testing.TB, w *world) {
		must(t, w.sys.Static(func() { _, _ = w.sys.Position(1, snx, 1) }))
	},
}

// TestHotOperationsAllocateNothing, once their buffers have grown.
func TestHotOperationsAllocateNothing(t *testing.T) {
	skipAsserting(t)
	for name, run := range hotOperations {
		w := crowd(t, 10, noLimit)
		i := 0
		step := func() {
			i++
			w.alternate(i)
			run(t, w)
		}
		for range 20 {
			step()
		}
		if n := testing.AllocsPerRun(200, step); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

// TestBumpsAllocateNothing: pools that go out and come back, without events
// piling up.
func TestBumpsAllocateNothing(t *testing.T) {
	skipAsserting(t)
	w := crowd(t, 20, bumpLimits)
	i := 0
	step := func() {
		i++
		w.external[0].reported = bumpSwing[i%2]
		w.told.Events = w.told.Events[:0]
		_, err := w.sys.DistributeDebtToPools(1, everyBump)
		must(t, err)
		if len(w.told.Events) == 0 {
			t.Fatal("nobody moved")
		}
	}
	for range 20 {
		step()
	}
	if n := testing.AllocsPerRun(200, step); n != 0 {
		t.Errorf("bumps allocate %v times", n)
	}
}
