package model

import fp "backtest/model/fixedpoint"

// The mutating views of the protocol (PROTOCOL.md §6.10, §8). Called like any
// operation, they pull debt and refresh limits for good, as a transaction
// does; inside [System.Static] they only answer.

// Position is what the protocol tells of a position: collateral (tokens D18),
// its value and its debt (D18 USD), and the C-ratio (D18, 2^256-1 without
// debt).
type Position struct {
	Collateral      Uint256
	CollateralValue Uint256
	Debt            Int256
	CRatio          Uint256
}

// PositionDebt returns the debt (D18 USD) of a position, negative when it is a
// credit.
func (s *System) PositionDebt(pool PoolID, ct CollateralID, id AccountID) (debt Int256, err error) {
	err = s.Transact(func() {
		p := s.existingPool(pool)
		debt = s.updateAccountDebt(s.vault(p, ct), id)
		s.push(p)
	})
	return debt, err
}

// Position returns a position. Its ratio comes from a second pass and can
// differ from its debt.
func (s *System) Position(pool PoolID, ct CollateralID, id AccountID) (position Position, err error) {
	err = s.Transact(func() {
		p := s.pool(pool)
		v := s.vault(p, ct)
		position.Debt = s.updateAccountDebt(v, id)
		s.push(p)
		position.Collateral = s.vaults.at(v).positionCollateral(id)
		position.CollateralValue = s.price(ct).MulDecimal(position.Collateral)
		position.CRatio = s.positionRatio(v, id)
	})
	return position, err
}

// PositionCollateralRatio returns the C-ratio (D18) of a position, 2^256-1
// when it has no debt.
func (s *System) PositionCollateralRatio(pool PoolID, ct CollateralID, id AccountID) (ratio Uint256, err error) {
	err = s.Transact(func() { ratio = s.positionRatio(s.vault(s.pool(pool), ct), id) })
	return ratio, err
}

func (s *System) positionRatio(v int32, id AccountID) Uint256 {
	debt := s.updateAccountDebt(v, id)
	s.push(s.vaults.at(v).pool)
	return cRatio(s.positionValue(v, id), debt)
}

// PositionCollateral returns the collateral (tokens D18) of a position.
func (s *System) PositionCollateral(pool PoolID, ct CollateralID, id AccountID) Uint256 {
	return s.vaultState(pool, ct).positionCollateral(id)
}

// IsPositionLiquidatable reports whether a position can be liquidated.
func (s *System) IsPositionLiquidatable(pool PoolID, ct CollateralID, id AccountID) (yes bool, err error) {
	err = s.Transact(func() {
		v := s.vault(s.pool(pool), ct)
		debt := s.updateAccountDebt(v, id)
		yes = s.isLiquidatable(ct, debt, s.positionValue(v, id))
	})
	return yes, err
}

// VaultDebt returns the debt (D18 USD) of a vault.
func (s *System) VaultDebt(pool PoolID, ct CollateralID) (debt Int256, err error) {
	err = s.Transact(func() { debt = s.updateVaultDebt(s.vault(s.existingPool(pool), ct)) })
	return debt, err
}

// VaultCollateral returns the collateral (tokens D18) of a vault and its value
// (D18 USD).
func (s *System) VaultCollateral(pool PoolID, ct CollateralID) (amount, value Uint256, err error) {
	err = s.Transact(func() {
		s.existingPool(pool)
		v := s.vaultState(pool, ct)
		amount, value = v.collateral.TotalAmount(), s.vaultValue(v)
	})
	return amount, value, err
}

// VaultCollateralRatio returns the C-ratio (D18) of a vault, 0 when it has no
// debt.
func (s *System) VaultCollateralRatio(pool PoolID, ct CollateralID) (ratio Uint256, err error) {
	err = s.Transact(func() {
		v := s.vault(s.pool(pool), ct)
		debt, value := s.updateVaultDebt(v), s.vaultValue(s.vaults.at(v))
		if debt.Sign() > 0 {
			ratio = value.DivDecimal(debt.Uint256())
		}
	})
	return ratio, err
}

// IsVaultLiquidatable reports whether a vault can be liquidated.
func (s *System) IsVaultLiquidatable(pool PoolID, ct CollateralID) (yes bool, err error) {
	err = s.Transact(func() {
		v := s.vault(s.pool(pool), ct)
		debt := s.updateVaultDebt(v)
		yes = s.isLiquidatable(ct, debt, s.vaultValue(s.vaults.at(v)))
	})
	return yes, err
}

// PoolTotalDebt returns the pool's debt (D18 USD) as the pool counts it.
func (s *System) PoolTotalDebt(pool PoolID) (debt Int128, err error) {
	err = s.Transact(func() {
		p := s.existingPool(pool)
		s.pull(p)
		debt = s.pools.at(p).totalVaultDebts
	})
	return debt, err
}

// PoolDebtPerShare returns the pool's debt per dollar of collateral (D18).
func (s *System) PoolDebtPerShare(pool PoolID) (perShare Int128, err error) {
	err = s.Transact(func() {
		p := s.existingPool(pool)
		s.pull(p)
		perShare = s.pools.at(p).debtPerShare()
	})
	return perShare, err
}

// refreshMarket distributes a market's debt as the views of SIP-328 do.
func (s *System) refreshMarket(id MarketID) int32 {
	m := s.mustMarket(id)
	s.mustDistribute(m, fp.U256(viewIterations))
	return m
}

// MarketDebtPerShare returns the market's value per share in D18.
func (s *System) MarketDebtPerShare(id MarketID) (perShare Int128, err error) {
	err = s.Transact(func() { perShare = s.markets.at(s.refreshMarket(id)).valuePerShare() })
	return perShare, err
}

