package model

import fp "backtest/model/fixedpoint"

// System is the whole core: collateral types, accounts, markets, pools with
// their vaults, wallets and settings.
type System struct {
	journal     Journal
	release     Release
	now         uint64 // seconds
	settings    Cell[settings]
	collaterals []*collateral
	accounts    layered[AccountID, *account]
	spare       []*account // to be used again

	markets    table[market] // market id - 1
	registered []registered  // by market
	ranges     []*heap       // by market: of the pools in range, and of those out of it
	backings   table[backing]
	pools      table[pool]
	vaults     table[vault]
	own        []*epochAccounts // by vault, of a copy: those that it began with

	observer Observer
	told     []Event // by the running transaction
	moves    uint64  // of pools in and out of range, those that were taken back included
	inverse  struct {
		ratio  Uint256
		margin Int256
	} // the last minimum liquidity ratio that was inverted
}

// NewSystem returns a system with nothing configured but the USD token, at
// the given time (Unix seconds). All features are open.
func NewSystem(now uint64) *System {
	s := &System{release: Release23585f7, now: now, settings: NewCell(settings{})}
	_ = s.Transact(func() { s.pool(0) })
	s.AddCollateral("USD", 18)
	return s
}

// Now returns the present time in Unix seconds.
func (s *System) Now() uint64 { return s.now }

// SetNow sets the present time in Unix seconds. It is not part of a
// transaction.
func (s *System) SetNow(now uint64) { s.now = now }

// ExternalMarket is what the core asks of the market behind a market id: a
// debt (D18 USD, never negative) and the credit that it needs. An error is a
// call that reverted.
type ExternalMarket interface {
	ReportedDebt() (Uint256, error)
	MinimumCredit() (Uint256, error)
}

func (s *System) onlyOwner(by Actor) {
	if by != Owner {
		fp.Throw(Unauthorized{by})
	}
}
