package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// account is a margin account.
type account struct {
	id        model.AccountID
	state     model.Cell[accountState] // changed through Market.edit
	positions []*model.Cell[Position]  // by index of the instrument
	number    int                      // of its seat in the market's watch, from 1; 0 for none
}

type accountState struct {
	exists  bool
	flagged bool       // in the market's list of those under liquidation
	stored  bool       // had margin at some time; before that the contracts know it as id 0
	usd     fp.Uint256 // margin in USD (D18)
	synths  []Holding  // margin in synths, none of 0
	debt    fp.Uint256 // D18 USD
	open    []int      // indices of the instruments with a position, in set order
	order   Order
}

// CreateAccount creates a margin account, owned by model.AccountOwner(id). Its
// ids have nothing to do with those of the core's accounts. It fails with
// TokenAlreadyMinted.
func (m *Market) CreateAccount(id model.AccountID) error {
	return m.sys.Transact(func() {
		if id == 0 {
			fp.Throw(model.InvalidParameter{Parameter: "tokenId", Reason: "cannot be zero"})
		}
		if m.account(id).state.Get().exists {
			fp.Throw(model.TokenAlreadyMinted{ID: id})
		}
		m.edit(m.newAccount(id)).exists = true
	})
}

// account returns an account, an empty one when there is none.
func (m *Market) account(id model.AccountID) *account {
	if a, ok := m.accounts[id]; ok {
		return a
	}
	return &account{id: id}
}

// edit returns the state of an account for changing it.
func (m *Market) edit(a *account) *accountState {
	m.watch.touch(a)
	return a.state.Edit(m.sys.Journal())
}

// storedID returns the id that the contracts have stored with the account.
func (a *account) storedID() model.AccountID {
	if !a.state.Get().stored {
		return 0
	}
	return a.id
}

// The permissions that operations on an account ask for.
const (
	permissionModifyCollateral = "PERPS_MODIFY_COLLATERAL"
	permissionCommitOrder      = "PERPS_COMMIT_ASYNC_ORDER"
)

// existingAccount returns an account or throws AccountNotFound.
func (m *Market) existingAccount(id model.AccountID) *account {
	a := m.account(id)
	if !a.state.Get().exists {
		fp.Throw(model.AccountNotFound{AccountID: id})
	}
	return a
}

// permitted returns the account for an operation of its owner; permissions
// are not granted to others here.
func (m *Market) permitted(by model.Actor, id model.AccountID, permission string) *account {
	a := m.existingAccount(id)
	if by != model.AccountOwner(id) {
		fp.Throw(model.PermissionDenied{AccountID: id, Permission: permission, Target: by})
	}
	return a
}

func (a *account) margin(id model.MarketID) fp.Uint256 {
	if id == USDMargin {
		return a.state.Get().usd
	}
	return amountOf(a.state.Get().synths, id)
}

// collaterals returns the number of collaterals that the account holds.
func (a *account) collaterals() int {
	n := len(a.state.Get().synths)
	if !a.state.Get().usd.IsZero() {
		n++
	}
	return n
}

func (m *Market) isFlagged(a *account) bool {
	return a.state.Get().flagged
}

func (m *Market) checkNotFlagged(a *account) {
	if m.isFlagged(a) {
		fp.Throw(AccountLiquidatable{a.id})
	}
}

// ModifyCollateral deposits (positive) or withdraws (negative) margin of an
// account (D18): USD, or the synth of a spot market, from or to its owner's
// wallet.
func (m *Market) ModifyCollateral(id model.AccountID, collateral model.MarketID, delta fp.Int256) error {
	return m.ModifyCollateralBy(model.AccountOwner(id), id, collateral, delta)
}

// ModifyCollateralBy is ModifyCollateral sent by somebody.
func (m *Market) ModifyCollateralBy(by model.Actor, id model.AccountID, collateral model.MarketID, delta fp.Int256) error {
	return m.sys.Transact(func() {
		m.checkRegistered(collateral)
		a := m.permitted(by, id, permissionModifyCollateral)
		m.checkCollateral(collateral, delta)
		m.checkNotFlagged(a)
		if c := m.config.Get(); a.margin(collateral).IsZero() && !fp.U256(uint64(a.collaterals())).Less(c.MaxCollaterals) {
			fp.Throw(MaxCollateralsPerAccountReached{c.MaxCollaterals})
		}
		m.checkNoPendingOrder(a)
		m.edit(a).stored = true
		if delta.Sign() > 0 {
			m.depositMargin(a, collateral, delta.Uint256())
		} else {
			m.withdrawMargin(a, collateral, delta.Magnitude())
		}
	})
}

