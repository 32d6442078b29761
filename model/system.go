package model

import (
	"maps"

	fp "backtest/model/fixedpoint"
)

// System is the whole core: collateral types, accounts, markets, pools with
// their vaults, wallets and settings.
type System struct {
	journal     Journal
	now         uint64 // seconds
	settings    Cell[settings]
	collaterals []*collateral
	accounts    map[AccountID]*account
	markets     []*Market // market id - 1
	pools       map[PoolID]*Pool
	events      []Event
	flows       bool // whether flows of debt are events too
}

// NewSystem returns a system with nothing configured but the USD token, at
// the given time (Unix seconds). All features are open.
func NewSystem(now uint64) *System {
	s := &System{
		now:      now,
		settings: NewCell(settings{}),
		accounts: map[AccountID]*account{},
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
		accounts:    make(map[AccountID]*account, len(s.accounts)),
		markets:     make([]*Market, len(s.markets)),
		pools:       make(map[PoolID]*Pool, len(s.pools)),
	}
	for i, x := range s.collaterals {
		c.collaterals[i] = x.clone()
	}
	for id, a := range s.accounts {
		c.accounts[id] = a.clone()
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

// wallet balances of one token, under the journal.
type balances struct {
	of    map[Actor]Uint256
	total Uint256
	log   []balanceChange
	stamp uint64
	was   Uint256
}

type balanceChange struct {
	actor Actor
	old   Uint256
}

func (b *balances) touch(j *Journal) {
	if b.stamp != j.stamp {
		b.stamp, b.was = j.stamp, b.total
		j.touched = append(j.touched, b)
	}
}

func (b *balances) set(j *Journal, a Actor, v Uint256) {
	b.touch(j)
	b.log = append(b.log, balanceChange{a, b.of[a]})
	b.of[a] = v
}

func (b *balances) undo() {
	for i := len(b.log) - 1; i >= 0; i-- {
		b.of[b.log[i].actor] = b.log[i].old
	}
	b.total = b.was
}

func (b *balances) forget() { b.log = b.log[:0] }

func (b *balances) mint(j *Journal, to Actor, amount Uint256) {
	b.touch(j)
	b.total = b.total.Add(amount)
	b.set(j, to, b.of[to].Add(amount))
}

func (b *balances) burn(j *Journal, from Actor, amount Uint256) {
	b.touch(j)
	b.set(j, from, b.of[from].Sub(amount))
	b.total = b.total.Sub(amount)
}

func (b *balances) clone() balances { return balances{of: maps.Clone(b.of), total: b.total} }

// collateral is a collateral type: its token, configuration and price.
type collateral struct {
	name     string
	decimals uint8
	tokens   balances
	config   Cell[CollateralConfiguration]
	price    Cell[priceFeed]
}

func (c *collateral) clone() *collateral {
	return &collateral{
		name:     c.name,
		decimals: c.decimals,
		tokens:   c.tokens.clone(),
		config:   NewCell(c.config.now),
		price:    NewCell(c.price.now),
	}
}

// priceFeed is the oracle node of a collateral type: a price (D18), or an
// error when the node reverts.
type priceFeed struct {
	price   Int256
	failure error
}

// CollateralConfiguration is what the system owner sets for a collateral type
// (PROTOCOL.md §13.1). Ratios, reward and minimum are D18.
type CollateralConfiguration struct {
	Configured        bool
	DepositingEnabled bool
	IssuanceRatio     Uint256
	LiquidationRatio  Uint256
	LiquidationReward Uint256 // tokens
	MinDelegation     Uint256 // tokens
}

// AddCollateral registers a token with its number of decimals and returns its
// id. It cannot be used as collateral before it is configured.
func (s *System) AddCollateral(name string, decimals uint8) CollateralID {
	s.collaterals = append(s.collaterals, &collateral{
		name:     name,
		decimals: decimals,
		tokens:   balances{of: map[Actor]Uint256{}},
	})
	return CollateralID(len(s.collaterals) - 1)
}

// CollateralName returns the name a collateral type was added with.
func (s *System) CollateralName(ct CollateralID) string { return s.collaterals[ct].name }

// ConfigureCollateral sets the configuration of a collateral type, in the
// order of checks of the contracts.
func (s *System) ConfigureCollateral(by Actor, ct CollateralID, c CollateralConfiguration) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		unit := fp.UnitU256
		switch {
		case c.MinDelegation.Less(c.LiquidationReward):
			fp.Throw(InvalidParameter{"minDelegation", "must be greater than liquidationReward"})
		case !unit.Less(c.IssuanceRatio):
			fp.Throw(InvalidParameter{"issuanceRatioD18", "must be greater than 100%"})
		case !unit.Less(c.LiquidationRatio):
			fp.Throw(InvalidParameter{"liquidationRatioD18", "must be greater than 100%"})
		case c.IssuanceRatio.Less(c.LiquidationRatio):
			fp.Throw(InvalidParameter{"issuanceRatioD18", "must be greater than liquidationRatioD18"})
		}
		c.Configured = true
		*s.collaterals[ct].config.Edit(&s.journal) = c
	})
}

// CollateralConfiguration returns the configuration of a collateral type.
func (s *System) CollateralConfiguration(ct CollateralID) CollateralConfiguration {
	return s.collaterals[ct].config.now
}

