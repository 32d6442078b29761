package model

import (
	"fmt"
	"strings"
)

func (e FeatureUnavailable) Error() string {
	return fmt.Sprintf("FeatureUnavailable: a feature flag denies the operation: which %v", e.Which)
}
func (e PermissionDenied) Error() string {
	return fmt.Sprintf("PermissionDenied: the sender neither owns the account nor holds the permission: accountId %v, permission %v, target %v", e.AccountID, e.Permission, e.Target)
}
func (e AccountNotFound) Error() string {
	return fmt.Sprintf("AccountNotFound: the account does not exist: accountId %v", e.AccountID)
}
func (e TokenAlreadyMinted) Error() string {
	return fmt.Sprintf("TokenAlreadyMinted: the account exists already: id %v", e.ID)
}
func (e AccountActivityTimeoutPending) Error() string {
	return fmt.Sprintf("AccountActivityTimeoutPending: the account was active too recently to withdraw: accountId %v, currentTime %v, requiredTime %v", e.AccountID, e.CurrentTime, e.RequiredTime)
}
func (e Unauthorized) Error() string {
	return fmt.Sprintf("Unauthorized: the sender is not the owner, or not the market: addr %v", e.Addr)
}
func (e PoolNotFound) Error() string {
	return fmt.Sprintf("PoolNotFound: the pool does not exist: poolId %v", e.PoolID)
}
func (e PoolAlreadyExists) Error() string {
	return fmt.Sprintf("PoolAlreadyExists: the pool id is taken: poolId %v", e.PoolID)
}
func (e MarketNotFound) Error() string {
	return fmt.Sprintf("MarketNotFound: the market is not registered: marketId %v", e.MarketID)
}
func (e InvalidParameter) Error() string {
	return fmt.Sprintf("InvalidParameter: an argument is not allowed: parameter %v, reason %v", e.Parameter, e.Reason)
}
func (e UnprocessableNode) Error() string {
	return fmt.Sprintf("UnprocessableNode: the oracle node of the collateral type does not exist: nodeId %v", e.NodeID)
}
func (e InsufficientDelegation) Error() string {
	return fmt.Sprintf("InsufficientDelegation: the position would be smaller than the minimum: minDelegation %v", e.MinDelegation)
}
func (e InvalidLeverage) Error() string {
	return fmt.Sprintf("InvalidLeverage: leverage is not 1: leverage %v", e.Leverage)
}
func (InvalidCollateralAmount) Error() string {
	return "InvalidCollateralAmount: the position already holds the amount"
}
func (e CollateralDepositDisabled) Error() string {
	return fmt.Sprintf("CollateralDepositDisabled: the collateral type takes no deposits: collateralType %v", e.CollateralType)
}
func (CollateralNotFound) Error() string {
	return "CollateralNotFound: the collateral type was never configured"
}
func (e InsufficientAccountCollateral) Error() string {
	return fmt.Sprintf("InsufficientAccountCollateral: the account has less free collateral: amount %v", e.Amount)
}
func (e InsufficientAvailableCollateral) Error() string {
	return fmt.Sprintf("InsufficientAvailableCollateral: the account has less available collateral: amountAvailableForDelegationD18 %v, amountD18 %v", e.Available, e.Amount)
}
func (e PoolCollateralLimitExceeded) Error() string {
	return fmt.Sprintf("PoolCollateralLimitExceeded: the vault would exceed the pool's limit: poolId %v, collateralType %v, currentCollateral %v, maxCollateral %v", e.PoolID, e.CollateralType, e.CurrentCollateral, e.MaxCollateral)
}
func (e MinDelegationTimeoutPending) Error() string {
	return fmt.Sprintf("MinDelegationTimeoutPending: the minimum delegation time has not passed: poolId %v, timeRemaining %v", e.PoolID, e.TimeRemaining)
}
func (e InsufficientCollateralRatio) Error() string {
	return fmt.Sprintf("InsufficientCollateralRatio: the C-ratio would be below the required one: collateralValue %v, debt %v, ratio %v, minRatio %v", e.CollateralValue, e.Debt, e.Ratio, e.MinRatio)
}
func (e InsufficientVaultCollateralRatio) Error() string {
	return fmt.Sprintf("InsufficientVaultCollateralRatio: the vault would be liquidatable: poolId %v, collateralType %v", e.PoolID, e.CollateralType)
}
func (e CapacityLocked) Error() string {
	return fmt.Sprintf("CapacityLocked: the market needs the credit that would leave: marketId %v", e.MarketID)
}
func (e InsufficientDebt) Error() string {
	return fmt.Sprintf("InsufficientDebt: there is no debt to burn against: currentDebt %v", e.CurrentDebt)
}
func (e NotFundedByPool) Error() string {
	return fmt.Sprintf("NotFundedByPool: the pool does not back the market, or is out of range: marketId %v, poolId %v", e.MarketID, e.PoolID)
}
func (e IneligibleForLiquidation) Error() string {
	return fmt.Sprintf("IneligibleForLiquidation: the position or vault is healthy: collateralValue %v, debt %v, currentCRatio %v, cratio %v", e.CollateralValue, e.Debt, e.CurrentCRatio, e.CRatio)
}
func (MustBeVaultLiquidated) Error() string {
	return "MustBeVaultLiquidated: only the vault as a whole can be liquidated"
}
func (e NotEnoughLiquidity) Error() string {
	return fmt.Sprintf("NotEnoughLiquidity: the market may not withdraw so much: marketId %v, amount %v", e.MarketID, e.Amount)
}
func (e InsufficientMarketCollateralDepositable) Error() string {
	return fmt.Sprintf("InsufficientMarketCollateralDepositable: the market may not deposit so much collateral: marketId %v, collateralType %v, tokenAmountToDeposit %v", e.MarketID, e.CollateralType, e.TokenAmount)
}
func (e InsufficientMarketCollateralWithdrawable) Error() string {
	return fmt.Sprintf("InsufficientMarketCollateralWithdrawable: the market may not withdraw so much collateral: marketId %v, collateralType %v, tokenAmountToWithdraw %v", e.MarketID, e.CollateralType, e.TokenAmount)
}
func (e PrecisionLost) Error() string {
	return fmt.Sprintf("PrecisionLost: the token amount has more than 18 decimals: tokenAmount %v, decimals %v", e.TokenAmount, e.Decimals)
}
func (DeprecatedDeposit) Error() string {
	return "DeprecatedDeposit: the core no longer holds the tokens"
}
func (e FailedTransfer) Error() string {
	return fmt.Sprintf("FailedTransfer: the token refuses the transfer: from %v, to %v, value %v", e.From, e.To, e.Value)
}
func (EmptyDistribution) Error() string { return "EmptyDistribution: value has no shares to go to" }
func (CannotScaleEmptyMapping) Error() string {
	return "CannotScaleEmptyMapping: a scale has no amounts to apply to"
}
func (InsufficientMappedAmount) Error() string {
	return "InsufficientMappedAmount: a scale would make amounts negative"
}
func (e InsufficientBalance) Error() string {
	return fmt.Sprintf("InsufficientBalance: the wallet holds less: required %v, existing %v", e.Required, e.Existing)
}
func (e InsufficientAllowance) Error() string {
	return fmt.Sprintf("InsufficientAllowance: the wallet allows less: required %v, existing %v", e.Required, e.Existing)
}
func (e RequireFailed) Error() string { return e.Message }

func (e Errors) Error() string {
	var parts []string
	for _, err := range e.Errors {
		if err != nil {
			parts = append(parts, err.Error())
		}
	}
	return "Errors: " + strings.Join(parts, "; ")
}

// Unwrap gives errors.As access to the parts that failed.
func (e Errors) Unwrap() []error {
	var parts []error
	for _, err := range e.Errors {
		if err != nil {
			parts = append(parts, err)
		}
	}
	return parts
}
