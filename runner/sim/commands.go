package sim

import (
	"math"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// Failure is an error that has no place in the protocol, such as a price that
// cannot be published. It ends the path. What the protocol itself refuses,
// overflows of its arithmetic included, is part of the story.
type Failure struct{ Err error }

func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Outcome records what a command did in the system and passes on how it ended.
func (s *State) Outcome(err error) error {
	s.drain()
	s.settle()
	return err
}

// Distribute brings a market's debt to its pools.
func (s *State) Distribute(market int) error {
	_, err := s.Sys.DistributeDebtToPools(s.World.Markets[market].ID, fp.MaxUint256)
	return s.Outcome(err)
}

// Rebalance pulls the debt of a pool, and reprices a vault of it.
func (s *State) Rebalance(vault int) error {
	pool, ct := s.VaultID(vault)
	err := s.Sys.RebalancePool(pool, ct)
	if err == nil {
		s.Row.Rebalances++
	}
	return s.Outcome(err)
}

// RebalanceAll is Rebalance for vaults of one pool in turn, where that is clear
// of everything out of the ordinary; it reports whether it was and has done
// nothing if not.
func (s *State) RebalanceAll(vaults []int) bool {
	pool, _ := s.VaultID(vaults[0])
	cts := s.cts[:0]
	for _, v := range vaults {
		cts = append(cts, s.World.Collaterals[s.World.Vaults[v].Collateral].CT)
	}
	s.cts = cts
	if !s.Sys.RebalanceVaults(pool, cts) {
		return false
	}
	s.Row.Rebalances += int32(len(vaults))
	return s.Outcome(nil) == nil
}

// Delegate sets the collateral (tokens D18) of a position.
func (s *State) Delegate(vault int, id model.AccountID, amount fp.Uint256) error {
	pool, ct := s.VaultID(vault)
	before := s.Sys.PositionCollateral(pool, ct, id)
	err := s.Sys.DelegateCollateral(model.AccountOwner(id), id, pool, ct, amount, fp.UnitU256)
	s.changed(vault, id)
	switch {
	case err != nil && amount.Less(before):
		s.blocked(vault, id, before.Sub(amount), err)
	case amount.Less(before):
		s.unblocked(vault, id)
	}
	return s.Outcome(err)
}

// Mint mints USD (D18) against a position.
func (s *State) Mint(vault int, id model.AccountID, amount fp.Uint256) error {
	pool, ct := s.VaultID(vault)
	err := s.Sys.MintUSD(model.AccountOwner(id), id, pool, ct, amount)
	if err == nil {
		b := &s.ledger.book[vault]
		b.minted = b.minted.Add(amount.Int256())
		s.minted(id, amount.Int256())
	}
	s.changed(vault, id)
	return s.Outcome(err)
}

// Burn repays debt of a position with USD (D18) of its account.
func (s *State) Burn(vault int, id model.AccountID, amount fp.Uint256) error {
	pool, ct := s.VaultID(vault)
	before := s.Sys.USDSupply()
	err := s.Sys.BurnUSD(model.AccountOwner(id), id, pool, ct, amount)
	if err == nil { // the protocol burns no more than the debt
		b, burned := &s.ledger.book[vault], before.Sub(s.Sys.USDSupply()).Int256()
		b.burned = b.burned.Add(burned)
		s.minted(id, burned.Neg())
	}
	s.changed(vault, id)
	return s.Outcome(err)
}

// lose books collateral (tokens D18) that LPs gave up.
func (s *State) lose(vault int, amount fp.Uint256) {
	value := amount.MulDecimal(s.TokenPrice(vault)).Int256()
	s.ledger.collateralLost = s.ledger.collateralLost.Add(value)
}

// Liquidate liquidates a position; the reward goes to the account receiver.
func (s *State) Liquidate(vault int, id, receiver model.AccountID, cause string) (model.Liquidation, error) {
	pool, ct := s.VaultID(vault)
	ratio := s.ratioOf(vault, id)
	l, err := s.Sys.Liquidate(id, pool, ct, receiver)
	if err == nil {
		s.Row.SocialisedDebtUSD = s.sum(s.Row.SocialisedDebtUSD, l.Debt)
		s.lose(vault, l.AmountRewarded)
	}
	return l, s.liquidated(vault, id, l, ratio, cause, err)
}

// LiquidateToTreasury moves a position to the treasury.
func (s *State) LiquidateToTreasury(vault int, id model.AccountID, cause string) (model.Liquidation, error) {
	pool, ct := s.VaultID(vault)
	ratio := s.ratioOf(vault, id)
	l, err := s.Sys.LiquidateToTreasury(id, pool, ct)
	if err == nil {
		s.bookTreasury(vault, l.Debt.Int256())
		s.lose(vault, l.Collateral)
		s.treasuryChanged(vault)
	}
	return l, s.liquidated(vault, id, l, ratio, cause, err)
}

func (s *State) liquidated(vault int, id model.AccountID, l model.Liquidation, ratio float64, cause string, err error) error {
	if err == nil {
		s.changed(vault, id)
		s.unblocked(vault, id)
		s.positionLiquidated(vault, id)
		s.Row.PositionLiquidations++
		s.first(&s.Row.FirstPositionLiquidationSeconds)
		e := s.liquidationEvent(record.KindPositionLiquidation, cause, vault, l, ratio)
		e.Account = s.accountName(vault, id)
		s.add(e)
	}
	return s.Outcome(err)
}

// LiquidateVault repays up to maxUSD (D18) of a vault's debt from the wallet
// of by for its collateral.
func (s *State) LiquidateVault(by model.Actor, vault int, receiver model.AccountID, maxUSD fp.Uint256, cause string) (model.Liquidation, error) {
	pool, ct := s.VaultID(vault)
	o, err := s.Outlook(vault)
	ratio := math.NaN()
	if err == nil {
		ratio = VaultRatio(&o)
	}
	epoch, before := s.Sys.VaultStorage(pool, ct).Epoch, s.standing(vault)
	l, err := s.Sys.LiquidateVault(by, pool, ct, receiver, maxUSD)
	if err == nil {
		b := &s.ledger.book[vault]
		b.repaid = b.repaid.Add(l.Debt.Int256())
		s.lose(vault, l.Collateral)
		s.Row.VaultLiquidations++
		s.first(&s.Row.FirstVaultLiquidationSeconds)
		s.add(s.liquidationEvent(record.KindVaultLiquidation, cause, vault, l, ratio))
		s.unblockedVault(vault)
		s.vaultLiquidated(vault, epoch, before)
	}
	return l, s.Outcome(err)
}

func (s *State) liquidationEvent(kind, cause string, vault int, l model.Liquidation, ratio float64) record.EventRow {
	value := l.Collateral.MulDecimal(s.TokenPrice(vault))
	s.Row.DebtLiquidatedUSD = s.sum(s.Row.DebtLiquidatedUSD, l.Debt)
	s.parts.vaults[vault].liquidation(kind, l.Debt)
	if value.Less(l.Debt) {
		s.parts.shortfall = s.parts.shortfall.Add(l.Debt.Sub(value))
	}
	s.Row.CollateralLiquidatedUSD = s.sum(s.Row.CollateralLiquidatedUSD, value)
	e := s.event(kind, cause)
	s.inVault(&e, vault)
	e.AmountUSD, e.AmountCollateral, e.CRatio = units.RecordU(l.Debt), units.RecordU(l.Collateral), ratio
	return e
}

func (s *State) ratioOf(vault int, id model.AccountID) float64 {
	o, err := s.Outlook(vault)
	if err != nil {
		return math.NaN()
	}
	p, _ := s.Sys.PositionOutlook(&o, id)
	return PositionRatio(p)
}

// TokenPrice returns the published price (D18 USD) of a vault's collateral.
func (s *State) TokenPrice(vault int) fp.Uint256 {
	return s.Price[s.World.Collaterals[s.World.Vaults[vault].Collateral].Asset].Uint256()
}

// VaultRatio returns a vault's C-ratio, NaN without debt.
func VaultRatio(o *model.VaultOutlook) float64 {
	if o.Debt.Sign() <= 0 {
		return math.NaN()
	}
	return sizesOf(o).ratio()
}

// PositionRatio returns a position's C-ratio, NaN without debt.
func PositionRatio(p model.Position) float64 {
	if p.Debt.Sign() <= 0 {
		return math.NaN()
	}
	return units.FloatU(p.CRatio)
}
