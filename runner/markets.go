package runner

import (
	"fmt"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/markets/fees"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// addMarkets registers the markets in the order of the configuration, which
// gives them their ids.
func (b *builder) addMarkets() error {
	for i := range b.cfg.Markets {
		m := &b.cfg.Markets[i]
		id, driver, err := b.addMarket(m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.ID, err)
		}
		if length := m.FailFor.WholeSeconds(); length > 0 {
			from := b.w.Grid[0] + m.FailFrom.WholeSeconds()
			markets.Fail(b.sys, id, markets.Outage{From: uint64(from), Until: uint64(from + length)})
		}
		b.markets[m.ID] = i
		b.w.Markets = append(b.w.Markets, sim.Market{Name: m.ID, ID: id, Driver: driver})
		if ratio := d18(m.MinLiquidityRatio.Decimal); !ratio.IsZero() {
			if err := b.sys.SetMarketMinLiquidityRatio(model.Owner, id, ratio); err != nil {
				return fmt.Errorf("%s: %w", m.ID, err)
			}
		}
		if seconds := m.MinDelegateTime.WholeSeconds(); seconds > 0 {
			if err := b.sys.SetMarketMinDelegateTime(b.sys.MarketAddress(id), id, uint32(seconds)); err != nil {
				return fmt.Errorf("%s: %w", m.ID, err)
			}
		}
	}
	return nil
}

func (b *builder) addMarket(m *configs.Market) (model.MarketID, sim.Driver, error) {
	switch m.Kind {
	case "spot":
		return b.addSpot(m)
	case "perps":
		return b.addPerps(m)
	case "scripted":
		return b.addScripted(m)
	}
	return 0, nil, fmt.Errorf("kind %q is unknown", m.Kind)
}

// spotDriver tells a spot market its price: one oracle for both ways.
type spotDriver struct {
	id    model.MarketID
	asset int
}

func (d spotDriver) Reprice(s *sim.State) { repriceSpot(s.Sys, d.id, s.Price[d.asset]) }

func (d spotDriver) Deltas(sys *model.System, list []sim.Delta) []sim.Delta {
	m := sim.External(sys, d.id).(*spot.Market)
	if worth, ok := m.QuickReportedDebt(); ok && m.Wrapped().IsZero() {
		return append(list, sim.Delta{Asset: d.asset, USD: worth.WideInt()})
	}
	return append(list, sim.Delta{Asset: d.asset, USD: m.Skew().MulDecimal(m.SellPrice().Int256())})
}

func repriceSpot(sys *model.System, id model.MarketID, price fp.Int256) {
	sim.External(sys, id).(*spot.Market).SetPrices(spot.Prices{Buy: price, Sell: price, Benchmark: price})
}

func (b *builder) addSpot(m *configs.Market) (model.MarketID, sim.Driver, error) {
	market, err := spot.New(b.sys, "synth:"+m.ID)
	if err != nil {
		return 0, nil, err
	}
	d := spotDriver{market.ID(), b.asset(m.Asset)}
	repriceSpot(b.sys, d.id, b.price[d.asset])
	err = market.Configure(func(c *spot.Config) {
		c.AtomicFixedFee = d18(m.AtomicFixedFee.Decimal)
		c.SkewScale = d18(m.SkewScale)
		c.UtilizationFeeRate = d18(m.UtilizationFeeRate.Decimal)
		c.CollateralLeverage = d18(m.CollateralLeverage)
		c.FeeCollector = feeCollector(m)
		if w := m.Wrapper; w != nil {
			c.Wrapper = spot.Wrapper{Collateral: b.w.Collaterals[b.collaterals[w.Collateral]].CT, MaxAmount: d18(w.MaxAmount)}
			c.WrapFee, c.UnwrapFee = units.FromBig(w.WrapFee.D18()), units.FromBig(w.UnwrapFee.D18())
		}
	})
	if err == nil && m.Wrapper != nil {
		ct := b.w.Collaterals[b.collaterals[m.Wrapper.Collateral]].CT
		err = b.sys.ConfigureMaximumMarketCollateral(model.Owner, d.id, ct, d18(m.Wrapper.MaxAmount))
	}
	return d.id, d, err
}

// perpsDriver tells a perps market the price of each instrument.
type perpsDriver struct {
	id     model.MarketID
	assets []int // by instrument, in order
}

func (d perpsDriver) Reprice(s *sim.State) {
	for i, instrument := range sim.External(s.Sys, d.id).(*perps.Market).Instruments() {
		instrument.SetPrice(s.Price[d.assets[i]])
	}
}

