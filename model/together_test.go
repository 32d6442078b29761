package model

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestTogetherIsOneByOne: wherever a random world stands, rebalancing vaults of
// a pool together leaves the state that rebalancing them in turn leaves, or
// none.
func TestTogetherIsOneByOne(t *testing.T) {
	together, step := 0, 0
	for seed := range uint64(max(*randomRuns/8, 1)) {
		p := newPlayer()
		p.after = func(w *world) error {
			if step++; step%5 != 0 {
				return nil
			}
			n, err := compareTogether(w)
			together += n
			return err
		}
		if _, err := playRandom(rand.New(rand.NewPCG(*randomSeed+seed, 11)), *randomSteps, p); err != nil {
			t.Fatalf("seed %d: %v", *randomSeed+seed, err)
		}
	}
	t.Logf("%d rebalances together", together)
	if together < 100 {
		t.Errorf("only %d rebalances together: nothing was compared", together)
	}
}

func compareTogether(w *world) (together int, err error) {
	for p := range w.sys.pools.size() {
		id := w.sys.pools.at(p).id
		var used []CollateralID
		w.sys.eachVault(p, func(v *vault) { used = append(used, v.ct) })
		for _, cts := range [][]CollateralID{used, used[:min(1, len(used))]} {
			a, b := w.clone().sys, w.clone().sys
			if !a.RebalanceVaults(id, cts) {
				if a.Digest() != b.Digest() {
					return together, fmt.Errorf("pool %d: a rebalance that was not done left a trace", id)
				}
				continue
			}
			together++
			for _, ct := range cts {
				if err := b.RebalancePool(id, ct); err != nil {
					return together, fmt.Errorf("pool %d: refused what was done together: %w", id, err)
				}
			}
			if a.Digest() != b.Digest() {
				return together, fmt.Errorf("pool %d, vaults %v: together leads elsewhere", id, cts)
			}
		}
	}
	return together, nil
}
