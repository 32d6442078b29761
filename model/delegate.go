package model

import fp "backtest/model/fixedpoint"

// DelegateCollateral sets the collateral (tokens D18) of an account's position
// to amount, which is a target, not a change (PROTOCOL.md §6.3). leverage is
// D18 and must be 1.
func (s *System) DelegateCollateral(by Actor, id AccountID, pool PoolID, ct CollateralID, amount, leverage Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureDelegateCollateral)
		a := s.permitAndStamp(by, id, PermissionDelegate)
		s.checkMinDelegation(ct, amount)
		if leverage != fp.UnitU256 {
			fp.Throw(InvalidLeverage{leverage})
		}
		p := s.existingPool(pool)
		v := s.vault(p, ct)
		current := s.vaults.at(v).positionCollateral(id)
		switch amount.Cmp(current) {
		case 0:
			fp.Throw(InvalidCollateralAmount{})
		case 1:
			s.checkIncrease(a, v, amount.Sub(current))
		default:
			s.checkMinDelegateTime(by, id, p, s.vaults.at(v).accounts.get(id).lastDelegationTime)
		}

		s.updateAccountDebt(v, id)
		if current.Less(amount) {
			s.decrease(a, ct, amount.Sub(current))
		} else {
			s.increase(a, ct, current.Sub(amount))
		}
		s.setDelegates(a, ct, pool, !amount.IsZero())
		s.updatePosition(v, id, amount)
		price := s.repriceAndPush(v)
		// What the vault check below pulls does not count for this position.
		debt := s.vaults.at(v).accounts.get(id).consolidatedDebt
		s.checkVault(v)
		if amount.Less(current) {
			s.checkIssuance(v, debt, amount.MulDecimal(price))
			s.checkCapacity(p)
		}
		s.stampDelegation(v, id)
	})
}

func (s *System) stampDelegation(v int32, id AccountID) {
	s.vaults.at(v).accounts.edit(&s.journal, id).lastDelegationTime = s.now
}

// checkMinDelegation throws when a position that remains would be too small.
func (s *System) checkMinDelegation(ct CollateralID, amount Uint256) {
	c := s.collaterals[ct].config.Get()
	minimum := c.MinDelegation
	if minimum.IsZero() {
		minimum = c.LiquidationReward
	}
	if !amount.IsZero() && amount.Less(minimum) {
		fp.Throw(InsufficientDelegation{minimum})
	}
}

func (s *System) checkIncrease(a *account, v int32, add Uint256) {
	ct := s.vaults.at(v).ct
	s.checkDepositingEnabled(ct)
	if a.collateral(ct).now.available.Less(add) {
		fp.Throw(InsufficientAccountCollateral{add})
	}
	s.checkCollateralLimit(v, add)
}

// checkVault pulls and pushes once more and throws when the vault would be
// liquidatable.
func (s *System) checkVault(v int32) {
	debt := s.updateVaultDebt(v)
	x := s.vaults.at(v)
	if s.isLiquidatable(x.ct, debt, s.vaultValue(x)) {
		fp.Throw(InsufficientVaultCollateralRatio{s.pools.at(x.pool).id, s.CollateralName(x.ct)})
	}
}

// isLiquidatable reports whether a debt is positive and backed by less than
// the liquidation ratio. The quotient is rounded down first; equal is healthy
// (PROTOCOL.md §6.6).
func (s *System) isLiquidatable(ct CollateralID, debt Int256, value Uint256) bool {
	if debt.Sign() <= 0 {
		return false
	}
	return value.DivDecimal(debt.Uint256()).Less(s.collaterals[ct].config.now.LiquidationRatio)
}

// checkIssuance throws when a positive debt (D18 USD) is backed by less than
// the issuance ratio.
func (s *System) checkIssuance(v int32, debt Int256, value Uint256) {
	if debt.Sign() > 0 {
		x := s.vaults.at(v)
		s.checkRatio(debt.Uint256(), value, s.issuanceRatio(s.pools.at(x.pool), x.ct))
	}
}

// checkLiquidation throws when a positive debt is backed by less than the
// liquidation ratio.
func (s *System) checkLiquidation(ct CollateralID, debt Int256, value Uint256) {
	if debt.Sign() > 0 {
		s.checkRatio(debt.Uint256(), value, s.collaterals[ct].config.now.LiquidationRatio)
	}
}

func (s *System) checkRatio(debt, value, required Uint256) {
	if ratio := value.DivDecimal(debt); ratio.Less(required) || value.IsZero() {
		fp.Throw(InsufficientCollateralRatio{value, debt, ratio, required})
	}
}

// checkCapacity throws for the first market of the pool that needs the credit
// it would lose.
func (s *System) checkCapacity(p int32) {
	for _, l := range s.pools.at(p).markets {
		if s.capacityLocked(l.market) {
			fp.Throw(CapacityLocked{l.MarketID})
		}
	}
}
