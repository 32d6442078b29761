package model

import (
	"fmt"
	"testing"

	fp "backtest/model/fixedpoint"
)

var crowds = []int{1, 10, 100, 1000}

// benchmarkCrowds runs an operation with a change of the market's debt before
// each.
func benchmarkCrowds(b *testing.B, run func(w *world)) {
	for _, pools := range crowds {
		b.Run(fmt.Sprintf("pools=%d", pools), func(b *testing.B) {
			w := crowd(b, pools, noLimit)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				i++
				w.alternate(i)
				run(w)
			}
		})
	}
}

func BenchmarkDistribute(b *testing.B) {
	benchmarkCrowds(b, func(w *world) {
		if _, err := w.sys.DistributeDebtToPools(1, everyBump); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkRebalance(b *testing.B) {
	benchmarkCrowds(b, func(w *world) {
		if err := w.sys.RebalancePool(1, NoCollateral); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkReportedDebtAndPositionDebt(b *testing.B) {
	benchmarkCrowds(b, func(w *world) {
		if _, err := w.sys.PositionDebt(1, snx, 1); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkPositionDebt asks again and again while nothing changes.
func BenchmarkPositionDebt(b *testing.B) {
	w := crowd(b, 10, noLimit)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := w.sys.PositionDebt(1, snx, 1); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOutlook values a position without writing.
func BenchmarkOutlook(b *testing.B) {
	w := crowd(b, 10, noLimit)
	w.alternate(1)
	b.ReportAllocs()
	for b.Loop() {
		hotOperations["outlook"](b, w)
	}
}

// BenchmarkBumps lets 20 pools leave a market and come back.
func BenchmarkBumps(b *testing.B) {
	w := crowd(b, 20, bumpLimits)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		w.external[0].reported = bumpSwing[i%2]
		w.told.Events = w.told.Events[:0]
		if _, err := w.sys.DistributeDebtToPools(1, everyBump); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkClone copies a system of 100 pools.
func BenchmarkClone(b *testing.B) {
	w := crowd(b, 100, noLimit)
	b.ReportAllocs()
	for b.Loop() {
		w.clone()
	}
}

// touchWorld has 4 pools of 2 vaults each and 8 markets, 4 of them in every pool
// and each in 2.
func touchWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld()
	w.sys.SetObserver(nil)
	lines := []string{"collateral SNX price=2", "collateral ETH price=3", "account a1", "market m1 m2 m3 m4 m5 m6 m7 m8", "deposit a1 SNX 100000", "deposit a1 ETH 100000"}
	for p := range 4 {
		config := fmt.Sprintf("pool-config p%d", p+1)
		for _, m := range [4][4]int{{1, 2, 3, 4}, {3, 4, 5, 6}, {5, 6, 7, 8}, {1, 2, 7, 8}}[p] {
			config += fmt.Sprintf(" m%d:1:%s", m, infinite)
		}
		lines = append(lines, fmt.Sprintf("pool p%d", p+1), config,
			fmt.Sprintf("delegate a1 p%d SNX %d", p+1, 1000+p), fmt.Sprintf("delegate a1 p%d ETH %d", p+1, 900+p))
	}
	for _, line := range lines {
		if _, err := w.run(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return w
}

// BenchmarkTouch is a step of a keeper who rebalances every vault of 4 pools
// after all prices and debts have moved.
func BenchmarkTouch(b *testing.B) {
	w := touchWorld(b)
	cts := []CollateralID{1, 2}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		x := fp.U256(uint64(1_000_000_000_000_000_000 + 10_000_000_000_007*(i%97)))
		for m := range w.external {
			w.external[m].reported = x.Mul(fp.U256(uint64(10 + m)))
		}
		for _, ct := range cts {
			w.sys.SetCollateralPrice(ct, x.Int256())
		}
		for p := range PoolID(4) {
			if !w.sys.RebalanceVaults(p+1, cts) {
				b.Fatal("not together")
			}
		}
	}
}
