package model

import fp "backtest/model/fixedpoint"

// The rules of debt and credit, each stated once, on rows. Debt comes down from
// markets to pools (distribute, bump, cross, accumulate, pull) and from pools to
// vaults (take); credit goes up from vaults to pools (reprice) and from pools to
// markets (push, adjust).

// How many pools the contracts are willing to bump in one distribution, by
// caller: operations of pools, and views.
const (
	operationIterations = 9_999_999_999
	viewIterations      = 999_999_999
)

// distribute brings what the market owes beyond its last distribution to its
// pools, bumping out those that reach their limit and in those that fall back
// below it (PROTOCOL.md §4.3). It reports whether that was finished within
// maxIter bumps.
func (s *System) distribute(m int32, maxIter Uint256) (finished bool, err error) {
	target, err := s.totalDebt(m)
	if err != nil {
		return false, err
	}
	x := s.markets.at(m)
	if s.bump(m, target.Sub(x.lastDistributed.Wide()), maxIter) {
		return false, nil
	}
	if x.pools.TotalShares.IsZero() {
		return true, nil
	}
	if rest := target.Sub(x.lastDistributed.Wide()); !rest.IsZero() {
		x = s.markets.edit(&s.journal, m)
		s.spread(m, x, rest)
		x.lastDistributed = target.Int128()
	}
	return true, nil
}

// spread raises a market's value per share by an amount (D18 USD).
func (s *System) spread(m int32, x *market, amount Int256) {
	before := x.pools.ValuePerShare
	x.pools.DistributeValue(amount)
	if s.observer != nil {
		s.tell(Event{Kind: DebtDistributed, Market: MarketID(m + 1), Amount: amount, Shares: x.pools.TotalShares, Rise: x.pools.ValuePerShare.Sub(before)})
	}
}

// bump moves pools between the heaps while the debt x (D18 USD) to be
// distributed carries the value per share across their limits
// (PROTOCOL.md §4.4).
func (s *System) bump(m int32, x Int256, maxIter Uint256) (exhausted bool) {
	if x.IsZero() {
		return false
	}
	up := x.Sign() > 0
	from, to := s.heaps(m)
	if !up {
		from, to = to, from
	}
	var done Int256
	var iterations Uint256
	for iterations.Less(maxIter) && from.size() > 0 && s.markets.at(m).crosses(from.max(), x.Sub(done), up) {
		done = done.Add(s.cross(m, from, to, up))
		iterations = iterations.Add(fp.U256(1))
	}
	if !done.IsZero() {
		row := s.markets.edit(&s.journal, m)
		row.lastDistributed = row.lastDistributed.Add(done.Int128())
	}
	return iterations == maxIter
}

// crosses reports whether distributing rest would carry the value per share
// strictly past the limit of the pool at the edge.
func (m *market) crosses(edge heapNode, rest Int256, up bool) bool {
	if m.pools.TotalShares.IsZero() {
		return rest.Sign() <= 0
	}
	target := m.valuePerShare().Wide().Add(rest.DivDecimal(m.pools.TotalShares.WideInt()))
	limit := edge.limit(up).Wide()
	if up {
		return limit.Less(target)
	}
	return target.Less(limit)
}

// cross moves the pool at the edge to the other heap: the debt up to its limit
// is distributed, then its shares leave or return. It returns the debt
// distributed.
func (s *System) cross(m int32, from, to *heap, up bool) (toLimit Int256) {
	j := &s.journal
	edge := from.extract(j, 1)
	limit := edge.limit(up)
	edge.priority = edge.priority.Neg()
	to.insert(j, edge)
	x := s.markets.edit(j, m)
	if x.pools.TotalShares.IsZero() {
		x.pools.ValuePerShare = fp.D27FromD18(limit)
	} else {
		toLimit = x.pools.TotalShares.WideInt().MulDecimal(limit.Wide().Sub(x.valuePerShare().Wide()))
		s.spread(m, x, toLimit)
	}
	b := s.backings.edit(j, edge.backing)
	if up {
		shares := b.actor.Shares
		require(!shares.IsZero(), "no shares before actor removal")
		debt := x.pools.SetActorShares(&b.actor, Uint256{}).Uint256().Uint128()
		b.pendingDebt = b.pendingDebt.Add(debt)
		s.tellRange(PoolBumpedOut, b, limit, shares, debt)
	} else {
		require(b.actor.Shares.IsZero(), "actor has shares before add")
		x.pools.SetActorShares(&b.actor, b.creditCapacity.Wide())
		s.tellRange(PoolBumpedIn, b, limit, b.creditCapacity, Uint128{})
	}
	return toLimit
}

func require(condition bool, message string) {
	if !condition {
		fp.Throw(RequireFailed{message})
	}
}

// accumulate returns the debt (D18 USD) that reached a pool in a market since
// it last pulled (PROTOCOL.md §4.5).
func (s *System) accumulate(i int32) Int256 {
	b := s.backings.at(i)
	pools := &s.markets.at(b.market).pools
	if b.pendingDebt.IsZero() && (b.actor.Shares.IsZero() || b.actor.LastValuePerShare == pools.ValuePerShare) {
		return Int256{}
	}
	b = s.backings.edit(&s.journal, i)
	change := pools.AccumulateActor(&b.actor)
	change = b.pendingDebt.Int128().Wide().Add(change)
	b.pendingDebt = Uint128{}
	if s.observer != nil {
		s.tell(Event{Kind: DebtPulled, Market: MarketID(b.market + 1), Pool: b.pool, Amount: change})
	}
	return change
}

