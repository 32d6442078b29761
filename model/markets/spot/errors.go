package spot

import (
	"fmt"

	"backtest/model"
)

// The errors of the spot market, named and with the arguments of the
// contracts. The tag of a field is the contract's name of the argument.
type (
	// InvalidMarket: no spot market has the id.
	InvalidMarket struct {
		MarketID model.MarketID `arg:"marketId"`
	}
	// InvalidCollateralLeverage: the collateral leverage is 0.
	InvalidCollateralLeverage struct {
		Leverage model.Uint256 `arg:"arg0"`
	}
	// InvalidWrapperFees: the fees of wrapping and unwrapping sum to less than 0.
	InvalidWrapperFees struct{}
	// InvalidCollateralType: there is no wrapper, or it still holds another collateral.
	InvalidCollateralType struct {
		Configured string `arg:"configuredCollateralType"`
	}
	// OnlyMarketOwner: the sender does not own the market, or there is none.
	OnlyMarketOwner struct {
		Owner  model.Actor `arg:"marketOwner"`
		Sender model.Actor `arg:"sender"`
	}
	// InvalidSettlementWindowDuration: the window of a strategy is 0.
	InvalidSettlementWindowDuration struct {
		Duration uint64 `arg:"duration"`
	}
	// StalenessToleranceExceeded: the oracle's price is older than allowed.
	StalenessToleranceExceeded struct {
		MarketID model.MarketID `arg:"marketId"`
	}
	// InvalidDecayRate: more than everything would decay in a year.
	InvalidDecayRate struct{}
	// InvalidPrices: the trade would gain when it is reversed at once.
	InvalidPrices struct{}
	// InsufficientAmountReceived: the trader would get less than asked for.
	InsufficientAmountReceived struct {
		Expected model.Uint256 `arg:"expected"`
		Current  model.Uint256 `arg:"current"`
	}
	// ExceedsMaxUsdAmount: the trader would pay more than allowed.
	ExceedsMaxUsdAmount struct {
		Max     model.Uint256 `arg:"maxUsdAmount"`
		Charged model.Uint256 `arg:"usdAmountCharged"`
	}
	// ExceedsMaxSynthAmount: the trader would sell more than allowed.
	ExceedsMaxSynthAmount struct {
		Max     model.Uint256 `arg:"maxSynthAmount"`
		Charged model.Uint256 `arg:"synthAmountCharged"`
	}
	// WrapperExceedsMaxAmount: the wrapper would hold more than its cap.
	WrapperExceedsMaxAmount struct {
		Max    model.Uint256 `arg:"maxWrappableAmount"`
		Supply model.Uint256 `arg:"currentSupply"`
		Amount model.Uint256 `arg:"amountToWrap"`
	}
	// InvalidSettlementStrategy: the strategy does not exist.
	InvalidSettlementStrategy struct {
		StrategyID uint64 `arg:"settlementStrategyId"`
	}
	// InvalidCommitmentAmount: the order is not worth more than minimum and reward.
	InvalidCommitmentAmount struct {
		Minimum model.Uint256 `arg:"minimumAmount"`
		Amount  model.Uint256 `arg:"amount"`
	}
	// InsufficientSharesAmount: the escrow would round away more than the strategy allows.
	InsufficientSharesAmount struct {
		Expected model.Uint256 `arg:"expected"`
		Actual   model.Uint256 `arg:"actual"`
	}
	// InvalidClaim: there is no such order.
	InvalidClaim struct {
		OrderID uint64 `arg:"asyncOrderId"`
	}
	// OrderAlreadySettled: the order was settled or cancelled.
	OrderAlreadySettled struct {
		OrderID   uint64 `arg:"asyncOrderId"`
		SettledAt uint64 `arg:"settledAt"`
	}
	// OutsideSettlementWindow: the order cannot be settled yet, or no more.
	OutsideSettlementWindow struct {
		Timestamp  uint64 `arg:"timestamp"`
		Start      uint64 `arg:"startTime"`
		Expiration uint64 `arg:"expirationTime"`
	}
	// IneligibleForCancellation: the order can still be settled.
	IneligibleForCancellation struct {
		Timestamp  uint64 `arg:"timestamp"`
		Expiration uint64 `arg:"expirationTime"`
	}
	// MinimumSettlementAmountNotMet: the order would bring less than asked for.
	MinimumSettlementAmountNotMet struct {
		Minimum model.Uint256 `arg:"minimum"`
		Actual  model.Uint256 `arg:"actual"`
	}
)