// MarketPools returns the pools in and out of range of a market, each in the
// order of its heap's array.
func (s *System) MarketPools(id MarketID) (inRange, outRange []PoolID, err error) {
	err = s.Transact(func() {
		in, out := s.heaps(s.refreshMarket(id))
		inRange, outRange = in.ids(), out.ids()
	})
	return inRange, outRange, err
}

func (h *heap) ids() []PoolID {
	ids := make([]PoolID, h.size())
	for i := range ids {
		ids[i] = h.nodes.at(int32(i + 1)).pool
	}
	return ids
}

// MarketPoolDebtDistribution returns the shares (D18) of a pool in a market,
// all shares, and the value per share (SIP-328, PROTOCOL.md §8.1).
func (s *System) MarketPoolDebtDistribution(id MarketID, pool PoolID) (shares, total Uint128, value D27, err error) {
	err = s.Transact(func() {
		m := s.refreshMarket(id)
		d := s.markets.at(m).pools
		shares, total, value = s.backingRow(m, pool).actor.Shares, d.TotalShares, d.ValuePerShare
	})
	return shares, total, value, err
}

// The plain views: they read and refresh nothing.

// MarketTotalDebt returns the total debt (D18 USD) of a market.
func (s *System) MarketTotalDebt(id MarketID) (debt Int256, err error) {
	err = s.Read(func() {
		var failure error
		if debt, failure = s.totalDebt(s.mustMarket(id)); failure != nil {
			fp.Throw(failure)
		}
	})
	return debt, err
}

// MarketReportedDebt returns what a market reports (D18 USD).
func (s *System) MarketReportedDebt(id MarketID) (Uint256, error) {
	m := s.market(id)
	if m < 0 {
		return Uint256{}, MarketNotFound{id}
	}
	return s.registered[m].external.ReportedDebt()
}

// MarketNetIssuance returns the USD (D18) minted minus burned by a market.
func (s *System) MarketNetIssuance(id MarketID) (net Int128, err error) {
	err = s.Transact(func() { net = s.markets.at(s.mustMarket(id)).netIssuance })
	return net, err
}

// MarketCollateral returns the credit (D18 USD) that pools give a market: all
// shares of its distribution.
func (s *System) MarketCollateral(id MarketID) (shares Uint128, err error) {
	err = s.Transact(func() { shares = s.markets.at(s.mustMarket(id)).pools.TotalShares })
	return shares, err
}

// MarketCollateralValue returns the value (D18 USD) of what a market has
// deposited.
func (s *System) MarketCollateralValue(id MarketID) (value Uint256, err error) {
	err = s.Transact(func() { value = s.mustCollateralValue(s.mustMarket(id)) })
	return value, err
}

// MarketCollateralAmount returns what a market has deposited of a collateral
// type (tokens D18).
func (s *System) MarketCollateralAmount(id MarketID, ct CollateralID) (amount Uint256, err error) {
	err = s.Transact(func() { amount = s.markets.at(s.mustMarket(id)).depositOf(ct) })
	return amount, err
}

// WithdrawableMarketUSD returns the USD (D18) that a market may withdraw.
func (s *System) WithdrawableMarketUSD(id MarketID) (amount Uint256, err error) {
	err = s.Read(func() { amount = s.withdrawable(s.mustMarket(id)) })
	return amount, err
}

// IsMarketCapacityLocked reports whether a market needs more credit than it
// has.
func (s *System) IsMarketCapacityLocked(id MarketID) (locked bool, err error) {
	err = s.Transact(func() { locked = s.capacityLocked(s.mustMarket(id)) })
	return locked, err
}

// MarketPoolMaxDebtPerShare returns the limit (D18) of a pool in range, 0
// otherwise.
func (s *System) MarketPoolMaxDebtPerShare(id MarketID, pool PoolID) (limit Int128, err error) {
	err = s.Transact(func() { limit = s.maxDebtPerShare(s.mustMarket(id), pool) })
	return limit, err
}

func (s *System) maxDebtPerShare(m int32, pool PoolID) Int128 {
	if b := s.backing(m, pool); b >= 0 {
		in, _ := s.heaps(m)
		return in.priorityOf(b).Neg()
	}
	return Int128{}
}

// MarketCapacityContributionFromPool returns the credit (D18 USD) that a pool
// still adds to a market.
func (s *System) MarketCapacityContributionFromPool(id MarketID, pool PoolID) (credit Uint256, err error) {
	err = s.Transact(func() {
		m := s.mustMarket(id)
		limit, value := s.maxDebtPerShare(m, pool).Wide(), s.markets.at(m).valuePerShare().Wide()
		if limit.Less(value) {
			return
		}
		credit = limit.Sub(value).Uint256().MulDecimal(s.backingRow(m, pool).actor.Shares.Wide())
	})
	return credit, err
}

// AccountCollateral returns what an account holds of a collateral type (tokens
// D18): in all, in vaults, and under unexpired locks.
func (s *System) AccountCollateral(id AccountID, ct CollateralID) (deposited, assigned, locked Uint256, err error) {
	err = s.Transact(func() { deposited, assigned, locked = s.totals(s.account(id), ct) })
	return deposited, assigned, locked, err
}

// AvailableCollateral returns what an account can delegate (tokens D18).
func (s *System) AvailableCollateral(id AccountID, ct CollateralID) Uint256 {
	return s.accountHolding(id, ct).available
}

// IssuanceRatio returns the C-ratio (D18) required to mint or withdraw in a
// vault: the stricter of the system's and the pool's.
func (s *System) IssuanceRatio(pool PoolID, ct CollateralID) Uint256 {
	return s.issuanceRatio(s.poolState(pool), ct)
}
