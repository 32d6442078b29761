package model

import (
	"fmt"
	"testing"
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
