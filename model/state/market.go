package state

import fp "backtest/model/fixedpoint"

// Distribution spreads value over shares.
type Distribution struct {
	TotalShares   fp.Uint128 `json:"totalShares,omitzero"`
	ValuePerShare fp.D27     `json:"valuePerShare,omitzero"`
}

// Market is the core's side of a market.
type Market struct {
	Address                      string       `json:"address"` // the actor whose calls it takes
	CreditCapacity               fp.Int128    `json:"creditCapacity,omitzero"`
	DepositedCollateral          []Amount     `json:"depositedCollateral,omitempty"` // in order of first use
	External                     External     `json:"external"`
	ID                           ID           `json:"id"`
	InRangePools                 []HeapNode   `json:"inRangePools,omitempty"` // a max-heap by minus the limit
	LastDistributedMarketBalance fp.Int128    `json:"lastDistributedMarketBalance,omitzero"`
	MaximumDepositable           []Amount     `json:"maximumDepositable,omitempty"` // in the order of the collateral types
	MinDelegateTime              uint32       `json:"minDelegateTime,string,omitzero"`
	MinLiquidityRatio            fp.Uint256   `json:"minLiquidityRatio,omitzero"` // 0 is the system's
	NetIssuance                  fp.Int128    `json:"netIssuance,omitzero"`
	OutRangePools                []HeapNode   `json:"outRangePools,omitempty"` // a max-heap by the limit
	Pools                        []MarketPool `json:"pools,omitempty"`         // by pool
	PoolsDebtDistribution        Distribution `json:"poolsDebtDistribution,omitzero"`
}

// Amount is an amount of a collateral type (tokens D18).
type Amount struct {
	Amount     fp.Uint256 `json:"amount,omitzero"`
	Collateral string     `json:"collateral"`
}

// HeapNode is a pool in a heap of a market.
type HeapNode struct {
	Pool     ID        `json:"pool"`
	Priority fp.Int128 `json:"priority,omitzero"`
}

// MarketPool is a pool as an actor of a market, and what the market remembers
// of one that is out of range.
type MarketPool struct {
	CreditCapacityAmount fp.Uint128 `json:"creditCapacityAmount,omitzero"`
	LastValuePerShare    fp.D27     `json:"lastValuePerShare,omitzero"`
	PendingDebt          fp.Uint128 `json:"pendingDebt,omitzero"`
	Pool                 ID         `json:"pool"`
	Shares               fp.Uint128 `json:"shares,omitzero"`
}

// External is the market behind a core market: one of its kinds, and when it
// does not answer.
type External struct {
	Outages  []Outage  `json:"outages,omitempty"`
	Perps    *Perps    `json:"perps,omitempty"`
	Scripted *Scripted `json:"scripted,omitempty"`
	Simple   *Simple   `json:"simple,omitempty"`
	Spot     *Spot     `json:"spot,omitempty"`
}

// Outage is a span of time in which a market reverts: from From until before
// Until.
type Outage struct {
	From  uint64 `json:"from,string,omitzero"`
	Until uint64 `json:"until,string,omitzero"`
}

// Simple is a market with settable answers; failures are the codes that it
// reverts with.
type Simple struct {
	MinimumCredit        fp.Uint256 `json:"minimumCredit,omitzero"`
	MinimumCreditFailure uint64     `json:"minimumCreditFailure,string,omitzero"`
	ReportedDebt         fp.Uint256 `json:"reportedDebt,omitzero"`
	ReportedDebtFailure  uint64     `json:"reportedDebtFailure,string,omitzero"`
}

// Scripted is a market that follows rows. Flowed of them have had their USD
// flow, Imported USD came from another chain for that.
type Scripted struct {
	Bridge   bool        `json:"bridge,omitzero"`
	Flowed   uint64      `json:"flowed,string,omitzero"`
	Imported fp.Uint256  `json:"imported,omitzero"`
	Rows     []ScriptRow `json:"rows,omitempty"` // ascending in time
	Wallet   string      `json:"wallet,omitzero"`
}

// ScriptRow is what a scripted market reports from a time on, and the USD that
// flow at that time.
type ScriptRow struct {
	Deposit       fp.Uint256 `json:"deposit,omitzero"`
	MinimumCredit fp.Uint256 `json:"minimumCredit,omitzero"`
	ReportedDebt  fp.Uint256 `json:"reportedDebt,omitzero"`
	Time          uint64     `json:"time,string,omitzero"`
	Withdraw      fp.Uint256 `json:"withdraw,omitzero"`
}
