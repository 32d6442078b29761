package model

import fp "backtest/model/fixedpoint"

// Step pulls the debt of every pool in turn and reprices its vaults, at
// Reported and Price. It reports false when something would be out of the
// ordinary; nothing has happened then.
func (w *Sweep) Step() bool {
	w.before.copy(&w.now)
	for i := range w.markets {
		if !w.distribute(i) {
			w.Undo()
			return false
		}
	}
	for i := range w.pools {
		if !w.rebalance(i) {
			w.Undo()
			return false
		}
	}
	return true
}

// Undo takes the last step back. It can be called once after a step.
func (w *Sweep) Undo() { w.now, w.before = w.before, w.now }

// distribute brings a market's debt to its pools, as the first of them that
// pulls would: nobody's shares have changed before.
func (w *Sweep) distribute(i int) bool {
	x, now := &w.markets[i], &w.now.markets[i]
	target, ok1 := w.Reported[i].QuickInt128()
	target, ok2 := target.QuickAdd(x.net)
	rest, ok3 := target.QuickSub(now.last)
	if !ok1 || !ok2 || !ok3 {
		return false
	}
	if rest.IsZero() {
		return true
	}
	if now.total.IsZero() {
		return false
	}
	rise, ok1 := fp.QuickPerShare(rest, now.total)
	raw, ok2 := now.value.Raw.QuickAdd(rise.Raw)
	value := D27{Raw: raw}
	if !ok1 || !ok2 || !x.inRange(now, value, rest.Hi >= 0) {
		return false
	}
	now.last, now.value = target, value
	now.d18 = now.value.QuickD18()
	return true
}

// inRange reports that clearly no pool crosses its limit.
func (x *sweepMarket) inRange(now *sweptMarket, value D27, up bool) bool {
	if up {
		return clearlyBelow(value, now.heap[0].limit)
	}
	return !x.limits || clearlyAbove(value, x.limit)
}

// rebalance pulls a pool's debt, reprices its vaults and pushes its credit.
func (w *Sweep) rebalance(i int) bool {
	x, now := &w.pools[i], &w.now.pools[i]
	if !w.pull(x, now) || !w.mild(x) {
		return false
	}
	for v := x.vault; v < x.vaults; v++ {
		if !w.vaults[v].reprice(now, &w.now.vaults[v], w.Price[v]) {
			return false
		}
		if v+1 < x.vaults && !now.between(x) {
			return false
		}
	}
	return w.push(x, now)
}

// pull brings the pool what its markets have distributed.
func (w *Sweep) pull(x *sweepPool, now *sweptPool) bool {
	var sum Int128
	for b := x.back; b < x.backs; b++ {
		market, is := &w.now.markets[w.backings[b].market], &w.now.backings[b]
		moved, ok := market.value.Raw.QuickSub(is.seen.Raw)
		if !ok {
			return false
		}
		if moved.IsZero() {
			continue
		}
		change, ok1 := D27{Raw: moved}.QuickPerUnit(is.shares)
		all, ok2 := is.pulled.QuickAdd(change)
		if sum, ok = sum.QuickAdd(change); !ok || !ok1 || !ok2 {
			return false
		}
		is.pulled = all
	}
	if sum.IsZero() {
		return true
	}
	if now.total.IsZero() {
		return false
	}
	rise, ok1 := fp.QuickPerShare(sum, now.total)
	debts, ok2 := now.debts.QuickAdd(sum)
	value, ok3 := now.value.Raw.QuickAdd(rise.Raw)
	now.debts, now.value.Raw = debts, value
	return ok1 && ok2 && ok3
}

// mild reports that the numbers of a pool's markets are far from the ends of
// their types, and that the pool stays in range.
func (w *Sweep) mild(x *sweepPool) bool {
	for b := x.back; b < x.backs; b++ {
		m := &w.now.markets[w.backings[b].market]
		if m.total.Hi >= greatestShares || m.capacity.Hi >= greatestCapacity || m.capacity.Hi < -greatestCapacity ||
			w.backings[b].most.Cmp(m.d18) < 0 {
			return false
		}
	}
	return true
}

