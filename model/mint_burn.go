package model

import fp "backtest/model/fixedpoint"

// MintUSD mints USD (D18) against a position. The USD goes to the account's
// available collateral (PROTOCOL.md §6.5).
func (s *System) MintUSD(by Actor, id AccountID, pool PoolID, ct CollateralID, amount Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureMintUSD)
		a := s.permitAndStamp(by, id, PermissionMint)
		s.checkDepositingEnabled(ct)
		p := s.existingPool(pool)
		debt := s.updateAccountDebt(p, ct, id)
		newDebt := debt.Add(amount.Int256())
		if !debt.Less(newDebt) {
			fp.Throw(InvalidParameter{"newDebt", "should be greater than current debt"})
		}
		if newDebt.Sign() > 0 {
			value := s.price(ct).MulDecimal(p.vault(ct).positionCollateral(id))
			s.checkIssuance(p, ct, newDebt, value)
		}
		s.assignPoolDebt(p, ct, id, amount.Int256())
		s.repriceVault(p, ct)
		vaultDebt := s.updateVaultDebt(p, ct)
		s.checkLiquidation(ct, vaultDebt, s.vaultValue(p.vault(ct)))
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
		p := s.pool(pool)
		debt := s.updateAccountDebt(p, ct, id)
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
		s.assignPoolDebt(p, ct, id, amount.Int256().Neg())
		s.repriceVault(p, ct)
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
			m.state.Edit(&s.journal).pools.DistributeValue(x)
		}
		p := s.pool(pool)
		s.updateAccountDebt(p, ct, id)
		s.rebalanceMarkets(p)
		if !p.inRange(m) {
			fp.Throw(NotFundedByPool{market, pool})
		}
		e := p.vault(ct).epoch()
		s.assignDebtToAccount(e, id, amount.Int256())
		debt = s.consolidate(e, id)
		if s.settings.now.associateExcluded[market] {
			return
		}
		s.checkLiquidation(ct, debt, s.price(ct).MulDecimal(p.vault(ct).positionCollateral(id)))
	})
	return debt, err
}

// inRange reports whether the market is in the pool's list and the pool in
// range there.
func (p *Pool) inRange(m *Market) bool {
	for i := range p.state.now.markets {
		if mc := &p.state.now.markets[i]; mc.market == m {
			return m.inRange.position(mc.slot) != 0
		}
	}
	return false
}
