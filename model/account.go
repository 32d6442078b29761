package model

import (
	"slices"

	fp "backtest/model/fixedpoint"
)

// Permission names what an account's owner may grant to others.
type Permission string

// The permissions that an operation here checks.
const (
	PermissionAdmin    Permission = "ADMIN"
	PermissionWithdraw Permission = "WITHDRAW"
	PermissionDelegate Permission = "DELEGATE"
	PermissionMint     Permission = "MINT"
	PermissionBurn     Permission = "BURN"
)

// account is an LP's account.
type account struct {
	id          AccountID
	state       Cell[accountState]
	collaterals []*Cell[accountCollateral] // by collateral id; nil holds nothing
}

type accountState struct {
	exists          bool
	foreign         bool // made by somebody else than account:id, who holds ADMIN
	lastInteraction uint64
	grants          map[grant]bool // replaced, never written to
}

type grant struct {
	permission Permission
	actor      Actor
}

// accountCollateral is what an account holds of a collateral type outside
// vaults, and the pools that it delegates to.
type accountCollateral struct {
	available Uint256  // tokens D18
	pools     []PoolID // replaced, never written to
	locks     []Lock   // replaced, never written to
}

// Lock keeps an amount (tokens D18) of an account from being withdrawn until
// its expiry (Unix seconds; PROTOCOL.md §9.2).
type Lock struct {
	Amount Uint256
	Expiry uint64
}

func (a *account) collateral(ct CollateralID) *Cell[accountCollateral] {
	for int(ct) >= len(a.collaterals) {
		a.collaterals = append(a.collaterals, nil)
	}
	if a.collaterals[ct] == nil {
		a.collaterals[ct] = &Cell[accountCollateral]{}
	}
	return a.collaterals[ct]
}

// account returns an account, an empty one when the id is unknown. One that is
// shared with the system that this one was cloned from is copied.
func (s *System) account(id AccountID) *account {
	if a, ok := s.accounts.own[id]; ok {
		return a
	}
	a := s.spareAccount()
	if base, ok := s.accounts.base[id]; ok {
		base.copyTo(a)
	} else {
		*a = account{id: id}
	}
	s.accounts.set(id, a)
	return a
}

// accountHolding returns what an account holds of a collateral type, without
// making it this system's own.
func (s *System) accountHolding(id AccountID, ct CollateralID) (h accountCollateral) {
	if a, ok := s.accounts.get(id); ok && int(ct) < len(a.collaterals) && a.collaterals[ct] != nil {
		h = a.collaterals[ct].now
	}
	return h
}

// OwnAccounts calls f for every account that may differ from the system that
// this one was cloned from, in no order.
func (s *System) OwnAccounts(f func(AccountID)) {
	for id := range s.accounts.own {
		f(id)
	}
}

func (s *System) existingAccount(id AccountID) *account {
	a := s.account(id)
	if !a.state.now.exists {
		fp.Throw(AccountNotFound{id})
	}
	return a
}

// OwnsAccount reports whether OwnAccounts would visit an account.
func (s *System) OwnsAccount(id AccountID) bool {
	_, ok := s.accounts.own[id]
	return ok
}

// CreateAccount makes an account owned by account:id.
func (s *System) CreateAccount(id AccountID) error {
	return s.CreateAccountBy(AccountOwner(id), id)
}

// CreateAccountBy makes an account owned by the sender.
func (s *System) CreateAccountBy(by Actor, id AccountID) error {
	return s.Transact(func() {
		s.checkFeature(FeatureCreateAccount)
		if id == 0 {
			fp.Throw(InvalidParameter{"tokenId", "cannot be zero"})
		}
		a := s.account(id)
		if a.state.now.exists {
			fp.Throw(TokenAlreadyMinted{id})
		}
		state := a.state.Edit(&s.journal)
		state.exists, state.foreign = true, by != AccountOwner(id)
		if state.foreign {
			// An owner and an ADMIN may do the same.
			state.grants = with(state.grants, grant{PermissionAdmin, by}, true)
		}
	})
}

// permit checks that the sender may act on the account; it does not stamp the
// interaction.
func (s *System) permit(by Actor, id AccountID, p Permission) *account {
	a := s.account(id)
	state := a.state.Get()
	owner := state.exists && !state.foreign && by == AccountOwner(id)
	if !owner && !state.grants[grant{PermissionAdmin, by}] && !state.grants[grant{p, by}] {
		fp.Throw(PermissionDenied{id, string(p), by})
	}
	return a
}

// permitAndStamp checks a permission and records the interaction.
func (s *System) permitAndStamp(by Actor, id AccountID, p Permission) *account {
	a := s.permit(by, id, p)
	a.state.Edit(&s.journal).lastInteraction = s.now
	return a
}

// GrantPermission lets an actor act on an account.
func (s *System) GrantPermission(by Actor, id AccountID, p Permission, to Actor) error {
	return s.Transact(func() {
		state := s.permitAndStamp(by, id, PermissionAdmin).state.Edit(&s.journal)
		state.grants = with(state.grants, grant{p, to}, true)
	})
}

