package model

// The raw storage of the protocol's objects, for comparison with recorded
// histories and for reading without any side effect.

// MarketStorage is what the core stores of a market (PROTOCOL.md §1.2).
type MarketStorage struct {
	CreditCapacity, LastDistributed, NetIssuance Int128 // D18 USD
	TotalShares                                  Uint128
	ValuePerShare                                D27
	InRange, OutRange                            []HeapNode // in array order, the root first
}

// HeapNode is a pool in a heap of a market. The priority (D18) is minus its
// limit in range, its limit out of range.
type HeapNode struct {
	Pool     PoolID
	Priority Int128
}

// MarketStorage returns the storage of a market.
func (s *System) MarketStorage(id MarketID) MarketStorage {
	m := s.market(id)
	state := s.markets.at(m)
	in, out := s.heaps(m)
	return MarketStorage{
		CreditCapacity:  state.creditCapacity,
		LastDistributed: state.lastDistributed,
		NetIssuance:     state.netIssuance,
		TotalShares:     state.pools.TotalShares,
		ValuePerShare:   state.pools.ValuePerShare,
		InRange:         in.list(),
		OutRange:        out.list(),
	}
}

func (h *heap) list() []HeapNode {
	list := make([]HeapNode, h.size())
	for i := range list {
		n := h.nodes.at(int32(i + 1))
		list[i] = HeapNode{n.pool, n.priority}
	}
	return list
}

// Markets returns the number of registered markets.
func (s *System) Markets() int { return int(s.markets.size()) }

// External returns the external market behind an id.
func (s *System) External(id MarketID) ExternalMarket { return s.registered[s.market(id)].external }

// MarketPoolStorage is a pool as an actor of a market.
type MarketPoolStorage struct {
	Shares                      Uint128
	LastValuePerShare           D27
	CreditCapacity, PendingDebt Uint128 // D18 USD
}

// MarketPoolStorage returns the storage of a pool in a market.
func (s *System) MarketPoolStorage(id MarketID, pool PoolID) MarketPoolStorage {
	e := s.backingRow(s.market(id), pool)
	return MarketPoolStorage{e.actor.Shares, e.actor.LastValuePerShare, e.creditCapacity, e.pendingDebt}
}

// PoolStorage is what the core stores of a pool.
type PoolStorage struct {
	Markets               []MarketConfiguration
	TotalWeights          Uint128
	TotalVaultDebts       Int128 // D18 USD
	TotalShares           Uint128
	ValuePerShare         D27
	LastConfigurationTime uint64 // seconds
}

// PoolStorage returns the storage of a pool.
func (s *System) PoolStorage(id PoolID) PoolStorage {
	state := s.poolState(id)
	list := make([]MarketConfiguration, len(state.markets))
	for i, mc := range state.markets {
		list[i] = mc.MarketConfiguration
	}
	return PoolStorage{list, state.totalWeights, state.totalVaultDebts,
		state.vaults.TotalShares, state.vaults.ValuePerShare, state.lastConfigurationTime}
}

// VaultStorage is what the core stores of a vault and its present epoch.
type VaultStorage struct {
	Epoch                                     uint64
	PoolShares                                Uint128
	PoolLastValuePerShare                     D27
	UnconsolidatedDebt, TotalConsolidatedDebt Int128 // D18 USD
	DebtShares                                Uint128
	DebtValuePerShare                         D27
	CollateralShares                          Uint128
	ScaleModifier                             D27
}

// VaultStorage returns the storage of a vault.
func (s *System) VaultStorage(pool PoolID, ct CollateralID) VaultStorage {
	v := s.vaultState(pool, ct)
	return VaultStorage{v.epochIndex, v.actor.Shares, v.actor.LastValuePerShare,
		v.unconsolidatedDebt, v.totalConsolidatedDebt, v.debt.TotalShares, v.debt.ValuePerShare,
		v.collateral.TotalShares, v.collateral.ScaleModifier}
}

// PositionStorage is what the core stores of a position.
type PositionStorage struct {
	CollateralShares, DebtShares Uint128
	LastValuePerShare            D27
	ConsolidatedDebt             Int256 // D18 USD
	LastDelegationTime           uint64 // seconds
}

// PositionStorage returns the storage of a position in the present epoch.
func (s *System) PositionStorage(pool PoolID, ct CollateralID, id AccountID) PositionStorage {
	p := s.vaultState(pool, ct).accounts.get(id)
	return PositionStorage{p.collateralShares, p.debt.Shares, p.debt.LastValuePerShare, p.consolidatedDebt, p.lastDelegationTime}
}

// EachPositionStorage calls f for every account that holds collateral or debt
// in the present epoch of a vault, in the order in which they first came.
func (s *System) EachPositionStorage(pool PoolID, ct CollateralID, f func(AccountID, PositionStorage)) {
	list := &s.vaultState(pool, ct).accounts.positions
	for i := range int32(list.n) {
		p := list.at(i)
		if p.collateralShares.IsZero() && p.consolidatedDebt.IsZero() {
			continue
		}
		f(p.account, PositionStorage{p.collateralShares, p.debt.Shares, p.debt.LastValuePerShare, p.consolidatedDebt, p.lastDelegationTime})
	}
}

// MarketAddress returns the address that a market acts under.
func (s *System) MarketAddress(id MarketID) Actor { return s.registered[s.market(id)].address }

// PoolCollateralConfiguration returns what a pool's owner set for a collateral
// type.
func (s *System) PoolCollateralConfiguration(pool PoolID, ct CollateralID) PoolCollateralConfiguration {
	return s.poolState(pool).collaterals[ct]
}
