package model

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	fp "backtest/model/fixedpoint"
)

// TestSweepIsRebalancing: wherever a random world stands, steps of a sweep at
// moving prices and debts leave the state that rebalancing vault by vault with
// the checked operations leaves, and a step that is refused or taken back leaves
// no trace.
func TestSweepIsRebalancing(t *testing.T) {
	c := sweepComparison{random: rand.New(rand.NewPCG(*randomSeed, 12))}
	step := 0
	for seed := range uint64(max(*randomRuns/8, 1)) {
		p := newPlayer()
		p.after = func(w *world) error {
			if step++; step%5 != 0 {
				return nil
			}
			return c.compare(w)
		}
		if _, err := playRandom(rand.New(rand.NewPCG(*randomSeed+seed, 11)), *randomSteps, p); err != nil {
			t.Fatalf("seed %d: %v", *randomSeed+seed, err)
		}
	}
	t.Logf("%d steps swept, %d refused, %d of several pools", c.swept, c.refused, c.several)
	if c.swept < 100 || c.refused < 10 || c.several < 10 {
		t.Errorf("%d steps swept, %d refused, %d of several pools: nothing was compared", c.swept, c.refused, c.several)
	}
}

type sweepComparison struct {
	random                  *rand.Rand
	swept, refused, several int
}

// compare sweeps every pool alone, and all that can be swept together.
func (c *sweepComparison) compare(w *world) error {
	var all []SweptPool
	for _, id := range w.pools {
		one := []SweptPool{{id, sweptVaults(w.sys, id)}}
		loads := (&Sweep{}).Load(w.clone().sys, sweptMarkets(w.sys, one), one)
		if !loads {
			continue
		}
		all = append(all, one...)
		if err := c.follow(w, one); err != nil {
			return err
		}
	}
	if len(all) > 1 {
		return c.follow(w, all)
	}
	return nil
}

func sweptVaults(s *System, id PoolID) (cts []CollateralID) {
	if s.pools[id] == nil {
		return nil
	}
	for ct, v := range s.pools[id].vaults {
		if v != nil && !v.state.now.actor.Shares.IsZero() {
			cts = append(cts, CollateralID(ct))
		}
	}
	return cts
}

func sweptMarkets(s *System, pools []SweptPool) (ids []MarketID) {
	for _, p := range pools {
		if s.pools[p.Pool] == nil {
			continue
		}
		for _, mc := range s.pools[p.Pool].state.now.markets {
			if !slices.Contains(ids, mc.MarketID) {
				ids = append(ids, mc.MarketID)
			}
		}
	}
	return ids
}

// follow takes a few steps of a sweep on one copy of the world, and rebalances
// vault by vault on another.
func (c *sweepComparison) follow(w *world, pools []SweptPool) error {
	quick, slow := w.clone(), w.clone()
	slow.sys.RecordFlows(true) // takes the checked operations
	markets := sweptMarkets(w.sys, pools)
	var sweep Sweep
	for range 4 {
		if !sweep.Load(quick.sys, markets, pools) {
			return nil
		}
		if !c.move(w, &sweep, markets, quick, slow) {
			return nil
		}
		before := quick.sys.Digest()
		if !sweep.Step() {
			c.refused++
			if sweep.Store(); quick.sys.Digest() != before {
				return fmt.Errorf("pools %v: a step that was refused left a trace", pools)
			}
			return nil
		}
		if c.random.IntN(4) == 0 {
			sweep.Undo()
			if sweep.Store(); quick.sys.Digest() != before {
				return fmt.Errorf("pools %v: a step that was taken back left a trace", pools)
			}
			sweep.Step()
		}
		sweep.Store()
		for _, p := range pools {
			for _, ct := range p.Collaterals {
				if err := slow.sys.RebalancePool(p.Pool, ct); err != nil {
					return fmt.Errorf("pool %d: refused what a sweep did: %w", p.Pool, err)
				}
			}
		}
		if quick.sys.Digest() != slow.sys.Digest() {
			return fmt.Errorf("pools %v: a sweep leads elsewhere", pools)
		}
		if c.swept++; len(pools) > 1 {
			c.several++
		}
	}
	return nil
}

// move gives markets other debts, and collaterals other prices, in a sweep and
// in worlds, unless one of them does not answer.
func (c *sweepComparison) move(w *world, sweep *Sweep, markets []MarketID, worlds ...*world) bool {
	factor := func(x Uint256) Uint256 {
		if !x.Less(fp.MaxUint128.Wide()) {
			return x
		}
		return x.MulDecimal(fp.U256(1_000_000_000_000_000_000 + c.random.Uint64N(1<<57) - 1<<56))
	}
	for i, id := range markets {
		debt := factor(worlds[0].external[id-1].reported)
		for _, x := range worlds {
			x.external[id-1].reported = debt
		}
		var ok bool
		if sweep.Reported[i], ok = worlds[0].external[id-1].QuickReportedDebt(); !ok {
			return false
		}
	}
	for ct := range w.sys.collaterals {
		is, ok := worlds[0].sys.quickPrice(CollateralID(ct))
		if !ok {
			continue
		}
		price := factor(fp.Uint256(is.Wide())).Int256()
		for _, x := range worlds {
			x.sys.SetCollateralPrice(CollateralID(ct), price)
		}
	}
	for v := range sweep.vaults {
		var ok bool
		if sweep.Price[v], ok = worlds[0].sys.quickPrice(sweep.vaults[v].vault.ct); !ok {
			return false
		}
	}
	return true
}
