package model

import fp "backtest/model/fixedpoint"

// Store writes the state after the last step that was not taken back to the
// system.
func (w *Sweep) Store() {
	for i := range w.markets {
		w.markets[i].store(&w.now.markets[i])
	}
	for i := range w.pools {
		x, now := &w.pools[i], &w.now.pools[i]
		state := &x.pool.state.now
		state.totalVaultDebts = now.debts
		state.vaults = Distribution{TotalShares: now.total, ValuePerShare: now.value}
		for v := x.vault; v < x.vaults; v++ {
			w.vaults[v].store(&w.now.vaults[v])
		}
		for b := x.back; b < x.backs; b++ {
			backing, is := &w.backings[b], &w.now.backings[b]
			w.markets[backing.market].market.entries[backing.slot].state.now = poolEntryState{
				actor:          DistributionActor{Shares: is.shares, LastValuePerShare: is.seen},
				creditCapacity: is.shares,
			}
		}
	}
	w.sys.journal.changes++
	w.changes = w.sys.journal.changes
}

func (x *sweepMarket) store(now *sweptMarket) {
	state := &x.market.state.now
	state.lastDistributed, state.creditCapacity = now.last, now.capacity
	state.pools = Distribution{TotalShares: now.total, ValuePerShare: now.value}
	for i, n := range now.heap[:x.inside] {
		x.market.inRange.place(int32(i+1), heapNode{x.market.entries[n.slot].pool, n.slot, n.limit})
	}
}

func (x *sweepVault) store(now *sweptVault) {
	state := &x.vault.state.now
	state.actor = DistributionActor{Shares: now.weight, LastValuePerShare: now.last}
	epoch := &state.epoch.state.now
	epoch.accounts.ValuePerShare, epoch.unconsolidatedDebt = now.value, now.unconsolidated
}

// Outlook returns the outlook of a vault after the last step, as
// [System.VaultOutlook] would after a store.
func (w *Sweep) Outlook(vault int) (o VaultOutlook) {
	x, now := &w.vaults[vault], &w.now.vaults[vault]
	o.vault, o.accounts = x.vault, Distribution{TotalShares: x.accounts, ValuePerShare: now.value}
	o.ValuePerShare = now.value
	o.Debt, o.Collateral = w.Debt(vault).Wide(), fp.Uint256(x.tokens.Wide())
	o.Price, o.Value = fp.Uint256(w.Price[vault].Wide()), now.weight.Wide()
	o.Liquidatable = w.sys.isLiquidatable(x.vault.ct, o.Debt, o.Value)
	return o
}

// Debt returns the debt of a vault (D18 USD).
func (w *Sweep) Debt(vault int) Int128 {
	debt, _ := w.now.vaults[vault].unconsolidated.QuickAdd(w.vaults[vault].consolidated)
	return debt
}

// Value returns what the collateral of a vault is worth (D18 USD).
func (w *Sweep) Value(vault int) Uint128 { return w.now.vaults[vault].weight }

// ValuePerShare returns the debt per share of a vault's accounts.
func (w *Sweep) ValuePerShare(vault int) D27 { return w.now.vaults[vault].value }

// Credit returns the credit that a market may withdraw (D18 USD).
func (w *Sweep) Credit(market int) Uint128 {
	credit, ok := w.now.markets[market].capacity.QuickUint128()
	if !ok {
		return Uint128{}
	}
	return credit
}

// Market returns the debt of a market (D18 USD), all of it distributed, and its
// debt per share.
func (w *Sweep) Market(i int) (debt Int128, perShare D27) {
	return w.now.markets[i].last, w.now.markets[i].value
}

// EachBacking calls f for every pool and market of its list, by their places in
// the sweep, with what the pool has pulled since Load (D18 USD) and its shares.
func (w *Sweep) EachBacking(f func(pool, market int, pulled Int128, shares Uint128)) {
	for p := range w.pools {
		for b := w.pools[p].back; b < w.pools[p].backs; b++ {
			f(p, w.backings[b].market, w.now.backings[b].pulled, w.now.backings[b].shares)
		}
	}
}
