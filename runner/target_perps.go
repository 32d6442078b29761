package runner

import (
	"slices"
	"strings"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/runner/agents"
	"backtest/runner/sim"
)

var perpsFields = map[string]field[perps.Config]{
	"fee_collector_share":               unsigned(func(c *perps.Config) *fp.Uint256 { return &c.FeeCollector.Share }),
	"collateral_liquidate_reward_ratio": unsigned(func(c *perps.Config) *fp.Uint256 { return &c.CollateralLiquidateRewardRatio }),
	"keeper_reward.min":                 unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Rewards.MinReward }),
	"keeper_reward.max":                 unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Rewards.MaxReward }),
	"keeper_reward.profit_ratio":        unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Rewards.MinProfitRatio }),
	"keeper_reward.scaling_ratio":       unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Rewards.MaxScalingRatio }),
	"interest.low_gradient":             unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Interest.LowGradient }),
	"interest.breakpoint":               unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Interest.Breakpoint }),
	"interest.high_gradient":            unsigned(func(c *perps.Config) *fp.Uint256 { return &c.Interest.HighGradient }),
	"max_positions_per_account":         whole(func(c *perps.Config) *fp.Uint256 { return &c.MaxPositions }),
	"max_collaterals_per_account":       whole(func(c *perps.Config) *fp.Uint256 { return &c.MaxCollaterals }),
}

// marginFields are those of a margin collateral.
var marginFields = map[string]func(*perps.CollateralConfig) *fp.Uint256{
	"max_amount":      func(c *perps.CollateralConfig) *fp.Uint256 { return &c.MaxAmount },
	"upper_discount":  func(c *perps.CollateralConfig) *fp.Uint256 { return &c.Upper },
	"lower_discount":  func(c *perps.CollateralConfig) *fp.Uint256 { return &c.Lower },
	"discount_scalar": func(c *perps.CollateralConfig) *fp.Uint256 { return &c.DiscountScalar },
}

// margin is a field of the margin collateral of an id.
func margin(id model.MarketID, at func(*perps.CollateralConfig) *fp.Uint256) field[perps.Config] {
	return field[perps.Config]{
		get: func(c *perps.Config) fp.Int256 {
			g := c.Collaterals[id]
			return at(&g).Int256()
		},
		set: func(c *perps.Config, v fp.Int256) {
			g := c.Collaterals[id]
			*at(&g) = v.Uint256()
			c.Collaterals[id] = g
		},
	}
}

func (b *builder) perpsField(m *configs.Market, path []string) (f field[perps.Config], ok bool) {
	switch {
	case len(path) == 1 && path[0] == "max_usd_margin":
		return margin(perps.USDMargin, marginFields["max_amount"]), true
	case len(path) == 3 && path[0] == "margins":
		at, known := chosen(m.Margins, path[1], func(g configs.Margin) string { return g.Synth })
		if field := marginFields[path[2]]; known && field != nil {
			return margin(b.w.Markets[b.markets[m.Margins[at].Synth]].ID, field), true
		}
		return f, false
	case len(path) == 3 && path[0] == "referrers" && path[2] == "share":
		at, known := chosen(m.Referrers, path[1], func(r configs.Referrer) string { return r.ID })
		if known {
			f = entry(func(c *perps.Config) map[model.Actor]fp.Uint256 { return c.Referrers }, referrer(m.ID, m.Referrers[at].ID))
		}
		return f, known
	}
	f, ok = perpsFields[strings.Join(path, ".")]
	return f, ok
}

func (b *builder) perpsParameter(i int, m *configs.Market, path []string) (parameter, bool) {
	if len(path) == 1 && path[0] == "strict_staleness" {
		return b.perpsStaleness(i), true
	}
	f, ok := b.perpsField(m, path)
	if !ok {
		return parameter{}, false
	}
	id := b.w.Markets[i].ID
	return parameter{
		read: func(s *model.System) fp.Int256 {
			c := sim.External(s, id).(*perps.Market).Config()
			return f.get(&c)
		},
		write: func(s *model.System, v fp.Int256) error {
			return sim.External(s, id).(*perps.Market).Configure(func(c *perps.Config) {
				f.set(c, v)
				c.FeeCollector.Account = collectorAccount(m.ID, c.FeeCollector.Share)
			})
		},
	}, true
}

// keeperCosts are feeds, not a configuration of the market.
var keeperCostFields = map[string]func(*perps.KeeperCosts) *fp.Uint256{
	"keeper_reward.settle_cost":    func(c *perps.KeeperCosts) *fp.Uint256 { return &c.Settlement },
	"keeper_reward.flag_cost":      func(c *perps.KeeperCosts) *fp.Uint256 { return &c.FlagPerFeed },
	"keeper_reward.liquidate_cost": func(c *perps.KeeperCosts) *fp.Uint256 { return &c.Liquidate },
}