// between reports that the push after a vault that is not the last would leave
// no trace, as [System.quickBetween] does.
func (p *sweptPool) between(x *sweepPool) bool {
	return p.total.Hi < greatestShares && p.total.Cmp(x.weights) >= 0 && p.debts.AtMostShare(x.margin, p.total)
}

// reprice brings a vault its part of the pool's debt, and sets its shares to
// the value of its collateral.
func (x *sweepVault) reprice(p *sweptPool, now *sweptVault, price Int128) bool {
	moved, ok := p.value.Raw.QuickSub(now.last.Raw)
	if !ok || now.weight.IsZero() {
		return false
	}
	if !moved.IsZero() && !x.take(now, D27{Raw: moved}) {
		return false
	}
	worth, ok := x.tokens.QuickMulDecimal(price)
	if !ok || price.Hi < 0 || worth.Sign() <= 0 {
		return false
	}
	weight := Uint128{Hi: uint64(worth.Hi), Lo: worth.Lo}
	if p.total, ok = quickReplace(p.total, now.weight, weight); !ok {
		return false
	}
	now.weight, now.last = weight, p.value
	return true
}

// take brings a vault what the value per share of its pool has moved by.
func (x *sweepVault) take(now *sweptVault, moved D27) bool {
	change, ok := moved.QuickPerUnit(now.weight)
	if !ok {
		return false
	}
	if change.IsZero() {
		return true
	}
	rise, ok1 := fp.QuickPerShare(change, x.accounts)
	value, ok2 := now.value.Raw.QuickAdd(rise.Raw)
	debt, ok3 := now.unconsolidated.QuickAdd(change)
	_, ok4 := debt.QuickAdd(x.consolidated)
	now.value.Raw, now.unconsolidated = value, debt
	return ok1 && ok2 && ok3 && ok4
}

// push spreads the pool's credit over its markets.
func (w *Sweep) push(x *sweepPool, now *sweptPool) bool {
	if x.weights.IsZero() || now.total.IsZero() {
		return false
	}
	debtPerShare, ok := now.debts.QuickDivDecimal(now.total)
	above, fits := x.margin.QuickSub(debtPerShare)
	if !ok || !fits {
		return false
	}
	for b := x.back; b < x.backs; b++ {
		credit, ok := now.total.QuickShare(w.backings[b].weight, x.weights)
		if !ok || !w.give(b, credit, above) {
			return false
		}
	}
	return true
}

// give gives a pool a credit in a market, and a limit that is above (D18) the
// value per share by as much as its debts leave.
func (w *Sweep) give(backing int, credit Uint128, above Int128) bool {
	x, is := &w.backings[backing], &w.now.backings[backing]
	m := &w.now.markets[x.market]
	limit, ok := m.d18.QuickAdd(above)
	if !ok || credit.IsZero() {
		return false
	}
	if x.most.Cmp(limit) < 0 {
		limit = x.most
	}
	room, ok := limit.QuickSub(m.d18)
	if !ok || room.Hi < 0 || limit.Cmp(fp.MinInt128) == 0 {
		return false
	}
	total, ok1 := quickReplace(m.total, is.shares, credit)
	gives, ok2 := quickContribution(room, credit)
	capacity, ok3 := m.capacity.QuickAdd(gives)
	at := 0
	if m.heap[0].slot != x.slot {
		at = 1
	}
	before, ok4 := m.heap[at].limit.QuickAdd(m.d18)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return false
	}
	if before.Hi < 0 {
		gave, ok1 := quickContribution(before, is.shares)
		sum, ok2 := capacity.QuickAdd(gave)
		if capacity = sum; !ok1 || !ok2 {
			return false
		}
	}
	m.total, m.capacity = total, capacity
	is.shares, is.seen = credit, m.value
	m.order(at, w.markets[x.market].inside, sweptNode{limit.Neg(), x.slot})
	return true
}

// order puts a node in the place of one of at most two, as inserting it into
// the heap does: of two equal ones the other comes first.
func (m *sweptMarket) order(at, inside int, n sweptNode) {
	other := &m.heap[1-at]
	to := 1
	if inside == 1 || n.limit.Cmp(other.limit) > 0 {
		to = 0
	}
	if to != at {
		m.heap[at] = *other
	}
	m.heap[to] = n
}