// LastInteraction returns when the account last acted (Unix seconds, 0 =
// never).
func (s *System) LastInteraction(id AccountID) uint64 {
	if a, ok := s.accounts.get(id); ok {
		return a.state.now.lastInteraction
	}
	return 0
}

// increase and decrease change what an account has available.
func (s *System) increase(a *account, ct CollateralID, amount Uint256) {
	h := a.collateral(ct).Edit(&s.journal)
	h.available = h.available.Add(amount)
}

func (s *System) decrease(a *account, ct CollateralID, amount Uint256) {
	h := a.collateral(ct).Edit(&s.journal)
	if h.available.Less(amount) {
		fp.Throw(InsufficientAvailableCollateral{h.available, amount})
	}
	h.available = h.available.Sub(amount)
}

// setDelegates records whether the account has a position in a pool.
func (s *System) setDelegates(a *account, ct CollateralID, pool PoolID, delegates bool) {
	h := a.collateral(ct)
	if slices.Contains(h.now.pools, pool) == delegates {
		return
	}
	pools := slices.Clone(h.now.pools)
	if delegates {
		pools = append(pools, pool)
	} else {
		// The set of the contracts moves its last element into the gap.
		i, last := slices.Index(pools, pool), len(pools)-1
		pools[i] = pools[last]
		pools = pools[:last]
	}
	h.Edit(&s.journal).pools = pools
}

// assigned returns the collateral (tokens D18) of the account in all vaults.
// Each position is valued too, as in the contracts, so prices must resolve.
func (s *System) assigned(a *account, ct CollateralID) (sum Uint256) {
	for _, pool := range a.collateral(ct).now.pools {
		amount := s.vaultState(pool, ct).positionCollateral(a.id)
		s.price(ct).MulDecimal(amount)
		sum = sum.Add(amount)
	}
	return sum
}

// locked returns the sum of unexpired locks (tokens D18).
func (s *System) locked(a *account, ct CollateralID) (sum Uint256) {
	for _, l := range a.collateral(ct).now.locks {
		if l.Expiry > s.now {
			sum = sum.Add(l.Amount)
		}
	}
	return sum
}

// totals returns what the account holds in all, in vaults, and locked.
func (s *System) totals(a *account, ct CollateralID) (deposited, assigned, locked Uint256) {
	assigned = s.assigned(a, ct)
	return assigned.Add(a.collateral(ct).now.available), assigned, s.locked(a, ct)
}

// Deposit moves tokens from the sender's wallet into an account
// (PROTOCOL.md §9.1). tokens is in the token's own unit.
func (s *System) Deposit(by Actor, id AccountID, ct CollateralID, tokens Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureDeposit)
		s.checkDepositingEnabled(ct)
		a := s.existingAccount(id)
		if !allowsCore(by) && !tokens.IsZero() {
			fp.Throw(InsufficientAllowance{Required: tokens})
		}
		s.transferTokens(ct, by, Core, tokens)
		s.cleanLocks(a, ct, 0, 0, true)
		s.increase(a, ct, s.toD18(ct, tokens))
	})
}

// allowsCore reports whether a wallet lets the core take its tokens. Allowances
// are not tracked: those of accounts and markets have no limit, others give
// none.
func allowsCore(a Actor) bool {
	return a.Kind == AccountActor || a.Kind == MarketActor || a.Kind == NamedActor
}

func (s *System) checkDepositingEnabled(ct CollateralID) {
	if !s.collaterals[ct].config.now.DepositingEnabled {
		fp.Throw(CollateralDepositDisabled{s.CollateralName(ct)})
	}
}

// Withdraw moves free tokens of an account to the sender's wallet
// (PROTOCOL.md §9.1).
func (s *System) Withdraw(by Actor, id AccountID, ct CollateralID, tokens Uint256) error {
	return s.Transact(func() {
		s.checkFeature(FeatureWithdraw)
		a := s.permit(by, id, PermissionWithdraw)
		s.checkWithdrawTimeout(by, a)
		amount := s.toD18(ct, tokens)
		deposited, assigned, locked := s.totals(a, ct)
		reserved := assigned
		if reserved.Less(locked) {
			reserved = locked
		}
		if deposited.Sub(reserved).Less(amount) {
			fp.Throw(InsufficientAccountCollateral{amount})
		}
		s.decrease(a, ct, amount)
		if s.TokenBalance(ct, Core).Less(tokens) {
			fp.Throw(DeprecatedDeposit{})
		}
		s.transferTokens(ct, Core, by, tokens)
	})
}

func (s *System) checkWithdrawTimeout(by Actor, a *account) {
	last, timeout := a.state.now.lastInteraction, s.Config(ConfigAccountTimeoutWithdraw)
	accountKey := overrideKey{withdraw: true, account: a.id}
	senderKey := overrideKey{withdraw: true, sender: true, actor: by}
	if s.delayPending(last, timeout, accountKey, senderKey) {
		fp.Throw(AccountActivityTimeoutPending{a.id, s.now, fp.U256(last).Add(timeout)})
	}
}
