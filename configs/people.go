package configs

// Distribution is a distribution of positive numbers.
type Distribution struct {
	Kind    string  `key:"kind" default:"constant" enum:"constant|uniform|lognormal|pareto"`
	Value   float64 `key:"value" kinds:"constant" required:"true" min:"0" max:"1e15" sized:"true"`
	From    float64 `key:"from" kinds:"uniform" required:"true" min:"0" max:"1e15" sized:"true"`
	To      float64 `key:"to" kinds:"uniform" required:"true" min:"0" max:"1e15" sized:"true"`
	Median  float64 `key:"median" kinds:"lognormal" required:"true" min:"(0" max:"1e15" sized:"true"`
	Sigma   float64 `key:"sigma" kinds:"lognormal" required:"true" min:"0" max:"10" doc:"standard deviation of the logarithm"`
	AtLeast float64 `key:"at_least" kinds:"lognormal" min:"0" max:"1e15" sized:"true" doc:"the part of the law from here on alone; at most the median"`
	Least   float64 `key:"least" kinds:"pareto" required:"true" min:"(0" max:"1e15" sized:"true"`
	Alpha   float64 `key:"alpha" kinds:"pareto" required:"true" min:"(0" max:"100" doc:"tail index"`
}

// LP is a population of liquidity providers.
type LP struct {
	ID            string        `key:"id" required:"true" id:"true"`
	Pool          string        `key:"pool" required:"true" ref:"pool"`
	Collateral    string        `key:"collateral" required:"true" ref:"collateral"`
	Count         int64         `key:"count" min:"1" max:"10000000" doc:"of positions that are drawn; none for a group of stated positions"`
	TotalUSD      Decimal       `key:"total_usd" default:"0" min:"0" max:"1e15" unit:"USD" doc:"instead of a count: positions are drawn until the collateral of the group, stated positions included, comes to this"`
	CollateralUSD *Distribution `key:"collateral_usd" unit:"USD" doc:"size of a position at the start"`
	CRatio        *Distribution `key:"c_ratio" doc:"C-ratio of a position at the start, to which it mints; none mints nothing"`

	Policy       string   `key:"policy" default:"passive" enum:"passive|target|top_up|de_risk|leave" doc:"what they do as prices move"`
	CheckEvery   Duration `key:"check_every" default:"1d" min:"1s" kinds:"target|top_up|de_risk|leave"`
	TargetCRatio Ratio    `key:"target_c_ratio" min:"(1" max:"1e6" kinds:"target|top_up|de_risk" required:"true" doc:"C-ratio that they return to"`
	ActBelow     Ratio    `key:"act_below" min:"(1" max:"1e6" kinds:"target|top_up|de_risk" required:"true" doc:"C-ratio below which they act"`
	MintAbove    Ratio    `key:"mint_above" default:"0" min:"0" max:"1e6" kinds:"target" doc:"C-ratio above which they mint more; 0 never"`
	AtStart      string   `key:"at_start" default:"admitted" enum:"admitted|mint_less|as_stated" doc:"positions that the protocol would admit, others are refused; mint_less: who would mint beyond the issuance ratio mints down to it; as_stated: any, smaller than the minimum delegation, at any C-ratio"`
	Draw         string   `key:"draw" default:"fixed" enum:"fixed|quantiles" doc:"fixed: one draw for all paths, by the seed, and intervals hold given this population; quantiles: the laws' own quantiles, the same for every seed"`
	WalletUSD    float64  `key:"wallet_usd" default:"0" min:"0" max:"1e15" kinds:"target|top_up|de_risk|leave" unit:"USD" doc:"what each has beside: collateral to top up with, USD to repay with otherwise"`
	MaxLoss      Ratio    `key:"max_loss" min:"(0" max:"10" kinds:"leave" required:"true" doc:"loss, relative to the collateral at the start, at which they leave"`
}