func (e InvalidMarket) Error() string {
	return fmt.Sprintf("InvalidMarket: no spot market has the id: marketId %v", e.MarketID)
}
func (e InvalidCollateralLeverage) Error() string {
	return fmt.Sprintf("InvalidCollateralLeverage: the collateral leverage must be above 0: %v", e.Leverage)
}
func (InvalidWrapperFees) Error() string {
	return "InvalidWrapperFees: the fees of wrapping and unwrapping sum to less than 0"
}
func (e InvalidCollateralType) Error() string {
	return fmt.Sprintf("InvalidCollateralType: the wrapper's collateral does not allow it: configuredCollateralType %v", e.Configured)
}
func (InvalidPrices) Error() string {
	return "InvalidPrices: the trade would gain when it is reversed at once"
}
func (e InsufficientAmountReceived) Error() string {
	return fmt.Sprintf("InsufficientAmountReceived: the trader would get less than asked for: expected %v, current %v", e.Expected, e.Current)
}
func (e ExceedsMaxUsdAmount) Error() string {
	return fmt.Sprintf("ExceedsMaxUsdAmount: the trader would pay more than allowed: maxUsdAmount %v, usdAmountCharged %v", e.Max, e.Charged)
}
func (e ExceedsMaxSynthAmount) Error() string {
	return fmt.Sprintf("ExceedsMaxSynthAmount: the trader would sell more than allowed: maxSynthAmount %v, synthAmountCharged %v", e.Max, e.Charged)
}
func (e WrapperExceedsMaxAmount) Error() string {
	return fmt.Sprintf("WrapperExceedsMaxAmount: the wrapper would hold more than its cap: maxWrappableAmount %v, currentSupply %v, amountToWrap %v", e.Max, e.Supply, e.Amount)
}
func (e InvalidSettlementStrategy) Error() string {
	return fmt.Sprintf("InvalidSettlementStrategy: the strategy does not exist: settlementStrategyId %v", e.StrategyID)
}
func (e InvalidCommitmentAmount) Error() string {
	return fmt.Sprintf("InvalidCommitmentAmount: the order is not worth more than minimum and reward: minimumAmount %v, amount %v", e.Minimum, e.Amount)
}
func (e InsufficientSharesAmount) Error() string {
	return fmt.Sprintf("InsufficientSharesAmount: the escrow would round away too much: expected %v, actual %v", e.Expected, e.Actual)
}
func (e InvalidClaim) Error() string {
	return fmt.Sprintf("InvalidClaim: there is no such order: asyncOrderId %v", e.OrderID)
}
func (e OrderAlreadySettled) Error() string {
	return fmt.Sprintf("OrderAlreadySettled: the order was settled or cancelled: asyncOrderId %v, settledAt %v", e.OrderID, e.SettledAt)
}
func (e OutsideSettlementWindow) Error() string {
	return fmt.Sprintf("OutsideSettlementWindow: the order cannot be settled now: timestamp %v, startTime %v, expirationTime %v", e.Timestamp, e.Start, e.Expiration)
}
func (e IneligibleForCancellation) Error() string {
	return fmt.Sprintf("IneligibleForCancellation: the order can still be settled: timestamp %v, expirationTime %v", e.Timestamp, e.Expiration)
}
func (e MinimumSettlementAmountNotMet) Error() string {
	return fmt.Sprintf("MinimumSettlementAmountNotMet: the order would bring less than asked for: minimum %v, actual %v", e.Minimum, e.Actual)
}

func (e OnlyMarketOwner) Error() string {
	return fmt.Sprintf("OnlyMarketOwner: the sender does not own the market: marketOwner %v, sender %v", e.Owner, e.Sender)
}

func (e InvalidSettlementWindowDuration) Error() string {
	return fmt.Sprintf("InvalidSettlementWindowDuration: the window of a strategy must be above 0: duration %v", e.Duration)
}

func (e StalenessToleranceExceeded) Error() string {
	return fmt.Sprintf("StalenessToleranceExceeded: the price is older than allowed: marketId %v", e.MarketID)
}

func (InvalidDecayRate) Error() string {
	return "InvalidDecayRate: more than everything would decay in a year"
}
