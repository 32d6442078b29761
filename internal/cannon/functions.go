package cannon

// unit says what an argument's integer means.
type unit int

const (
	d18     unit = iota // 10^18 is 1
	seconds             // of time
	plain               // a count
)

// arg is an argument that carries a parameter.
type arg struct {
	at    int
	name  string // of the parameter, as the results call it
	unit  unit
	field string // of the struct at that place, "" for the argument itself
	index int    // of the field where the struct is written as a list
}

// function is a function of the contracts that sets parameters. Its subject is
// its first argument where scope says so.
type function struct {
	scope scope
	args  []arg
}

type scope string

const (
	core       scope = "core"
	collateral scope = "collateral"
	perps      scope = "perps"      // all instruments together
	instrument scope = "instrument" // the first argument
	spot       scope = "spot"       // the first argument
)

// perpsStrategy and spotStrategy are the structs of settlement strategies.
func perpsStrategy(at int) []arg {
	return []arg{
		{at, "settlement_delay_s", seconds, "settlementDelay", 1},
		{at, "settlement_window_s", seconds, "settlementWindowDuration", 2},
		{at, "settlement_reward", d18, "settlementReward", 5},
		{at, "commitment_price_delay_s", seconds, "commitmentPriceDelay", 7},
	}
}

func spotStrategy(at int) []arg {
	return []arg{
		{at, "settlement_delay_s", seconds, "settlementDelay", 1},
		{at, "settlement_window_s", seconds, "settlementWindowDuration", 2},
		{at, "settlement_reward", d18, "settlementReward", 6},
		{at, "settlement_minimum_usd", d18, "minimumUsdExchangeAmount", 8},
		{at, "settlement_max_rounding_loss", d18, "maxRoundingLoss", 9},
	}
}

// functions are those of which the number of arguments, or nothing else, tells
// what they set: name/number of arguments.
var functions = map[string]function{
	"setFundingParameters/3": {instrument, []arg{{1, "skew_scale", d18, "", 0}, {2, "max_funding_velocity", d18, "", 0}}},
	"setOrderFees/3":         {instrument, []arg{{1, "maker_fee", d18, "", 0}, {2, "taker_fee", d18, "", 0}}},
	"setMaxMarketSize/2":     {instrument, []arg{{1, "max_market_size", d18, "", 0}}},
	"setMaxMarketValue/2":    {instrument, []arg{{1, "max_market_value", d18, "", 0}}},
	"setLockedOiRatio/2":     {instrument, []arg{{1, "locked_oi_ratio", d18, "", 0}}},
	"setLiquidationParameters/6": {instrument, []arg{
		{1, "initial_margin_ratio", d18, "", 0}, {2, "minimum_initial_margin_ratio", d18, "", 0}, {3, "maintenance_margin_scalar", d18, "", 0},
		{4, "flag_reward_ratio", d18, "", 0}, {5, "minimum_position_margin", d18, "", 0},
	}},
	"setMaxLiquidationParameters/5": {instrument, []arg{
		{1, "liquidation_limit_multiplier", d18, "", 0}, {2, "liquidation_window_s", seconds, "", 0}, {3, "max_liquidation_pd", d18, "", 0},
	}},
	"updatePriceData/3": {instrument, []arg{{2, "strict_staleness_s", seconds, "", 0}}},

	"setKeeperRewardGuards/4": {perps, []arg{
		{0, "keeper_min", d18, "", 0}, {1, "keeper_profit_ratio", d18, "", 0}, {2, "keeper_max", d18, "", 0}, {3, "keeper_scaling_ratio", d18, "", 0},
	}},
	"setPerAccountCaps/2": {perps, []arg{{0, "max_positions_per_account", plain, "", 0}, {1, "max_collaterals_per_account", plain, "", 0}}},
	"setInterestRateParameters/3": {perps, []arg{
		{0, "interest_low_gradient", d18, "", 0}, {1, "interest_breakpoint", d18, "", 0}, {2, "interest_high_gradient", d18, "", 0},
	}},
	"setCollateralLiquidateRewardRatio/1": {perps, []arg{{0, "collateral_liquidate_reward_ratio", d18, "", 0}}},

	"setAtomicFixedFee/2":        {spot, []arg{{1, "atomic_fixed_fee", d18, "", 0}}},
	"setAsyncFixedFee/2":         {spot, []arg{{1, "async_fixed_fee", d18, "", 0}}},
	"setMarketSkewScale/2":       {spot, []arg{{1, "skew_scale", d18, "", 0}}},
	"setMarketUtilizationFees/2": {spot, []arg{{1, "utilization_fee_rate", d18, "", 0}}},
	"setCollateralLeverage/2":    {spot, []arg{{1, "collateral_leverage", d18, "", 0}}},
	"setDecayRate/2":             {spot, []arg{{1, "decay_rate", d18, "", 0}}},
	"setWrapper/3":               {spot, []arg{{2, "wrapper_max_amount", d18, "", 0}}},
	"setWrapperFees/3":           {spot, []arg{{1, "wrap_fee", d18, "", 0}, {2, "unwrap_fee", d18, "", 0}}},
	"updatePriceData/4":          {spot, []arg{{3, "strict_staleness_s", seconds, "", 0}}},

	"setMinLiquidityRatio/1": {core, []arg{{0, "min_liquidity_ratio", d18, "", 0}}},
	"configureCollateral/1": {collateral, []arg{
		{0, "issuance_ratio", d18, "issuanceRatioD18", 1}, {0, "liquidation_ratio", d18, "liquidationRatioD18", 2},
		{0, "liquidation_reward", d18, "liquidationRewardD18", 3}, {0, "min_delegation", d18, "minDelegationD18", 6},
	}},
}

// instrumentParameters are the parameters of a perps instrument, in the order of
// tables.
var instrumentParameters = []string{
	"skew_scale", "max_funding_velocity", "maker_fee", "taker_fee", "max_market_size", "max_market_value",
	"initial_margin_ratio", "minimum_initial_margin_ratio", "maintenance_margin_scalar", "flag_reward_ratio", "minimum_position_margin",
	"liquidation_limit_multiplier", "liquidation_window_s", "max_liquidation_pd", "locked_oi_ratio",
	"settlement_delay_s", "settlement_window_s", "settlement_reward", "commitment_price_delay_s",
}

// silent are functions that set nothing a simulation knows: names, owners,
// lists of addresses, feeds.
var silent = map[string]bool{
	"createPool": true, "setPoolName": true, "setPreferredPool": true, "addApprovedPool": true, "createMarket": true, "createSynth": true,
	"nominateNewOwner": true, "acceptOwnership": true, "nominatePoolOwner": true, "acceptPoolOwnership": true, "addToFeatureFlagAllowlist": true,
	"setDeniers": true, "initOrUpgradeToken": true, "initOrUpgradeNft": true, "initOrUpgradeSystem": true, "registerUnmanagedSystem": true, "setSynthetix": true,
	"setSpotMarketFactory": true, "initializeFactory": true, "setPerpsMarketName": true, "setSupportedCrossChainNetworks": true,
	"upgradeTo": true, "setOracleManager": true, "configureOracleManager": true, "updateSynthImplementation": true, "setSynthImplementation": true,
	"nominateMarketOwner": true, "acceptMarketOwnership": true, "registerNode": true, "approve": true, "mint": true, "transfer": true, "updateKeeperCostNodeId": true,
}
