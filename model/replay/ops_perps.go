package replay

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
)

// PerpsMarketNotInitialized is the error of a perps market that is not there.
type PerpsMarketNotInitialized struct{}

func (PerpsMarketNotInitialized) Error() string {
	return "PerpsMarketNotInitialized: there is no perps market"
}

// perpsMarket returns the perps market, or nil.
func (e *environment) perpsMarket() *perps.Market {
	for id := range e.sys.Markets() {
		if m, ok := e.sys.External(model.MarketID(id + 1)).(*perps.Market); ok {
			return m
		}
	}
	return nil
}

// onPerps makes an operation of the perps market.
func onPerps(prepare func(a *arguments) func(m *perps.Market) (map[string]any, error)) operation {
	return give(func(e *environment, a *arguments) func() (map[string]any, error) {
		m, apply := e.perpsMarket(), prepare(a)
		if m == nil {
			a.fail("perps", "not initialized", "perpsInitialize before")
		}
		return func() (map[string]any, error) { return apply(m) }
	})
}

// onInstrument makes an operation of an existing instrument.
func onInstrument(prepare func(a *arguments) func(m *perps.Market, i *perps.Instrument) (map[string]any, error)) operation {
	return onPerps(func(a *arguments) func(m *perps.Market) (map[string]any, error) {
		id, apply := a.instrument(), prepare(a)
		return func(m *perps.Market) (map[string]any, error) {
			i := m.Instrument(id)
			if i == nil {
				return nil, perps.InvalidMarket{InstrumentID: id}
			}
			return apply(m, i)
		}
	})
}

func (a *arguments) instrument() perps.InstrumentID {
	return perps.InstrumentID(a.uint64("instrumentId"))
}

// perpsSetting makes an operation that changes the configuration of the
// market, instrumentSetting one of an instrument.
func perpsSetting(prepare func(a *arguments) func(c *perps.Config)) operation {
	return onPerps(func(a *arguments) func(m *perps.Market) (map[string]any, error) {
		set := prepare(a)
		return func(m *perps.Market) (map[string]any, error) { return nil, m.Configure(set) }
	})
}

func instrumentSetting(prepare func(a *arguments) func(c *perps.InstrumentConfig)) operation {
	return onInstrument(func(a *arguments) func(*perps.Market, *perps.Instrument) (map[string]any, error) {
		set := prepare(a)
		return func(m *perps.Market, i *perps.Instrument) (map[string]any, error) {
			return nil, m.ConfigureInstrument(i.ID(), set)
		}
	})
}

func (a *arguments) int128(key string) (v model.Int128) {
	x := a.int(key)
	a.narrow(key, func() { v = x.Int128() })
	return v
}

