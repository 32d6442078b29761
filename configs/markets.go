package configs

// Market is a derivative market. What the owners of spot and perps markets set
// is all of PROTOCOL.md §13.2 and §13.3; docs/parameters.md tells which key is
// which.
type Market struct {
	ID                string   `key:"id" required:"true" id:"true"`
	Kind              string   `key:"kind" required:"true" enum:"spot|perps|scripted"`
	MinLiquidityRatio Ratio    `key:"min_liquidity_ratio" default:"0" min:"0" max:"1000" doc:"0 takes the system's"`
	MinDelegateTime   Duration `key:"min_delegate_time" governed:"true" default:"0s" min:"0s" max:"10y"`
	FailFrom          Duration `key:"fail_from" default:"0s" min:"0s" doc:"time from the start at which the market stops answering"`
	FailFor           Duration `key:"fail_for" default:"0s" min:"0s" doc:"how long; 0 never fails"`

	FeeCollectorShare Ratio      `key:"fee_collector_share" kinds:"spot|perps" default:"0" min:"0" max:"1" doc:"part of the fees that leaves the market instead of relieving LPs"`
	Referrers         []Referrer `key:"referrers" most:"256" kinds:"spot|perps" doc:"who gets a share of the fees of traders that name them"`
	StrictStaleness   Duration   `key:"strict_staleness" governed:"true" kinds:"spot|perps" default:"0s" min:"0s" max:"10y" doc:"oldest published price at which trades at the present price, withdrawals of margin and liquidations go on; 0 takes any"`
	SettlementLatency Duration   `key:"settlement_latency" kinds:"spot|perps" default:"0s" min:"0s" max:"30d" doc:"from the end of the delay to when keepers settle an order; what falls out of the window is cancelled"`

	Asset              string          `key:"asset" kinds:"spot" required:"true" ref:"asset"`
	BuySpread          Ratio           `key:"buy_spread" kinds:"spot" default:"0" min:"0" max:"10" doc:"how far the feed for purchases is above the asset's price"`
	SellSpread         Ratio           `key:"sell_spread" kinds:"spot" default:"0" min:"0" max:"1" doc:"how far the feed for sales, wrapping and debt is below it"`
	InitialSupply      Decimal         `key:"initial_supply" kinds:"spot" default:"0" min:"0" max:"1e15" unit:"synths" doc:"sold to traders at the start"`
	AtomicFixedFee     Ratio           `key:"atomic_fixed_fee" kinds:"spot" default:"0" min:"0" max:"1" doc:"of orders at once"`
	AsyncFixedFee      Ratio           `key:"async_fixed_fee" kinds:"spot" default:"0" min:"0" max:"1" doc:"of asynchronous orders"`
	TransactorFees     []TransactorFee `key:"transactor_fees" most:"256" kinds:"spot" doc:"fixed fees of single traders, instead of both"`
	SkewScale          Decimal         `key:"skew_scale" kinds:"spot" default:"0" min:"0" max:"1e15" unit:"synths" doc:"0 is no price impact"`
	UtilizationFeeRate Ratio           `key:"utilization_fee_rate" kinds:"spot" default:"0" min:"0" max:"1" doc:"per percentage point above full utilisation"`
	CollateralLeverage Decimal         `key:"collateral_leverage" kinds:"spot" default:"1" min:"(0" max:"1e6"`
	DecayRate          Ratio           `key:"decay_rate" kinds:"spot" default:"0" min:"0" max:"1" doc:"part of the synths that wallets lose in a year, step by step"`
	Wrapper            *Wrapper        `key:"wrapper" kinds:"spot"`
	Settlement         *Settlement     `key:"settlement" kinds:"spot" doc:"of asynchronous orders; none takes none"`

	Instruments           []Instrument `key:"instruments" most:"256" kinds:"perps" required:"true"`
	MaxUSDMargin          Decimal      `key:"max_usd_margin" kinds:"perps" default:"1e15" min:"0" max:"1e15" unit:"USD" doc:"of all accounts together"`
	Margins               []Margin     `key:"margins" most:"32" kinds:"perps" doc:"synths that are margin as well"`
	CollateralRewardRatio Ratio        `key:"collateral_liquidate_reward_ratio" kinds:"perps" default:"0" min:"0" max:"1" doc:"of the seized margin, to who liquidates"`
	MaxPositions          int64        `key:"max_positions_per_account" governed:"true" kinds:"perps" default:"64" min:"0" max:"1000"`
	MaxCollaterals        int64        `key:"max_collaterals_per_account" governed:"true" kinds:"perps" default:"8" min:"0" max:"1000"`
	Keeper                KeeperReward `key:"keeper_reward" kinds:"perps"`
	Interest              Interest     `key:"interest" kinds:"perps"`

	File string `key:"file" kinds:"scripted" required:"true" file:"true" doc:"CSV: timestamp_unix, reported_debt_usd, minimum_credit_usd, deposit_usd, withdraw_usd"`
}

// Referrer gets a share of the fixed fees of a spot market, or of the order
// fees of a perps market.
type Referrer struct {
	ID    string `key:"id" required:"true" id:"true" doc:"traders name it as their referrer"`
	Share Ratio  `key:"share" required:"true" min:"0" max:"1"`
}

