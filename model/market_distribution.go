package model

import fp "backtest/model/fixedpoint"

// How many pools the contracts are willing to bump in one distribution, by
// caller: operations of pools, and views.
const (
	operationIterations = 9_999_999_999
	viewIterations      = 999_999_999
)

// distributeDebtToPools brings what the market owes beyond its last
// distribution to its pools, bumping out those that reach their limit and in
// those that fall back below it (PROTOCOL.md §4.3). It reports whether that
// was finished within maxIter bumps.
func (s *System) distributeDebtToPools(m *Market, maxIter Uint256) (finished bool, err error) {
	target, err := s.totalDebt(m)
	if err != nil {
		return false, err
	}
	outstanding := target.Sub(m.state.now.lastDistributed.Wide())
	exhausted := s.bumpPools(m, outstanding, maxIter)
	if !exhausted && !m.state.now.pools.TotalShares.IsZero() {
		s.distributeRest(m, target)
	}
	return !exhausted, nil
}

// distributeRest shares out what is left after bumps.
func (s *System) distributeRest(m *Market, target Int256) {
	rest := target.Sub(m.state.now.lastDistributed.Wide())
	if rest.IsZero() {
		return
	}
	state := m.state.Edit(&s.journal)
	before := state.pools.ValuePerShare
	state.pools.DistributeValue(rest)
	s.flowDistributed(m, rest, before)
	state.lastDistributed = target.Int128()
}

// flowDistributed tells of a distribution that raised the value per share from
// before.
func (s *System) flowDistributed(m *Market, amount Int256, before D27) {
	if s.flows {
		pools := &m.state.now.pools
		s.flow(Event{Kind: DebtDistributed, Market: m.id, Amount: amount, Shares: pools.TotalShares, Rise: pools.ValuePerShare.Sub(before)})
	}
}

// bumpPools moves pools between the heaps while the debt x (D18 USD) to be
// distributed carries the value per share across their limits
// (PROTOCOL.md §4.4).
func (s *System) bumpPools(m *Market, x Int256, maxIter Uint256) (exhausted bool) {
	if x.IsZero() {
		return false
	}
	up := x.Sign() > 0
	from, to := &m.inRange, &m.outRange
	if !up {
		from, to = to, from
	}
	var done Int256
	var iterations Uint256
	for iterations.Less(maxIter) && from.size() > 0 {
		edge := from.max()
		if !m.crosses(edge, x.Sub(done), up) {
			break
		}
		done = done.Add(s.bump(m, from, to, edge, up))
		iterations = iterations.Add(fp.U256(1))
	}
	if !done.IsZero() {
		state := m.state.Edit(&s.journal)
		state.lastDistributed = state.lastDistributed.Add(done.Int128())
	}
	return iterations == maxIter
}

// crosses reports whether distributing rest would carry the value per share
// strictly past the limit of the pool at the edge.
func (m *Market) crosses(edge heapNode, rest Int256, up bool) bool {
	pools := &m.state.now.pools
	if pools.TotalShares.IsZero() {
		return rest.Sign() <= 0
	}
	target := m.valuePerShare().Wide().Add(rest.DivDecimal(pools.TotalShares.WideInt()))
	limit := edge.limit(up)
	if up {
		return limit.Wide().Less(target)
	}
	return target.Less(limit.Wide())
}

// limit returns the maximum value per share of a pool at the edge of the heap
// of pools in range (up) or out of range.
func (n heapNode) limit(up bool) Int128 {
	// The contracts negate in both directions; the least priority throws.
	negated := n.priority.Neg()
	if up {
		return negated
	}
	return n.priority
}

// bump moves the pool at the edge across: the debt up to its limit is
// distributed, then its shares leave or return. It returns the debt
// distributed.
func (s *System) bump(m *Market, from, to *heap, edge heapNode, up bool) Int256 {
	j := &s.journal
	from.extract(j, 1)
	limit := edge.limit(up)
	edge.priority = edge.priority.Neg()
	to.insert(j, edge)

	pools := &m.state.Edit(j).pools
	var toLimit Int256
	if pools.TotalShares.IsZero() {
		pools.ValuePerShare = fp.D27FromD18(limit)
	} else {
		toLimit = pools.TotalShares.WideInt().MulDecimal(limit.Wide().Sub(m.valuePerShare().Wide()))
		before := pools.ValuePerShare
		pools.DistributeValue(toLimit)
		s.flowDistributed(m, toLimit, before)
	}

	entry := m.entries[edge.slot].state.Edit(j)
	if up {
		shares := entry.actor.Shares
		require(!shares.IsZero(), "no shares before actor removal")
		debt := pools.SetActorShares(&entry.actor, Uint256{}).Uint256()
		entry.pendingDebt = entry.pendingDebt.Add(debt.Uint128())
		s.record(PoolBumpedOut, m, edge.slot, limit, shares, debt.Uint128())
	} else {
		require(entry.actor.Shares.IsZero(), "actor has shares before add")
		pools.SetActorShares(&entry.actor, entry.creditCapacity.Wide())
		s.record(PoolBumpedIn, m, edge.slot, limit, entry.creditCapacity, Uint128{})
	}
	return toLimit
}

