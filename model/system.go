package model

import fp "backtest/model/fixedpoint"

// System is the whole core: collateral types, accounts, markets, pools with
// their vaults, wallets and settings.
type System struct {
	journal     Journal
	now         uint64 // seconds
	settings    Cell[settings]
	collaterals []*collateral
	accounts    layered[AccountID, *account]
	markets     []*Market // market id - 1
	pools       map[PoolID]*Pool
	events      []Event
	flows       bool // whether flows of debt are events too
	inverse     struct {
		ratio  Uint256
		margin Int256
	} // the last minimum liquidity ratio that was inverted
}

// NewSystem returns a system with nothing configured but the USD token, at
// the given time (Unix seconds). All features are open.
func NewSystem(now uint64) *System {
	s := &System{
		now:      now,
		settings: NewCell(settings{}),
		pools:    map[PoolID]*Pool{0: {}},
	}
	s.AddCollateral("USD", 18)
	return s
}

// Now returns the present time in Unix seconds.
func (s *System) Now() uint64 { return s.now }

// SetNow sets the present time in Unix seconds. It is not part of a
// transaction.
func (s *System) SetNow(now uint64) { s.now = now }

// Clone returns an independent copy of the system. External markets are asked
// for their own copy through clone, which gets the market and the new system.
// What neither side changes stays shared.
func (s *System) Clone(clone func(id MarketID, m ExternalMarket, to *System) ExternalMarket) *System {
	if s.journal.open {
		panic("model: Clone inside a transaction")
	}
	c := &System{
		// The copy goes on counting, so that no stamp it shares comes again.
		journal:     Journal{stamp: s.journal.stamp},
		flows:       s.flows,
		now:         s.now,
		settings:    NewCell(s.settings.now),
		collaterals: make([]*collateral, len(s.collaterals)),
		accounts:    s.accounts.clone(),
		markets:     make([]*Market, len(s.markets)),
		pools:       make(map[PoolID]*Pool, len(s.pools)),
	}
	for i, x := range s.collaterals {
		c.collaterals[i] = x.clone()
	}
	for i, m := range s.markets {
		c.markets[i] = m.clone()
	}
	for id, p := range s.pools {
		c.pools[id] = p.clone(c)
	}
	for i, m := range s.markets {
		c.markets[i].external = clone(m.id, m.external, c)
	}
	return c
}

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