// TransactorFee is the fixed fee of one trader.
type TransactorFee struct {
	Trader string `key:"trader" label:"true" required:"true" ref:"trader"`
	Fee    Ratio  `key:"fee" required:"true" min:"0" max:"1" doc:"0 is none: the market's own fee"`
}

// Wrapper lets a collateral be exchanged for a synth.
type Wrapper struct {
	Collateral string  `key:"collateral" governed:"true" required:"true" ref:"collateral"`
	MaxAmount  Decimal `key:"max_amount" required:"true" min:"0" max:"1e15" unit:"tokens"`
	WrapFee    Ratio   `key:"wrap_fee" default:"0" min:"-0.1" max:"1"`
	UnwrapFee  Ratio   `key:"unwrap_fee" default:"0" min:"-0.1" max:"1"`
}

// Settlement is the strategy by which asynchronous orders of a spot market
// settle.
type Settlement struct {
	Price           string   `key:"price" governed:"true" default:"benchmark" enum:"benchmark|current" doc:"that of the commitment, or that of the settlement"`
	Delay           Duration `key:"delay" governed:"true" default:"2s" min:"0s" max:"1d" doc:"0 counts as a second"`
	Window          Duration `key:"window" governed:"true" default:"1m" min:"1s" max:"30d"`
	Reward          Decimal  `key:"reward" default:"0" min:"0" max:"1e6" unit:"USD" doc:"to the keeper, out of the trader's amount"`
	MinimumUSD      Decimal  `key:"minimum_usd" default:"0" min:"0" max:"1e12" unit:"USD" doc:"an order is worth more than this and the reward"`
	MaxRoundingLoss Decimal  `key:"max_rounding_loss" default:"0" min:"0" max:"1e15" unit:"synths" doc:"that the escrow of sales may round away"`
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
	LiquidationWindow       Duration `key:"liquidation_window" governed:"true" default:"30s" min:"0s" max:"1d"`
	MaxLiquidationPD        Decimal  `key:"max_liquidation_pd" default:"0.0005" min:"0" max:"1"`
	EndorsedLiquidator      string   `key:"endorsed_liquidator" governed:"true" ref:"liquidator" doc:"one of the liquidators, which the windows do not bind and which gets no flag reward; none by default"`
	LockedOIRatio           Ratio    `key:"locked_oi_ratio" default:"0.5" min:"0" max:"100" doc:"credit that open interest needs"`
	SettlementDelay         Duration `key:"settlement_delay" governed:"true" default:"2s" min:"0s" max:"1d" doc:"0 counts as a second"`
	SettlementWindow        Duration `key:"settlement_window" governed:"true" default:"1m" min:"1s" max:"30d"`
	CommitmentPriceDelay    Duration `key:"commitment_price_delay" governed:"true" default:"0s" min:"0s" max:"1d" doc:"from the commitment to the price that settles the order; keepers wait for it"`
	SettlementReward        Decimal  `key:"settlement_reward" default:"0" min:"0" max:"1e6" unit:"USD"`
}

// Margin is a synth as margin collateral of a perps market.
type Margin struct {
	Synth          string  `key:"synth" label:"true" required:"true" ref:"market" doc:"a spot market"`
	MaxAmount      Decimal `key:"max_amount" required:"true" min:"0" max:"1e15" unit:"synths" doc:"of all accounts together; 0 takes no more"`
	UpperDiscount  Ratio   `key:"upper_discount" default:"0" min:"0" max:"1" doc:"most of its value that does not count"`
	LowerDiscount  Ratio   `key:"lower_discount" default:"0" min:"0" max:"1" doc:"least of its value that does not count"`
	DiscountScalar Decimal `key:"discount_scalar" default:"1" min:"0" max:"1e6" doc:"discount by amount over the spot market's skew scale"`
}

// KeeperReward guards what perps keepers are paid.
type KeeperReward struct {
	Min           Decimal `key:"min" default:"1" min:"0" max:"1e9" unit:"USD"`
	Max           Decimal `key:"max" default:"500" min:"0" max:"1e9" unit:"USD"`
	ProfitRatio   Decimal `key:"profit_ratio" default:"0.3" min:"0" max:"100"`
	ScalingRatio  Decimal `key:"scaling_ratio" default:"0.0003" min:"0" max:"100"`
	SettleCost    Decimal `key:"settle_cost" default:"0" min:"0" max:"1e6" unit:"USD" doc:"of settling an order, which the trader pays"`
	FlagCost      Decimal `key:"flag_cost" default:"0" min:"0" max:"1e6" unit:"USD" doc:"of flagging an account, per price feed"`
	LiquidateCost Decimal `key:"liquidate_cost" default:"1" min:"0" max:"1e6" unit:"USD"`
}

// Interest is what open interest pays for credit.
type Interest struct {
	LowGradient  Decimal `key:"low_gradient" default:"0" min:"0" max:"100" doc:"per percentage point of utilisation and year"`
	Breakpoint   Ratio   `key:"breakpoint" default:"0" min:"0" max:"1"`
	HighGradient Decimal `key:"high_gradient" default:"0" min:"0" max:"100"`
}
