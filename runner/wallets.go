package runner

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// What people bring from outside.

// tokens returns the collateral (tokens D18) of a vault that is worth so many
// USD at the start.
func (b *builder) tokens(vault int, usd float64) (fp.Uint256, error) {
	amount, err := units.Amount(usd)
	if err != nil {
		return amount, err
	}
	price := b.price[b.w.Collaterals[b.w.Vaults[vault].Collateral].Asset].Uint256()
	return amount.DivDecimal(price), nil
}

// native returns the smallest amount in the token's own unit that is worth at
// least amount (D18).
func (b *builder) native(c sim.Collateral, amount fp.Uint256) fp.Uint256 {
	decimals := b.decimals(c.Name)
	scale := fp.U256(1)
	for d := min(decimals, 18); d < max(decimals, 18); d++ {
		scale = scale.Mul(fp.U256(10))
	}
	if decimals >= 18 {
		return amount.Mul(scale)
	}
	return amount.Add(scale).Sub(fp.U256(1)).Quo(scale)
}

func (b *builder) decimals(collateral string) int64 {
	for _, c := range b.cfg.Collaterals {
		if c.ID == collateral {
			return c.Decimals
		}
	}
	return 18
}

// giveTokens puts collateral (tokens D18) of a vault into an account.
func (b *builder) giveTokens(id model.AccountID, vault int, tokens fp.Uint256) error {
	if tokens.IsZero() {
		return nil
	}
	ct, owner := b.w.Collaterals[b.w.Vaults[vault].Collateral], model.AccountOwner(id)
	native := b.native(ct, tokens)
	return first(b.sys.FundWallet(ct.CT, owner, native), b.sys.Deposit(owner, id, ct.CT, native))
}

// giveUSD puts USD from outside into an account. Deployments take deposits of
// their USD, which nobody can delegate.
func (b *builder) giveUSD(id model.AccountID, usd fp.Uint256) error {
	if usd.IsZero() {
		return nil
	}
	owner := model.AccountOwner(id)
	return first(
		b.sys.ConfigureCollateral(model.Owner, model.USD, model.CollateralConfiguration{
			DepositingEnabled: true, IssuanceRatio: fp.MaxUint256, LiquidationRatio: fp.MaxUint256, MinDelegation: fp.MaxUint256,
		}),
		b.sys.FundWallet(model.USD, owner, usd),
		b.sys.Deposit(owner, id, model.USD, usd),
	)
}
