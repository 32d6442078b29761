package runner

import (
	"fmt"
	"strconv"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// parameter is what governance can change while a path runs: a value (D18) of
// the system's, a collateral type's, a pool's or a market's configuration.
type parameter struct {
	read  func(*model.System) fp.Int256
	write func(*model.System, fp.Int256) error
}

// Fields by configuration key.
var (
	collateralFields = map[string]func(*model.CollateralConfiguration) *fp.Uint256{
		"issuance_ratio":     func(c *model.CollateralConfiguration) *fp.Uint256 { return &c.IssuanceRatio },
		"liquidation_ratio":  func(c *model.CollateralConfiguration) *fp.Uint256 { return &c.LiquidationRatio },
		"liquidation_reward": func(c *model.CollateralConfiguration) *fp.Uint256 { return &c.LiquidationReward },
		"min_delegation":     func(c *model.CollateralConfiguration) *fp.Uint256 { return &c.MinDelegation },
	}
	poolCollateralFields = map[string]func(*model.PoolCollateralConfiguration) *fp.Uint256{
		"limit":          func(c *model.PoolCollateralConfiguration) *fp.Uint256 { return &c.CollateralLimit },
		"issuance_ratio": func(c *model.PoolCollateralConfiguration) *fp.Uint256 { return &c.IssuanceRatio },
	}
	spotFields = map[string]func(*spot.Config) *fp.Uint256{
		"atomic_fixed_fee":     func(c *spot.Config) *fp.Uint256 { return &c.AtomicFixedFee },
		"skew_scale":           func(c *spot.Config) *fp.Uint256 { return &c.SkewScale },
		"utilization_fee_rate": func(c *spot.Config) *fp.Uint256 { return &c.UtilizationFeeRate },
		"collateral_leverage":  func(c *spot.Config) *fp.Uint256 { return &c.CollateralLeverage },
	}
	instrumentFields = map[string]func(*perps.InstrumentConfig) *fp.Uint256{
		"skew_scale":                   func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.SkewScale },
		"max_funding_velocity":         func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxFundingVelocity },
		"maker_fee":                    func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MakerFee },
		"taker_fee":                    func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.TakerFee },
		"max_market_size":              func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxMarketSize },
		"max_market_value":             func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxMarketValue },
		"initial_margin_ratio":         func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.InitialMarginRatio },
		"minimum_initial_margin_ratio": func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MinInitialMargin },
		"maintenance_margin_scalar":    func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaintenanceScalar },
		"flag_reward_ratio":            func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.FlagRewardRatio },
		"minimum_position_margin":      func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MinPositionMargin },
		"liquidation_limit_multiplier": func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.LimitMultiplier },
		"max_liquidation_pd":           func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.MaxLiquidationPD },
		"locked_oi_ratio":              func(c *perps.InstrumentConfig) *fp.Uint256 { return &c.LockedOIRatio },
	}
)

// parameterError tells which keys governance may change.
func parameterError(i int, key string) error {
	return &InputError{fmt.Sprintf("governance[%d].key", i), fmt.Errorf("found %q, allowed: system.min_liquidity_ratio, "+
		"an amount or ratio of collaterals[ID], pools[ID].markets[ID] or pools[ID].collaterals[ID], "+
		"min_liquidity_ratio of markets[ID], or an amount or ratio of a spot market or of markets[ID].instruments[ID]", key)}
}

// parameter finds what a configuration key changes.
func (b *builder) parameter(key string) (parameter, bool) {
	steps, err := configs.ParseKey(key)
	if err != nil {
		return parameter{}, false
	}
	var path []string
	for _, s := range steps {
		path = append(path, s.Name+s.Selector)
	}
	switch {
	case key == "system.min_liquidity_ratio":
		return b.systemRatio(), true
	case len(path) == 3 && path[0] == "collaterals":
		return b.collateralParameter(path[1], path[2])
	case len(path) == 5 && path[0] == "pools":
		return b.poolParameter(path[1], path[2], path[3], path[4])
	case len(path) == 3 && path[0] == "markets":
		return b.marketParameter(path[1], path[2])
	case len(path) == 5 && path[0] == "markets" && path[2] == "instruments":
		return b.instrumentParameter(path[1], path[3], path[4])
	}
	return parameter{}, false
}

// find returns the place of an element that a key selects by id or index.
func find(byID map[string]int, n int, selector string) (int, bool) {
	if i, ok := byID[selector]; ok {
		return i, true
	}
	i, err := strconv.Atoi(selector)
	return i, err == nil && i >= 0 && i < n
}

func (b *builder) systemRatio() parameter {
	return parameter{
		read:  func(*model.System) fp.Int256 { return d18(b.cfg.System.MinLiquidityRatio.Decimal).Int256() },
		write: func(s *model.System, v fp.Int256) error { return s.SetMinLiquidityRatio(model.Owner, v.Uint256()) },
	}
}