// Trader is a flow of orders to a market.
type Trader struct {
	ID           string       `key:"id" required:"true" id:"true"`
	Market       string       `key:"market" required:"true" ref:"market"`
	Instrument   string       `key:"instrument" doc:"of a perps market"`
	OrdersPerDay float64      `key:"orders_per_day" required:"true" min:"0" max:"1e6"`
	SizeUSD      Distribution `key:"size_usd" required:"true" unit:"USD"`
	Style        string       `key:"style" default:"noise" enum:"noise|momentum|contrarian|funding_arbitrage|informed|panic" doc:"what decides the side of an order"`
	Strength     float64      `key:"strength" default:"1" min:"0" max:"1000" kinds:"momentum|contrarian|funding_arbitrage|informed" doc:"how strongly it decides"`
	Lookback     Duration     `key:"lookback" default:"1d" min:"1s" kinds:"momentum|contrarian|panic"`
	PanicDrop    Ratio        `key:"panic_drop" default:"0.1" min:"(0" max:"1" kinds:"panic" doc:"fall within the lookback at which they close"`
	Leverage     float64      `key:"leverage" default:"3" min:"(0" max:"100" doc:"of perps margin accounts"`
	Accounts     int64        `key:"accounts" default:"0" min:"0" max:"1000000" doc:"individual margin accounts; 0 is aggregate flow, one account a side"`
	Margin       string       `key:"margin" ref:"market" doc:"spot market whose synths are the margin of individual accounts; USD by default"`
	Execution    string       `key:"execution" default:"atomic" enum:"atomic|async|wrapper" doc:"of orders to a spot market: at once, as asynchronous orders, or by wrapping collateral"`
	Referrer     string       `key:"referrer" doc:"a referrer of the market, who gets a share of the fees"`
}

// Liquidator liquidates positions and vaults.
type Liquidator struct {
	ID           string   `key:"id" required:"true" id:"true"`
	CheckEvery   Duration `key:"check_every" default:"1h" min:"1s"`
	Latency      Duration `key:"latency" default:"0s" min:"0s" doc:"from seeing to acting"`
	CostUSD      float64  `key:"cost_usd" default:"0" min:"0" max:"1e9" unit:"USD" doc:"cost of a liquidation"`
	MinProfitUSD float64  `key:"min_profit_usd" default:"0" min:"-1e9" max:"1e9" unit:"USD"`
	BudgetUSD    Decimal  `key:"budget_usd" default:"1e12" min:"0" max:"1e15" unit:"USD" doc:"USD that it has to repay vaults with"`
	Absent       Ratio    `key:"absent" default:"0" min:"0" max:"1" doc:"chance of missing a check (congestion)"`
	Vaults       string   `key:"vaults" default:"full" enum:"never|partial|full" doc:"how it liquidates vaults"`
	ToTreasury   bool     `key:"to_treasury" default:"false" doc:"positions go to the treasury"`
}

// Keeper pulls debt and rebalances pools.
type Keeper struct {
	ID        string   `key:"id" required:"true" id:"true"`
	Action    string   `key:"action" default:"rebalance" enum:"rebalance|distribute" doc:"rebalance pools, or only distribute markets' debt to pools"`
	Every     Duration `key:"every" default:"1d" min:"1s"`
	Deviation Ratio    `key:"deviation" default:"0" min:"0" max:"10" doc:"act only when a vault's value moved by more since the last time; 0 acts always"`
}

// Adversary can push the price that one market reads.
type Adversary struct {
	ID         string   `key:"id" required:"true" id:"true"`
	Market     string   `key:"market" required:"true" ref:"market" doc:"market that reads the pushed price"`
	Instrument string   `key:"instrument" doc:"of a perps market"`
	Push       Ratio    `key:"push" required:"true" min:"0" max:"10" doc:"how far it can push the price, up or down; 0 never does"`
	Every      Duration `key:"every" default:"1d" min:"1s" doc:"time between attacks"`
	When       string   `key:"when" default:"past_limit" enum:"past_limit|always" doc:"attacks only when the push carries a pool past its limit, or whenever it raises debt"`
	Rebalances int64    `key:"rebalances" default:"1" min:"0" max:"100" doc:"how often it has the pools behind the market rebalanced while the price is pushed"`
	Pool       string   `key:"pool" required:"true" ref:"pool" doc:"pool that it joins while the price is pushed"`
	Collateral string   `key:"collateral" required:"true" ref:"collateral"`
	StakeUSD   float64  `key:"stake_usd" default:"0" min:"0" max:"1e15" unit:"USD" doc:"collateral with which it joins; 0 does not join"`
	Liquidates bool     `key:"liquidates" default:"false" doc:"whether it liquidates positions while the price is pushed"`
	CostUSD    Decimal  `key:"cost_usd" default:"0" min:"0" max:"1e12" unit:"USD" doc:"cost of an attack"`
}

// Change sets a parameter at a date.
type Change struct {
	Key  string   `key:"key" required:"true" doc:"such as system.min_liquidity_ratio or collaterals[SNX].liquidation_ratio"`
	At   Duration `key:"at" required:"true" min:"0s"`
	To   Value    `key:"to" required:"true" doc:"a value that the key takes"`
	Ramp Duration `key:"ramp" default:"0s" min:"0s" doc:"time over which the change is spread evenly; none for an id or a word"`
}
