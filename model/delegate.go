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
		v := p.vault(ct)
		current := v.positionCollateral(id)
		switch amount.Cmp(current) {
		case 0:
			fp.Throw(InvalidCollateralAmount{})
		case 1:
			s.checkIncrease(a, p, ct, amount.Sub(current))
		default:
			s.checkMinDelegateTime(by, id, p, v.epoch().get(id).lastDelegationTime)
		}

		s.updateAccountDebt(p, ct, id)
		if current.Less(amount) {
			s.decrease(a, ct, amount.Sub(current))
		} else {
			s.increase(a, ct, current.Sub(amount))
		}
		s.setDelegates(a, ct, pool, !amount.IsZero())
		e := v.epoch()
		s.updatePosition(e, id, amount)
		price := s.repriceVault(p, ct)
		// What the vault check below pulls does not count for this position.
		debt := e.get(id).consolidatedDebt
		s.checkVault(p, ct)
		if amount.Less(current) {
			s.checkIssuance(p, ct, debt, amount.MulDecimal(price))
			s.checkCapacity(p)
		}
		e.edit(&s.journal, id).lastDelegationTime = s.now
	})
}

// checkMinDelegation throws when a position that remains would be too small.
func (s *System) checkMinDelegation(ct CollateralID, amount Uint256) {
	c := s.collaterals[ct].config.Get()
	least := c.MinDelegation
	if least.IsZero() {
		least = c.LiquidationReward
	}
	if !amount.IsZero() && amount.Less(least) {
		fp.Throw(InsufficientDelegation{least})
	}
}

func (s *System) checkIncrease(a *account, p *Pool, ct CollateralID, add Uint256) {
	s.checkDepositingEnabled(ct)
	if a.collateral(ct).now.available.Less(add) {
		fp.Throw(InsufficientAccountCollateral{add})
	}
	s.checkCollateralLimit(p, ct, add)
}

// checkVault pulls and pushes once more and throws when the vault would be
// liquidatable.
func (s *System) checkVault(p *Pool, ct CollateralID) {
	debt := s.updateVaultDebt(p, ct)
	value := s.vaultValue(p.vault(ct))
	if s.isLiquidatable(ct, debt, value) {
		fp.Throw(InsufficientVaultCollateralRatio{p.id, s.CollateralName(ct)})
	}
}

// isLiquidatable reports whether a debt is positive and backed by less than
// the liquidation ratio. The quotient is rounded down first; equal is healthy
// (PROTOCOL.md §6.6).
func (s *System) isLiquidatable(ct CollateralID, debt Int256, value Uint256) bool {
	if debt.Sign() <= 0 {
		return false
	}
	limit := s.collaterals[ct].config.now.LiquidationRatio
	v, ok1 := value.QuickUint128()
	d, ok2 := debt.Uint256().QuickUint128()
	r, ok3 := limit.QuickUint128()
	if ok1 && ok2 && ok3 {
		return fp.RatioBelow(v, d, r)
	}
	return value.DivDecimal(debt.Uint256()).Less(limit)
}

// checkIssuance throws when a positive debt (D18 USD) is backed by less than
// the issuance ratio.
func (s *System) checkIssuance(p *Pool, ct CollateralID, debt Int256, value Uint256) {
	if debt.Sign() > 0 {
		s.checkRatio(debt.Uint256(), value, s.issuanceRatio(p, ct))
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
func (s *System) checkCapacity(p *Pool) {
	for i := range p.state.now.markets {
		if m := p.state.now.markets[i].market; s.capacityLocked(m) {
			fp.Throw(CapacityLocked{m.id})
		}
	}
}