func (b *builder) collateralParameter(id, key string) (parameter, bool) {
	i, ok := find(b.collaterals, len(b.w.Collaterals), id)
	field, known := collateralFields[key]
	if !ok || !known {
		return parameter{}, false
	}
	ct := b.w.Collaterals[i].CT
	return parameter{
		read: func(s *model.System) fp.Int256 {
			c := s.CollateralConfiguration(ct)
			return field(&c).Int256()
		},
		write: func(s *model.System, v fp.Int256) error {
			c := s.CollateralConfiguration(ct)
			*field(&c) = v.Uint256()
			// A stricter liquidation ratio takes the issuance ratio with it: the
			// protocol does not let the first exceed the second.
			if c.IssuanceRatio.Less(c.LiquidationRatio) {
				c.IssuanceRatio = c.LiquidationRatio
			}
			return s.ConfigureCollateral(model.Owner, ct, c)
		},
	}, true
}

func (b *builder) poolParameter(id, list, inner, key string) (parameter, bool) {
	i, ok := find(b.pools, len(b.w.Pools), id)
	if !ok {
		return parameter{}, false
	}
	pool := b.w.Pools[i].ID
	if list == "collaterals" {
		return b.poolCollateralParameter(i, inner, key)
	}
	m, ok := find(b.markets, len(b.w.Markets), inner)
	if !ok || list != "markets" || key != "weight" && key != "max_debt_share_value" {
		return parameter{}, false
	}
	market := b.w.Markets[m].ID
	return parameter{
		read: func(s *model.System) fp.Int256 {
			for _, mc := range s.PoolStorage(pool).Markets {
				if mc.MarketID == market {
					return poolMarketValue(mc, key)
				}
			}
			return fp.Int256{}
		},
		write: func(s *model.System, v fp.Int256) error {
			all := s.PoolStorage(pool).Markets
			for k := range all {
				if all[k].MarketID == market {
					setPoolMarket(&all[k], key, v)
				}
			}
			return s.SetPoolConfiguration(model.Owner, pool, all)
		},
	}, true
}

func poolMarketValue(mc model.MarketConfiguration, key string) fp.Int256 {
	if key == "weight" {
		return mc.Weight.WideInt()
	}
	return mc.MaxDebtShareValue.Wide()
}

func setPoolMarket(mc *model.MarketConfiguration, key string, v fp.Int256) {
	if key == "weight" {
		mc.Weight = v.Uint256().Uint128()
	} else {
		mc.MaxDebtShareValue = v.Int128()
	}
}

func (b *builder) poolCollateralParameter(pool int, collateral, key string) (parameter, bool) {
	i, ok := find(b.collaterals, len(b.w.Collaterals), collateral)
	field, known := poolCollateralFields[key]
	if !ok || !known {
		return parameter{}, false
	}
	id, ct := b.w.Pools[pool].ID, b.w.Collaterals[i].CT
	return parameter{
		read: func(s *model.System) fp.Int256 {
			c := s.PoolCollateralConfiguration(id, ct)
			return field(&c).Int256()
		},
		write: func(s *model.System, v fp.Int256) error {
			c := s.PoolCollateralConfiguration(id, ct)
			*field(&c) = v.Uint256()
			return s.SetPoolCollateralConfiguration(model.Owner, id, ct, c)
		},
	}, true
}

func (b *builder) marketParameter(id, key string) (parameter, bool) {
	i, ok := find(b.markets, len(b.w.Markets), id)
	if !ok {
		return parameter{}, false
	}
	market := b.w.Markets[i].ID
	if key == "min_liquidity_ratio" {
		return parameter{
			read: func(*model.System) fp.Int256 { return d18(b.cfg.Markets[i].MinLiquidityRatio.Decimal).Int256() },
			write: func(s *model.System, v fp.Int256) error {
				return s.SetMarketMinLiquidityRatio(model.Owner, market, v.Uint256())
			},
		}, true
	}
	field, known := spotFields[key]
	if !known || b.cfg.Markets[i].Kind != "spot" {
		return parameter{}, false
	}
	return parameter{
		read: func(s *model.System) fp.Int256 {
			c := sim.External(s, market).(*spot.Market).Config()
			return field(&c).Int256()
		},
		write: func(s *model.System, v fp.Int256) error {
			return sim.External(s, market).(*spot.Market).Configure(func(c *spot.Config) { *field(c) = v.Uint256() })
		},
	}, true
}

func (b *builder) instrumentParameter(id, instrument, key string) (parameter, bool) {
	i, ok := find(b.markets, len(b.w.Markets), id)
	field, known := instrumentFields[key]
	if !ok || !known || b.cfg.Markets[i].Kind != "perps" {
		return parameter{}, false
	}
	byID := map[string]int{}
	for k, in := range b.cfg.Markets[i].Instruments {
		byID[in.ID] = k
	}
	k, ok := find(byID, len(byID), instrument)
	if !ok {
		return parameter{}, false
	}
	market, number := b.w.Markets[i].ID, perps.InstrumentID(k+1)
	return parameter{
		read: func(s *model.System) fp.Int256 {
			c := sim.External(s, market).(*perps.Market).Instrument(number).Config()
			return field(&c).Int256()
		},
		write: func(s *model.System, v fp.Int256) error {
			return sim.External(s, market).(*perps.Market).ConfigureInstrument(number, func(c *perps.InstrumentConfig) { *field(c) = v.Uint256() })
		},
	}, true
}
