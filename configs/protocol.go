package configs

// System holds what the system owner sets (PROTOCOL.md §13.1).
type System struct {
	MinLiquidityRatio Ratio    `key:"min_liquidity_ratio" default:"1" min:"0.01" max:"1000" doc:"1.1 lets markets take 1/1.1 of debt per dollar of credit"`
	WithdrawTimeout   Duration `key:"withdraw_timeout" default:"1d" min:"0s" max:"10y" doc:"from an account's last action to its withdrawal"`
	MinDelegateTime   Duration `key:"min_delegate_time_max" default:"30d" min:"0s" max:"10y" doc:"cap on the minimum delegation time that markets ask for"`
	TreasuryPool      string   `key:"treasury_pool" ref:"pool" doc:"pool of the treasury that takes over liquidated positions; none by default"`
}

// Collateral is a collateral type.
type Collateral struct {
	ID                string  `key:"id" required:"true" id:"true"`
	Asset             string  `key:"asset" ref:"asset" doc:"asset that gives its price; default is the asset of the same id"`
	Decimals          int64   `key:"decimals" default:"18" min:"0" max:"36" doc:"of the token"`
	IssuanceRatio     Ratio   `key:"issuance_ratio" required:"true" min:"(1" max:"1e6" doc:"least C-ratio after minting or withdrawing"`
	LiquidationRatio  Ratio   `key:"liquidation_ratio" required:"true" min:"(1" max:"1e6" doc:"C-ratio below which positions and vaults are liquidated"`
	LiquidationReward Decimal `key:"liquidation_reward" default:"0" min:"0" max:"1e15" unit:"tokens"`
	MinDelegation     Decimal `key:"min_delegation" default:"0" min:"0" max:"1e15" unit:"tokens" doc:"at least the liquidation reward"`
}

// Pool is a pool of the protocol.
type Pool struct {
	ID          string           `key:"id" required:"true" id:"true"`
	Markets     []PoolMarket     `key:"markets" most:"256" required:"true" doc:"in the order of the configuration's markets: the protocol takes ascending ids"`
	Collaterals []PoolCollateral `key:"collaterals" most:"32" doc:"limits and stricter issuance ratios; collateral types left out have neither"`
}

// PoolMarket is a market in the list of a pool.
type PoolMarket struct {
	Market            string  `key:"market" label:"true" required:"true" ref:"market"`
	Weight            Decimal `key:"weight" default:"1" min:"(0" max:"1e15" doc:"share of the pool's credit, relative to the others"`
	MaxDebtShareValue Decimal `key:"max_debt_share_value" default:"1" min:"-1e9" max:"1e9" unit:"USD" doc:"stop-loss: greatest debt per dollar of credit"`
}

// PoolCollateral is what a pool owner sets for a collateral type.
type PoolCollateral struct {
	Collateral    string  `key:"collateral" label:"true" required:"true" ref:"collateral"`
	Limit         Decimal `key:"limit" default:"0" min:"0" max:"1e15" unit:"tokens" doc:"0 is none"`
	IssuanceRatio Ratio   `key:"issuance_ratio" default:"0" min:"0" max:"1e6" doc:"stricter than the system's; 0 is none"`
}

// Market is a derivative market.
type Market struct {
	ID                string   `key:"id" required:"true" id:"true"`
	Kind              string   `key:"kind" required:"true" enum:"spot|perps|scripted"`
	MinLiquidityRatio Ratio    `key:"min_liquidity_ratio" default:"0" min:"0" max:"1000" doc:"0 takes the system's"`
	MinDelegateTime   Duration `key:"min_delegate_time" default:"0s" min:"0s" max:"10y"`
	FailFrom          Duration `key:"fail_from" default:"0s" min:"0s" doc:"time from the start at which the market stops answering"`
	FailFor           Duration `key:"fail_for" default:"0s" min:"0s" doc:"how long; 0 never fails"`

	Asset              string   `key:"asset" kinds:"spot" required:"true" ref:"asset"`
	InitialSupply      Decimal  `key:"initial_supply" kinds:"spot" default:"0" min:"0" max:"1e15" unit:"synths" doc:"sold to traders at the start"`
	AtomicFixedFee     Ratio    `key:"atomic_fixed_fee" kinds:"spot" default:"0" min:"0" max:"1"`
	SkewScale          Decimal  `key:"skew_scale" kinds:"spot" default:"0" min:"0" max:"1e15" unit:"synths" doc:"0 is no price impact"`
	UtilizationFeeRate Ratio    `key:"utilization_fee_rate" kinds:"spot" default:"0" min:"0" max:"1" doc:"per percentage point above full utilisation"`
	CollateralLeverage Decimal  `key:"collateral_leverage" kinds:"spot" default:"1" min:"(0" max:"1e6"`
	FeeCollectorShare  Ratio    `key:"fee_collector_share" kinds:"spot|perps" default:"0" min:"0" max:"1" doc:"part of the fees that leaves the market instead of relieving LPs"`
	Wrapper            *Wrapper `key:"wrapper" kinds:"spot"`

	Instruments           []Instrument `key:"instruments" most:"64" kinds:"perps" required:"true"`
	CollateralRewardRatio Ratio        `key:"collateral_liquidate_reward_ratio" kinds:"perps" default:"0" min:"0" max:"1" doc:"of the seized margin, to who liquidates"`
	MaxPositions          int64        `key:"max_positions_per_account" kinds:"perps" default:"64" min:"1" max:"1000"`
	Keeper                KeeperReward `key:"keeper_reward" kinds:"perps"`
	Interest              Interest     `key:"interest" kinds:"perps"`

	File string `key:"file" kinds:"scripted" required:"true" file:"true" doc:"CSV: timestamp_unix, reported_debt_usd, minimum_credit_usd, deposit_usd, withdraw_usd"`
}

