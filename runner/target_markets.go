package runner

import (
	"slices"
	"strings"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/sim"
)

// field is a value (D18) within a configuration of the protocol.
type field[C any] struct {
	get func(*C) fp.Int256
	set func(*C, fp.Int256)
}

// unsigned is a field that is never negative.
func unsigned[C any](at func(*C) *fp.Uint256) field[C] {
	return field[C]{
		get: func(c *C) fp.Int256 { return at(c).Int256() },
		set: func(c *C, v fp.Int256) { *at(c) = v.Uint256() },
	}
}

// signed is a field of either sign.
func signed[C any](at func(*C) *fp.Int256) field[C] {
	return field[C]{
		get: func(c *C) fp.Int256 { return *at(c) },
		set: func(c *C, v fp.Int256) { *at(c) = v },
	}
}

// d18Of returns a whole number as D18.
func d18Of(n fp.Uint256) fp.Int256 { return n.Mul(fp.UnitU256).Int256() }

// wholeOf returns the whole part of a number (D18).
func wholeOf(v fp.Int256) fp.Uint256 { return v.Uint256().Quo(fp.UnitU256) }

// whole is a field that counts something, or seconds.
func whole[C any](at func(*C) *fp.Uint256) field[C] {
	return field[C]{
		get: func(c *C) fp.Int256 { return d18Of(*at(c)) },
		set: func(c *C, v fp.Int256) { *at(c) = wholeOf(v) },
	}
}

// seconds is a length of time.
func seconds[C any](at func(*C) *uint64) field[C] {
	return field[C]{
		get: func(c *C) fp.Int256 { return d18Of(fp.U256(*at(c))) },
		set: func(c *C, v fp.Int256) { *at(c) = wholeOf(v).Low64() },
	}
}

// entry is a field of a map, by its key.
func entry[C any, K comparable](of func(*C) map[K]fp.Uint256, key K) field[C] {
	return field[C]{
		get: func(c *C) fp.Int256 { return of(c)[key].Int256() },
		set: func(c *C, v fp.Int256) { of(c)[key] = v.Uint256() },
	}
}

// marketParameter finds what a key of a market changes: a key of its own, or of
// a section or list in it.
func (b *builder) marketParameter(id string, path []string) (parameter, bool) {
	i, ok := find(b.markets, len(b.w.Markets), id)
	if !ok {
		return parameter{}, false
	}
	m := &b.cfg.Markets[i]
	switch key := strings.Join(path, "."); {
	case key == "min_liquidity_ratio":
		return b.liquidityRatio(i), true
	case key == "min_delegate_time":
		return b.minDelegateTime(i), true
	case m.Kind == "spot":
		return b.spotParameter(i, m, path)
	case m.Kind == "perps" && path[0] == "keeper_reward":
		if p, ok := b.keeperCost(i, key); ok {
			return p, true
		}
		return b.perpsParameter(i, m, path)
	case m.Kind == "perps" && path[0] == "instruments" && len(path) == 3:
		return b.instrumentParameter(i, m, path[1], path[2])
	case m.Kind == "perps":
		return b.perpsParameter(i, m, path)
	}
	return parameter{}, false
}

func (b *builder) liquidityRatio(i int) parameter {
	market := b.w.Markets[i].ID
	return parameter{
		read: func(s *model.System) fp.Int256 { return s.MarketMinLiquidityRatio(market).Int256() },
		write: func(s *model.System, v fp.Int256) error {
			return s.SetMarketMinLiquidityRatio(model.Owner, market, v.Uint256())
		},
	}
}

func (b *builder) minDelegateTime(i int) parameter {
	market := b.w.Markets[i].ID
	return parameter{
		read: func(s *model.System) fp.Int256 { return d18Of(fp.U256(uint64(s.MarketMinDelegateTime(market)))) },
		write: func(s *model.System, v fp.Int256) error {
			return s.SetMarketMinDelegateTime(s.MarketAddress(market), market, uint32(wholeOf(v).Low64()))
		},
	}
}

