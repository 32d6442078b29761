package model

import "fmt"

// invariants returns what does not hold of the identities that are exact
// (PROTOCOL.md §9.4): I5, I7 and I8, the order of the heaps, and that rows find
// each other. Built with the tag assert, every transaction is checked.
func (s *System) invariants() error {
	sums := make([]Uint128, s.markets.size())
	for i := range s.backings.rows {
		b := &s.backings.rows[i]
		if err := s.checkBacking(int32(i), b); err != nil {
			return err
		}
		sums[b.market] = sums[b.market].Add(b.actor.Shares)
	}
	for m := range s.markets.size() {
		if all := s.markets.at(m).pools.TotalShares; all != sums[m] {
			return fmt.Errorf("I7: market %d has %v shares, its pools %v", m+1, all, sums[m])
		}
		in, out := s.heaps(m)
		for _, h := range []*heap{in, out} {
			if err := h.verify(); err != nil {
				return fmt.Errorf("market %d: %w", m+1, err)
			}
		}
	}
	for p := range s.pools.size() {
		if err := s.checkPool(p); err != nil {
			return err
		}
	}
	return nil
}

// checkBacking: a pool is in at most one heap, and has its credit as shares if
// and only if it is in range (I8).
func (s *System) checkBacking(i int32, b *backing) error {
	inRange, outRange := s.heaps(b.market)
	in, out, shares := inRange.position(i) != 0, outRange.position(i) != 0, b.actor.Shares
	where := fmt.Sprintf("pool %d of market %d", b.pool, b.market+1)
	switch {
	case in && out:
		return fmt.Errorf("I8: %s is in both heaps", where)
	case in && (shares != b.creditCapacity || shares.IsZero()):
		return fmt.Errorf("I8: %s is in range with %v shares of %v", where, shares, b.creditCapacity)
	case !in && !shares.IsZero():
		return fmt.Errorf("I8: %s is not in range with %v shares", where, shares)
	case !in && !out && !b.creditCapacity.IsZero():
		return fmt.Errorf("%s is in no heap and remembers %v", where, b.creditCapacity)
	case shares.IsZero() && b.actor.LastValuePerShare != (D27{}):
		return fmt.Errorf("%s has a past without shares", where)
	}
	return nil
}

// checkPool: I5, and I7 for the distributions below a pool and the mapping.
func (s *System) checkPool(p int32) (err error) {
	x := s.pools.at(p)
	var sum Uint128
	s.eachVault(p, func(v *vault) {
		sum = sum.Add(v.actor.Shares)
		if e := v.check(); e != nil {
			err = fmt.Errorf("vault %d of pool %d: %w", v.ct, x.id, e)
		}
		if v.pool != p {
			err = fmt.Errorf("vault %d of pool %d says that it is of another", v.ct, x.id)
		}
	})
	if err == nil && x.vaults.TotalShares != sum {
		err = fmt.Errorf("I7: pool %d has %v shares, its vaults %v", x.id, x.vaults.TotalShares, sum)
	}
	return err
}

func (v *vault) check() error {
	var debt Int256
	var shares, collateral Uint128
	list := &v.accounts.positions
	for i := range int32(list.n) {
		x := list.at(i)
		debt, shares, collateral = debt.Add(x.consolidatedDebt), shares.Add(x.debt.Shares), collateral.Add(x.collateralShares)
	}
	switch {
	case v.totalConsolidatedDebt.Wide() != debt:
		return fmt.Errorf("I5: %v is consolidated, its accounts have %v", v.totalConsolidatedDebt, debt)
	case v.debt.TotalShares != shares || v.collateral.TotalShares != collateral:
		return fmt.Errorf("I7: %v and %v shares, its accounts have %v and %v", v.debt.TotalShares, v.collateral.TotalShares, shares, collateral)
	}
	return nil
}

// verify checks the shape of a heap: order, and positions that agree with the
// array.
func (h *heap) verify() error {
	for i := int32(1); i <= h.size(); i++ {
		n := h.nodes.at(i)
		if i > 1 && n.priority.Cmp(h.nodes.at(i/2).priority) > 0 {
			return fmt.Errorf("heap: node %d is above its parent", i)
		}
		if h.position(n.backing) != i {
			return fmt.Errorf("heap: node %d is said to be at %d", i, h.position(n.backing))
		}
	}
	used := int32(0)
	for _, at := range h.index {
		if at != 0 {
			used++
		}
	}
	if used != h.size() {
		return fmt.Errorf("heap: %d positions for %d nodes", used, h.size())
	}
	return nil
}
