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
	for _, e := range a.w.sys.Events() {
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
	for _, m := range a.w.sys.markets {
		if got, want := orZero(distributed[m.id]), bigI128(m.state.now.lastDistributed); got.Cmp(want) != 0 {
			return fmt.Errorf("market %d: %v was told to be distributed, %v is", m.id, got, want)
		}
		want := sub(bigI128(m.state.now.lastDistributed), orZero(a.w.books.associated[m.id]))
		got := add(orZero(pulled[m.id]))
		for _, e := range m.entries {
			x := e.state.now
			got.Add(got, add(bigU128(x.pendingDebt), pendingChange(m.state.now.pools, x.actor)))
			if s := shares[actor{m.id, e.pool}]; s != x.actor.Shares {
				return fmt.Errorf("pool %d in market %d: shares %v were told, %v are", e.pool, m.id, s, x.actor.Shares)
			}
		}
		if !near(got, want, a.debt) {
			return fmt.Errorf("market %d: %v was pulled or waits, of %v", m.id, got, want)
		}
	}
	return nil
}

// TestFlows: told only when asked for, and then completely.
func TestFlows(t *testing.T) {
	for seed := range uint64(25) {
		p := newPlayer()
		p.w.sys.RecordFlows(true)
		p.after = func(*world) error { return flowsAgree(p.audit) }
		if lines, err := playRandom(rand.New(rand.NewPCG(seed, 5)), 60, p); err != nil {
			t.Fatalf("seed %d: %v\n%v", seed, err, lines)
		}
	}
	w := ordinaryWorld(t, "reported-debt eth 10", "rebalance p1")
	for _, e := range w.sys.Events() {
		if e.Kind >= DebtDistributed {
			t.Errorf("a flow was told: %+v", e)
		}
	}
}