func (s *System) record(kind EventKind, m *Market, slot int32, limit Int128, shares, debt Uint128) {
	s.events = append(s.events, Event{
		Kind: kind, Market: m.id, Pool: m.entries[slot].pool, Limit: limit,
		ValuePerShare: m.state.now.pools.ValuePerShare, Shares: shares, Debt: debt,
	})
}

func require(condition bool, message string) {
	if !condition {
		fp.Throw(RequireFailed{message})
	}
}

// accumulateDebtChange returns the debt (D18 USD) that reached the pool in
// this market since it last pulled (PROTOCOL.md §4.5).
func (s *System) accumulateDebtChange(m *Market, slot int32) Int256 {
	e := m.entries[slot]
	if now := e.state.Get(); now.pendingDebt.IsZero() &&
		(now.actor.Shares.IsZero() || now.actor.LastValuePerShare == m.state.now.pools.ValuePerShare) {
		return Int256{}
	}
	entry := e.state.Edit(&s.journal)
	change := m.state.now.pools.AccumulateActor(&entry.actor)
	change = entry.pendingDebt.Int128().Wide().Add(change)
	entry.pendingDebt = Uint128{}
	s.flow(Event{Kind: DebtPulled, Market: m.id, Pool: e.pool, Amount: change})
	return change
}

// adjustPoolShares sets the credit (D18 USD) that the pool gives and the
// greatest value per share (D18) that it accepts (PROTOCOL.md §4.2). The debt
// that the pool has not pulled before is lost, as in the contracts.
func (s *System) adjustPoolShares(m *Market, slot int32, credit Uint256, limit Int256) {
	j := &s.journal
	e := m.entries[slot]
	entry := e.state.Edit(j)
	oldShares := entry.actor.Shares
	oldLimit := m.inRange.priorityOf(slot).Neg().Wide()
	wasIn, wasOut := m.inRange.position(slot) != 0, m.outRange.position(slot) != 0
	entry.creditCapacity = credit.Uint128()

	value := m.valuePerShare().Wide()
	switch {
	case credit.IsZero():
		m.inRange.remove(j, slot)
		m.outRange.remove(j, slot)
	case limit.Less(value):
		credit = Uint256{}
		m.inRange.remove(j, slot)
		m.outRange.insert(j, heapNode{e.pool, slot, limit.Int128()})
		if wasIn {
			s.record(PoolRebalancedOut, m, slot, limit.Int128(), oldShares, Uint128{})
		}
	default:
		m.inRange.insert(j, heapNode{e.pool, slot, limit.Int128().Neg()})
		m.outRange.remove(j, slot)
		if wasOut {
			s.record(PoolRebalancedIn, m, slot, limit.Int128(), entry.creditCapacity, Uint128{})
		}
	}

	state := m.state.Edit(j)
	state.pools.SetActorShares(&entry.actor, credit)
	if entry.actor.Shares != oldShares {
		s.flow(Event{Kind: SharesSet, Market: m.id, Pool: e.pool, Shares: entry.actor.Shares})
	}
	entry.pendingDebt.Int128() // its sum with the change is lost, but must fit
	entry.pendingDebt = Uint128{}
	if value.Less(limit) {
		state.creditCapacity = state.creditCapacity.Add(contribution(limit, value, credit))
	}
	if value.Less(oldLimit) {
		state.creditCapacity = state.creditCapacity.Sub(contribution(oldLimit, value, oldShares.Wide()))
	}
}

// contribution is the credit (D18 USD) that shares add to a market while the
// value per share is below the limit.
func contribution(limit, value Int256, shares Uint256) Int128 {
	return limit.Sub(value).Uint256().MulDecimal(shares).Int256().Int128()
}

// DistributeDebtToPools distributes a market's debt within maxIter bumps and
// reports whether that finished it.
func (s *System) DistributeDebtToPools(market MarketID, maxIter Uint256) (finished bool, err error) {
	err = s.Transact(func() {
		finished = s.mustDistribute(s.mustMarket(market), maxIter)
	})
	return finished, err
}

func (s *System) mustDistribute(m *Market, maxIter Uint256) bool {
	finished, err := s.distributeDebtToPools(m, maxIter)
	if err != nil {
		fp.Throw(err)
	}
	return finished
}
