package replay

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
	"backtest/model/markets/spot"
)

// spotMarket returns the spot market of a core market id, or nil.
func (e *environment) spotMarket(id model.MarketID) *spot.Market {
	if id == 0 || id > model.MarketID(e.sys.Markets()) {
		return nil
	}
	m, _ := e.sys.External(id).(*spot.Market)
	return m
}

// onSpot makes an operation of the spot market named by marketId; of an
// unknown one it fails as the contracts do.
func onSpot(prepare func(a *arguments) func(m *spot.Market) (map[string]any, error)) operation {
	return give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, apply := a.market("marketId"), prepare(a)
		return func() (map[string]any, error) {
			m := e.spotMarket(id)
			if m == nil {
				return nil, spot.InvalidMarket{MarketID: id}
			}
			return apply(m)
		}
	})
}

// onOwnSpot makes an operation of a spot market's owner. Nobody owns an unknown
// market.
func onOwnSpot(prepare func(a *arguments) func(m *spot.Market) (map[string]any, error)) operation {
	return give(func(e *environment, a *arguments) func() (map[string]any, error) {
		by, id, apply := a.sender(model.Owner), a.market("marketId"), prepare(a)
		return func() (map[string]any, error) {
			switch m := e.spotMarket(id); {
			case m == nil:
				return nil, spot.OnlyMarketOwner{Sender: by}
			case by != model.Owner:
				return nil, spot.OnlyMarketOwner{Owner: model.Owner, Sender: by}
			default:
				return apply(m)
			}
		}
	})
}

// onClaim makes an operation on an asynchronous order; an unknown market has
// none.
func onClaim(prepare func(a *arguments) func(m *spot.Market) (map[string]any, error)) operation {
	return give(func(e *environment, a *arguments) func() (map[string]any, error) {
		id, apply := a.market("marketId"), prepare(a)
		return func() (map[string]any, error) {
			if m := e.spotMarket(id); m != nil {
				return apply(m)
			}
			return nil, spot.InvalidClaim{}
		}
	})
}

// spotSetting makes an operation that changes the configuration.
func spotSetting(prepare func(a *arguments) func(m *spot.Market, c *spot.Config)) operation {
	return onOwnSpot(func(a *arguments) func(m *spot.Market) (map[string]any, error) {
		set := prepare(a)
		return func(m *spot.Market) (map[string]any, error) {
			return nil, m.Configure(func(c *spot.Config) { set(m, c) })
		}
	})
}

// optionalActor returns an actor; the empty string stands for nobody.
func (a *arguments) optionalActor(key string) model.Actor {
	if a.text(key) == "" {
		return model.Actor{}
	}
	return a.actor(key)
}

// choice returns whether an argument is yes rather than no.
func (a *arguments) choice(key, yes, no string) bool {
	s := a.text(key)
	if s != yes && s != no {
		a.fail(key, s, yes+" or "+no)
	}
	return s == yes
}

// collector returns the fee collector that a step configures.
func (a *arguments) collector(name string) fees.Collector {
	if !a.flag("enabled") {
		return fees.Collector{}
	}
	return fees.Collector{Account: model.Named(name), Share: a.uint("shareD18")}
}

func (e *environment) createSynth() (map[string]any, error) {
	name := fmt.Sprintf("synth:%d", e.synths()+1)
	m, err := spot.New(e.sys, name)
	if err != nil {
		return nil, err
	}
	e.collaterals[name] = m.Synth()
	e.named["spot"] = true
	e.named[fmt.Sprintf("collector:%d", m.ID())] = true
	return map[string]any{"marketId": m.ID(), "synth": name}, nil
}

// synths returns the number of synths created.
func (e *environment) synths() (n int) {
	for id := range e.sys.Markets() {
		if e.spotMarket(model.MarketID(id+1)) != nil {
			n++
		}
	}
	return n
}

var spotConfigurationOperations = map[string]operation{
	"spotCreateSynth": give(func(e *environment, _ *arguments) func() (map[string]any, error) { return e.createSynth }),
	"spotSetPrice": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		buy, sell := a.int("buyPriceD18"), a.int("sellPriceD18")
		return func(m *spot.Market) (map[string]any, error) {
			m.SetPrices(spot.Prices{Buy: buy, Sell: sell, Benchmark: m.Prices().Benchmark})
			return nil, nil
		}
	}),
	"spotSetBenchmarkPrice": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		price := a.int("priceD18")
		return func(m *spot.Market) (map[string]any, error) {
			p := m.Prices()
			p.Benchmark = price
			m.SetPrices(p)
			return nil, nil
		}
	}),
	"spotSetAtomicFixedFee": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		fee := a.uint("feeD18")
		return func(_ *spot.Market, c *spot.Config) { c.AtomicFixedFee = fee }
	}),
	"spotSetAsyncFixedFee": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		fee := a.uint("feeD18")
		return func(_ *spot.Market, c *spot.Config) { c.AsyncFixedFee = fee }
	}),
	"spotSetSkewScale": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		scale := a.uint("skewScaleD18")
		return func(_ *spot.Market, c *spot.Config) { c.SkewScale = scale }
	}),
	"spotSetUtilizationFeeRate": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		rate := a.uint("rateD18")
		return func(_ *spot.Market, c *spot.Config) { c.UtilizationFeeRate = rate }
	}),
	"spotSetCollateralLeverage": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		leverage := a.uint("leverageD18")
		return func(_ *spot.Market, c *spot.Config) { c.CollateralLeverage = leverage }
	}),
	"spotSetCustomTransactorFee": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		trader, fee := a.actor("transactor"), a.uint("feeD18")
		return func(_ *spot.Market, c *spot.Config) { c.TransactorFees[trader] = fee }
	}),
	"spotSetWrapperFees": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		wrap, unwrap := a.int("wrapFeeD18"), a.int("unwrapFeeD18")
		return func(_ *spot.Market, c *spot.Config) { c.WrapFee, c.UnwrapFee = wrap, unwrap }
	}),
	"spotSetReferrerShare": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		referrer, share := a.actor("referrer"), a.uint("shareD18")
		return func(_ *spot.Market, c *spot.Config) { c.Referrers[referrer] = share }
	}),
	"spotSetFeeCollector": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		collector := a.collector("collector:" + a.text("marketId"))
		return func(_ *spot.Market, c *spot.Config) { c.FeeCollector = collector }
	}),
	"spotSetWrapper": spotSetting(func(a *arguments) func(*spot.Market, *spot.Config) {
		w := spot.Wrapper{Collateral: a.optionalCollateral("collateral"), MaxAmount: a.uint("maxWrappableAmountD18")}
		return func(_ *spot.Market, c *spot.Config) { c.Wrapper = w }
	}),
	"spotAddSettlementStrategy": onOwnSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		s := spot.Strategy{
			CurrentPrice: a.choice("type", "current", "benchmark"),
			Delay:        a.uint64("delay"), Window: a.uint64("window"),
			Reward: a.uint("settlementRewardD18"), MinimumUSD: a.uint("minimumUsdExchangeAmountD18"),
			MaxRoundingLoss: a.uint("maxRoundingLossD18"),
		}
		return func(m *spot.Market) (map[string]any, error) {
			err := m.Configure(func(c *spot.Config) { c.Strategies = append(c.Strategies, s) })
			return map[string]any{"strategyId": len(m.Config().Strategies) - 1}, err
		}
	}),
}

