package model

import (
	"math/bits"
	"slices"

	fp "backtest/model/fixedpoint"
)

// Flow is what a pull brought from a market to a pool.
type Flow struct {
	Market      MarketID
	Distributed Int128  // D18 USD that the market spread over all shares
	Over        Uint128 // D18 USD, those shares
	Rise        D27     // of its value per share by that
	Pulled      Int128  // D18 USD that the pool took over
	Shares      Uint128 // D18 USD, the pool's shares afterwards
}

// QuickRebalance does what RebalancePool would do for each of the collateral
// types in turn, when that is clear of everything out of the ordinary: no pool
// moves in or out of range, every market answers, every number is small. It
// appends what flowed and reports whether that was so; nothing has changed if
// not. Events of flows are not recorded.
//
// Between two vaults the pool's credit is not pushed to its markets: the push
// after the last vault replaces it before anybody can see it.
func (s *System) QuickRebalance(pool PoolID, cts []CollateralID, flows []Flow) ([]Flow, bool) {
	p, ok := s.pools[pool]
	if !ok || s.journal.open || len(cts) == 0 || !s.poolExists(pool) {
		return flows, false
	}
	if !s.quickRebalance(p, cts) {
		return flows, false
	}
	s.journal.changes += uint64(len(cts))
	list := p.state.now.markets
	for i := range list {
		pull := &s.quick[i]
		flows = append(flows, Flow{list[i].market.id, pull.rest, pull.over, pull.rise, pull.change, s.after.pushes[i].credit})
	}
	return flows, true
}

// quickRebalance is RebalancePool for some of a pool's vaults, or none, where
// nothing is out of the ordinary. It tells of no flows.
func (s *System) quickRebalance(p *Pool, cts []CollateralID) bool {
	sum, ok := s.quickPull(p)
	if !ok || !s.quickPool(p, sum) || !s.quickMargins(p) || !s.quickVaults(p, cts) || !s.quickPush(p) {
		return false
	}
	s.quickCommit(p)
	return true
}

// alone reports whether nobody watches single operations: no transaction is
// open, and flows are not recorded.
func (s *System) alone() bool { return !s.flows && !s.journal.open }

// quickPool works out what a pull brings to the pool.
func (s *System) quickPool(p *Pool, sum Int128) (ok bool) {
	q, state := &s.after, &p.state.now
	q.vaults, q.shares = q.vaults[:0], state.vaults.TotalShares
	if q.debts, ok = state.totalVaultDebts.QuickAdd(sum); !ok {
		return false
	}
	q.value, ok = quickRise(&state.vaults, sum)
	return ok
}

// quickVault is what a pull and a new price would make of a vault.
type quickVault struct {
	vault          *vault
	weight         Uint128 // D18 USD, shares in the pool
	change         Int128  // D18 USD of debt
	value          D27     // debt per share of its accounts
	unconsolidated Int128  // D18 USD
}

// quickPool is what would become of a pool.
type quickPool struct {
	debts  Int128 // D18 USD
	shares Uint128
	value  D27
	vaults []quickVault
	pushes []quickPush
}

// quickPush is what a push of credit would make of a market.
type quickPush struct {
	credit   Uint128 // D18 USD, the pool's shares
	limit    Int128  // D18
	shares   Uint128 // of all pools
	capacity Int128  // D18 USD
}

func (s *System) quickVaults(p *Pool, cts []CollateralID) (ok bool) {
	q := &s.after
	for i, ct := range cts {
		if int(ct) >= len(p.vaults) || p.vaults[ct] == nil || slices.Contains(cts[:i], ct) ||
			!s.quickVault(q, p.vaults[ct]) || !s.quickReprice(q) {
			return false
		}
		if i+1 < len(cts) && !s.quickBetween(p) {
			return false
		}
	}
	return true
}

