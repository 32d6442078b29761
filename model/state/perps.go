package state

import fp "backtest/model/fixedpoint"

// Perps is the perps market: its global state, instruments and accounts.
type Perps struct {
	Accounts                       []PerpsAccount    `json:"accounts,omitempty"` // by id
	CollateralLiquidateRewardRatio fp.Uint256        `json:"collateralLiquidateRewardRatio,omitzero"`
	Collaterals                    []PerpsCollateral `json:"collaterals,omitempty"` // by id
	FeeCollector                   FeeCollector      `json:"feeCollector,omitzero"`
	FlagPerFeedCost                fp.Uint256        `json:"flagPerFeedCost,omitzero"`
	Flagged                        []ID              `json:"flagged,omitempty"` // accounts, in set order
	HighUtilizationGradient        fp.Uint256        `json:"highUtilizationGradient,omitzero"`
	Instruments                    []Instrument      `json:"instruments,omitempty"` // in order of creation
	InterestAccrued                fp.Uint256        `json:"interestAccrued,omitzero"`
	InterestRate                   fp.Uint128        `json:"interestRate,omitzero"`
	InterestUpdated                uint64            `json:"interestUpdated,string,omitzero"`
	LiquidateCost                  fp.Uint256        `json:"liquidateCost,omitzero"`
	LowUtilizationGradient         fp.Uint256        `json:"lowUtilizationGradient,omitzero"`
	Margin                         []Margin          `json:"margin,omitempty"` // of all accounts, in order of first use
	MarginUSD                      fp.Uint256        `json:"marginUsd,omitzero"`
	MaxCollateralsPerAccount       fp.Uint256        `json:"maxCollateralsPerAccount,omitzero"`
	MaxKeeperReward                fp.Uint256        `json:"maxKeeperReward,omitzero"`
	MaxKeeperScalingRatio          fp.Uint256        `json:"maxKeeperScalingRatio,omitzero"`
	MaxPositionsPerAccount         fp.Uint256        `json:"maxPositionsPerAccount,omitzero"`
	MinKeeperProfitRatio           fp.Uint256        `json:"minKeeperProfitRatio,omitzero"`
	MinKeeperReward                fp.Uint256        `json:"minKeeperReward,omitzero"`
	Referrers                      []Share           `json:"referrers,omitempty"` // by actor
	SettlementCost                 fp.Uint256        `json:"settlementCost,omitzero"`
	TotalAccountsDebt              fp.Uint256        `json:"totalAccountsDebt,omitzero"`
	UtilizationBreakpoint          fp.Uint256        `json:"utilizationBreakpoint,omitzero"`
}

// PerpsCollateral is what may be deposited of a margin collateral: USD (id 0)
// or the synth of a spot market.
type PerpsCollateral struct {
	DiscountScalar         fp.Uint256 `json:"discountScalar,omitzero"`
	DistributorCollaterals []string   `json:"distributorCollaterals,omitempty"`
	DistributorPool        ID         `json:"distributorPool,omitzero"`
	ID                     ID         `json:"id"`
	LowerLimitDiscount     fp.Uint256 `json:"lowerLimitDiscount,omitzero"`
	MaxAmount              fp.Uint256 `json:"maxAmount,omitzero"`
	UpperLimitDiscount     fp.Uint256 `json:"upperLimitDiscount,omitzero"`
}

// Margin is an amount of a margin collateral.
type Margin struct {
	Amount fp.Uint256 `json:"amount,omitzero"`
	ID     ID         `json:"id"`
}

// PerpsAccount is a margin account.
type PerpsAccount struct {
	Debt fp.Uint256 `json:"debt,omitzero"`
	// Exists tells an account from what was only named; Stored that it had margin
	// at some time, before which the contracts know it as id 0.
	Exists    bool            `json:"exists,omitzero"`
	ID        ID              `json:"id"`
	Margin    []Margin        `json:"margin,omitempty"` // in synths, in stored order
	MarginUSD fp.Uint256      `json:"marginUsd,omitzero"`
	Open      []ID            `json:"open,omitempty"` // instruments with a position, in set order
	Order     PerpsOrder      `json:"order,omitzero"`
	Positions []PerpsPosition `json:"positions,omitempty"` // in the order of the instruments; closed ones too
	Stored    bool            `json:"stored,omitzero"`
}

