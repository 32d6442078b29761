package runner

import (
	"fmt"
	"strconv"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// parameter is what governance can change while a path runs: a value (D18) of
// the system's, a collateral type's, a pool's or a market's configuration. Of a
// length of time it is the seconds, and a fraction of one is dropped, as of a
// count. For ids and words, word tells the value that stands for one.
type parameter struct {
	read  func(*model.System) fp.Int256
	write func(*model.System, fp.Int256) error
	word  func(text string) fp.Int256
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
)

// parameterError tells which keys governance may change.
func parameterError(i int, key string) error {
	return &InputError{fmt.Sprintf("governance[%d].key", i), fmt.Errorf("found %q, allowed: system.min_liquidity_ratio, "+
		"system.withdraw_timeout, system.min_delegate_time_max, or what governance sets of collaterals[ID], pools[ID].markets[ID], pools[ID].collaterals[ID] or markets[ID]", key)}
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
		return systemRatio(), true
	case key == "system.withdraw_timeout":
		return systemTime(model.ConfigAccountTimeoutWithdraw), true
	case key == "system.min_delegate_time_max":
		return systemTime(model.ConfigMarketMinDelegateTimeMax), true
	case len(path) == 3 && path[0] == "collaterals":
		return b.collateralParameter(path[1], path[2])
	case len(path) == 5 && path[0] == "pools":
		return b.poolParameter(path[1], path[2], path[3], path[4])
	case len(path) >= 3 && path[0] == "markets":
		return b.marketParameter(path[1], path[2:])
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

func systemRatio() parameter {
	return parameter{
		read:  func(s *model.System) fp.Int256 { return s.MinLiquidityRatio().Int256() },
		write: func(s *model.System, v fp.Int256) error { return s.SetMinLiquidityRatio(model.Owner, v.Uint256()) },
	}
}

// systemTime is a length of time among the system's settings.
func systemTime(key string) parameter {
	return parameter{
		read: func(s *model.System) fp.Int256 { return d18Of(s.Config(key)) },
		write: func(s *model.System, v fp.Int256) error {
			return s.SetConfig(model.Owner, key, wholeOf(v))
		},
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
	m, ok := chosen(b.cfg.Pools[i].Markets, inner, func(m configs.PoolMarket) string { return m.Market })
	if !ok || list != "markets" || key != "weight" && key != "max_debt_share_value" {
		return parameter{}, false
	}
	market := b.w.Markets[b.markets[b.cfg.Pools[i].Markets[m].Market]].ID
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
	i, ok := chosen(b.cfg.Pools[pool].Collaterals, collateral, func(c configs.PoolCollateral) string { return c.Collateral })
	field, known := poolCollateralFields[key]
	if !ok || !known {
		return parameter{}, false
	}
	ct := b.w.Collaterals[b.collaterals[b.cfg.Pools[pool].Collaterals[i].Collateral]].CT
	id := b.w.Pools[pool].ID
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
