package perps

import (
	"maps"
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
)

// Config is what the owner of the perps market sets for all instruments
// together (PROTOCOL.md §11.2, §13.3).
type Config struct {
	Rewards                        KeeperRewardGuards
	MaxPositions, MaxCollaterals   fp.Uint256 // per account
	Interest                       InterestParameters
	Collaterals                    map[model.MarketID]CollateralConfig
	CollateralLiquidateRewardRatio fp.Uint256 // D18
	FeeCollector                   fees.Collector
	Referrers                      fees.Referrers
}

// KeeperRewardGuards bound what keepers get for liquidations.
type KeeperRewardGuards struct {
	MinReward       fp.Uint256 // D18 USD
	MinProfitRatio  fp.Uint256 // D18, of the costs
	MaxReward       fp.Uint256 // D18 USD
	MaxScalingRatio fp.Uint256 // D18, of the seized margin
}

// InterestParameters give the yearly rate by utilization: gradients (D18) per
// percentage point below and above the breakpoint (D18).
type InterestParameters struct {
	LowGradient, Breakpoint, HighGradient fp.Uint256
}

// CollateralConfig is what may be deposited of a margin collateral, and how its
// value is discounted: by the amount over the spot market's skew scale times
// the scalar, at least Lower, at most Upper.
type CollateralConfig struct {
	MaxAmount      fp.Uint256 // D18, over all accounts
	Upper, Lower   fp.Uint256 // D18
	DiscountScalar fp.Uint256 // D18
	// Distributor is who gets what is seized of a synth; without one the synth
	// cannot be deposited.
	Distributor Distributor
}

// Distributor gives seized synths to the LPs of a pool, in vaults of the given
// collateral types.
type Distributor struct {
	Pool        model.PoolID
	Collaterals []model.CollateralID // none: there is no distributor
}

// Present reports whether there is a distributor.
func (d Distributor) Present() bool { return len(d.Collaterals) > 0 }

// InstrumentConfig is what the owner sets for one instrument. Ratios are D18.
type InstrumentConfig struct {
	SkewScale          fp.Uint256 // units; 0 turns premium and funding off
	MaxFundingVelocity fp.Uint256 // per day and day, D18
	MakerFee, TakerFee fp.Uint256
	MaxMarketSize      fp.Uint256 // units on one side
	MaxMarketValue     fp.Uint256 // D18 USD on one side; 0 is no limit
	InitialMarginRatio fp.Uint256 // per |size|/SkewScale
	MinInitialMargin   fp.Uint256 // ratio
	MaintenanceScalar  fp.Uint256
	FlagRewardRatio    fp.Uint256 // of the notional
	MinPositionMargin  fp.Uint256 // D18 USD
	LimitMultiplier    fp.Uint256 // of the liquidation capacity
	LiquidationWindow  fp.Uint256 // seconds
	MaxLiquidationPD   fp.Uint256
	EndorsedLiquidator model.Actor
	LockedOIRatio      fp.Uint256
	Strategies         []Strategy // by strategy id
	// StrictStaleness is how old (seconds) the index price may be for those who
	// take none but fresh ones; who sets it says when it is not. 0 takes any.
	StrictStaleness uint64
}

// Strategy tells how orders settle.
type Strategy struct {
	Delay, Window uint64     // seconds; a delay of 0 counts as 1
	Reward        fp.Uint256 // USD to who settles, besides the keeper cost
	Disabled      bool
	// PriceDelay is from the commitment to the price that settles the order
	// (seconds). Settlements take the benchmark price that is set; who sets it
	// looks after the time.
	PriceDelay uint64
}

// KeeperCosts is the feed of what keepers spend (D18 USD): to settle an order,
// to flag per price feed, and to liquidate.
type KeeperCosts struct {
	Settlement, FlagPerFeed, Liquidate fp.Uint256
}

// Config returns the configuration of the market, for reading only.
func (m *Market) Config() Config { return *m.config.Get() }

// Configure lets change edit a copy of the configuration and puts it in
// force. It fails with InvalidParameter when the minimum keeper reward is
// above the maximum, InvalidInterestRateParameters, InvalidReferrerShareRatio,
// ZeroAddress for a referrer who is nobody, or InvalidId when a collateral with
// a distributor is not a spot market's synth. The interest rate follows only at
// its next update.
func (m *Market) Configure(change func(*Config)) error {
	return m.sys.Transact(func() {
		c := *m.config.Get()
		c.Collaterals, c.Referrers = editable(c.Collaterals), editable(c.Referrers)
		change(&c)
		m.check(&c)
		m.watch.alarmAll()
		*m.config.Edit(m.sys.Journal()) = c
	})
}

func editable[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return M{}
	}
	return maps.Clone(m)
}

func (m *Market) check(c *Config) {
	if c.Rewards.MaxReward.Less(c.Rewards.MinReward) {
		fp.Throw(model.InvalidParameter{Parameter: "min/maxKeeperRewardUSD", Reason: "min > max"})
	}
	if c.Interest.HighGradient.Less(c.Interest.LowGradient) {
		fp.Throw(InvalidInterestRateParameters{c.Interest.LowGradient, c.Interest.HighGradient})
	}
	for referrer, share := range c.Referrers {
		if fp.UnitU256.Less(share) {
			fp.Throw(InvalidReferrerShareRatio{share})
		}
		if referrer == (model.Actor{}) {
			fp.Throw(ZeroAddress{})
		}
	}
	for id, cc := range c.Collaterals {
		if _, ok := m.findSynth(id); cc.Distributor.Present() && !ok {
			fp.Throw(InvalidId{id})
		}
	}
}

// Config returns the configuration of the instrument, for reading only.
func (i *Instrument) Config() InstrumentConfig { return *i.config.Get() }

// ConfigureInstrument lets change edit a copy of the configuration of an
// instrument and puts it in force. Funding is not recomputed: the time since
// its last update counts at the new parameters. It fails with InvalidMarket,
// or InvalidSettlementWindowDuration when the window of a strategy is 0.
func (m *Market) ConfigureInstrument(id InstrumentID, change func(*InstrumentConfig)) error {
	return m.sys.Transact(func() {
		i := m.mustInstrument(id)
		c := *i.config.Get()
		c.Strategies = slices.Clone(c.Strategies)
		change(&c)
		for k := range c.Strategies {
			if c.Strategies[k].Window == 0 {
				fp.Throw(InvalidSettlementWindowDuration{})
			}
			c.Strategies[k].Delay = max(c.Strategies[k].Delay, 1)
		}
		m.watch.alarmAll()
		*i.config.Edit(m.sys.Journal()) = c
	})
}
