package runner

import (
	"fmt"
	"slices"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/sim"
)

// perpsDriver tells a perps market the price of each instrument, and the core
// that of each synth which is margin.
type perpsDriver struct {
	id        model.MarketID
	assets    []int // by instrument, in order
	synths    []model.MarketID
	staleness staleness
}

func (d *perpsDriver) Reprice(s *sim.State) {
	for i, instrument := range sim.External(s.Sys, d.id).(*perps.Market).Instruments() {
		instrument.SetPrice(s.Price[d.assets[i]])
		instrument.SetStale(d.staleness.stale(s, d.assets[i], instrument.StrictStaleness()))
	}
	d.priceSynths(s.Sys)
}

// priceSynths has the core value synths as their markets do.
func (d *perpsDriver) priceSynths(sys *model.System) {
	for _, id := range d.synths {
		m := sim.External(sys, id).(*spot.Market)
		sys.SetCollateralPrice(m.Synth(), m.Prices().Sell)
	}
}

func (d *perpsDriver) Deltas(sys *model.System, list []sim.Delta) []sim.Delta {
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
	market.SetKeeperCosts(keeperCosts(m))
	err = market.Configure(func(c *perps.Config) { perpsConfig(c, m) })
	if err != nil {
		return 0, nil, err
	}
	d := &perpsDriver{id: market.ID(), staleness: newStaleness(b.cfg)}
	for i := range m.Instruments {
		in := &m.Instruments[i]
		id := perps.InstrumentID(i + 1)
		if err := market.CreateInstrument(id); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", in.ID, err)
		}
		if err := market.ConfigureInstrument(id, func(c *perps.InstrumentConfig) { instrumentConfig(c, m, in) }); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", in.ID, err)
		}
		asset := b.asset(in.Asset)
		market.Instrument(id).SetPrice(b.price[asset])
		d.assets = append(d.assets, asset)
	}
	return d.id, d, nil
}

func keeperCosts(m *configs.Market) perps.KeeperCosts {
	return perps.KeeperCosts{Settlement: d18(m.Keeper.SettleCost), FlagPerFeed: d18(m.Keeper.FlagCost), Liquidate: d18(m.Keeper.LiquidateCost)}
}

func perpsConfig(c *perps.Config, m *configs.Market) {
	c.Rewards = perps.KeeperRewardGuards{
		MinReward: d18(m.Keeper.Min), MaxReward: d18(m.Keeper.Max),
		MinProfitRatio: d18(m.Keeper.ProfitRatio), MaxScalingRatio: d18(m.Keeper.ScalingRatio),
	}
	c.MaxPositions, c.MaxCollaterals = fp.U256(uint64(m.MaxPositions)), fp.U256(uint64(m.MaxCollaterals))
	c.CollateralLiquidateRewardRatio = d18(m.CollateralRewardRatio.Decimal)
	c.FeeCollector, c.Referrers = feeCollector(m), referrers(m)
	c.Interest = perps.InterestParameters{
		LowGradient: d18(m.Interest.LowGradient), Breakpoint: d18(m.Interest.Breakpoint.Decimal), HighGradient: d18(m.Interest.HighGradient),
	}
	c.Collaterals[perps.USDMargin] = perps.CollateralConfig{MaxAmount: d18(m.MaxUSDMargin)}
}

func instrumentConfig(c *perps.InstrumentConfig, m *configs.Market, in *configs.Instrument) {
	c.StrictStaleness = uint64(m.StrictStaleness.WholeSeconds())
	c.SkewScale, c.MaxFundingVelocity = d18(in.SkewScale), d18(in.MaxFundingVelocity)
	c.MakerFee, c.TakerFee = d18(in.MakerFee.Decimal), d18(in.TakerFee.Decimal)
	c.MaxMarketSize, c.MaxMarketValue = d18(in.MaxMarketSize), d18(in.MaxMarketValue)
	c.InitialMarginRatio, c.MinInitialMargin = d18(in.InitialMarginRatio), d18(in.MinInitialMarginRatio)
	c.MaintenanceScalar, c.FlagRewardRatio = d18(in.MaintenanceMarginScalar), d18(in.FlagRewardRatio)
	c.MinPositionMargin = d18(in.MinimumPositionMargin)
	c.LimitMultiplier, c.MaxLiquidationPD = d18(in.LiquidationMultiplier), d18(in.MaxLiquidationPD)
	c.LiquidationWindow = fp.U256(uint64(in.LiquidationWindow.WholeSeconds()))
	if in.EndorsedLiquidator != "" {
		c.EndorsedLiquidator = agents.EndorsedWallet(in.EndorsedLiquidator)
	}
	c.LockedOIRatio = d18(in.LockedOIRatio.Decimal)
	c.Strategies = []perps.Strategy{{
		Delay: uint64(in.SettlementDelay.WholeSeconds()), Window: uint64(in.SettlementWindow.WholeSeconds()), Reward: d18(in.SettlementReward),
		PriceDelay: uint64(in.CommitmentPriceDelay.WholeSeconds()),
	}}
}

// addMargins makes synths the margin of perps markets: the perps market takes
// them as the configuration tells, the core without a limit of its own, and
// what is seized goes to the LPs of a pool.
func (b *builder) addMargins() error {
	for i := range b.cfg.Markets {
		m := &b.cfg.Markets[i]
		for _, g := range m.Margins {
			if err := b.addMargin(i, g); err != nil {
				return refusedAt(fmt.Sprintf("markets[%s]", m.ID), fmt.Errorf("margin %s: %w", g.Synth, err))
			}
		}
	}
	return nil
}

func (b *builder) addMargin(market int, g configs.Margin) error {
	id, d := b.w.Markets[market].ID, b.w.Markets[market].Driver.(*perpsDriver)
	from := b.w.Markets[b.markets[g.Synth]].ID
	synth := sim.External(b.sys, from).(*spot.Market).Synth()
	d.synths = append(d.synths, from)
	d.priceSynths(b.sys)
	config := perps.CollateralConfig{
		MaxAmount: d18(g.MaxAmount), Upper: d18(g.UpperDiscount.Decimal), Lower: d18(g.LowerDiscount.Decimal),
		DiscountScalar: d18(g.DiscountScalar), Distributor: b.distributor(market),
	}
	return first(
		b.sys.ConfigureCollateral(model.Owner, synth, model.CollateralConfiguration{
			IssuanceRatio: fp.UnitU256.Add(fp.UnitU256), LiquidationRatio: fp.UnitU256.Add(fp.UnitU256), // nobody delegates it
		}),
		b.sys.ConfigureMaximumMarketCollateral(model.Owner, id, synth, fp.MaxUint256),
		sim.External(b.sys, id).(*perps.Market).Configure(func(c *perps.Config) { c.Collaterals[from] = config }),
	)
}

// distributor gives seized synths to the LPs of the first pool that backs the
// market.
func (b *builder) distributor(market int) (d perps.Distributor) {
	i := slices.IndexFunc(b.w.Pools, func(p sim.Pool) bool { return slices.Contains(p.Markets, market) })
	d.Pool = b.w.Pools[max(i, 0)].ID
	for _, c := range b.w.Collaterals {
		d.Collaterals = append(d.Collaterals, c.CT)
	}
	return d
}
