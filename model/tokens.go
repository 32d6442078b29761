package model

import fp "backtest/model/fixedpoint"

// balances are the wallets of one token, under the journal.
type balances struct {
	of    wallets
	total Uint256
	log   []balanceChange
	stamp uint64
	was   Uint256
}

type balanceChange struct {
	actor Actor
	old   Uint256
}

func (b *balances) balance(a Actor) Uint256 {
	v, _ := b.of.get(a)
	return v
}

func (b *balances) touch(j *Journal) {
	if b.stamp != j.stamp {
		b.stamp, b.was = j.stamp, b.total
		j.touched = append(j.touched, b)
	}
}

func (b *balances) set(j *Journal, a Actor, v Uint256) {
	*b.edit(j, a) = v
}

// edit returns a balance for changing it at once.
func (b *balances) edit(j *Journal, a Actor) *Uint256 {
	b.touch(j)
	v := b.of.at(&a)
	b.log = append(b.log, balanceChange{a, *v})
	return v
}

// put sets a balance outside of transactions.
func (b *balances) put(a Actor, v Uint256) { b.of.set(a, v) }

func (b *balances) undo() {
	for i := len(b.log) - 1; i >= 0; i-- {
		b.put(b.log[i].actor, b.log[i].old)
	}
	b.total = b.was
}

func (b *balances) forget() { b.log = b.log[:0] }

func (b *balances) mint(j *Journal, to Actor, amount Uint256) {
	b.touch(j)
	b.total = b.total.Add(amount)
	v := b.edit(j, to)
	*v = v.Add(amount)
}

func (b *balances) burn(j *Journal, from Actor, amount Uint256) {
	v := b.edit(j, from)
	*v = v.Sub(amount)
	b.total = b.total.Sub(amount)
}

// TokenBalance returns what a wallet holds of a token, in the token's own
// unit.
func (s *System) TokenBalance(ct CollateralID, a Actor) Uint256 {
	return s.collaterals[ct].tokens.balance(a)
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
	v := t.edit(&s.journal, from)
	*v = v.Sub(amount)
	v = t.edit(&s.journal, to)
	*v = v.Add(amount)
}

// transferTokens moves collateral tokens; the token refuses 0 and what the
// sender does not have with FailedTransfer.
func (s *System) transferTokens(ct CollateralID, from, to Actor, amount Uint256) {
	if amount.IsZero() || s.TokenBalance(ct, from).Less(amount) {
		fp.Throw(FailedTransfer{from, to, amount})
	}
	s.moveTokens(ct, from, to, amount)
}

// toD18 converts a token amount to 18 decimals (PROTOCOL.md §9.1). Tokens with
// other than 18 decimals are multiplied first, at 256 bits; those with 18 are
// taken as they are, however many.
func (s *System) toD18(ct CollateralID, tokens Uint256) Uint256 {
	c := s.collaterals[ct]
	if !c.config.now.Configured {
		fp.Throw(CollateralNotFound{})
	}
	if c.decimals == 18 {
		return tokens
	}
	if c.decimals > 18 && !tokens.Rem(powerOf10(c.decimals-18)).IsZero() {
		fp.Throw(PrecisionLost{tokens, c.decimals})
	}
	return tokens.Mul(fp.UnitU256).Quo(powerOf10(c.decimals))
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