// SetCollateralPrice sets the price (D18 USD) that the oracle of a collateral
// type answers. A negative one makes every reader revert.
func (s *System) SetCollateralPrice(ct CollateralID, price Int256) {
	s.collaterals[ct].price.now.price = price
}

// SetCollateralPriceFailure makes every read of a price revert with the given
// error; nil ends that.
func (s *System) SetCollateralPriceFailure(ct CollateralID, failure error) {
	s.collaterals[ct].price.now.failure = failure
}

// tryPrice returns the price of a collateral type, or the error of a reverting
// oracle. A negative price throws at once. Ordinary oracle nodes do not depend
// on the size asked for (PROTOCOL.md §1.4).
func (s *System) tryPrice(ct CollateralID) (Uint256, error) {
	feed := s.collaterals[ct].price.Get()
	if feed.failure != nil {
		return Uint256{}, feed.failure
	}
	return feed.price.Uint256(), nil
}

func (s *System) price(ct CollateralID) Uint256 {
	p, err := s.tryPrice(ct)
	if err != nil {
		fp.Throw(err)
	}
	return p
}

// DeprecateCollateral moves all tokens of a type out of the core and stops
// deposits (PROTOCOL.md §13.1).
func (s *System) DeprecateCollateral(by Actor, ct CollateralID, receiver Actor) error {
	return s.Transact(func() {
		s.onlyOwner(by)
		s.collaterals[ct].config.Edit(&s.journal).DepositingEnabled = false
		s.moveTokens(ct, Core, receiver, s.TokenBalance(ct, Core))
	})
}

// TokenBalance returns what a wallet holds of a token, in the token's own
// unit.
func (s *System) TokenBalance(ct CollateralID, a Actor) Uint256 {
	return s.collaterals[ct].tokens.of[a]
}

// USDSupply returns the total supply of USD (D18).
func (s *System) USDSupply() Uint256 { return s.collaterals[USD].tokens.total }

// FundWallet mints tokens into a wallet, from outside the system. For USD use
// the protocol's own ways.
func (s *System) FundWallet(ct CollateralID, a Actor, tokens Uint256) error {
	return s.Transact(func() { s.collaterals[ct].tokens.mint(&s.journal, a, tokens) })
}

// DrainWallet burns tokens of a wallet, the inverse of FundWallet.
func (s *System) DrainWallet(ct CollateralID, a Actor, tokens Uint256) error {
	return s.Transact(func() { s.collaterals[ct].tokens.burn(&s.journal, a, tokens) })
}

// moveTokens transfers without the token's own checks.
func (s *System) moveTokens(ct CollateralID, from, to Actor, amount Uint256) {
	t := &s.collaterals[ct].tokens
	t.set(&s.journal, from, t.of[from].Sub(amount))
	t.set(&s.journal, to, t.of[to].Add(amount))
}

// transferTokens moves collateral tokens; the token refuses 0 and what the
// sender does not have with FailedTransfer.
func (s *System) transferTokens(ct CollateralID, from, to Actor, amount Uint256) {
	if amount.IsZero() || s.TokenBalance(ct, from).Less(amount) {
		fp.Throw(FailedTransfer{from, to, amount})
	}
	s.moveTokens(ct, from, to, amount)
}

// toD18 converts a token amount to 18 decimals (PROTOCOL.md §9.1).
func (s *System) toD18(ct CollateralID, tokens Uint256) Uint256 {
	c := s.collaterals[ct]
	if !c.config.now.Configured {
		fp.Throw(CollateralNotFound{})
	}
	if c.decimals <= 18 {
		return tokens.Mul(fp.UnitU256).Quo(powerOf10(c.decimals))
	}
	scale := powerOf10(c.decimals - 18)
	if !tokens.Rem(scale).IsZero() {
		fp.Throw(PrecisionLost{tokens, c.decimals})
	}
	return tokens.Quo(scale)
}

func powerOf10(n uint8) Uint256 {
	p := fp.U256(1)
	for range n {
		p = p.Mul(fp.U256(10))
	}
	return p
}

// TransferUSD moves USD between wallets.
func (s *System) TransferUSD(from, to Actor, amount Uint256) error {
	return s.Transact(func() {
		s.usdNotZero(amount)
		s.usdBalanceAtLeast(from, amount)
		s.moveTokens(USD, from, to, amount)
	})
}

func (s *System) usdNotZero(amount Uint256) {
	if amount.IsZero() {
		fp.Throw(InvalidParameter{"amount", "Zero amount"})
	}
}

func (s *System) usdBalanceAtLeast(a Actor, amount Uint256) {
	if has := s.TokenBalance(USD, a); has.Less(amount) {
		fp.Throw(InsufficientBalance{Required: amount, Existing: has})
	}
}

func (s *System) mintUSD(to Actor, amount Uint256) {
	s.usdNotZero(amount)
	s.collaterals[USD].tokens.mint(&s.journal, to, amount)
}

func (s *System) burnUSD(from Actor, amount Uint256) {
	s.usdNotZero(amount)
	s.usdBalanceAtLeast(from, amount)
	s.collaterals[USD].tokens.burn(&s.journal, from, amount)
}

func (s *System) onlyOwner(by Actor) {
	if by != Owner {
		fp.Throw(Unauthorized{by})
	}
}
