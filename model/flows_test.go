package model

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
)

// flowsAgree compares the flows told since the beginning with what is stored:
// all that a market has distributed, the shares of its pools, and what they
// have pulled.
func flowsAgree(a *audit) error {
	type actor struct {
		market MarketID
		pool   PoolID
	}
	distributed, pulled, shares := map[MarketID]*big.Int{}, map[MarketID]*big.Int{}, map[actor]Uint128{}
	for _, e := range a.w.told.Events {
		switch e.Kind {
		case DebtDistributed:
			addTo(distributed, e.Market, bigI(e.Amount))
		case DebtPulled:
			addTo(pulled, e.Market, bigI(e.Amount))
		case PoolBumpedOut, PoolRebalancedOut:
			shares[actor{e.Market, e.Pool}] = Uint128{}
		case PoolBumpedIn, PoolRebalancedIn, SharesSet:
			shares[actor{e.Market, e.Pool}] = e.Shares
		}
	}
	for i, m := range a.w.sys.markets.rows {
		id := MarketID(i + 1)
		if got, want := orZero(distributed[id]), bigI128(m.lastDistributed); got.Cmp(want) != 0 {
			return fmt.Errorf("market %d: %v was told to be distributed, %v is", id, got, want)
		}
		want := sub(bigI128(m.lastDistributed), orZero(a.w.books.associated[id]))
		got := add(orZero(pulled[id]))
		for _, x := range a.w.sys.backings.rows {
			if x.market != int32(i) {
				continue
			}
			got.Add(got, add(bigU128(x.pendingDebt), pendingChange(m.pools, x.actor)))
			if s := shares[actor{id, x.pool}]; s != x.actor.Shares {
				return fmt.Errorf("pool %d in market %d: shares %v were told, %v are", x.pool, id, s, x.actor.Shares)
			}
		}
		if !near(got, want, a.debt) {
			return fmt.Errorf("market %d: %v was pulled or waits, of %v", id, got, want)
		}
	}
	return nil
}

// TestFlows: an observer is told, completely, and without one nobody.
func TestFlows(t *testing.T) {
	for seed := range uint64(25) {
		p := newPlayer()
		p.after = func(*world) error { return flowsAgree(p.audit) }
		if lines, err := playRandom(rand.New(rand.NewPCG(seed, 5)), 60, p); err != nil {
			t.Fatalf("seed %d: %v\n%v", seed, err, lines)
		}
	}
	w := ordinaryWorld(t)
	told := len(w.told.Events)
	w.sys.SetObserver(nil)
	runAll(w, []string{"reported-debt eth 10", "rebalance p1"})
	if len(w.told.Events) != told {
		t.Errorf("nobody was to be told, but was: %+v", w.told.Events[told:])
	}
}