func (b *builder) keeperCost(i int, key string) (parameter, bool) {
	at, ok := keeperCostFields[key]
	if !ok {
		return parameter{}, false
	}
	id := b.w.Markets[i].ID
	return parameter{
		read: func(s *model.System) fp.Int256 {
			c := sim.External(s, id).(*perps.Market).KeeperCosts()
			return at(&c).Int256()
		},
		write: func(s *model.System, v fp.Int256) error {
			m := sim.External(s, id).(*perps.Market)
			c := m.KeeperCosts()
			*at(&c) = v.Uint256()
			m.SetKeeperCosts(c)
			return nil
		},
	}, true
}

var instrumentFields = map[string]field[perps.InstrumentConfig]{
	"skew_scale":                   unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.SkewScale }),
	"max_funding_velocity":         unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxFundingVelocity }),
	"maker_fee":                    unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MakerFee }),
	"taker_fee":                    unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.TakerFee }),
	"max_market_size":              unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxMarketSize }),
	"max_market_value":             unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxMarketValue }),
	"initial_margin_ratio":         unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.InitialMarginRatio }),
	"minimum_initial_margin_ratio": unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MinInitialMargin }),
	"maintenance_margin_scalar":    unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaintenanceScalar }),
	"flag_reward_ratio":            unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.FlagRewardRatio }),
	"minimum_position_margin":      unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MinPositionMargin }),
	"liquidation_limit_multiplier": unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.LimitMultiplier }),
	"max_liquidation_pd":           unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxLiquidationPD }),
	"locked_oi_ratio":              unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.LockedOIRatio }),
	"settlement_reward":            unsigned(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.Strategies[0].Reward }),
	"settlement_delay":             seconds(func(c *perps.InstrumentConfig) *uint64 { return &c.Strategies[0].Delay }),
	"settlement_window":            seconds(func(c *perps.InstrumentConfig) *uint64 { return &c.Strategies[0].Window }),
	"commitment_price_delay":       seconds(func(c *perps.InstrumentConfig) *uint64 { return &c.Strategies[0].PriceDelay }),
	"liquidation_window":           whole(func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.LiquidationWindow }),
}

// endorsed is the endorsed liquidator by its place among the liquidators, from
// 1; 0 is nobody.
func (b *builder) endorsedField() field[perps.InstrumentConfig] {
	return field[perps.InstrumentConfig]{
		get: func(c *perps.InstrumentConfig) fp.Int256 {
			return fp.I256(int64(1 + slices.IndexFunc(b.cfg.Liquidators, func(l configs.Liquidator) bool {
				return agents.EndorsedWallet(l.ID) == c.EndorsedLiquidator
			})))
		},
		set: func(c *perps.InstrumentConfig, v fp.Int256) {
			c.EndorsedLiquidator = model.Actor{}
			if place, _ := v.Uint256().Uint64(); place > 0 {
				c.EndorsedLiquidator = agents.EndorsedWallet(b.cfg.Liquidators[place-1].ID)
			}
		},
	}
}

func (b *builder) liquidator(id string) fp.Int256 {
	return fp.I256(int64(1 + slices.IndexFunc(b.cfg.Liquidators, func(l configs.Liquidator) bool { return l.ID == id })))
}

// perpsStaleness is one tolerance for the prices of all instruments.
func (b *builder) perpsStaleness(i int) parameter {
	id := b.w.Markets[i].ID
	market := func(s *model.System) *perps.Market { return sim.External(s, id).(*perps.Market) }
	return parameter{
		read: func(s *model.System) fp.Int256 { return d18Of(fp.U256(market(s).Instruments()[0].StrictStaleness())) },
		write: func(s *model.System, v fp.Int256) error {
			for _, in := range market(s).Instruments() {
				err := market(s).ConfigureInstrument(in.ID(), func(c *perps.InstrumentConfig) { c.StrictStaleness = wholeOf(v).Low64() })
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func (b *builder) instrumentParameter(i int, m *configs.Market, instrument, key string) (parameter, bool) {
	f, known := instrumentFields[key]
	var word func(string) fp.Int256
	if key == "endorsed_liquidator" {
		f, known, word = b.endorsedField(), true, b.liquidator
	}
	k, ok := chosen(m.Instruments, instrument, func(in configs.Instrument) string { return in.ID })
	if !ok || !known {
		return parameter{}, false
	}
	id := b.w.Markets[i].ID
	return parameter{
		word: word,
		read: func(s *model.System) fp.Int256 {
			c := sim.External(s, id).(*perps.Market).Instruments()[k].Config()
			return f.get(&c)
		},
		write: func(s *model.System, v fp.Int256) error {
			m := sim.External(s, id).(*perps.Market)
			return m.ConfigureInstrument(m.Instruments()[k].ID(), func(c *perps.InstrumentConfig) { f.set(c, v) })
		},
	}, true
}