// quickVault works out what of the pool's debt reaches a vault.
func (s *System) quickVault(q *quickPool, v *vault) (ok bool) {
	epoch, actor := &v.state.now.epoch.state.now, &v.state.now.actor
	if actor.Shares.IsZero() {
		return false
	}
	x := quickVault{vault: v, weight: actor.Shares, value: epoch.accounts.ValuePerShare, unconsolidated: epoch.unconsolidatedDebt}
	if x.change, ok = quickChange(q.value, actor); !ok {
		return false
	}
	if !x.change.IsZero() {
		if x.value, ok = quickRise(&epoch.accounts, x.change); !ok {
			return false
		}
		if x.unconsolidated, ok = x.unconsolidated.QuickAdd(x.change); !ok {
			return false
		}
	}
	q.vaults = append(q.vaults, x)
	return true
}

// quickReprice works out the last vault's shares in the pool at the present
// price.
func (s *System) quickReprice(q *quickPool) (ok bool) {
	x := &q.vaults[len(q.vaults)-1]
	v := x.vault
	amount, fits := v.state.now.epoch.state.now.collateral.quickAmount()
	tokens, small := amount.QuickInt128()
	price, known := s.quickPrice(v.ct)
	worth, fine := tokens.QuickMulDecimal(price)
	if !fits || !small || !known || !fine {
		return false
	}
	old := x.weight
	x.weight, _ = worth.QuickUint128()
	q.shares, ok = quickReplace(q.shares, old, x.weight)
	return ok
}

// quickMargins works out what the pool's limits in its markets are made of.
func (s *System) quickMargins(p *Pool) bool {
	list := p.state.now.markets
	for i := range list {
		q := &s.quick[i]
		var ok bool
		if q.margin, ok = s.margin(list[i].market).QuickInt128(); !ok {
			return false
		}
		q.d18 = q.value.QuickD18()
	}
	return true
}

// quickReplace returns the total after an actor's shares were replaced.
func quickReplace(total, old, shares Uint128) (sum Uint128, ok bool) {
	lo, b := bits.Sub64(total.Lo, old.Lo, 0)
	hi, b := bits.Sub64(total.Hi, old.Hi, b)
	lo, c := bits.Add64(lo, shares.Lo, 0)
	hi, c = bits.Add64(hi, shares.Hi, c)
	return Uint128{Hi: hi, Lo: lo}, b|c == 0 && (hi|shares.Hi|total.Hi)>>62 == 0
}

// Bounds within which a push of credit cannot overflow: shares and credit far
// beyond all money, and margins below 18 USD a share.
const (
	greatestShares   = 1 << 40 // of 2^64
	greatestCapacity = 1 << 56 // of 2^64
)

// quickBetween reports that the push after a vault that is not the last would
// leave no trace: it fits, the pool stays in range everywhere, and the order of
// no heap depends on how often it was inserted.
func (s *System) quickBetween(p *Pool) bool {
	q, state := &s.after, &p.state.now
	if q.shares.Hi >= greatestShares || q.shares.Cmp(state.totalWeights) < 0 {
		return false
	}
	for i := range state.markets {
		mc := &state.markets[i]
		m, margin := mc.market, s.quick[i].margin
		capacity := m.state.now.creditCapacity.Hi
		if margin.Hi != 0 || m.inRange.size() > 2 || m.state.now.pools.TotalShares.Hi >= greatestShares ||
			capacity >= greatestCapacity || capacity < -greatestCapacity || mc.MaxDebtShareValue.Cmp(s.quick[i].d18) < 0 {
			return false
		}
		if (i == 0 || margin != s.quick[i-1].margin) && !q.debts.AtMostShare(margin, q.shares) {
			return false
		}
	}
	return true
}

// quickPush works out the push of the pool's credit to its markets.
func (s *System) quickPush(p *Pool) bool {
	q, state := &s.after, &p.state.now
	if state.totalWeights.IsZero() || q.shares.IsZero() {
		return false
	}
	debtPerShare, ok := q.debts.QuickDivDecimal(q.shares)
	if !ok {
		return false
	}
	for len(q.pushes) < len(state.markets) {
		q.pushes = append(q.pushes, quickPush{})
	}
	for i := range state.markets {
		if !s.quickPushTo(&state.markets[i], &q.pushes[i], &s.quick[i], state.totalWeights, debtPerShare) {
			return false
		}
	}
	return true
}

