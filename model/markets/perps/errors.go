package perps

import (
	"fmt"

	"backtest/model"
)

// The errors of the perps market, named and with the arguments of the
// contracts. The tag of a field is the contract's name of the argument.
type (
	// InvalidMarket: no instrument has the id.
	InvalidMarket struct {
		InstrumentID InstrumentID `arg:"marketId"`
	}
	// InvalidId: the collateral was never registered.
	InvalidId struct {
		ID model.MarketID `arg:"id"`
	}
	// InvalidAmountDelta: a change of collateral by 0.
	InvalidAmountDelta struct {
		Delta model.Int256 `arg:"amountDelta"`
	}
	// SynthNotEnabledForCollateral: the collateral takes no deposits.
	SynthNotEnabledForCollateral struct {
		CollateralID model.MarketID `arg:"collateralId"`
	}
	// MaxCollateralExceeded: all accounts together would hold more than the cap.
	MaxCollateralExceeded struct {
		CollateralID model.MarketID `arg:"collateralId"`
		Max          model.Uint256  `arg:"maxAmount"`
		Held         model.Uint256  `arg:"collateralAmount"`
		Deposit      model.Uint256  `arg:"depositAmount"`
	}
	// InsufficientCollateral: all accounts together hold less.
	InsufficientCollateral struct {
		CollateralID model.MarketID `arg:"collateralId"`
		Held         model.Uint256  `arg:"collateralAmount"`
		Withdrawal   model.Uint256  `arg:"withdrawAmount"`
	}
	// InsufficientSynthCollateral: the account holds less.
	InsufficientSynthCollateral struct {
		CollateralID model.MarketID `arg:"collateralId"`
		Held         model.Uint256  `arg:"collateralAmount"`
		Withdrawal   model.Uint256  `arg:"withdrawAmount"`
	}
	// InsufficientCollateralAvailableForWithdraw: the margin is needed.
	InsufficientCollateralAvailableForWithdraw struct {
		Withdrawable model.Int256  `arg:"withdrawableMarginUsd"`
		Requested    model.Uint256 `arg:"requestedMarginUsd"`
	}
	// MaxCollateralsPerAccountReached: the account holds as many collaterals as it may.
	MaxCollateralsPerAccountReached struct {
		Max model.Uint256 `arg:"maxCollateralsPerAccount"`
	}
	// MaxPositionsPerAccountReached: the account has as many positions as it may.
	MaxPositionsPerAccountReached struct {
		Max model.Uint256 `arg:"maxPositionsPerAccount"`
	}
	// AccountLiquidatable: the account can be or is being liquidated.
	AccountLiquidatable struct {
		AccountID model.AccountID `arg:"accountId"`
	}
	// NonexistentDebt: the account has no debt to pay.
	NonexistentDebt struct {
		AccountID model.AccountID `arg:"accountId"`
	}
	// PendingOrderExists: the account has an order that can still be settled.
	PendingOrderExists struct{}
	// OrderNotValid: the account has no order.
	OrderNotValid struct{}
	// ZeroSizeOrder: the order changes nothing.
	ZeroSizeOrder struct{}
	// InvalidSettlementStrategy: the strategy does not exist or is disabled.
	InvalidSettlementStrategy struct {
		StrategyID uint64 `arg:"settlementStrategyId"`
	}
	// SettlementWindowNotOpen: the order cannot be settled yet.
	SettlementWindowNotOpen struct {
		Timestamp  uint64 `arg:"timestamp"`
		Settlement uint64 `arg:"settlementTime"`
	}
	// SettlementWindowExpired: the order can no longer be settled.
	SettlementWindowExpired struct {
		Timestamp  uint64 `arg:"timestamp"`
		Settlement uint64 `arg:"settlementTime"`
		Expiration uint64 `arg:"settlementExpiration"`
	}
	// InsufficientMargin: the available margin does not carry the order.
	InsufficientMargin struct {
		Available model.Int256  `arg:"availableMargin"`
		Minimum   model.Uint256 `arg:"minMargin"`
	}
	// MaxOpenInterestReached: one side would be larger than allowed.
	MaxOpenInterestReached struct {
		InstrumentID InstrumentID  `arg:"marketId"`
		Max          model.Uint256 `arg:"maxMarketSize"`
		SideSize     model.Int256  `arg:"newSideSize"`
	}
	// MaxUSDOpenInterestReached: one side would be worth more than allowed.
	MaxUSDOpenInterestReached struct {
		InstrumentID InstrumentID  `arg:"marketId"`
		Max          model.Uint256 `arg:"maxMarketValue"`
		SideSize     model.Int256  `arg:"newSideSize"`
		Price        model.Uint256 `arg:"price"`
	}
	// ExceedsMarketCreditCapacity: LPs do not back so much open interest.
	ExceedsMarketCreditCapacity struct {
		Delegated model.Int256 `arg:"delegatedCollateral"`
		Locked    model.Int256 `arg:"newLockedCredit"`
	}
	// AcceptablePriceExceeded: the order would fill at a worse price than accepted.
	AcceptablePriceExceeded struct {
		Acceptable model.Uint256 `arg:"acceptablePrice"`
		Fill       model.Uint256 `arg:"fillPrice"`
	}
	// AcceptablePriceNotExceeded: the order could be settled, so it cannot be cancelled.
	AcceptablePriceNotExceeded struct {
		Acceptable model.Uint256 `arg:"acceptablePrice"`
		Fill       model.Uint256 `arg:"fillPrice"`
	}
	// NotEligibleForLiquidation: the account has enough margin.
	NotEligibleForLiquidation struct {
		AccountID model.AccountID `arg:"accountId"`
	}
	// NotEligibleForMarginLiquidation: the account's margin covers its debt.
	NotEligibleForMarginLiquidation struct {
		AccountID model.AccountID `arg:"accountId"`
	}
	// AccountHasOpenPositions: the account must be liquidated with its positions.
	AccountHasOpenPositions struct {
		AccountID model.AccountID `arg:"accountId"`
	}
	// InvalidReferrerShareRatio: a referrer's share is above 1.
	InvalidReferrerShareRatio struct {
		Share model.Uint256 `arg:"shareRatioD18"`
	}
	// InvalidSettlementWindowDuration: the window of a strategy is 0.
	InvalidSettlementWindowDuration struct {
		Duration uint64 `arg:"duration"`
	}
	// StalenessToleranceExceeded: the oracle's price is older than allowed.
	StalenessToleranceExceeded struct {
		InstrumentID InstrumentID `arg:"marketId"`
	}
	// ZeroAddress: an actor is nobody.
	ZeroAddress struct{}
	// InvalidInterestRateParameters: the low gradient is above the high one.
	InvalidInterestRateParameters struct {
		Low  model.Uint256 `arg:"lowUtilizationInterestRateGradient"`
		High model.Uint256 `arg:"highUtilizationInterestRateGradient"`
	}
)

