package model

import "slices"

// Load copies what a sweep over the pools touches. The markets are all that
// back them, in the order of [Sweep.Reported]. It reports false, and there can be
// no sweep, while anything is out of the ordinary: a market without quick answers
// or with collateral, a pool out of range, debt that waits for a pull, an empty vault.
func (w *Sweep) Load(s *System, markets []MarketID, pools []SweptPool) bool {
	if s.journal.open {
		return false
	}
	if w.sys == s && w.changes == s.journal.changes {
		return w.again()
	}
	w.sys = nil
	w.markets, w.pools, w.vaults, w.backings = w.markets[:0], w.pools[:0], w.vaults[:0], w.backings[:0]
	w.now.clear()
	for _, id := range markets {
		if !w.loadMarket(s.market(id)) {
			return false
		}
	}
	for i := range pools {
		if !w.loadPool(s, &pools[i]) {
			return false
		}
	}
	w.Reported = slices.Grow(w.Reported[:0], len(w.markets))[:len(w.markets)]
	w.Price = slices.Grow(w.Price[:0], len(w.vaults))[:len(w.vaults)]
	w.sys, w.changes = s, s.journal.changes
	return w.backed()
}

// again goes on from the last store, after which nothing has changed but prices.
func (w *Sweep) again() bool {
	for i := range w.now.backings {
		w.now.backings[i].pulled = Int128{}
	}
	return !slices.ContainsFunc(w.vaults, func(v sweepVault) bool { return w.sys.collaterals[v.vault.ct].price.now.failure != nil })
}

func (x *sweepState) clear() {
	x.markets, x.pools, x.vaults, x.backings = x.markets[:0], x.pools[:0], x.vaults[:0], x.backings[:0]
}

// copy makes x the same as another state.
func (x *sweepState) copy(from *sweepState) {
	x.markets = append(x.markets[:0], from.markets...)
	x.pools = append(x.pools[:0], from.pools...)
	x.vaults = append(x.vaults[:0], from.vaults...)
	x.backings = append(x.backings[:0], from.backings...)
}

// backed reports that every market has a pool that pulls its debt.
func (w *Sweep) backed() bool {
	for i := range w.markets {
		if !slices.ContainsFunc(w.backings, func(b sweepBacking) bool { return b.market == i }) {
			w.sys = nil
			return false
		}
	}
	return true
}

func (w *Sweep) loadMarket(m *Market) bool {
	if m == nil || m.quick == nil || len(m.deposits.now) > 0 || m.inRange.size() < 1 || m.inRange.size() > 2 {
		return false
	}
	state := &m.state.now
	x := sweepMarket{market: m, net: state.netIssuance, inside: m.inRange.size(), limits: m.outRange.size() > 0}
	if x.limits {
		x.limit = m.outRange.nodes[1].priority
	}
	now := sweptMarket{last: state.lastDistributed, capacity: state.creditCapacity,
		total: state.pools.TotalShares, value: state.pools.ValuePerShare, d18: state.pools.ValuePerShare.QuickD18()}
	for i, n := range m.inRange.nodes[1:] {
		now.heap[i] = sweptNode{n.priority, n.slot}
	}
	w.markets, w.now.markets = append(w.markets, x), append(w.now.markets, now)
	return true
}

func (w *Sweep) loadPool(s *System, x *SweptPool) bool {
	p, ok := s.pools[x.Pool]
	if !ok || !s.poolExists(x.Pool) || slices.ContainsFunc(w.pools, func(other sweepPool) bool { return other.pool == p }) {
		return false
	}
	state := &p.state.now
	pool := sweepPool{pool: p, weights: state.totalWeights, vault: len(w.vaults), back: len(w.backings)}
	for i := range state.markets {
		mc := &state.markets[i]
		if !w.loadBacking(mc) {
			return false
		}
		margin, ok := s.margin(mc.market).QuickInt128()
		if !ok || margin.Hi != 0 || i > 0 && margin != pool.margin {
			return false
		}
		pool.margin = margin
	}
	for i, ct := range x.Collaterals {
		if int(ct) >= len(p.vaults) || slices.Contains(x.Collaterals[:i], ct) || !w.loadVault(s, p.vaults[ct]) {
			return false
		}
	}
	pool.vaults, pool.backs = len(w.vaults), len(w.backings)
	w.pools = append(w.pools, pool)
	w.now.pools = append(w.now.pools, sweptPool{state.totalVaultDebts, state.vaults.TotalShares, state.vaults.ValuePerShare})
	return len(x.Collaterals) > 0 && len(state.markets) > 0
}

func (w *Sweep) loadBacking(mc *marketConfiguration) bool {
	at := slices.IndexFunc(w.markets, func(m sweepMarket) bool { return m.market == mc.market })
	if at < 0 {
		return false
	}
	m := mc.market
	entry := &m.entries[mc.slot].state.now
	if m.inRange.position(mc.slot) == 0 || entry.actor.Shares.IsZero() || !entry.pendingDebt.IsZero() {
		return false
	}
	w.backings = append(w.backings, sweepBacking{at, mc.slot, mc.Weight, mc.MaxDebtShareValue})
	w.now.backings = append(w.now.backings, sweptBacking{shares: entry.actor.Shares, seen: entry.actor.LastValuePerShare})
	return true
}

func (w *Sweep) loadVault(s *System, v *vault) bool {
	if v == nil || s.collaterals[v.ct].price.now.failure != nil {
		return false
	}
	epoch, actor := &v.state.now.epoch.state.now, &v.state.now.actor
	amount, ok1 := epoch.collateral.quickAmount()
	tokens, ok2 := amount.QuickInt128()
	if !ok1 || !ok2 || actor.Shares.IsZero() || epoch.accounts.TotalShares.IsZero() {
		return false
	}
	w.vaults = append(w.vaults, sweepVault{v, epoch.totalConsolidatedDebt, epoch.accounts.TotalShares, tokens})
	w.now.vaults = append(w.now.vaults, sweptVault{actor.Shares, actor.LastValuePerShare, epoch.accounts.ValuePerShare, epoch.unconsolidatedDebt})
	return true
}

// Forget drops the copy: another system, or another past, has come.
func (w *Sweep) Forget() { w.sys = nil }
