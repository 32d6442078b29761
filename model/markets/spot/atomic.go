package spot

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// BuyExactIn sells a trader as many synths (D18) as usd (D18 USD) pays for,
// and returns them with the fees. Somebody may have referred the trader; the
// zero Actor is nobody.
func (m *Market) BuyExactIn(by model.Actor, usd, minReceived fp.Uint256, referrer model.Actor) (synths fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		op.Must(m.sys.TransferUSD(by, Address, usd))
		synths, f = m.buyExactIn(usd, terms{price: m.strictBuyPrice(), trader: by})
		if synths.Less(minReceived) {
			fp.Throw(InsufficientAmountReceived{minReceived, synths})
		}
		m.checkBuy(by, synths, usd)
		m.takeUSD(usd, f, referrer)
		op.Must(m.sys.MintToken(m.synth, by, synths))
	})
	return synths, f, err
}

// BuyExactOut sells a trader the given synths (D18) and returns the USD (D18)
// charged and the fees.
func (m *Market) BuyExactOut(by model.Actor, synths, maxUSD fp.Uint256, referrer model.Actor) (usd fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		usd, f = m.buyExactOut(synths, terms{price: m.strictBuyPrice(), trader: by})
		if maxUSD.Less(usd) {
			fp.Throw(ExceedsMaxUsdAmount{maxUSD, usd})
		}
		m.checkBuy(by, synths, usd)
		op.Must(m.sys.TransferUSD(by, Address, usd))
		m.takeUSD(usd, f, referrer)
		op.Must(m.sys.MintToken(m.synth, by, synths))
	})
	return usd, f, err
}

// SellExactIn buys the given synths (D18) from a trader and returns the USD
// (D18) paid and the fees.
func (m *Market) SellExactIn(by model.Actor, synths, minReceived fp.Uint256, referrer model.Actor) (usd fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		usd, f = m.sellExactIn(synths, terms{price: m.strictSellPrice(), trader: by})
		if usd.Less(minReceived) {
			fp.Throw(InsufficientAmountReceived{minReceived, usd})
		}
		m.checkSell(by, usd, synths)
		m.payUSD(by, synths, usd, f, referrer)
	})
	return usd, f, err
}

// SellExactOut buys as many synths (D18) from a trader as bring him usd (D18),
// and returns them with the fees.
func (m *Market) SellExactOut(by model.Actor, usd, maxSynths fp.Uint256, referrer model.Actor) (synths fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		synths, f = m.sellExactOut(usd, terms{price: m.strictSellPrice(), trader: by})
		if maxSynths.Less(synths) {
			fp.Throw(ExceedsMaxSynthAmount{maxSynths, synths})
		}
		m.checkSell(by, usd, synths)
		m.payUSD(by, synths, usd, f, referrer)
	})
	return synths, f, err
}

// checkBuy throws InvalidPrices when a trader could sell what he bought for
// more than he paid, at the skew before the trade.
func (m *Market) checkBuy(by model.Actor, synths, usd fp.Uint256) {
	if back, _ := m.sellExactIn(synths, terms{price: m.strictSellPrice(), trader: by}); usd.Less(back) {
		fp.Throw(InvalidPrices{})
	}
}

// checkSell throws InvalidPrices when a trader could buy back more than he
// sold, at the skew before the trade.
func (m *Market) checkSell(by model.Actor, usd, synths fp.Uint256) {
	if back, _ := m.buyExactIn(usd, terms{price: m.strictBuyPrice(), trader: by}); synths.Less(back) {
		fp.Throw(InvalidPrices{})
	}
}

// takeUSD deposits USD (D18) that the market has received to the core, less
// the fees that go elsewhere.
func (m *Market) takeUSD(usd fp.Uint256, f Fees, referrer model.Actor) {
	collected := m.collectFees(f, referrer, func(to model.Actor, amount fp.Uint256) {
		op.Must(m.sys.TransferUSD(Address, to, amount))
	})
	op.Must(m.sys.DepositMarketUSD(Address, m.id, Address, usd.Sub(collected)))
}

// payUSD burns synths (D18) of a trader and pays him for them from the core.
func (m *Market) payUSD(to model.Actor, synths, usd fp.Uint256, f Fees, referrer model.Actor) {
	m.burn(to, synths)
	m.collectFees(f, referrer, m.withdraw)
	m.withdraw(to, usd)
}

// burn burns synths (D18). The token counts its supply down before it looks at
// the wallet, so more than the supply is an arithmetic overflow.
func (m *Market) burn(from model.Actor, amount fp.Uint256) {
	m.Supply().Sub(amount)
	op.Must(m.sys.BurnToken(m.synth, from, amount))
}

func (m *Market) withdraw(to model.Actor, usd fp.Uint256) {
	op.Must(m.sys.WithdrawMarketUSD(Address, m.id, to, usd))
}

// Collected returns what of the fees of a trade goes to its referrer and to the
// fee collector (D18 USD), not to the LPs.
func (m *Market) Collected(f Fees, referrer model.Actor) (usd fp.Uint256, err error) {
	defer fp.Catch(&err)
	return m.collectFees(f, referrer, func(model.Actor, fp.Uint256) {}), nil
}

// collectFees pays the referrer his share of the fixed fee and the fee
// collector what it asks of the rest, and returns both together (D18 USD).
// Without a positive rest the collector gets nothing.
func (m *Market) collectFees(f Fees, referrer model.Actor, pay func(model.Actor, fp.Uint256)) fp.Uint256 {
	c := m.config.Get()
	referral := c.Referrers.Referral(referrer, f.Fixed)
	if !referral.IsZero() {
		pay(referrer, referral)
	}
	rest := f.Total().Sub(referral.Int256())
	if rest.Sign() <= 0 || !c.FeeCollector.Present() {
		return referral
	}
	collected := c.FeeCollector.Quote(rest.Uint256())
	pay(c.FeeCollector.Account, collected)
	return referral.Add(collected)
}
