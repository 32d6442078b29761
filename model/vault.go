package model

// vault holds the positions of one collateral type in a pool. Its epochs
// follow each other; only the last is live (PROTOCOL.md §6).
type vault struct {
	ct    CollateralID
	state Cell[vaultState]
	first *epoch // of a copy: that which it began with
}

type vaultState struct {
	actor      DistributionActor // in the pool's distribution, D18 USD of collateral
	epochIndex uint64
	epoch      *epoch
}

// epoch is all collateral and debt of a vault between full liquidations.
type epoch struct {
	state     Cell[epochState]
	positions positions
	shared    *slots // of the accounts that came before it was copied; never changed
	slots     slots  // of those that came since
	log       []positionChange
	stamp     uint64
}

type epochState struct {
	unconsolidatedDebt    Int128 // D18 USD
	totalConsolidatedDebt Int128 // D18 USD
	accounts              Distribution
	collateral            ScalableMapping // tokens D18
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

// vault returns the vault of a collateral type; it makes an empty one when the
// type is new to the pool.
func (p *Pool) vault(ct CollateralID) *vault {
	for int(ct) >= len(p.vaults) {
		p.vaults = append(p.vaults, nil)
	}
	if p.vaults[ct] == nil {
		p.vaults[ct] = &vault{ct: ct, state: NewCell(vaultState{epoch: newEpoch()})}
	}
	return p.vaults[ct]
}

func newEpoch() *epoch { return &epoch{shared: &slots{}} }

// slot returns the place of an account in the epoch, -1 when it never had a
// position there.
func (e *epoch) slot(a AccountID) int32 {
	if i := e.slots.find(&e.positions, a); i >= 0 {
		return i
	}
	return e.shared.find(&e.positions, a)
}

// get returns the position of an account, a zero one when there is none.
func (e *epoch) get(a AccountID) position {
	if i := e.slot(a); i >= 0 {
		return *e.positions.at(i)
	}
	return position{account: a}
}

// edit returns the position of an account for changing it within the running
// transaction.
func (e *epoch) edit(j *Journal, a AccountID) *position {
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

func (e *epoch) undo() {
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

func (e *epoch) forget() { e.log = e.log[:0] }

func (v *vault) epoch() *epoch { return v.state.now.epoch }

func (v *vault) collateral() *ScalableMapping { return &v.epoch().state.now.collateral }

// totalDebt returns the debt of the epoch (D18 USD). The sum is taken at 128
// bits.
func (e *epoch) totalDebt() Int256 {
	return e.state.now.unconsolidatedDebt.Add(e.state.now.totalConsolidatedDebt).Wide()
}

// distributeDebtToAccounts spreads debt over the accounts of the epoch.
func (e *epochState) distributeDebtToAccounts(x Int256) {
	e.accounts.DistributeValue(x)
	e.unconsolidatedDebt = e.unconsolidatedDebt.Add(x.Int128())
}

// assignDebt puts debt (D18 USD) on one account and returns its consolidated
// debt.
func (s *System) assignDebtToAccount(e *epoch, a AccountID, x Int256) Int256 {
	if x.IsZero() {
		return e.get(a).consolidatedDebt
	}
	p, state := e.edit(&s.journal, a), e.state.Edit(&s.journal)
	p.consolidatedDebt = p.consolidatedDebt.Add(x)
	state.totalConsolidatedDebt = state.totalConsolidatedDebt.Add(x.Int128())
	return p.consolidatedDebt
}

// consolidate moves what reached the account since it was last touched into
// its consolidated debt, and returns that (PROTOCOL.md §6.1).
func (s *System) consolidate(e *epoch, a AccountID) Int256 {
	now := e.get(a)
	if now.debt.Shares.IsZero() || now.debt.LastValuePerShare == e.state.now.accounts.ValuePerShare {
		return now.consolidatedDebt
	}
	change := e.state.now.accounts.AccumulateActor(&e.edit(&s.journal, a).debt)
	debt := s.assignDebtToAccount(e, a, change)
	state := e.state.Edit(&s.journal)
	state.unconsolidatedDebt = state.unconsolidatedDebt.Sub(change.Int128())
	return debt
}

// updatePosition sets the collateral (tokens D18) of an account; its debt
// shares become its collateral shares, or 0 when it is liquidated.
func (s *System) updatePosition(e *epoch, a AccountID, amount Uint256) {
	s.consolidate(e, a)
	p, state := e.edit(&s.journal, a), e.state.Edit(&s.journal)
	p.collateralShares = state.collateral.Set(p.collateralShares, amount)
	state.accounts.SetActorShares(&p.debt, p.collateralShares.Wide())
}

// updateAccountDebt pulls the debt of the pool's markets down to an account
// and returns its debt: U of PROTOCOL.md §6.2.
func (s *System) updateAccountDebt(p *Pool, ct CollateralID, a AccountID) Int256 {
	v := s.pullVaultDebt(p, ct)
	return s.consolidate(v.epoch(), a)
}

// positionCollateral returns the collateral (tokens D18) of an account.
func (v *vault) positionCollateral(a AccountID) Uint256 {
	e := v.epoch()
	return e.state.now.collateral.Get(e.get(a).collateralShares)
}

// value returns the value (D18 USD) of the vault's collateral.
func (s *System) vaultValue(v *vault) Uint256 {
	return s.price(v.ct).MulDecimal(v.collateral().TotalAmount())
}

// updateVaultDebt pulls and pushes, and returns the vault's debt (D18 USD).
func (s *System) updateVaultDebt(p *Pool, ct CollateralID) Int256 {
	v := s.pullVaultDebt(p, ct)
	s.rebalanceMarkets(p)
	return v.epoch().totalDebt()
}
