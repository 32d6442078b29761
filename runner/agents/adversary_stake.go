package agents

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
)

// The stake of an adversary: how it joins and leaves a vault, and what it is
// worth.

// joined reports whether the stake is still in the vault.
func (a *Adversary) joined(s *sim.State) bool {
	x := a.outsider(s)
	pool, ct := s.VaultID(x.Vault)
	return !s.Sys.PositionCollateral(pool, ct, x.Account).IsZero()
}

// wealth returns what LPs have in every vault, and what the adversary has (D18
// USD).
func (a *Adversary) wealth(s *sim.State) ([]fp.Int256, fp.Int256, error) {
	vaults, err := s.VaultWealth()
	if err != nil {
		return nil, fp.Int256{}, err
	}
	x := a.outsider(s)
	debt, err := s.OutsiderDebt(a.Outsider)
	usd := s.Sys.AvailableCollateral(x.Account, model.USD).Int256()
	return vaults, usd.Sub(debt).Add(a.tokens(s).MulDecimal(s.TokenPrice(x.Vault)).Int256()), err
}

// tokens returns the collateral (tokens D18) that is the adversary's, in the
// vault and beside it.
func (a *Adversary) tokens(s *sim.State) fp.Uint256 {
	x := a.outsider(s)
	pool, ct := s.VaultID(x.Vault)
	return s.Sys.PositionCollateral(pool, ct, x.Account).Add(s.Sys.AvailableCollateral(x.Account, ct))
}

// join delegates the stake.
func (a *Adversary) join(s *sim.State) error {
	if a.Stake.IsZero() {
		return nil
	}
	x := a.outsider(s)
	return s.Delegate(x.Vault, x.Account, a.Stake)
}

// leave mints what the position is owed, which is the gain, and takes the stake
// back. What is refused is tried again at the next step.
func (a *Adversary) leave(s *sim.State) error {
	if !a.joined(s) {
		return nil
	}
	x := a.outsider(s)
	debt, err := s.OutsiderDebt(a.Outsider)
	if err == nil && debt.Sign() < 0 {
		err = s.Mint(x.Vault, x.Account, debt.Magnitude())
	}
	if err == nil && debt.Sign() > 0 {
		err = a.repay(s, debt.Uint256())
	}
	if err != nil {
		return err
	}
	return s.Delegate(x.Vault, x.Account, fp.Uint256{})
}

// repay burns as much of a debt as earlier gains pay for.
func (a *Adversary) repay(s *sim.State, debt fp.Uint256) error {
	x := a.outsider(s)
	if has := s.Sys.AvailableCollateral(x.Account, model.USD); has.Less(debt) {
		debt = has
	}
	if debt.IsZero() {
		return nil
	}
	return s.Burn(x.Vault, x.Account, debt)
}
