package agents_test

import (
	"slices"
	"testing"

	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// The worlds of these tests have two assets: ETH, which a spot market is about,
// and GOLD, the collateral, liquidated below 125 % for one token of reward.
const (
	eth = iota
	gold
)

// world has one pool that backs a spot market with GOLD.
func world(t *testing.T, ethPrices, goldPrices []float64, synths float64) *smallworld.World {
	t.Helper()
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: ethPrices}, smallworld.Asset{ID: "GOLD", Prices: goldPrices})
	w.Collateral("GOLD", gold, smallworld.Ratios{Issuance: 2, Liquidation: 1.25, Reward: 1, Minimum: 2})
	w.Spot("synth", eth, synths, nil)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1000})
	w.Vault(0, 0)
	return w
}

// flat is the price p for n steps, then what follows.
func flat(n int, p float64, then ...float64) []float64 {
	return append(slices.Repeat([]float64{p}, n), then...)
}

// eventSteps are the steps at which events of a kind happened.
func eventSteps(s *sim.State, kind string) (steps []int) {
	for i := range s.Events {
		if s.Events[i].Kind == kind {
			steps = append(steps, int(s.Events[i].Step))
		}
	}
	return steps
}

// changes are the steps after which a figure was another than before.
func changes[T comparable](figure func() T, s *sim.State) (look func(), steps *[]int) {
	steps = new([]int)
	last := figure()
	return func() {
		if now := figure(); now != last {
			last = now
			*steps = append(*steps, s.Step)
		}
	}, steps
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