func (s *System) quickPushTo(mc *marketConfiguration, x *quickPush, pull *quickMarket, weights Uint128, debtPerShare Int128) (ok bool) {
	m := mc.market
	entry, at := &m.entries[mc.slot].state.now, m.inRange.position(mc.slot)
	if at == 0 || entry.actor.Shares.IsZero() {
		return false
	}
	if x.credit, ok = s.after.shares.QuickShare(mc.Weight, weights); !ok || x.credit.IsZero() {
		return false
	}
	value := pull.d18
	limit, ok2 := value.QuickAdd(pull.margin)
	limit, ok3 := limit.QuickSub(debtPerShare)
	if mc.MaxDebtShareValue.Cmp(limit) < 0 {
		limit = mc.MaxDebtShareValue
	}
	room, ok4 := limit.QuickSub(value)
	if !ok2 || !ok3 || !ok4 || room.Hi < 0 || limit.Cmp(fp.MinInt128) == 0 {
		return false
	}
	x.limit = limit
	if x.shares, ok = quickReplace(m.state.now.pools.TotalShares, entry.actor.Shares, x.credit); !ok {
		return false
	}
	gives, ok1 := quickContribution(room, x.credit)
	capacity, ok2 := m.state.now.creditCapacity.QuickAdd(gives)
	before, ok3 := m.inRange.nodes[at].priority.QuickAdd(value) // of the negated limit
	if before.Hi < 0 {
		gave, fine := quickContribution(before, entry.actor.Shares)
		capacity, ok4 = capacity.QuickAdd(gave)
		ok3 = ok3 && fine && ok4
	}
	x.capacity = capacity
	return ok1 && ok2 && ok3
}

// quickContribution is contribution, with the sign of the room.
func quickContribution(room Int128, shares Uint128) (credit Int128, ok bool) {
	n, ok := shares.QuickInt128()
	credit, fits := room.QuickMulDecimal(n)
	return credit, ok && fits
}

// quickCommit writes what was worked out.
func (s *System) quickCommit(p *Pool) {
	q, state := &s.after, &p.state.now
	for i := range q.vaults {
		q.vaults[i].commit(q.value)
	}
	state.totalVaultDebts = q.debts
	state.vaults = Distribution{TotalShares: q.shares, ValuePerShare: q.value}
	for i := range state.markets {
		mc, pull, push := &state.markets[i], &s.quick[i], &q.pushes[i]
		m := mc.market
		ms := &m.state.now
		pull.over = ms.pools.TotalShares
		ms.pools = Distribution{TotalShares: push.shares, ValuePerShare: pull.value}
		if !pull.rest.IsZero() {
			ms.lastDistributed = pull.target
		}
		ms.creditCapacity = push.capacity
		m.entries[mc.slot].state.now = poolEntryState{
			actor:          DistributionActor{Shares: push.credit, LastValuePerShare: pull.value},
			creditCapacity: push.credit,
		}
		m.inRange.quickInsert(&s.journal, heapNode{p.id, mc.slot, push.limit.Neg()})
	}
}

func (x *quickVault) commit(pool D27) {
	actor := DistributionActor{Shares: x.weight, LastValuePerShare: pool}
	if x.weight.IsZero() {
		actor.LastValuePerShare = D27{}
	}
	x.vault.state.now.actor = actor
	epoch := &x.vault.state.now.epoch.state.now
	epoch.accounts.ValuePerShare, epoch.unconsolidatedDebt = x.value, x.unconsolidated
}

// quickInsert is insert outside of a transaction.
func (h *heap) quickInsert(j *Journal, n heapNode) {
	switch i := h.position(n.slot); {
	case h.stays(n, i):
		h.nodes[i] = n
		return
	case len(h.nodes) == 3:
		// Of two, the one that was not moved wins a tie.
		other := h.nodes[3-i]
		if n.priority.Cmp(other.priority) > 0 {
			n, other = other, n
		}
		h.place(1, other)
		h.place(2, n)
		return
	}
	h.insert(j, n)
	h.forget()
	clear(j.touched)
	j.touched = j.touched[:0]
}