// pull brings the debt of the pool's markets into the pool: D(none) of
// PROTOCOL.md §5.2.
func (s *System) pull(p int32) {
	var sum Int256
	var failures []error
	list := s.pools.at(p).markets
	for i := range list {
		if _, err := s.distribute(list[i].market, fp.U256(operationIterations)); err != nil {
			failures = append(failures, err)
		}
		sum = sum.Add(s.accumulate(list[i].backing))
	}
	if failures != nil {
		fp.Throw(Errors{failures})
	}
	if !sum.IsZero() {
		x := s.pools.edit(&s.journal, p)
		x.totalVaultDebts = x.totalVaultDebts.Add(sum.Int128())
		x.vaults.DistributeValue(sum)
	}
}

// take brings a vault its part of what reached its pool: the second half of
// D(ct).
func (s *System) take(v int32) {
	x := s.vaults.at(v)
	pool := &s.pools.at(x.pool).vaults
	if !x.actor.Shares.IsZero() && x.actor.LastValuePerShare != pool.ValuePerShare {
		s.vaults.edit(&s.journal, v).take(pool)
	}
}

// reprice sets a vault's shares in its pool to the value of its collateral at
// the present price (D18), which it returns: P(ct) of PROTOCOL.md §5.5 without
// the push.
func (s *System) reprice(v int32) Uint256 {
	price := s.price(s.vaults.at(v).ct)
	x := s.vaults.edit(&s.journal, v)
	weight := x.collateral.TotalAmount().MulDecimal(price)
	s.pools.edit(&s.journal, x.pool).vaults.SetActorShares(&x.actor, weight)
	return price
}

// push gives the pool's credit and limits to its markets: R of PROTOCOL.md §5.3.
func (s *System) push(p int32) {
	x := s.pools.at(p)
	if x.totalWeights.IsZero() {
		return
	}
	credit, weights := x.vaults.TotalShares.Wide(), x.totalWeights.Wide()
	debtPerShare := x.debtPerShare().Wide()
	for i := range x.markets {
		l := &x.markets[i]
		part := credit.MulQuo(l.Weight.Wide(), weights)
		if l.market < 0 {
			fp.Throw(MarketNotFound{l.MarketID})
		}
		value := s.markets.at(l.market).valuePerShare().Wide()
		limit := value.Add(s.margin(l.market)).Sub(debtPerShare)
		s.adjust(l.backing, value, part, fp.MinInt(limit, l.MaxDebtShareValue.Wide()))
	}
}

// margin returns the debt (D18 USD) that a market may add to each dollar of
// credit: one over the minimum liquidity ratio.
func (s *System) margin(m int32) Int256 {
	ratio := s.markets.at(m).minLiquidityRatio
	if ratio.IsZero() {
		ratio = s.settings.now.minLiquidityRatio
	}
	if ratio.IsZero() {
		return fp.UnitI256
	}
	if s.inverse.ratio != ratio {
		s.inverse.ratio, s.inverse.margin = ratio, fp.UnitU256.DivDecimal(ratio).Int256()
	}
	return s.inverse.margin
}

// adjust sets the credit (D18 USD) that a pool gives in a market and the
// greatest value per share (D18) that it accepts, at the present one
// (PROTOCOL.md §4.2). The debt that the pool has not pulled before is lost, as in
// the contracts.
func (s *System) adjust(i int32, value Int256, credit Uint256, limit Int256) {
	j := &s.journal
	b := s.backings.edit(j, i)
	in, out := s.heaps(b.market)
	oldShares, oldLimit := b.actor.Shares, in.priorityOf(i).Neg().Wide()
	b.creditCapacity = credit.Uint128()
	switch {
	case credit.IsZero():
		in.remove(j, i)
		out.remove(j, i)
	case limit.Less(value):
		credit = Uint256{}
		if in.remove(j, i) {
			s.tellRange(PoolRebalancedOut, b, limit.Int128(), oldShares, Uint128{})
		}
		out.insert(j, heapNode{b.pool, i, limit.Int128()})
	default:
		in.insert(j, heapNode{b.pool, i, limit.Int128().Neg()})
		if out.remove(j, i) {
			s.tellRange(PoolRebalancedIn, b, limit.Int128(), b.creditCapacity, Uint128{})
		}
	}
	m := s.markets.edit(j, b.market)
	m.pools.SetActorShares(&b.actor, credit)
	if s.observer != nil && b.actor.Shares != oldShares {
		s.tell(Event{Kind: SharesSet, Market: MarketID(b.market + 1), Pool: b.pool, Shares: b.actor.Shares})
	}
	b.pendingDebt.Int128() // its sum with the change is lost, but must fit
	b.pendingDebt = Uint128{}
	if value.Less(limit) {
		m.creditCapacity = m.creditCapacity.Add(contribution(limit, value, credit))
	}
	if value.Less(oldLimit) {
		m.creditCapacity = m.creditCapacity.Sub(contribution(oldLimit, value, oldShares.Wide()))
	}
}

// contribution is the credit (D18 USD) that shares add to a market while the
// value per share is below the limit.
func contribution(limit, value Int256, shares Uint256) Int128 {
	return limit.Sub(value).Uint256().MulDecimal(shares).Int256().Int128()
}
