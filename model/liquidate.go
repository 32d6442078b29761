package model

import fp "backtest/model/fixedpoint"

// Liquidation is what a liquidation did: debt (D18 USD) removed from the
// liquidated, collateral (tokens D18) taken, and what of it went to the
// liquidator.
type Liquidation struct {
	Debt           Uint256
	Collateral     Uint256
	AmountRewarded Uint256
}

// Liquidate spreads the debt and collateral of an undercollateralised
// position over the rest of its vault (PROTOCOL.md §7.1). The reward goes to
// the account receiver.
func (s *System) Liquidate(id AccountID, pool PoolID, ct CollateralID, receiver AccountID) (l Liquidation, err error) {
	err = s.Transact(func() {
		s.checkFeature(FeatureLiquidate)
		to := s.existingAccount(receiver)
		s.checkLiquidationsEnabled(pool)
		v := s.vault(s.pool(pool), ct)
		debt, amount := s.liquidatablePosition(v, id)

		e := s.editVault(v)
		reward := s.collaterals[ct].config.now.LiquidationReward
		if e.accounts.get(id).debt.Shares == e.debt.TotalShares || !reward.Less(e.collateral.TotalAmount()) {
			fp.Throw(MustBeVaultLiquidated{})
		}
		s.updatePosition(v, id, Uint256{})
		s.cleanLocks(s.account(id), ct, 0, liquidationLockCount, true)
		e.collateral.Scale(amount.Int256().Sub(reward.Int256()))
		s.assignDebt(v, id, debt.Neg())
		e.distribute(debt)
		s.repriceAndPush(v)
		s.increase(to, ct, reward)
		l = Liquidation{debt.Uint256(), amount, reward}
	})
	return l, err
}

// LiquidateToTreasury moves the debt and collateral of an undercollateralised
// position to the treasury's (PROTOCOL.md §7.2).
func (s *System) LiquidateToTreasury(id AccountID, pool PoolID, ct CollateralID) (l Liquidation, err error) {
	err = s.Transact(func() {
		s.checkFeature(FeatureLiquidateToTreasury)
		s.checkLiquidationsEnabled(pool)
		treasury := AccountID(s.requiredConfig(ConfigTreasuryAccountID))
		treasuryPool := PoolID(s.requiredConfig(ConfigTreasuryPoolID))
		v := s.vault(s.pool(pool), ct)
		debt, amount := s.liquidatablePosition(v, id)

		s.updatePosition(v, id, Uint256{})
		s.cleanLocks(s.account(id), ct, 0, liquidationLockCount, true)
		// Credited twice, and without debt shares, as in the contracts.
		s.increase(s.account(treasury), ct, amount)
		to := s.vault(s.pool(treasuryPool), ct)
		mapping, tp := &s.editVault(to).collateral, s.vaults.at(to).accounts.edit(&s.journal, treasury)
		tp.collateralShares = mapping.Set(tp.collateralShares, mapping.Get(tp.collateralShares).Add(amount))
		s.assignDebt(v, id, debt.Neg())
		s.assignDebt(to, treasury, debt)
		s.repriceAndPush(v)
		l = Liquidation{Debt: debt.Uint256(), Collateral: amount}
	})
	return l, err
}

func (s *System) requiredConfig(key string) uint64 {
	v := s.Config(key)
	if v.IsZero() {
		fp.Throw(InvalidParameter{key, "not set"})
	}
	return v.Low64()
}

func (s *System) checkLiquidationsEnabled(pool PoolID) {
	if s.settings.now.liquidationsDisabled[pool] {
		fp.Throw(InvalidParameter{"poolId", "liquidations disabled"})
	}
}

// liquidatablePosition returns debt (D18 USD) and collateral (tokens D18) of a
// position after pulling its debt, or throws IneligibleForLiquidation.
func (s *System) liquidatablePosition(v int32, id AccountID) (Int256, Uint256) {
	debt := s.updateAccountDebt(v, id)
	x := s.vaults.at(v)
	amount := x.positionCollateral(id)
	s.checkEligible(x.ct, debt, s.price(x.ct).MulDecimal(amount))
	return debt, amount
}

func (s *System) checkEligible(ct CollateralID, debt Int256, value Uint256) {
	if s.isLiquidatable(ct, debt, value) {
		return
	}
	var ratio Uint256
	if debt.Sign() > 0 {
		ratio = value.DivDecimal(debt.Uint256())
	}
	fp.Throw(IneligibleForLiquidation{value, debt, ratio, s.collaterals[ct].config.now.LiquidationRatio})
}

// LiquidateVault lets the sender repay up to maxUSD (D18) of an
// undercollateralised vault's debt from its wallet for the same part of the
// collateral; repaying all of it ends the epoch (PROTOCOL.md §7.3).
func (s *System) LiquidateVault(by Actor, pool PoolID, ct CollateralID, receiver AccountID, maxUSD Uint256) (l Liquidation, err error) {
	err = s.Transact(func() {
		s.checkFeature(FeatureLiquidateVault)
		to := s.existingAccount(receiver)
		s.checkLiquidationsEnabled(pool)
		if maxUSD.IsZero() {
			fp.Throw(InvalidParameter{"maxUsd", "must be higher than 0"})
		}
		v := s.vault(s.pool(pool), ct)
		debt := s.updateVaultDebt(v)
		s.checkEligible(ct, debt, s.vaultValue(s.vaults.at(v)))
		if !maxUSD.Less(debt.Uint256()) {
			l = s.liquidateWholeVault(by, v, debt.Uint256())
		} else {
			l = s.liquidatePartOfVault(by, v, debt.Uint256(), maxUSD)
		}
		s.repriceAndPush(v)
		s.increase(to, ct, l.Collateral)
	})
	return l, err
}

func (s *System) liquidateWholeVault(by Actor, v int32, debt Uint256) Liquidation {
	s.burnUSD(by, debt)
	x := s.editVault(v)
	amount := x.collateral.TotalAmount()
	x.epochIndex++
	x.epoch, x.accounts = epoch{}, newAccounts()
	return Liquidation{debt, amount, amount}
}

func (s *System) liquidatePartOfVault(by Actor, v int32, debt, maxUSD Uint256) Liquidation {
	s.burnUSD(by, maxUSD)
	x := s.editVault(v)
	amount := x.collateral.TotalAmount().MulQuo(maxUSD, debt)
	x.distribute(maxUSD.Int256().Neg())
	x.collateral.Scale(amount.Int256().Neg())
	return Liquidation{maxUSD, amount, amount}
}
