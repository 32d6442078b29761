package model

import (
	"maps"

	fp "backtest/model/fixedpoint"
)

// What markets do with tokens. USD and the synths of the spot markets are
// tokens of the protocol's own making: they refuse an amount of 0 with
// InvalidParameter and what a wallet does not hold with InsufficientBalance.
// Ordinary collateral refuses both with FailedTransfer.

// TransferToken moves a token of the protocol between wallets, as TransferUSD
// does for USD.
func (s *System) TransferToken(ct CollateralID, from, to Actor, amount Uint256) error {
	return s.Transact(func() {
		s.checkTokens(ct, from, amount)
		s.moveTokens(ct, from, to, amount)
	})
}

// MintToken mints a token of the protocol into a wallet.
func (s *System) MintToken(ct CollateralID, to Actor, amount Uint256) error {
	return s.Transact(func() {
		s.usdNotZero(amount)
		s.collaterals[ct].tokens.mint(&s.journal, to, amount)
	})
}

// BurnToken burns a token of the protocol out of a wallet.
func (s *System) BurnToken(ct CollateralID, from Actor, amount Uint256) error {
	return s.Transact(func() {
		s.checkTokens(ct, from, amount)
		s.collaterals[ct].tokens.burn(&s.journal, from, amount)
	})
}

func (s *System) checkTokens(ct CollateralID, from Actor, amount Uint256) {
	s.usdNotZero(amount)
	if has := s.TokenBalance(ct, from); has.Less(amount) {
		fp.Throw(InsufficientBalance{Required: amount, Existing: has})
	}
}

// TransferCollateral moves ordinary collateral tokens, in their own unit,
// between wallets.
func (s *System) TransferCollateral(ct CollateralID, from, to Actor, tokens Uint256) error {
	return s.Transact(func() { s.transferTokens(ct, from, to, tokens) })
}

// ScaleToken multiplies what every wallet holds of a token by a factor (D18),
// rounded down: a token that decays. It throws when a wallet would overflow.
func (s *System) ScaleToken(ct CollateralID, factor Uint256) error {
	return s.Transact(func() {
		t := &s.collaterals[ct].tokens
		var total Uint256
		for a, v := range maps.Collect(t.of.all()) {
			scaled := v.MulDecimal(factor)
			t.set(&s.journal, a, scaled)
			total = total.Add(scaled)
		}
		t.touch(&s.journal)
		t.total = total
	})
}

// TokenSupply returns the total supply of a token in its own unit.
func (s *System) TokenSupply(ct CollateralID) Uint256 { return s.collaterals[ct].tokens.total }

// CollateralDecimals returns the number of decimals of a token.
func (s *System) CollateralDecimals(ct CollateralID) uint8 { return s.collaterals[ct].decimals }