var perpsConfigurationOperations = map[string]operation{
	"perpsInitialize": give(func(e *environment, _ *arguments) func() (map[string]any, error) {
		return func() (map[string]any, error) {
			if m := e.perpsMarket(); m != nil {
				return map[string]any{"marketId": m.ID()}, nil
			}
			m, err := perps.New(e.sys)
			if err != nil {
				return nil, err
			}
			m.SetKeeperCosts(e.keeperCosts)
			e.named["perps"], e.named["collector:perps"] = true, true
			return map[string]any{"marketId": m.ID()}, nil
		}
	}),
	"perpsCreateMarket": do(func(e *environment, a *arguments) func() error {
		id := a.instrument()
		return func() error {
			if m := e.perpsMarket(); m != nil {
				return m.CreateInstrument(id)
			}
			return PerpsMarketNotInitialized{}
		}
	}),
	"perpsSetPrice": onInstrument(func(a *arguments) func(*perps.Market, *perps.Instrument) (map[string]any, error) {
		price := a.int("priceD18")
		return func(_ *perps.Market, i *perps.Instrument) (map[string]any, error) { i.SetPrice(price); return nil, nil }
	}),
	"perpsSetBenchmarkPrice": onInstrument(func(a *arguments) func(*perps.Market, *perps.Instrument) (map[string]any, error) {
		price := a.int("priceD18")
		return func(_ *perps.Market, i *perps.Instrument) (map[string]any, error) {
			i.SetBenchmarkPrice(price)
			return nil, nil
		}
	}),
	"perpsSetFundingParameters": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		scale, velocity := a.uint("skewScaleD18"), a.uint("maxFundingVelocityD18")
		return func(c *perps.InstrumentConfig) { c.SkewScale, c.MaxFundingVelocity = scale, velocity }
	}),
	"perpsSetOrderFees": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		maker, taker := a.uint("makerFeeD18"), a.uint("takerFeeD18")
		return func(c *perps.InstrumentConfig) { c.MakerFee, c.TakerFee = maker, taker }
	}),
	"perpsSetMaxMarketSize": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		size := a.uint("maxMarketSizeD18")
		return func(c *perps.InstrumentConfig) { c.MaxMarketSize = size }
	}),
	"perpsSetMaxMarketValue": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		value := a.uint("maxMarketValueD18")
		return func(c *perps.InstrumentConfig) { c.MaxMarketValue = value }
	}),
	"perpsSetLiquidationParameters": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		initial, least, scalar := a.uint("initialMarginRatioD18"), a.uint("minimumInitialMarginRatioD18"), a.uint("maintenanceMarginScalarD18")
		flag, position := a.uint("flagRewardRatioD18"), a.uint("minimumPositionMarginD18")
		return func(c *perps.InstrumentConfig) {
			c.InitialMarginRatio, c.MinInitialMargin, c.MaintenanceScalar = initial, least, scalar
			c.FlagRewardRatio, c.MinPositionMargin = flag, position
		}
	}),
	"perpsSetMaxLiquidationParameters": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		multiplier, window, pd := a.uint("limitMultiplierD18"), a.uint("windowSeconds"), a.uint("maxLiquidationPdD18")
		endorsed := a.optionalActor("endorsedLiquidator")
		return func(c *perps.InstrumentConfig) {
			c.LimitMultiplier, c.LiquidationWindow = multiplier, window
			c.MaxLiquidationPD, c.EndorsedLiquidator = pd, endorsed
		}
	}),
	"perpsSetLockedOiRatio": instrumentSetting(func(a *arguments) func(*perps.InstrumentConfig) {
		ratio := a.uint("ratioD18")
		return func(c *perps.InstrumentConfig) { c.LockedOIRatio = ratio }
	}),
	"perpsAddSettlementStrategy": onInstrument(func(a *arguments) func(*perps.Market, *perps.Instrument) (map[string]any, error) {
		s := perps.Strategy{Delay: a.uint64("delay"), Window: a.uint64("window"), Reward: a.uint("settlementRewardD18"), PriceDelay: a.uint64("commitmentPriceDelay")}
		return func(m *perps.Market, i *perps.Instrument) (map[string]any, error) {
			err := m.ConfigureInstrument(i.ID(), func(c *perps.InstrumentConfig) { c.Strategies = append(c.Strategies, s) })
			return map[string]any{"strategyId": len(i.Config().Strategies) - 1}, err
		}
	}),
	"perpsSetSettlementStrategyEnabled": onInstrument(func(a *arguments) func(*perps.Market, *perps.Instrument) (map[string]any, error) {
		id, enabled := a.uint64("strategyId"), a.flag("enabled")
		return func(m *perps.Market, i *perps.Instrument) (map[string]any, error) {
			if id >= uint64(len(i.Config().Strategies)) {
				return nil, perps.InvalidSettlementStrategy{StrategyID: id}
			}
			return nil, m.ConfigureInstrument(i.ID(), func(c *perps.InstrumentConfig) { c.Strategies[id].Disabled = !enabled })
		}
	}),
	"perpsSetKeeperCosts": do(func(e *environment, a *arguments) func() error {
		costs := perps.KeeperCosts{Settlement: a.uint("settlementD18"), FlagPerFeed: a.uint("flagPerFeedD18"), Liquidate: a.uint("liquidateD18")}
		return func() error {
			e.keeperCosts = costs // a feed, which is there before the market
			if m := e.perpsMarket(); m != nil {
				m.SetKeeperCosts(costs)
			}
			return nil
		}
	}),
	"perpsSetKeeperRewardGuards": perpsSetting(func(a *arguments) func(*perps.Config) {
		g := perps.KeeperRewardGuards{
			MinReward: a.uint("minKeeperRewardUsdD18"), MinProfitRatio: a.uint("minKeeperProfitRatioD18"),
			MaxReward: a.uint("maxKeeperRewardUsdD18"), MaxScalingRatio: a.uint("maxKeeperScalingRatioD18"),
		}
		return func(c *perps.Config) { c.Rewards = g }
	}),
	"perpsSetPerAccountCaps": perpsSetting(func(a *arguments) func(*perps.Config) {
		positions, collaterals := a.uint("maxPositions"), a.uint("maxCollaterals")
		return func(c *perps.Config) { c.MaxPositions, c.MaxCollaterals = positions, collaterals }
	}),
	"perpsSetInterestRateParameters": perpsSetting(func(a *arguments) func(*perps.Config) {
		p := perps.InterestParameters{LowGradient: a.uint("lowGradientD18"), Breakpoint: a.uint("breakpointD18"), HighGradient: a.uint("highGradientD18")}
		return func(c *perps.Config) { c.Interest = p }
	}),
	"perpsSetCollateralConfiguration": perpsSetting(func(a *arguments) func(*perps.Config) {
		id, most := a.market("collateralId"), a.uint("maxAmountD18")
		upper, lower, scalar := a.uint("upperLimitDiscountD18"), a.uint("lowerLimitDiscountD18"), a.uint("discountScalarD18")
		return func(c *perps.Config) {
			cc := c.Collaterals[id]
			cc.MaxAmount, cc.Upper, cc.Lower, cc.DiscountScalar = most, upper, lower, scalar
			c.Collaterals[id] = cc
		}
	}),
	"perpsSetCollateralLiquidateRewardRatio": perpsSetting(func(a *arguments) func(*perps.Config) {
		ratio := a.uint("ratioD18")
		return func(c *perps.Config) { c.CollateralLiquidateRewardRatio = ratio }
	}),
	"perpsRegisterDistributor": perpsSetting(func(a *arguments) func(*perps.Config) {
		id, d := a.market("collateralId"), perps.Distributor{Pool: a.pool("poolId"), Collaterals: a.collaterals("collaterals")}
		return func(c *perps.Config) {
			cc, configured := c.Collaterals[id]
			switch {
			case !configured || id == perps.USDMargin:
				fp.Throw(perps.InvalidId{ID: id})
			case !d.Present():
				fp.Throw(model.InvalidParameter{Parameter: "collateralTypes", Reason: "must not be empty"})
			}
			cc.Distributor = d
			c.Collaterals[id] = cc
		}
	}),
	"perpsSetFeeCollector": perpsSetting(func(a *arguments) func(*perps.Config) {
		collector := a.collector("collector:perps")
		return func(c *perps.Config) { c.FeeCollector = collector }
	}),
	"perpsSetReferrerShare": perpsSetting(func(a *arguments) func(*perps.Config) {
		referrer, share := a.actor("referrer"), a.uint("shareD18")
		return func(c *perps.Config) { c.Referrers[referrer] = share }
	}),
}