// feeReturns adds the fees of a trade to its returns.
func feeReturns(amountKey string, amount fp.Uint256, f spot.Fees) map[string]any {
	return map[string]any{
		amountKey: amount, "fixedFeesD18": f.Fixed, "utilizationFeesD18": f.Utilization,
		"skewFeesD18": f.Skew, "wrapperFeesD18": f.Wrapper,
	}
}

var spotOperations = map[string]operation{
	"spotBuyExactIn": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, usd, least, referrer := a.actor("sender"), a.uint("usdAmountD18"), a.uint("minAmountReceivedD18"), a.optionalActor("referrer")
		return func(m *spot.Market) (map[string]any, error) {
			synths, f, err := m.BuyExactIn(by, usd, least, referrer)
			return feeReturns("synthAmountD18", synths, f), err
		}
	}),
	"spotBuyExactOut": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, synths, most, referrer := a.actor("sender"), a.uint("synthAmountD18"), a.uint("maxUsdAmountD18"), a.optionalActor("referrer")
		return func(m *spot.Market) (map[string]any, error) {
			_, f, err := m.BuyExactOut(by, synths, most, referrer)
			return feeReturns("synthAmountD18", synths, f), err
		}
	}),
	"spotSellExactIn": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, synths, least, referrer := a.actor("sender"), a.uint("synthAmountD18"), a.uint("minAmountReceivedD18"), a.optionalActor("referrer")
		return func(m *spot.Market) (map[string]any, error) {
			usd, f, err := m.SellExactIn(by, synths, least, referrer)
			return feeReturns("usdAmountD18", usd, f), err
		}
	}),
	"spotSellExactOut": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, usd, most, referrer := a.actor("sender"), a.uint("usdAmountD18"), a.uint("maxSynthAmountD18"), a.optionalActor("referrer")
		return func(m *spot.Market) (map[string]any, error) {
			synths, f, err := m.SellExactOut(by, usd, most, referrer)
			return feeReturns("synthAmountD18", synths, f), err
		}
	}),
	"spotWrap": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, tokens, least := a.actor("sender"), a.uint("tokenAmount"), a.uint("minAmountReceivedD18")
		return func(m *spot.Market) (map[string]any, error) {
			synths, f, err := m.Wrap(by, tokens, least)
			return feeReturns("synthAmountD18", synths, f), err
		}
	}),
	"spotUnwrap": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, synths, least := a.actor("sender"), a.uint("synthAmountD18"), a.uint("minTokenAmount")
		return func(m *spot.Market) (map[string]any, error) {
			tokens, f, err := m.Unwrap(by, synths, least)
			return feeReturns("tokenAmount", tokens, f), err
		}
	}),
	"spotTransferSynth": do(func(e *environment, a *arguments) func() error {
		from, to, ct, amount := a.actor("from"), a.actor("to"), a.collateral("synth"), a.uint("amountD18")
		return func() error { return e.sys.TransferToken(ct, from, to, amount) }
	}),
	"spotCommitOrder": onSpot(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by := a.actor("sender")
		c := spot.Commit{
			Sell: a.choice("type", "sell", "buy"), Amount: a.uint("amountD18"), StrategyID: a.uint64("strategyId"),
			Minimum: a.uint("minimumSettlementAmountD18"), Referrer: a.optionalActor("referrer"),
		}
		return func(m *spot.Market) (map[string]any, error) {
			id, escrowed, err := m.CommitOrder(by, c)
			return map[string]any{"orderId": id, "amountEscrowed": escrowed}, err
		}
	}),
	"spotSettleOrder": onClaim(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		by, id := a.actor("sender"), a.uint64("orderId")
		return func(m *spot.Market) (map[string]any, error) {
			amount, f, err := m.SettleOrder(by, id)
			return feeReturns("amountD18", amount, f), err
		}
	}),
	"spotCancelOrder": onClaim(func(a *arguments) func(*spot.Market) (map[string]any, error) {
		id := a.uint64("orderId")
		return func(m *spot.Market) (map[string]any, error) { return nil, m.CancelOrder(id) }
	}),
}
