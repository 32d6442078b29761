package model

import fp "backtest/model/fixedpoint"

// MintUSD mints USD (D18) against a position. The USD goes to the account's
// available collateral (PROTOCOL.md §6.5).
func (s *System) MintUSD(by Actor, id AccountID, pool PoolID, ct CollateralID, amount Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureMintUSD)
		a := s.permitAndStamp(by, id, PermissionMint)
		s.checkDepositingEnabled(ct)
		v := s.vault(s.existingPool(pool), ct)
		debt := s.updateAccountDebt(v, id)
		newDebt := debt.Add(amount.Int256())
		if !debt.Less(newDebt) {
			fp.Throw(InvalidParameter{"newDebt", "should be greater than current debt"})
		}
		if newDebt.Sign() > 0 {
			s.checkIssuance(v, newDebt, s.positionValue(v, id))
		}
		s.assignPoolDebt(v, id, amount.Int256())
		s.repriceAndPush(v)
		vaultDebt := s.updateVaultDebt(v)
		s.checkLiquidation(ct, vaultDebt, s.vaultValue(s.vaults.at(v)))
		s.mintUSD(Core, amount)
		s.increase(a, USD, amount)
	})
}

// BurnUSD repays up to the debt of a position from the account's available
// USD (PROTOCOL.md §6.7).
func (s *System) BurnUSD(by Actor, id AccountID, pool PoolID, ct CollateralID, amount Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureBurnUSD)
		a := s.permitAndStamp(by, id, PermissionBurn)
		v := s.vault(s.pool(pool), ct)
		debt := s.updateAccountDebt(v, id)
		if debt.Sign() <= 0 {
			fp.Throw(InsufficientDebt{debt})
		}
		if debt.Less(amount.Int256()) {
			amount = debt.Uint256()
		}
		s.burnUSD(Core, amount)
		s.decrease(a, USD, amount)
		available, locked := a.collateral(USD).now.available, s.locked(a, USD)
		if available.Less(locked) {
			fp.Throw(InsufficientAvailableCollateral{available, locked})
		}
		s.assignPoolDebt(v, id, amount.Int256().Neg())
		s.repriceAndPush(v)
	})
}

// AssociateDebt lets a market put debt (D18 USD) on one position; its pools
// are relieved of as much (PROTOCOL.md §6.9). It returns the position's debt.
func (s *System) AssociateDebt(by Actor, market MarketID, pool PoolID, ct CollateralID, id AccountID, amount Uint256) (debt Int256, err error) {
	err = s.Transact(func() {
		s.checkFeature(FeatureAssociateDebt)
		s.existingAccount(id)
		m := s.callingMarket(by, market)
		if x := amount.Int256().Neg(); !x.IsZero() {
			s.markets.edit(&s.journal, m).pools.DistributeValue(x)
		}
		p := s.pool(pool)
		v := s.vault(p, ct)
		s.updateAccountDebt(v, id)
		s.push(p)
		if !s.inRange(p, m) {
			fp.Throw(NotFundedByPool{market, pool})
		}
		s.assignDebt(v, id, amount.Int256())
		debt = s.consolidate(v, id)
		if s.settings.now.associateExcluded[market] {
			return
		}
		s.checkLiquidation(ct, debt, s.positionValue(v, id))
	})
	return debt, err
}

// inRange reports whether the market is in the pool's list and the pool in
// range there.
func (s *System) inRange(p, m int32) bool {
	in, _ := s.heaps(m)
	for _, l := range s.pools.at(p).markets {
		if l.market == m {
			return in.position(l.backing) != 0
		}
	}
	return false
}