// rewarded makes an operation that returns a keeper's reward.
func rewarded(prepare func(a *arguments) func(m *perps.Market) (fp.Uint256, error)) operation {
	return onPerps(func(a *arguments) func(m *perps.Market) (map[string]any, error) {
		apply := prepare(a)
		return func(m *perps.Market) (map[string]any, error) {
			reward, err := apply(m)
			return map[string]any{"rewardD18": reward}, err
		}
	})
}

var perpsOperations = map[string]operation{
	"perpsCreateAccount": creation(func(e *environment, _ model.Actor, id model.AccountID) error {
		if m := e.perpsMarket(); m != nil {
			return m.CreateAccount(id)
		}
		return PerpsMarketNotInitialized{}
	}),
	"perpsModifyCollateral": onPerps(func(a *arguments) func(*perps.Market) (map[string]any, error) {
		by, id := a.sender(a.owner("accountId")), a.account("accountId")
		collateral, delta := a.market("collateralId"), a.int("amountDeltaD18")
		return func(m *perps.Market) (map[string]any, error) {
			return nil, m.ModifyCollateralBy(by, id, collateral, delta)
		}
	}),
	"perpsCommitOrder": onPerps(func(a *arguments) func(*perps.Market) (map[string]any, error) {
		by, id := a.sender(a.owner("accountId")), a.account("accountId")
		o := perps.Order{
			InstrumentID: a.instrument(), SizeDelta: a.int128("sizeDeltaD18"), StrategyID: a.uint64("strategyId"),
			AcceptablePrice: a.uint("acceptablePriceD18"), Referrer: a.optionalActor("referrer"),
		}
		return func(m *perps.Market) (map[string]any, error) {
			fees, err := m.CommitOrderBy(by, id, o)
			return map[string]any{"feesD18": fees}, err
		}
	}),
	"perpsSettleOrder": onPerps(func(a *arguments) func(*perps.Market) (map[string]any, error) {
		by, id := a.sender(model.Keeper), a.account("accountId")
		return func(m *perps.Market) (map[string]any, error) { return nil, m.SettleOrder(by, id) }
	}),
	"perpsCancelOrder": onPerps(func(a *arguments) func(*perps.Market) (map[string]any, error) {
		by, id := a.actor("sender"), a.account("accountId")
		return func(m *perps.Market) (map[string]any, error) { return nil, m.CancelOrder(by, id) }
	}),
	"perpsLiquidate": rewarded(func(a *arguments) func(*perps.Market) (fp.Uint256, error) {
		by, id := a.actor("sender"), a.account("accountId")
		return func(m *perps.Market) (fp.Uint256, error) { return m.Liquidate(by, id) }
	}),
	"perpsLiquidateFlagged": rewarded(func(a *arguments) func(*perps.Market) (fp.Uint256, error) {
		by, most := a.actor("sender"), a.count("maxNumberOfAccounts")
		return func(m *perps.Market) (fp.Uint256, error) { return m.LiquidateFlagged(by, most) }
	}),
	"perpsLiquidateMarginOnly": rewarded(func(a *arguments) func(*perps.Market) (fp.Uint256, error) {
		by, id := a.actor("sender"), a.account("accountId")
		return func(m *perps.Market) (fp.Uint256, error) { return m.LiquidateMarginOnly(by, id) }
	}),
	"perpsPayDebt": onPerps(func(a *arguments) func(*perps.Market) (map[string]any, error) {
		by, id, amount := a.actor("sender"), a.account("accountId"), a.uint("amountD18")
		return func(m *perps.Market) (map[string]any, error) { return nil, m.PayDebt(by, id, amount) }
	}),
	"perpsUpdateInterestRate": onPerps(func(*arguments) func(*perps.Market) (map[string]any, error) {
		return func(m *perps.Market) (map[string]any, error) { return nil, m.UpdateInterestRate() }
	}),
}
