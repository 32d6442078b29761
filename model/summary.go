package model

// MarketSummary is what the core keeps of a market's debt, without its pools.
type MarketSummary struct {
	NetIssuance, LastDistributed Int128 // D18 USD
	TotalShares                  Uint128
	ValuePerShare                D27
	Out, In                      RangeEdge // the next pool to leave the range, and the next to return
}

// RangeEdge is the greatest value per share (D18) that the pool at the edge of
// a market's range accepts.
type RangeEdge struct {
	Limit Int128
	Some  bool // whether there is such a pool
}

// MarketSummary returns the summary of a market.
func (s *System) MarketSummary(id MarketID) MarketSummary {
	m := s.market(id)
	state := s.markets.at(m)
	in, out := s.heaps(m)
	x := MarketSummary{
		NetIssuance:     state.netIssuance,
		LastDistributed: state.lastDistributed,
		TotalShares:     state.pools.TotalShares,
		ValuePerShare:   state.pools.ValuePerShare,
	}
	if in.size() > 0 {
		x.Out = RangeEdge{in.max().limit(true), true}
	}
	if out.size() > 0 {
		x.In = RangeEdge{out.max().limit(false), true}
	}
	return x
}

// PoolDistribution returns the distribution of a pool's debt to its vaults.
func (s *System) PoolDistribution(id PoolID) Distribution { return s.poolState(id).vaults }

// Changes returns how many transactions have changed the state: as long as it
// stays the same, so does everything but the time, the prices and what
// markets report.
func (s *System) Changes() uint64 { return s.journal.changes }

// PoolSharesOf returns the shares (D18 USD) of a vault in its pool.
func (s *System) PoolSharesOf(pool PoolID, ct CollateralID) Uint128 {
	return s.vaultState(pool, ct).actor.Shares
}

// RangeLimit returns the greatest value per share (D18) that a pool accepts in
// a market, if it is in range there.
func (s *System) RangeLimit(market MarketID, pool PoolID) (limit Int128, in bool) {
	m := s.market(market)
	inRange, _ := s.heaps(m)
	b := s.backing(m, pool)
	if b < 0 || inRange.position(b) == 0 {
		return limit, false
	}
	return inRange.priorityOf(b).Neg(), true
}