var spotFields = map[string]field[spot.Config]{
	"atomic_fixed_fee":             unsigned(func(c *spot.Config) *fp.Uint256 { return &c.AtomicFixedFee }),
	"async_fixed_fee":              unsigned(func(c *spot.Config) *fp.Uint256 { return &c.AsyncFixedFee }),
	"skew_scale":                   unsigned(func(c *spot.Config) *fp.Uint256 { return &c.SkewScale }),
	"utilization_fee_rate":         unsigned(func(c *spot.Config) *fp.Uint256 { return &c.UtilizationFeeRate }),
	"collateral_leverage":          unsigned(func(c *spot.Config) *fp.Uint256 { return &c.CollateralLeverage }),
	"decay_rate":                   unsigned(func(c *spot.Config) *fp.Uint256 { return &c.DecayRate }),
	"fee_collector_share":          unsigned(func(c *spot.Config) *fp.Uint256 { return &c.FeeCollector.Share }),
	"wrapper.max_amount":           unsigned(func(c *spot.Config) *fp.Uint256 { return &c.Wrapper.MaxAmount }),
	"wrapper.wrap_fee":             signed(func(c *spot.Config) *fp.Int256 { return &c.WrapFee }),
	"wrapper.unwrap_fee":           signed(func(c *spot.Config) *fp.Int256 { return &c.UnwrapFee }),
	"settlement.reward":            unsigned(func(c *spot.Config) *fp.Uint256 { return &c.Strategies[0].Reward }),
	"settlement.minimum_usd":       unsigned(func(c *spot.Config) *fp.Uint256 { return &c.Strategies[0].MinimumUSD }),
	"settlement.max_rounding_loss": unsigned(func(c *spot.Config) *fp.Uint256 { return &c.Strategies[0].MaxRoundingLoss }),
	"settlement.delay":             seconds(func(c *spot.Config) *uint64 { return &c.Strategies[0].Delay }),
	"settlement.window":            seconds(func(c *spot.Config) *uint64 { return &c.Strategies[0].Window }),
	"settlement.price": {
		get: func(c *spot.Config) fp.Int256 { return truth(c.Strategies[0].CurrentPrice) },
		set: func(c *spot.Config, v fp.Int256) { c.Strategies[0].CurrentPrice = !v.IsZero() },
	},
	"strict_staleness": seconds(func(c *spot.Config) *uint64 { return &c.StrictStaleness }),
	"wrapper.collateral": {
		get: func(c *spot.Config) fp.Int256 { return fp.I256(int64(c.Wrapper.Collateral)) },
		set: func(c *spot.Config, v fp.Int256) {
			id, _ := v.Uint256().Uint64()
			c.Wrapper.Collateral = model.CollateralID(id)
		},
	},
}

// truth stands for one of two words.
func truth(x bool) fp.Int256 {
	if x {
		return fp.UnitI256
	}
	return fp.Int256{}
}

// spotWord tells what an id or word stands for as the value of a key; nil if
// that takes numbers.
func (b *builder) spotWord(key string) func(string) fp.Int256 {
	switch key {
	case "settlement.price":
		return func(text string) fp.Int256 { return truth(text == "current") }
	case "wrapper.collateral":
		return func(text string) fp.Int256 { return fp.I256(int64(b.w.Collaterals[b.collaterals[text]].CT)) }
	}
	return nil
}

func (b *builder) spotParameter(i int, m *configs.Market, path []string) (parameter, bool) {
	key := strings.Join(path, ".")
	f, ok := spotFields[key]
	switch {
	case path[0] == "wrapper" && m.Wrapper == nil || path[0] == "settlement" && m.Settlement == nil:
		return parameter{}, false
	case len(path) == 3 && path[0] == "referrers" && path[2] == "share":
		if at, known := chosen(m.Referrers, path[1], func(r configs.Referrer) string { return r.ID }); known {
			f, ok = entry(func(c *spot.Config) map[model.Actor]fp.Uint256 { return c.Referrers }, referrer(m.ID, m.Referrers[at].ID)), true
		}
	case len(path) == 3 && path[0] == "transactor_fees" && path[2] == "fee":
		if at, known := chosen(m.TransactorFees, path[1], func(t configs.TransactorFee) string { return t.Trader }); known {
			f, ok = entry(func(c *spot.Config) map[model.Actor]fp.Uint256 { return c.TransactorFees }, agents.SpotWallet(m.TransactorFees[at].Trader)), true
		}
	}
	if !ok {
		return parameter{}, false
	}
	id := b.w.Markets[i].ID
	market := func(s *model.System) *spot.Market { return sim.External(s, id).(*spot.Market) }
	return parameter{
		word: b.spotWord(key),
		read: func(s *model.System) fp.Int256 {
			c := market(s).Config()
			return f.get(&c)
		},
		write: func(s *model.System, v fp.Int256) error {
			err := market(s).Configure(func(c *spot.Config) {
				f.set(c, v)
				c.FeeCollector.Account = collectorAccount(m.ID, c.FeeCollector.Share)
			})
			if err == nil && path[0] == "wrapper" {
				// The core has a limit of its own, which goes along.
				w := market(s).Config().Wrapper
				err = s.ConfigureMaximumMarketCollateral(model.Owner, id, w.Collateral, w.MaxAmount)
			}
			return err
		},
	}, true
}

// chosen returns the place of an element that a key selects by id or index.
func chosen[E any](list []E, selector string, id func(E) string) (int, bool) {
	if i := slices.IndexFunc(list, func(e E) bool { return id(e) == selector }); i >= 0 {
		return i, true
	}
	return find(nil, len(list), selector)
}