// PerpsOrder is the order of an account; once settled or cancelled its size is
// 0 and the rest stays.
type PerpsOrder struct {
	AcceptablePrice fp.Uint256 `json:"acceptablePrice,omitzero"`
	Committed       uint64     `json:"committed,string,omitzero"`
	Instrument      ID         `json:"instrument,omitzero"`
	Referrer        string     `json:"referrer,omitzero"`
	SizeDelta       fp.Int128  `json:"sizeDelta,omitzero"`
	Strategy        ID         `json:"strategy,omitzero"`
}

// PerpsPosition is a position in an instrument.
type PerpsPosition struct {
	EntryFunding  fp.Int128  `json:"entryFunding,omitzero"`
	EntryInterest fp.Uint256 `json:"entryInterest,omitzero"`
	EntryPrice    fp.Uint128 `json:"entryPrice,omitzero"`
	Instrument    ID         `json:"instrument"`
	// Liquidated tells that a liquidation closed it: the contracts then forget
	// which instrument it was in.
	Liquidated bool      `json:"liquidated,omitzero"`
	Size       fp.Int128 `json:"size,omitzero"`
}

// Instrument is one perpetual future.
type Instrument struct {
	BenchmarkPrice            fp.Int256       `json:"benchmarkPrice,omitzero"`
	DebtCorrection            fp.Int256       `json:"debtCorrection,omitzero"`
	EndorsedLiquidator        string          `json:"endorsedLiquidator,omitzero"`
	FlagRewardRatio           fp.Uint256      `json:"flagRewardRatio,omitzero"`
	ID                        ID              `json:"id"`
	IndexPrice                fp.Int256       `json:"indexPrice,omitzero"`
	InitialMarginRatio        fp.Uint256      `json:"initialMarginRatio,omitzero"`
	LastFundingRate           fp.Int256       `json:"lastFundingRate,omitzero"`
	LastFundingTime           uint64          `json:"lastFundingTime,string,omitzero"`
	LastFundingValue          fp.Int256       `json:"lastFundingValue,omitzero"`
	LimitMultiplier           fp.Uint256      `json:"limitMultiplier,omitzero"`
	LiquidationWindow         fp.Uint256      `json:"liquidationWindow,omitzero"`
	Liquidations              []Liquidation   `json:"liquidations,omitempty"` // the history, the newest last
	LockedOIRatio             fp.Uint256      `json:"lockedOiRatio,omitzero"`
	MaintenanceMarginScalar   fp.Uint256      `json:"maintenanceMarginScalar,omitzero"`
	MakerFee                  fp.Uint256      `json:"makerFee,omitzero"`
	MaxFundingVelocity        fp.Uint256      `json:"maxFundingVelocity,omitzero"`
	MaxLiquidationPD          fp.Uint256      `json:"maxLiquidationPd,omitzero"`
	MaxMarketSize             fp.Uint256      `json:"maxMarketSize,omitzero"`
	MaxMarketValue            fp.Uint256      `json:"maxMarketValue,omitzero"`
	MinimumInitialMarginRatio fp.Uint256      `json:"minimumInitialMarginRatio,omitzero"`
	MinimumPositionMargin     fp.Uint256      `json:"minimumPositionMargin,omitzero"`
	Size                      fp.Uint256      `json:"size,omitzero"`
	Skew                      fp.Int256       `json:"skew,omitzero"`
	SkewScale                 fp.Uint256      `json:"skewScale,omitzero"`
	Stale                     bool            `json:"stale,omitzero"` // the index price, for those who take none but fresh ones
	Strategies                []PerpsStrategy `json:"strategies,omitempty"`
	StrictStaleness           uint64          `json:"strictStaleness,string,omitzero"`
	TakerFee                  fp.Uint256      `json:"takerFee,omitzero"`
}

// Liquidation is an entry of the liquidation history of an instrument.
type Liquidation struct {
	Amount fp.Uint256 `json:"amount,omitzero"`
	Time   uint64     `json:"time,string,omitzero"`
}

// PerpsStrategy tells how orders settle.
type PerpsStrategy struct {
	Delay      uint64     `json:"delay,string,omitzero"`
	Disabled   bool       `json:"disabled,omitzero"`
	PriceDelay uint64     `json:"priceDelay,string,omitzero"`
	Reward     fp.Uint256 `json:"reward,omitzero"`
	Window     uint64     `json:"window,string,omitzero"`
}
