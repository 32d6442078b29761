package spot

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Wrap takes collateral tokens (in their own unit) into the core and mints
// synths (D18) for them. It returns the synths and the fees.
func (m *Market) Wrap(by model.Actor, tokens, minReceived fp.Uint256) (synths fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		w := m.wrapper()
		amount, held := m.scaleUp(w.Collateral, tokens), m.Wrapped()
		if w.MaxAmount.Less(held.Add(amount)) {
			fp.Throw(WrapperExceedsMaxAmount{w.MaxAmount, held, amount})
		}
		synths, f = m.afterWrapperFee(amount, m.config.Get().WrapFee)
		if synths.Less(minReceived) {
			fp.Throw(InsufficientAmountReceived{minReceived, synths})
		}
		m.collectFees(f, model.Actor{}, m.withdraw)
		op.Must(m.sys.TransferCollateral(w.Collateral, by, Address, tokens))
		op.Must(m.sys.DepositMarketCollateral(Address, m.id, w.Collateral, tokens))
		op.Must(m.sys.MintToken(m.synth, by, synths))
	})
	return synths, f, err
}

// Unwrap burns synths (D18) and gives collateral tokens (in their own unit)
// out of the core for them. It returns the tokens and the fees.
func (m *Market) Unwrap(by model.Actor, synths, minReceived fp.Uint256) (tokens fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		w := m.wrapper()
		m.burn(by, synths)
		var amount fp.Uint256
		amount, f = m.afterWrapperFee(synths, m.config.Get().UnwrapFee)
		tokens = m.scaleDown(w.Collateral, amount)
		if tokens.Less(minReceived) {
			fp.Throw(InsufficientAmountReceived{minReceived, tokens})
		}
		m.collectFees(f, model.Actor{}, m.withdraw)
		op.Must(m.sys.WithdrawMarketCollateral(Address, m.id, w.Collateral, tokens))
		op.Must(m.sys.TransferCollateral(w.Collateral, Address, by, tokens))
	})
	return tokens, f, err
}

// wrapper returns the wrapper; without one it throws InvalidCollateralType.
func (m *Market) wrapper() Wrapper {
	w := m.config.Get().Wrapper
	if w.Collateral == model.NoCollateral {
		fp.Throw(InvalidCollateralType{m.wrapperName()})
	}
	return w
}

// afterWrapperFee returns what is left of an amount (D18) of synth or
// collateral, both worth the sell price, after a signed fee.
func (m *Market) afterWrapperFee(amount fp.Uint256, rate fp.Int256) (fp.Uint256, Fees) {
	price := m.SellPrice()
	usd := amount.MulDecimal(price).Int256()
	fee := rate.MulDecimal(usd)
	return usd.Sub(fee).Uint256().DivDecimal(price), Fees{Wrapper: fee}
}

// scaleUp converts tokens from their own unit to 18 decimals, scaleDown the
// other way; both truncate.
func (m *Market) scaleUp(ct model.CollateralID, tokens fp.Uint256) fp.Uint256 {
	return shift(tokens, 18-int(m.sys.CollateralDecimals(ct)))
}

func (m *Market) scaleDown(ct model.CollateralID, amount fp.Uint256) fp.Uint256 {
	return shift(amount, int(m.sys.CollateralDecimals(ct))-18)
}

// shift returns x*10^decimals, truncated. It is taken as a signed number.
func shift(x fp.Uint256, decimals int) fp.Uint256 {
	factor := fp.I256(1)
	for range max(decimals, -decimals) {
		factor = factor.Mul(fp.I256(10))
	}
	if decimals < 0 {
		return x.Int256().Quo(factor).Uint256()
	}
	return x.Int256().Mul(factor).Uint256()
}
