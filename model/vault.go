package model

// epochAccounts are the positions of an epoch, under the journal.
type epochAccounts struct {
	positions positions
	shared    *slots // of the accounts that came before it was copied; never changed
	slots     slots  // of those that came since
	log       []positionChange
	stamp     uint64
}

// position is an account in an epoch.
type position struct {
	account            AccountID
	debt               DistributionActor
	collateralShares   Uint128
	consolidatedDebt   Int256 // D18 USD
	lastDelegationTime uint64 // seconds
	stamp              uint64
}

// positionChange is the inverse of a change: a position to put back, or one to
// remove from the end.
type positionChange struct {
	slot  int32
	added bool
	old   position
}

func newAccounts() *epochAccounts { return &epochAccounts{shared: &slots{}} }

// noAccounts are those of a vault that was never used; nobody writes to them.
var noAccounts = newAccounts()

// slot returns the place of an account in the epoch, -1 when it never had a
// position there.
func (e *epochAccounts) slot(a AccountID) int32 {
	if i := e.slots.find(&e.positions, a); i >= 0 {
		return i
	}
	return e.shared.find(&e.positions, a)
}

// get returns the position of an account, a zero one when there is none.
func (e *epochAccounts) get(a AccountID) position {
	if i := e.slot(a); i >= 0 {
		return *e.positions.at(i)
	}
	return position{account: a}
}

// edit returns the position of an account for changing it within the running
// transaction.
func (e *epochAccounts) edit(j *Journal, a AccountID) *position {
	i := e.slot(a)
	added := i < 0
	if added {
		i = e.positions.push(position{account: a})
		e.slots.add(&e.positions, i)
	}
	p := e.positions.edit(i)
	if p.stamp != j.stamp {
		if e.stamp != j.stamp {
			e.stamp = j.stamp
			j.touched = append(j.touched, e)
		}
		e.log = append(e.log, positionChange{i, added, *p})
		p.stamp = j.stamp
	}
	return p
}

func (e *epochAccounts) undo() {
	for i := len(e.log) - 1; i >= 0; i-- {
		c := &e.log[i]
		if c.added {
			e.slots.remove(c.old.account, c.slot)
			e.positions.pop()
			continue
		}
		*e.positions.edit(c.slot) = c.old
	}
}

func (e *epochAccounts) forget() { e.log = e.log[:0] }

// assignDebt puts debt (D18 USD) on one account of a vault and returns its
// consolidated debt.
func (s *System) assignDebt(v int32, a AccountID, x Int256) Int256 {
	accounts := s.vaults.at(v).accounts
	if x.IsZero() {
		return accounts.get(a).consolidatedDebt
	}
	p, e := accounts.edit(&s.journal, a), s.editVault(v)
	p.consolidatedDebt = p.consolidatedDebt.Add(x)
	e.totalConsolidatedDebt = e.totalConsolidatedDebt.Add(x.Int128())
	return p.consolidatedDebt
}

// assignPoolDebt puts debt (D18 USD) on one account of a vault, counted in the
// pool's total as well.
func (s *System) assignPoolDebt(v int32, a AccountID, x Int256) {
	p := s.editPool(s.vaults.at(v).pool)
	p.totalVaultDebts = p.totalVaultDebts.Add(x.Int128())
	s.assignDebt(v, a, x)
}

// consolidate moves what reached the account since it was last touched into
// its consolidated debt, and returns that (PROTOCOL.md §6.1).
func (s *System) consolidate(v int32, a AccountID) Int256 {
	e := s.vaults.at(v)
	now := e.accounts.get(a)
	if now.debt.Shares.IsZero() || now.debt.LastValuePerShare == e.debt.ValuePerShare {
		return now.consolidatedDebt
	}
	change := e.debt.AccumulateActor(&e.accounts.edit(&s.journal, a).debt)
	debt := s.assignDebt(v, a, change)
	e = s.editVault(v)
	e.unconsolidatedDebt = e.unconsolidatedDebt.Sub(change.Int128())
	return debt
}

// updatePosition sets the collateral (tokens D18) of an account; its debt
// shares become its collateral shares, or 0 when it is liquidated.
func (s *System) updatePosition(v int32, a AccountID, amount Uint256) {
	s.consolidate(v, a)
	e := s.editVault(v)
	p := e.accounts.edit(&s.journal, a)
	p.collateralShares = e.collateral.Set(p.collateralShares, amount)
	e.debt.SetActorShares(&p.debt, p.collateralShares.Wide())
}

// updateAccountDebt pulls the debt of the pool's markets down to an account
// and returns its debt: U of PROTOCOL.md §6.2.
func (s *System) updateAccountDebt(v int32, a AccountID) Int256 {
	s.pullVault(v)
	return s.consolidate(v, a)
}

// positionCollateral returns the collateral (tokens D18) of an account.
func (v *vault) positionCollateral(a AccountID) Uint256 {
	return v.collateral.Get(v.accounts.get(a).collateralShares)
}

// positionValue returns the value (D18 USD) of an account's collateral at the
// present price.
func (s *System) positionValue(v int32, a AccountID) Uint256 {
	x := s.vaults.at(v)
	return s.price(x.ct).MulDecimal(x.positionCollateral(a))
}

// vaultValue returns the value (D18 USD) of the vault's collateral.
func (s *System) vaultValue(v *vault) Uint256 {
	return s.price(v.ct).MulDecimal(v.collateral.TotalAmount())
}

// updateVaultDebt pulls and pushes, and returns the vault's debt (D18 USD).
func (s *System) updateVaultDebt(v int32) Int256 {
	s.pullVault(v)
	s.push(s.vaults.at(v).pool)
	return s.vaults.at(v).totalDebt()
}