// Wrapper lets a collateral be exchanged for a synth.
type Wrapper struct {
	Collateral string  `key:"collateral" required:"true" ref:"collateral"`
	MaxAmount  Decimal `key:"max_amount" required:"true" min:"0" max:"1e15" unit:"tokens"`
	WrapFee    Ratio   `key:"wrap_fee" default:"0" min:"-0.1" max:"1"`
	UnwrapFee  Ratio   `key:"unwrap_fee" default:"0" min:"-0.1" max:"1"`
}

// Instrument is a perpetual future.
type Instrument struct {
	ID                 string  `key:"id" required:"true" id:"true"`
	Asset              string  `key:"asset" required:"true" ref:"asset"`
	SkewScale          Decimal `key:"skew_scale" required:"true" min:"(0" max:"1e15" unit:"units"`
	MaxFundingVelocity Decimal `key:"max_funding_velocity" default:"9" min:"0" max:"1e6" unit:"rate per day per day"`
	MakerFee           Ratio   `key:"maker_fee" default:"0.0001" min:"0" max:"1"`
	TakerFee           Ratio   `key:"taker_fee" default:"0.0005" min:"0" max:"1"`
	MaxMarketSize      Decimal `key:"max_market_size" default:"1e12" min:"0" max:"1e15" unit:"units a side"`
	MaxMarketValue     Decimal `key:"max_market_value" default:"0" min:"0" max:"1e15" unit:"USD" doc:"0 is no limit"`

	InitialMarginRatio      Decimal  `key:"initial_margin_ratio" default:"1" min:"0" max:"1e6"`
	MinInitialMarginRatio   Decimal  `key:"minimum_initial_margin_ratio" default:"0.02" min:"0" max:"1e3"`
	MaintenanceMarginScalar Decimal  `key:"maintenance_margin_scalar" default:"0.28" min:"0" max:"10"`
	FlagRewardRatio         Decimal  `key:"flag_reward_ratio" default:"0.0003" min:"0" max:"1"`
	MinimumPositionMargin   Decimal  `key:"minimum_position_margin" default:"0" min:"0" max:"1e9" unit:"USD"`
	LiquidationMultiplier   Decimal  `key:"liquidation_limit_multiplier" default:"1.5" min:"0" max:"1e6"`
	LiquidationWindow       Duration `key:"liquidation_window" default:"30s" min:"0s" max:"1d"`
	MaxLiquidationPD        Decimal  `key:"max_liquidation_pd" default:"0.0005" min:"0" max:"1"`
	LockedOIRatio           Ratio    `key:"locked_oi_ratio" default:"0.5" min:"0" max:"100" doc:"credit that open interest needs"`
	SettlementDelay         Duration `key:"settlement_delay" default:"2s" min:"0s" max:"1d"`
	SettlementWindow        Duration `key:"settlement_window" default:"1m" min:"1s" max:"1d"`
	SettlementReward        Decimal  `key:"settlement_reward" default:"0" min:"0" max:"1e6" unit:"USD"`
}

// KeeperReward guards what perps keepers are paid.
type KeeperReward struct {
	Min           Decimal `key:"min" default:"1" min:"0" max:"1e9" unit:"USD"`
	Max           Decimal `key:"max" default:"500" min:"0" max:"1e9" unit:"USD"`
	ProfitRatio   Decimal `key:"profit_ratio" default:"0.3" min:"0" max:"100"`
	ScalingRatio  Decimal `key:"scaling_ratio" default:"0.0003" min:"0" max:"100"`
	LiquidateCost Decimal `key:"liquidate_cost" default:"1" min:"0" max:"1e6" unit:"USD"`
}

// Interest is what open interest pays for credit.
type Interest struct {
	LowGradient  Decimal `key:"low_gradient" default:"0" min:"0" max:"100" doc:"per percentage point of utilisation and year"`
	Breakpoint   Ratio   `key:"breakpoint" default:"0" min:"0" max:"1"`
	HighGradient Decimal `key:"high_gradient" default:"0" min:"0" max:"100"`
}
