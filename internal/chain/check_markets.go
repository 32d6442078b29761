package chain

import (
	"math/big"

	"backtest/internal/chain/evm"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
)

// tenths returns so many tenths as D18.
func tenths(n int64) evm.Word {
	return evm.Big(new(big.Int).Mul(big.NewInt(n), big.NewInt(100_000_000_000_000_000)))
}

func (c *checker) spots() {
	for _, key := range c.d.Addresses.Markets {
		m, ok := c.sys.External(model.MarketID(key.ID)).(*spot.Market)
		if !ok {
			continue
		}
		w := evm.Uint(key.ID)
		on := func(signature string, args ...evm.Word) getter {
			return getter{to: c.d.Addresses.Spot, signature: signature, args: append([]evm.Word{w}, args...)}
		}
		c.same(on("getMarketSkew(uint128)"), func() ([]evm.Word, error) { return answers(m.Skew()), nil })
		c.same(getter{to: key.Synth, signature: "totalSupply()"}, func() ([]evm.Word, error) { return answers(m.Supply()), nil })
		quote := func(signature string, amount evm.Word, ask func(model.Actor, fp.Uint256) (fp.Uint256, spot.Fees, error)) {
			c.same(on(signature, amount, evm.Word{}), func() ([]evm.Word, error) {
				v, f, err := ask(model.Named("others"), u256(amount))
				return answers(v, f.Fixed, f.Utilization, f.Skew, f.Wrapper), err
			})
		}
		for _, usd := range []int64{1_000, 100_000, 10_000_000} {
			quote("quoteBuyExactIn(uint128,uint256,uint8)", tenths(usd), m.QuoteBuyExactIn)
			quote("quoteSellExactOut(uint128,uint256,uint8)", tenths(usd), m.QuoteSellExactOut)
		}
		for _, synths := range []int64{1, 100, 10_000} {
			quote("quoteBuyExactOut(uint128,uint256,uint8)", tenths(synths), m.QuoteBuyExactOut)
			quote("quoteSellExactIn(uint128,uint256,uint8)", tenths(synths), m.QuoteSellExactIn)
		}
	}
}

func (c *checker) perps() {
	for _, key := range c.d.Addresses.Markets {
		m, ok := c.sys.External(model.MarketID(key.ID)).(*perps.Market)
		if !ok {
			continue
		}
		at := func(signature string, args ...evm.Word) getter {
			return getter{to: key.Address, signature: signature, args: args}
		}
		c.same(at("totalGlobalCollateralValue()"), func() ([]evm.Word, error) { return one(m.TotalCollateralValue()) })
		c.same(at("utilizationRate()"), func() ([]evm.Word, error) {
			u, err := m.Utilization()
			return answers(u.Rate, u.Delegated, u.Locked), err
		})
		c.same(at("interestRate()"), func() ([]evm.Word, error) { return answers(m.Interest().Rate), nil })
		for _, i := range m.Instruments() {
			c.instrument(m, i, at)
		}
		for _, a := range sortedWords(c.d.Book.perps) {
			c.margin(m, a, model.AccountID(c.d.Book.perps[a]), at)
		}
	}
}

func (c *checker) instrument(m *perps.Market, i *perps.Instrument, at func(string, ...evm.Word) getter) {
	w := evm.Uint(uint64(i.ID()))
	state := i.State()
	c.same(at("skew(uint128)", w), func() ([]evm.Word, error) { return answers(state.Skew), nil })
	c.same(at("size(uint128)", w), func() ([]evm.Word, error) { return answers(state.Size), nil })
	c.same(at("currentFundingRate(uint128)", w), func() ([]evm.Word, error) { return one(m.FundingRate(i)) })
	c.same(at("currentFundingVelocity(uint128)", w), func() ([]evm.Word, error) { return one(m.FundingVelocity(i)) })
	c.same(at("liquidationCapacity(uint128)", w), func() ([]evm.Word, error) {
		capacity, err := m.LiquidationCapacity(i)
		if err != nil {
			return nil, err
		}
		most, err := m.MaxLiquidationInWindow(i)
		return answers(capacity, most, state.LastLiquidation.Time), err
	})
	for _, units := range []int64{1, -1, 50, -50} {
		size := tenths(10 * units)
		c.same(at("computeOrderFees(uint128,int128)", w, size), func() ([]evm.Word, error) {
			q, err := m.QuoteOrder(i, i256(size))
			return answers(q.Fee, q.FillPrice), err
		})
	}
}

func (c *checker) margin(m *perps.Market, a evm.Word, id model.AccountID, at func(string, ...evm.Word) getter) {
	c.same(at("debt(uint128)", a), func() ([]evm.Word, error) { return answers(m.Account(id).Debt), nil })
	c.same(at("getAvailableMargin(uint128)", a), func() ([]evm.Word, error) { return one(m.AvailableMargin(id)) })
	c.same(at("getWithdrawableMargin(uint128)", a), func() ([]evm.Word, error) { return one(m.WithdrawableMargin(id)) })
	c.same(at("getRequiredMargins(uint128)", a), func() ([]evm.Word, error) {
		r, err := m.RequiredMargins(id)
		return answers(r.Initial, r.Maintenance, r.Reward), err
	})
	c.same(at("totalCollateralValue(uint128)", a), func() ([]evm.Word, error) { return one(m.CollateralValue(id)) })
	c.same(at("totalAccountOpenInterest(uint128)", a), func() ([]evm.Word, error) { return one(m.OpenInterest(id)) })
	c.same(at("canLiquidate(uint128)", a), func() ([]evm.Word, error) { return one(m.CanLiquidate(id)) })
	c.same(at("canLiquidateMarginOnly(uint128)", a), func() ([]evm.Word, error) { return one(m.CanLiquidateMarginOnly(id)) })
	for _, open := range m.Account(id).Open {
		i := m.Instrument(open)
		c.same(at("getOpenPosition(uint128,uint128)", a, evm.Uint(uint64(open))), func() ([]evm.Word, error) {
			v, err := m.PositionValue(id, i)
			return answers(v.TotalProfit, v.Funding, m.Position(id, i).Size, v.Interest), err
		})
	}
}
