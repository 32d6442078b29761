package model

import (
	"errors"
	"slices"
	"testing"

	fp "backtest/model/fixedpoint"
)

func panicAbort() { fp.Throw(errAbort) }

// runOperations runs those lines that are operations. Inside a transaction the
// first that fails ends it.
func runOperations(w *world, lines []string) {
	for _, line := range lines {
		if isOperation(line) {
			_, _ = w.run(line)
		}
	}
}

func ordinaryWorld(t testing.TB, lines ...string) *world {
	t.Helper()
	w := newWorld()
	for _, line := range append([]string{"collateral SNX price=2", "account a1 a2", "market eth", "pool p1", "pool-config p1 eth:1:0.5",
		"deposit a1 SNX 1000", "deposit a2 SNX 1000", "delegate a1 p1 SNX 500"}, lines...) {
		if _, err := w.run(line); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return w
}

// TestTransactJoins: several operations are one; the last failure takes the
// others, their events and a registration back.
func TestTransactJoins(t *testing.T) {
	w := ordinaryWorld(t, "reported-debt eth 800")
	before, events := w.sys.Digest(), slices.Clone(w.told.Events)
	err := w.sys.Transact(func() {
		runOperations(w, []string{"delegate a1 p1 SNX 600", "rebalance p1 SNX"})
		if _, err := w.sys.RegisterMarket(&testMarket{}); err != nil {
			t.Errorf("registration: %v", err)
		}
		if err := w.sys.Transact(func() { runOperations(w, []string{"distribute eth"}) }); err != nil {
			t.Errorf("nested: %v", err)
		}
		if w.sys.Digest() == before || len(w.sys.told) == 0 {
			t.Error("the operations did nothing")
		}
		runOperations(w, []string{"delegate a1 p9 SNX 5"})
		t.Error("an operation that failed returned inside a transaction")
	})
	if !errors.Is(err, PoolNotFound{9}) {
		t.Errorf("error %v", err)
	}
	if w.sys.Digest() != before || !slices.Equal(w.told.Events, events) || w.sys.Markets() != 1 {
		t.Errorf("a failed transaction left %d markets, events %v", w.sys.Markets(), w.told.Events)
	}
	if err := w.sys.Transact(func() { runOperations(w, []string{"delegate a1 p1 SNX 700", "rebalance p1"}) }); err != nil || w.sys.Digest() == before {
		t.Errorf("a transaction that succeeds: %v", err)
	}
}

// TestBugsAreNotSwallowed: a panic that no operation threw goes on, and the
// state is as before.
func TestBugsAreNotSwallowed(t *testing.T) {
	for name, run := range map[string]func(s *System, f func()) error{"Transact": (*System).Transact, "Static": (*System).Static} {
		w := ordinaryWorld(t)
		before := w.sys.Digest()
		func() {
			defer func() {
				if p := recover(); p != "bug" {
					t.Errorf("%s: recovered %v", name, p)
				}
			}()
			_ = run(w.sys, func() {
				runOperations(w, []string{"mint a1 p1 SNX 10"})
				panic("bug")
			})
		}()
		if w.sys.Digest() != before {
			t.Errorf("%s: a bug left a trace", name)
		}
		if _, err := w.run("mint a1 p1 SNX 10"); err != nil {
			t.Errorf("%s: the system is stuck: %v", name, err)
		}
	}
}

// TestMisuse: what a program must not do stops it at once.
func TestMisuse(t *testing.T) {
	w := ordinaryWorld(t)
	misuse := map[string]func(){
		"Static": func() { _ = w.sys.Static(func() {}) },
		"Clone":  func() { w.clone() },
	}
	for name, f := range misuse {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s inside a transaction was allowed", name)
				}
			}()
			_ = w.sys.Transact(f)
		}()
	}
}

// TestMarketStateUnderTheJournal: a market's own cells are taken back with the
// core's.
func TestMarketStateUnderTheJournal(t *testing.T) {
	w := ordinaryWorld(t)
	cell := NewCell(1)
	set := func(x int) { *cell.Edit(w.sys.Journal()) = x }
	if err := w.sys.Transact(func() { set(2); set(3) }); err != nil || *cell.Get() != 3 {
		t.Fatalf("%d, %v", *cell.Get(), err)
	}
	if err := w.sys.Transact(func() { set(4); set(5); panicAbort() }); !errors.Is(err, errAbort) || *cell.Get() != 3 {
		t.Fatalf("%d, %v", *cell.Get(), err)
	}
}
