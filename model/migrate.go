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
		source, target := s.existingPool(from), s.existingPool(to)
		if !target.vault(ct).positionCollateral(id).IsZero() {
			fp.Throw(InvalidParameter{"newPoolId", "already delegated"})
		}
		amount := source.vault(ct).positionCollateral(id)
		if amount.IsZero() {
			fp.Throw(InvalidParameter{"oldPoolId", "not delegated"})
		}
		debt := s.updateAccountDebt(source, ct, id)
		s.checkMinDelegateTime(by, id, source, source.vault(ct).epoch().get(id).lastDelegationTime)
		s.checkCollateralLimit(target, ct, amount)

		s.assignPoolDebt(source, ct, id, debt.Neg())
		s.updateAccountDebt(target, ct, id)
		s.setDelegates(a, ct, from, false)
		s.setDelegates(a, ct, to, true)
		s.updatePosition(source.vault(ct).epoch(), id, Uint256{})
		s.updatePosition(target.vault(ct).epoch(), id, amount)
		s.repriceVault(source, ct)
		price := s.repriceVault(target, ct)
		s.checkCapacity(source)
		s.checkLiquidation(ct, debt, amount.MulDecimal(price))
		s.assignPoolDebt(target, ct, id, debt)
		s.stampDelegation(source, ct, id)
		s.stampDelegation(target, ct, id)
		s.checkVault(source, ct)
		s.checkVault(target, ct)
	})
}

func (s *System) stampDelegation(p *Pool, ct CollateralID, id AccountID) {
	p.vault(ct).epoch().edit(&s.journal, id).lastDelegationTime = s.now
}

// assignPoolDebt puts debt (D18 USD) on one account of a pool, counted in the
// pool's total as well.
func (s *System) assignPoolDebt(p *Pool, ct CollateralID, id AccountID, x Int256) {
	state := p.state.Edit(&s.journal)
	state.totalVaultDebts = state.totalVaultDebts.Add(x.Int128())
	s.assignDebtToAccount(p.vault(ct).epoch(), id, x)
}
