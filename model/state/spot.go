package state

import fp "backtest/model/fixedpoint"

// Spot is the spot market of one synth.
type Spot struct {
	AsyncFixedFee      fp.Uint256     `json:"asyncFixedFee,omitzero"`
	AtomicFixedFee     fp.Uint256     `json:"atomicFixedFee,omitzero"`
	BenchmarkPrice     fp.Int256      `json:"benchmarkPrice,omitzero"`
	BuyPrice           fp.Int256      `json:"buyPrice,omitzero"`
	CollateralLeverage fp.Uint256     `json:"collateralLeverage,omitzero"`
	DecayRate          fp.Uint256     `json:"decayRate,omitzero"`
	Decayed            uint64         `json:"decayed,string,omitzero"` // when it last decayed
	EscrowShares       fp.Uint256     `json:"escrowShares,omitzero"`
	FeeCollector       FeeCollector   `json:"feeCollector,omitzero"`
	Orders             []SpotOrder    `json:"orders,omitempty"`    // 1, 2, 3…
	Referrers          []Share        `json:"referrers,omitempty"` // by actor
	SellPrice          fp.Int256      `json:"sellPrice,omitzero"`
	SkewScale          fp.Uint256     `json:"skewScale,omitzero"`
	Stale              bool           `json:"stale,omitzero"` // the prices, for those who take none but fresh ones
	Strategies         []SpotStrategy `json:"strategies,omitempty"`
	StrictStaleness    uint64         `json:"strictStaleness,string,omitzero"`
	Synth              string         `json:"synth"`                    // a collateral type
	TransactorFees     []Share        `json:"transactorFees,omitempty"` // by actor
	UnwrapFee          fp.Int256      `json:"unwrapFee,omitzero"`
	UtilizationFeeRate fp.Uint256     `json:"utilizationFeeRate,omitzero"`
	WrapCollateral     string         `json:"wrapCollateral,omitzero"`
	WrapFee            fp.Int256      `json:"wrapFee,omitzero"`
	WrapMaxAmount      fp.Uint256     `json:"wrapMaxAmount,omitzero"`
}

// FeeCollector asks for a share of what it is offered.
type FeeCollector struct {
	Account string     `json:"account,omitzero"`
	Share   fp.Uint256 `json:"share,omitzero"`
}

// Share is a ratio for an actor.
type Share struct {
	Actor string     `json:"actor"`
	Share fp.Uint256 `json:"share,omitzero"`
}

// SpotStrategy tells how asynchronous orders settle.
type SpotStrategy struct {
	CurrentPrice    bool       `json:"currentPrice,omitzero"`
	Delay           uint64     `json:"delay,string,omitzero"`
	MaxRoundingLoss fp.Uint256 `json:"maxRoundingLoss,omitzero"`
	MinimumUSD      fp.Uint256 `json:"minimumUsd,omitzero"`
	Reward          fp.Uint256 `json:"reward,omitzero"`
	Window          uint64     `json:"window,string,omitzero"`
}

// SpotOrder is an asynchronous order.
type SpotOrder struct {
	Committed uint64     `json:"committed,string,omitzero"`
	Escrowed  fp.Uint256 `json:"escrowed,omitzero"` // USD of a buy, shares of the escrow of a sell
	Minimum   fp.Uint256 `json:"minimum,omitzero"`
	Owner     string     `json:"owner,omitzero"`
	Referrer  string     `json:"referrer,omitzero"`
	Sell      bool       `json:"sell,omitzero"`
	SettledAt uint64     `json:"settledAt,string,omitzero"`
	Strategy  ID         `json:"strategy,omitzero"`
}