func (m *Market) checkRegistered(id model.MarketID) {
	if id != USDMargin && !m.config.Get().Collaterals[id].Distributor.Present() {
		fp.Throw(InvalidId{id})
	}
}

// checkCollateral checks a change against the collateral's configuration and
// what all accounts hold together.
func (m *Market) checkCollateral(id model.MarketID, delta fp.Int256) {
	c := m.config.Get().Collaterals[id]
	if delta.IsZero() {
		fp.Throw(InvalidAmountDelta{delta})
	}
	held, amount := m.TotalMargin(id), magnitude(delta)
	switch {
	case delta.Sign() > 0 && c.MaxAmount.IsZero():
		fp.Throw(SynthNotEnabledForCollateral{id})
	case delta.Sign() > 0 && c.MaxAmount.Less(held.Add(amount)):
		fp.Throw(MaxCollateralExceeded{id, c.MaxAmount, held, amount})
	case delta.Sign() < 0 && held.Less(amount):
		fp.Throw(InsufficientCollateral{id, held, amount})
	}
}

func (m *Market) depositMargin(a *account, id model.MarketID, amount fp.Uint256) {
	owner := model.AccountOwner(a.id)
	if id == USDMargin {
		op.Must(m.sys.DepositMarketUSD(Address, m.id, owner, amount))
	} else {
		token := m.synth(id).Synth()
		op.Must(m.sys.TransferToken(token, owner, Address, amount))
		op.Must(m.sys.DepositMarketCollateral(Address, m.id, token, amount))
	}
	// The core asks for the reported debt while it takes the synths: the books
	// follow after it.
	m.addMargin(a, id, amount.Int256())
}

func (m *Market) withdrawMargin(a *account, id model.MarketID, amount fp.Uint256) {
	if held := a.margin(id); held.Less(amount) {
		fp.Throw(InsufficientSynthCollateral{id, held, amount})
	}
	m.checkFresh(a)
	withdrawable, value := m.withdrawableMargin(a), amount
	if id != USDMargin {
		value = m.value(Holding{id, amount})
	}
	if withdrawable.Sign() < 0 {
		fp.Throw(AccountLiquidatable{a.id})
	}
	if withdrawable.Less(value.Int256()) {
		fp.Throw(InsufficientCollateralAvailableForWithdraw{withdrawable, value})
	}
	if id == USDMargin {
		m.withdrawUSD(model.AccountOwner(a.id), amount)
	} else {
		m.withdrawSynth(id, model.AccountOwner(a.id), amount)
	}
	m.addMargin(a, id, amount.Int256().Neg())
}

// magnitude returns |x|, which the contracts take as -x: the least number has
// none.
func magnitude(x fp.Int256) fp.Uint256 { return fp.MaxInt(x, x.Neg()).Uint256() }

func (m *Market) withdrawUSD(to model.Actor, amount fp.Uint256) {
	op.Must(m.sys.WithdrawMarketUSD(Address, m.id, to, amount))
}

func (m *Market) withdrawSynth(id model.MarketID, to model.Actor, amount fp.Uint256) {
	token := m.synth(id).Synth()
	op.Must(m.sys.WithdrawMarketCollateral(Address, m.id, token, amount))
	op.Must(m.sys.TransferToken(token, Address, to, amount))
}

// PayDebt pays up to amount (D18 USD) of the debt of an account out of the
// sender's wallet.
func (m *Market) PayDebt(by model.Actor, id model.AccountID, amount fp.Uint256) error {
	return m.sys.Transact(func() {
		a := m.existingAccount(id)
		m.checkNoPendingOrder(a)
		debt := a.state.Get().debt
		if debt.IsZero() {
			fp.Throw(NonexistentDebt{a.storedID()})
		}
		amount = op.Min(debt, amount)
		m.setDebt(a, debt.Sub(amount))
		op.Must(m.sys.DepositMarketUSD(Address, m.id, by, amount))
		m.updateInterest()
	})
}
