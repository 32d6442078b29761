package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestQuickIsSlow: wherever a random world stands, rebalancing vaults of a pool
// together, or a pool or position the quick way, leaves the state that the
// checked operations leave.
func TestQuickIsSlow(t *testing.T) {
	quick, step := 0, 0
	for seed := range uint64(max(*randomRuns/8, 1)) {
		p := newPlayer()
		p.after = func(w *world) error {
			if step++; step%5 != 0 {
				return nil
			}
			n, err := compareQuick(w)
			quick += n
			return err
		}
		if _, err := playRandom(rand.New(rand.NewPCG(*randomSeed+seed, 11)), *randomSteps, p); err != nil {
			t.Fatalf("seed %d: %v", *randomSeed+seed, err)
		}
	}
	t.Logf("%d quick operations", quick)
	if quick < 100 {
		t.Errorf("only %d quick operations: nothing was compared", quick)
	}
}

func compareQuick(w *world) (quick int, err error) {
	for id, pool := range w.sys.pools {
		var used []CollateralID
		for ct, v := range pool.vaults {
			if v != nil {
				used = append(used, CollateralID(ct))
			}
		}
		for _, cts := range [][]CollateralID{nil, used, used[:min(1, len(used))]} {
			a, b := w.clone().sys, w.clone().sys
			if !a.poolExists(id) || !a.quickRebalance(a.pools[id], cts) {
				if a.Digest() != b.Digest() {
					return quick, fmt.Errorf("pool %d: a quick rebalance that was not done left a trace", id)
				}
				continue
			}
			quick++
			b.RecordFlows(true) // takes the checked operations
			for _, ct := range append([]CollateralID{NoCollateral}[:1-min(1, len(cts))], cts...) {
				if err := b.RebalancePool(id, ct); err != nil {
					return quick, fmt.Errorf("pool %d: refused what the quick way did: %w", id, err)
				}
			}
			if a.Digest() != b.Digest() {
				return quick, fmt.Errorf("pool %d, vaults %v: the quick way leads elsewhere", id, cts)
			}
		}
		if err := comparePositions(w, id, used); err != nil {
			return quick, err
		}
	}
	return quick, nil
}

func comparePositions(w *world, pool PoolID, used []CollateralID) error {
	for _, ct := range used {
		for id := AccountID(1); id <= 4; id++ {
			a, b := w.clone().sys, w.clone().sys
			got, ok := a.quickPositionDebt(pool, ct, id)
			if ok {
				b.RecordFlows(true)
				want, err := b.PositionDebt(pool, ct, id)
				if err != nil || got != want {
					return fmt.Errorf("debt of %d: %v, want %v, %w", id, got, want, err)
				}
			}
			if a.Digest() != b.Digest() {
				return fmt.Errorf("debt of %d: the quick way leads elsewhere", id)
			}
		}
	}
	return nil
}