func (e InvalidMarket) Error() string {
	return fmt.Sprintf("InvalidMarket: no instrument has the id: marketId %v", e.InstrumentID)
}
func (e InvalidId) Error() string {
	return fmt.Sprintf("InvalidId: the collateral was never registered: id %v", e.ID)
}
func (e InvalidAmountDelta) Error() string {
	return fmt.Sprintf("InvalidAmountDelta: the collateral must change: amountDelta %v", e.Delta)
}
func (e SynthNotEnabledForCollateral) Error() string {
	return fmt.Sprintf("SynthNotEnabledForCollateral: the collateral takes no deposits: collateralId %v", e.CollateralID)
}
func (e MaxCollateralExceeded) Error() string {
	return fmt.Sprintf("MaxCollateralExceeded: all accounts would hold more than the cap: collateralId %v, maxAmount %v, collateralAmount %v, depositAmount %v", e.CollateralID, e.Max, e.Held, e.Deposit)
}
func (e InsufficientCollateral) Error() string {
	return fmt.Sprintf("InsufficientCollateral: all accounts together hold less: collateralId %v, collateralAmount %v, withdrawAmount %v", e.CollateralID, e.Held, e.Withdrawal)
}
func (e InsufficientSynthCollateral) Error() string {
	return fmt.Sprintf("InsufficientSynthCollateral: the account holds less: collateralId %v, collateralAmount %v, withdrawAmount %v", e.CollateralID, e.Held, e.Withdrawal)
}
func (e InsufficientCollateralAvailableForWithdraw) Error() string {
	return fmt.Sprintf("InsufficientCollateralAvailableForWithdraw: the margin is needed: withdrawableMarginUsd %v, requestedMarginUsd %v", e.Withdrawable, e.Requested)
}
func (e MaxCollateralsPerAccountReached) Error() string {
	return fmt.Sprintf("MaxCollateralsPerAccountReached: the account holds as many collaterals as it may: maxCollateralsPerAccount %v", e.Max)
}
func (e MaxPositionsPerAccountReached) Error() string {
	return fmt.Sprintf("MaxPositionsPerAccountReached: the account has as many positions as it may: maxPositionsPerAccount %v", e.Max)
}
func (e AccountLiquidatable) Error() string {
	return fmt.Sprintf("AccountLiquidatable: the account can be or is being liquidated: accountId %v", e.AccountID)
}
func (e NonexistentDebt) Error() string {
	return fmt.Sprintf("NonexistentDebt: the account has no debt to pay: accountId %v", e.AccountID)
}
func (PendingOrderExists) Error() string {
	return "PendingOrderExists: the account has an order that can still be settled"
}
func (OrderNotValid) Error() string { return "OrderNotValid: the account has no order" }
func (ZeroSizeOrder) Error() string { return "ZeroSizeOrder: the order changes nothing" }
func (e InvalidSettlementStrategy) Error() string {
	return fmt.Sprintf("InvalidSettlementStrategy: the strategy does not exist or is disabled: settlementStrategyId %v", e.StrategyID)
}
func (e SettlementWindowNotOpen) Error() string {
	return fmt.Sprintf("SettlementWindowNotOpen: the order cannot be settled yet: timestamp %v, settlementTime %v", e.Timestamp, e.Settlement)
}
func (e SettlementWindowExpired) Error() string {
	return fmt.Sprintf("SettlementWindowExpired: the order can no longer be settled: timestamp %v, settlementTime %v, settlementExpiration %v", e.Timestamp, e.Settlement, e.Expiration)
}
func (e InsufficientMargin) Error() string {
	return fmt.Sprintf("InsufficientMargin: the available margin does not carry the order: availableMargin %v, minMargin %v", e.Available, e.Minimum)
}
func (e MaxOpenInterestReached) Error() string {
	return fmt.Sprintf("MaxOpenInterestReached: one side would be larger than allowed: marketId %v, maxMarketSize %v, newSideSize %v", e.InstrumentID, e.Max, e.SideSize)
}
func (e MaxUSDOpenInterestReached) Error() string {
	return fmt.Sprintf("MaxUSDOpenInterestReached: one side would be worth more than allowed: marketId %v, maxMarketValue %v, newSideSize %v, price %v", e.InstrumentID, e.Max, e.SideSize, e.Price)
}
func (e ExceedsMarketCreditCapacity) Error() string {
	return fmt.Sprintf("ExceedsMarketCreditCapacity: LPs do not back so much open interest: delegatedCollateral %v, newLockedCredit %v", e.Delegated, e.Locked)
}
func (e AcceptablePriceExceeded) Error() string {
	return fmt.Sprintf("AcceptablePriceExceeded: the order would fill at a worse price than accepted: acceptablePrice %v, fillPrice %v", e.Acceptable, e.Fill)
}
func (e AcceptablePriceNotExceeded) Error() string {
	return fmt.Sprintf("AcceptablePriceNotExceeded: the order could be settled, so it cannot be cancelled: acceptablePrice %v, fillPrice %v", e.Acceptable, e.Fill)
}
func (e NotEligibleForLiquidation) Error() string {
	return fmt.Sprintf("NotEligibleForLiquidation: the account has enough margin: accountId %v", e.AccountID)
}
func (e NotEligibleForMarginLiquidation) Error() string {
	return fmt.Sprintf("NotEligibleForMarginLiquidation: the account's margin covers its debt: accountId %v", e.AccountID)
}
func (e AccountHasOpenPositions) Error() string {
	return fmt.Sprintf("AccountHasOpenPositions: the account must be liquidated with its positions: accountId %v", e.AccountID)
}
func (e InvalidReferrerShareRatio) Error() string {
	return fmt.Sprintf("InvalidReferrerShareRatio: a referrer's share is above 1: shareRatioD18 %v", e.Share)
}
func (e InvalidInterestRateParameters) Error() string {
	return fmt.Sprintf("InvalidInterestRateParameters: the low gradient is above the high one: lowUtilizationInterestRateGradient %v, highUtilizationInterestRateGradient %v", e.Low, e.High)
}

func (e InvalidSettlementWindowDuration) Error() string {
	return fmt.Sprintf("InvalidSettlementWindowDuration: the window of a strategy must be above 0: duration %v", e.Duration)
}

func (ZeroAddress) Error() string { return "ZeroAddress: an actor is nobody" }

func (e StalenessToleranceExceeded) Error() string {
	return fmt.Sprintf("StalenessToleranceExceeded: the price is older than allowed: marketId %v", e.InstrumentID)
}
