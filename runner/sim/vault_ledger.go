package sim

import fp "backtest/model/fixedpoint"

// vaultLedger follows debt one step further down, from pools to their vaults.
// What reaches a pool is its vaults' by their shares in it. A command changes
// these once at most: it pulls, changes them and pushes the pool's credit to
// its markets, whose debt it may then pull once more. So what has reached the
// pool by the first push is settled by the shares of before, and what came
// after it by the new ones.
type vaultLedger struct {
	shares  []fp.Uint128 // of each vault in its pool since the last settlement
	all     []fp.Uint128 // of each pool's vaults together
	got     [][]bySource // by vault, by market, D18 USD settled
	settled [][]bySource // by pool, by market: what of the pool's is settled
	start   []fp.Int256  // debt of each vault before the first step
}

func newVaultLedger(w *World) *vaultLedger {
	l := &vaultLedger{
		shares:  make([]fp.Uint128, len(w.Vaults)),
		all:     make([]fp.Uint128, len(w.Pools)),
		got:     make([][]bySource, len(w.Vaults)),
		settled: make([][]bySource, len(w.Pools)),
		start:   make([]fp.Int256, len(w.Vaults)),
	}
	for _, list := range [][][]bySource{l.got, l.settled} {
		for i := range list {
			list[i] = make([]bySource, len(w.Markets))
		}
	}
	return l
}

// openVaultLedger starts the ledger of a path from the state of the system.
func (s *State) openVaultLedger() {
	l := s.ledger.vaults
	if l == nil {
		return
	}
	for p := range s.World.Pools {
		clear(l.settled[p])
		l.all[p] = s.allShares(p)
	}
	for v := range s.World.Vaults {
		clear(l.got[v])
		l.shares[v], l.start[v] = s.sharesOf(v), s.vaultDebt(v)
	}
}

// settle gives vaults what has reached their pools while their shares were what
// they were, if a command has changed them and its push left no trace.
func (s *State) settle() {
	l := s.ledger.vaults
	if l == nil {
		return
	}
	for v := range s.World.Vaults {
		if p := s.World.Vaults[v].Pool; s.sharesOf(v) != l.shares[v] {
			s.settlePool(p)
		}
	}
}

// settlePool gives the vaults of a pool what has reached it by their shares of
// before, and takes note of the present ones.
func (s *State) settlePool(pool int) {
	l := s.ledger.vaults
	if l == nil {
		return
	}
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool != pool {
			continue
		}
		for m := range l.got[v] {
			part := l.unsettled(v, pool, m, s.ledger.pools[pool][m].got)
			l.got[v][m].add(&part)
		}
		l.shares[v] = s.sharesOf(v)
	}
	for m := range l.settled[pool] {
		l.settled[pool][m] = s.ledger.pools[pool][m].got
	}
	l.all[pool] = s.allShares(pool)
}

// unsettled returns a vault's part of what a market has brought to its pool and
// is not settled yet.
func (l *vaultLedger) unsettled(vault, pool, market int, brought bySource) (part bySource) {
	settled := &l.settled[pool][market]
	for i, x := range brought {
		if x != settled[i] {
			part[i] = partOf(x.Sub(settled[i]), l.shares[vault], l.all[pool])
		}
	}
	return part
}

// broughtTo returns what a market has brought to a vault, its part of what
// waits to be pulled included.
func (s *State) broughtTo(vault, market int) bySource {
	l, pool := s.ledger.vaults, s.World.Vaults[vault].Pool
	got := l.unsettled(vault, pool, market, s.brought(pool, market))
	got.add(&l.got[vault][market])
	return got
}