func (d perpsDriver) Deltas(sys *model.System, list []sim.Delta) []sim.Delta {
	for i, in := range sim.External(sys, d.id).(*perps.Market).Instruments() {
		list = append(list, sim.Delta{Asset: d.assets[i], USD: in.State().Skew.MulDecimal(in.Price())})
	}
	return list
}

func (b *builder) addPerps(m *configs.Market) (model.MarketID, sim.Driver, error) {
	market, err := perps.New(b.sys)
	if err != nil {
		return 0, nil, err
	}
	market.SetKeeperCosts(perps.KeeperCosts{Liquidate: d18(m.Keeper.LiquidateCost)})
	err = market.Configure(func(c *perps.Config) { perpsConfig(c, m) })
	if err != nil {
		return 0, nil, err
	}
	d := perpsDriver{id: market.ID()}
	for i := range m.Instruments {
		in := &m.Instruments[i]
		id := perps.InstrumentID(i + 1)
		if err := market.CreateInstrument(id); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", in.ID, err)
		}
		if err := market.ConfigureInstrument(id, func(c *perps.InstrumentConfig) { instrumentConfig(c, in) }); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", in.ID, err)
		}
		asset := b.asset(in.Asset)
		market.Instrument(id).SetPrice(b.price[asset])
		d.assets = append(d.assets, asset)
	}
	return d.id, d, nil
}

// feeCollector returns who takes a share of a market's fees, nobody when that
// is 0.
func feeCollector(m *configs.Market) fees.Collector {
	share := d18(m.FeeCollectorShare.Decimal)
	if share.IsZero() {
		return fees.Collector{}
	}
	return fees.Collector{Account: model.Named("collector:" + m.ID), Share: share}
}

func perpsConfig(c *perps.Config, m *configs.Market) {
	c.Rewards = perps.KeeperRewardGuards{
		MinReward: d18(m.Keeper.Min), MaxReward: d18(m.Keeper.Max),
		MinProfitRatio: d18(m.Keeper.ProfitRatio), MaxScalingRatio: d18(m.Keeper.ScalingRatio),
	}
	c.MaxPositions, c.MaxCollaterals = fp.U256(uint64(m.MaxPositions)), fp.U256(1)
	c.CollateralLiquidateRewardRatio = d18(m.CollateralRewardRatio.Decimal)
	c.FeeCollector = feeCollector(m)
	c.Interest = perps.InterestParameters{
		LowGradient: d18(m.Interest.LowGradient), Breakpoint: d18(m.Interest.Breakpoint.Decimal), HighGradient: d18(m.Interest.HighGradient),
	}
	c.Collaterals[perps.USDMargin] = perps.CollateralConfig{MaxAmount: fp.MaxUint256}
}

func instrumentConfig(c *perps.InstrumentConfig, in *configs.Instrument) {
	c.SkewScale, c.MaxFundingVelocity = d18(in.SkewScale), d18(in.MaxFundingVelocity)
	c.MakerFee, c.TakerFee = d18(in.MakerFee.Decimal), d18(in.TakerFee.Decimal)
	c.MaxMarketSize, c.MaxMarketValue = d18(in.MaxMarketSize), d18(in.MaxMarketValue)
	c.InitialMarginRatio, c.MinInitialMargin = d18(in.InitialMarginRatio), d18(in.MinInitialMarginRatio)
	c.MaintenanceScalar, c.FlagRewardRatio = d18(in.MaintenanceMarginScalar), d18(in.FlagRewardRatio)
	c.MinPositionMargin = d18(in.MinimumPositionMargin)
	c.LimitMultiplier, c.MaxLiquidationPD = d18(in.LiquidationMultiplier), d18(in.MaxLiquidationPD)
	c.LiquidationWindow = fp.U256(uint64(in.LiquidationWindow.WholeSeconds()))
	c.LockedOIRatio = d18(in.LockedOIRatio.Decimal)
	c.Strategies = []perps.Strategy{{
		Delay: uint64(in.SettlementDelay.WholeSeconds()), Window: uint64(in.SettlementWindow.WholeSeconds()), Reward: d18(in.SettlementReward),
	}}
}

// firstTrades sells the initial supply of each spot market to holders who
// came before the start.
func (b *builder) firstTrades() error {
	for i := range b.cfg.Markets {
		m := &b.cfg.Markets[i]
		if m.Kind != "spot" || m.InitialSupply.Sign() == 0 {
			continue
		}
		market := sim.External(b.sys, b.w.Markets[i].ID).(*spot.Market)
		if err := agents.BuySpot(b.sys, market, agents.EarlyHolder(m.ID), d18(m.InitialSupply)); err != nil {
			return fmt.Errorf("%s: initial supply: %w", m.ID, err)
		}
	}
	return nil
}
