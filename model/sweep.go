package model

import (
	"slices"

	fp "backtest/model/fixedpoint"
)

// Sweep rebalances every vault of some pools, again and again, on a compact
// copy of what that touches. A keeper that visits all vaults in every step
// changes next to the whole state, and nothing but a few sums: side by side in
// arrays they cost a fraction of the operations one by one, and are the same to
// the wei. Whatever is out of the ordinary makes [Sweep.Step] refuse; the system
// itself is not touched before [Sweep.Store].
type Sweep struct {
	sys      *System
	changes  uint64 // of the system that the copy belongs to
	markets  []sweepMarket
	pools    []sweepPool
	vaults   []sweepVault
	backings []sweepBacking

	now, before sweepState

	Reported []Uint128 // by market: D18 USD, to be set before a step
	Price    []Int128  // by vault: of its collateral, D18 USD, to be set before a step
}

// SweptPool is a pool of a sweep, and the vaults of it that are rebalanced, in
// their order.
type SweptPool struct {
	Pool        PoolID
	Collaterals []CollateralID
}

// sweepState is what a step changes.
type sweepState struct {
	markets  []sweptMarket
	pools    []sweptPool
	vaults   []sweptVault
	backings []sweptBacking
}

// sweepMarket is what a step leaves alone of a market.
type sweepMarket struct {
	market *Market
	net    Int128 // D18 USD, net issuance
	inside int    // pools in range: 1 or 2
	limit  Int128 // raw D27: value per share down to which no pool comes back into range
	limits bool   // some pool is out of range
}

type sweptMarket struct {
	last     Int128  // D18 USD, distributed
	capacity Int128  // D18 USD, of credit
	total    Uint128 // D18 USD, shares of all pools
	value    D27     // debt per share
	d18      Int128  // the same, D18
	heap     [2]heapNode
}

type sweepPool struct {
	pool                       *Pool
	weights                    Uint128
	margin                     Int128 // D18 USD of debt that a dollar of credit may take on
	vault, vaults, back, backs int    // from and to before, into their arrays
}

type sweptPool struct {
	debts Int128  // D18 USD
	total Uint128 // D18 USD, shares of all vaults
	value D27
}

type sweepVault struct {
	vault        *vault
	consolidated Int128  // D18 USD
	accounts     Uint128 // shares of debt
	tokens       Int128  // D18
}

type sweptVault struct {
	weight         Uint128 // D18 USD, shares in the pool: the value of its collateral
	last           D27     // of the pool
	value          D27     // debt per share of its accounts
	unconsolidated Int128  // D18 USD
}

// sweepBacking is a pool in a market.
type sweepBacking struct {
	market int
	slot   int32
	weight Uint128
	most   Int128 // D18 USD, greatest debt per share
}

type sweptBacking struct {
	shares Uint128
	seen   D27
	pulled Int128 // D18 USD since Load
}

// Load copies what a sweep over the pools touches. The markets are all that
// back them, in the order of [Sweep.Reported]. It reports false, and there can be
// no sweep, while anything is out of the ordinary: a market without quick answers
// or with collateral, a pool out of range, debt that waits for a pull, an empty vault.
func (w *Sweep) Load(s *System, markets []MarketID, pools []SweptPool) bool {
	if s.journal.open {
		return false
	}
	if w.sys == s && w.changes == s.journal.changes {
		for i := range w.now.backings {
			w.now.backings[i].pulled = Int128{}
		}
		return true
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
		limit, ok := m.outRange.nodes[1].priority.QuickD27()
		if x.limit, ok = limit.Raw, ok && limit.Raw.Hi < 1<<62; !ok {
			return false
		}
	}
	now := sweptMarket{last: state.lastDistributed, capacity: state.creditCapacity,
		total: state.pools.TotalShares, value: state.pools.ValuePerShare, d18: state.pools.ValuePerShare.QuickD18()}
	copy(now.heap[:], m.inRange.nodes[1:])
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
		x.market.inRange.place(int32(i+1), n)
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
