package configs

// System holds what the system owner sets (PROTOCOL.md §13.1).
type System struct {
	MinLiquidityRatio Ratio    `key:"min_liquidity_ratio" default:"1" min:"0.01" max:"1000" doc:"1.1 lets markets take 1/1.1 of debt per dollar of credit"`
	WithdrawTimeout   Duration `key:"withdraw_timeout" governed:"true" default:"1d" min:"0s" max:"10y" doc:"from an account's last action to its withdrawal"`
	MinDelegateTime   Duration `key:"min_delegate_time_max" governed:"true" default:"30d" min:"0s" max:"10y" doc:"cap on the minimum delegation time that markets ask for"`
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
	Markets     []PoolMarket     `key:"markets" most:"256" doc:"in the order of the configuration's markets: the protocol takes ascending ids; none is a pool without risk of markets"`
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
