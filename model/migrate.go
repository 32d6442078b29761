package model

import fp "backtest/model/fixedpoint"

// MigrateDelegation moves a position with its debt to another pool
// (PROTOCOL.md §6.8).
func (s *System) MigrateDelegation(by Actor, id AccountID, from PoolID, ct CollateralID, to PoolID) error {
	return s.Transact(func() {
		if from == to {
			fp.Throw(InvalidParameter{"newPoolId", "must differ from oldPoolId"})
		}
		s.checkFeature(FeatureMigrateDelegation)
		a := s.permitAndStamp(by, id, PermissionDelegate)
		p := s.existingPool(from)
		source, target := s.vault(p, ct), s.vault(s.existingPool(to), ct)
		if !s.vaults.at(target).positionCollateral(id).IsZero() {
			fp.Throw(InvalidParameter{"newPoolId", "already delegated"})
		}
		amount := s.vaults.at(source).positionCollateral(id)
		if amount.IsZero() {
			fp.Throw(InvalidParameter{"oldPoolId", "not delegated"})
		}
		debt := s.updateAccountDebt(source, id)
		s.checkMinDelegateTime(by, id, p, s.vaults.at(source).accounts.get(id).lastDelegationTime)
		s.checkCollateralLimit(target, amount)

		s.assignPoolDebt(source, id, debt.Neg())
		s.updateAccountDebt(target, id)
		s.setDelegates(a, ct, from, false)
		s.setDelegates(a, ct, to, true)
		s.updatePosition(source, id, Uint256{})
		s.updatePosition(target, id, amount)
		s.repriceAndPush(source)
		price := s.repriceAndPush(target)
		s.checkCapacity(p)
		s.checkLiquidation(ct, debt, amount.MulDecimal(price))
		s.assignPoolDebt(target, id, debt)
		s.stampDelegation(source, id)
		s.stampDelegation(target, id)
		s.checkVault(source)
		s.checkVault(target)
	})
}
