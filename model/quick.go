package model

import fp "backtest/model/fixedpoint"

// Most pulls of debt move no pool in or out of range, and none of their numbers
// comes near the ends of its type. They are worked out beside the state here,
// in numbers of 128 bits and without the possibility to fail half-way: either
// everything fits, and the result is that of the checked operations to the wei, or
// nothing was touched and the checked operations take over.

// QuickMarket is an external market that knows its answers at 128 bits without
// failing; ok is false when it has to be asked the usual way.
type QuickMarket interface {
	QuickReportedDebt() (debt Uint128, ok bool)
	QuickMinimumCredit() (credit Uint128, ok bool)
}

// quickMarket is what a pull would make of a market and a pool's part in it.
type quickMarket struct {
	target Int128  // D18 USD, total debt
	rest   Int128  // D18 USD, not distributed before
	rise   D27     // of the value per share
	over   Uint128 // D18 USD, all shares at the distribution; set when it is made
	value  D27     // per share afterwards
	change Int128  // D18 USD that the pool would pull
	d18    Int128  // the value per share afterwards, D18
	margin Int128  // D18 USD of debt that a dollar of credit may take on
}

// quickPull works out what a pull of the pool's debt would bring, into
// s.quick, one entry for each market of the pool.
func (s *System) quickPull(p *Pool) (sum Int128, ok bool) {
	list := p.state.now.markets
	for len(s.quick) < len(list) {
		s.quick = append(s.quick, quickMarket{})
	}
	for i := range list {
		m := list[i].market
		if m == nil {
			return sum, false
		}
		q := &s.quick[i]
		if !s.quickDistribute(m, q) || !q.accumulate(&m.entries[list[i].slot].state.now) {
			return sum, false
		}
		if sum, ok = sum.QuickAdd(q.change); !ok {
			return sum, false
		}
	}
	return sum, true
}

// quickDebt returns the total debt (D18 USD) of a market without collateral.
func (m *Market) quickDebt() (debt Int128, ok bool) {
	if m.quick == nil || len(m.deposits.now) > 0 {
		return debt, false
	}
	reported, ok1 := m.quick.QuickReportedDebt()
	debt, ok2 := reported.QuickInt128()
	debt, ok3 := debt.QuickAdd(m.state.now.netIssuance)
	return debt, ok1 && ok2 && ok3
}

// quickDistribute works out the market's side.
func (s *System) quickDistribute(m *Market, q *quickMarket) bool {
	state := &m.state.now
	target, ok := m.quickDebt()
	rest, fits := target.QuickSub(state.lastDistributed)
	if !ok || !fits {
		return false
	}
	q.target, q.rest, q.rise, q.value = target, rest, D27{}, state.pools.ValuePerShare
	if rest.IsZero() {
		return true
	}
	if last := &m.last; last.made && !s.journal.open && last.changes == s.journal.changes && last.target == target {
		q.rise, q.value = last.rise, last.value // another pool of the market has asked
		return last.ok
	}
	ok = m.quickSpread(q)
	if !s.journal.open {
		m.last = quickAnswer{true, s.journal.changes, ok, target, q.rise, q.value}
	}
	return ok
}

// quickAnswer is what came of a market's distribution in a state of the system.
type quickAnswer struct {
	made    bool
	changes uint64
	ok      bool
	target  Int128
	rise    D27
	value   D27
}

// quickSpread works out what the rest does to the value per share.
func (m *Market) quickSpread(q *quickMarket) (ok bool) {
	state := &m.state.now
	if state.pools.TotalShares.IsZero() {
		return false
	}
	if q.rise, ok = fp.QuickPerShare(q.rest, state.pools.TotalShares); !ok {
		return false
	}
	if q.value.Raw, ok = q.value.Raw.QuickAdd(q.rise.Raw); !ok {
		return false
	}
	return m.quickInRange(q)
}

// rounding is more than the truncations of a value per share (D27) and of a
// change of it to 18 decimals add up to.
var rounding = fp.I128(2_000_000_000)

// quickInRange reports that clearly no pool crosses its limit.
func (m *Market) quickInRange(q *quickMarket) bool {
	if q.rest.Sign() > 0 {
		return m.inRange.size() == 0 || clearlyBelow(q.value, m.inRange.nodes[1].priority)
	}
	return m.outRange.size() == 0 || clearlyAbove(q.value, m.outRange.nodes[1].priority)
}

// clearlyBelow reports that a value per share is below a limit (D18, negated).
func clearlyBelow(value D27, negated Int128) bool {
	limit, ok := negated.QuickD27()
	room, fits := value.Raw.QuickAdd(limit.Raw)
	room, small := room.QuickAdd(rounding)
	return ok && fits && small && room.Hi < 0
}

// clearlyAbove reports that a value per share is not below a limit (D18).
func clearlyAbove(value D27, limit Int128) bool {
	least, ok := limit.QuickD27()
	room, fits := value.Raw.QuickSub(least.Raw)
	room, small := room.QuickSub(rounding)
	return ok && fits && small && room.Hi >= 0
}

// accumulate works out the pool's side.
func (q *quickMarket) accumulate(e *poolEntryState) bool {
	pending, ok := e.pendingDebt.QuickInt128()
	if !ok {
		return false
	}
	q.change = pending
	if e.actor.Shares.IsZero() || e.actor.LastValuePerShare == q.value {
		return true
	}
	moved, ok := q.value.Raw.QuickSub(e.actor.LastValuePerShare.Raw)
	if !ok {
		return false
	}
	change, ok := D27{Raw: moved}.QuickPerUnit(e.actor.Shares)
	if !ok {
		return false
	}
	q.change, ok = q.change.QuickAdd(change)
	return ok
}

// quickRise works out a distribution of x over shares: the value per share
// afterwards.
func quickRise(d *Distribution, x Int128) (value D27, ok bool) {
	if x.IsZero() {
		return d.ValuePerShare, true
	}
	if d.TotalShares.IsZero() {
		return value, false
	}
	rise, ok := fp.QuickPerShare(x, d.TotalShares)
	if !ok {
		return value, false
	}
	value.Raw, ok = d.ValuePerShare.Raw.QuickAdd(rise.Raw)
	return value, ok
}

// quickChange works out what reached an actor.
func quickChange(value D27, a *DistributionActor) (change Int128, ok bool) {
	if a.Shares.IsZero() || a.LastValuePerShare == value {
		return Int128{}, true
	}
	moved, ok := value.Raw.QuickSub(a.LastValuePerShare.Raw)
	if !ok {
		return change, false
	}
	return D27{Raw: moved}.QuickPerUnit(a.Shares)
}

// quickAmount is TotalAmount.
func (m *ScalableMapping) quickAmount() (amount Uint128, ok bool) {
	if m.ScaleModifier.Raw.IsZero() {
		return m.TotalShares, true
	}
	factor, ok := m.ScaleModifier.Factor().QuickUint128()
	if !ok || m.ScaleModifier.BelowMinusOne() {
		return amount, false
	}
	return m.TotalShares.QuickMulD27(factor)
}

// quickPrice returns the price (D18) of a collateral type.
func (s *System) quickPrice(ct CollateralID) (price Int128, ok bool) {
	c := s.collaterals[ct]
	feed := &c.price.now
	if feed.failure != nil || !c.config.now.Configured {
		return price, false
	}
	price, ok = feed.price.QuickInt128()
	return price, ok && price.Hi >= 0
}
