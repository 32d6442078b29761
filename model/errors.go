package model

// The errors of the protocol, named and with the arguments of the contracts
// (PROTOCOL.md §10.3). The tag of a field is the contract's name of the
// argument. Arithmetic raises fixedpoint.Panic and fixedpoint.Overflow besides.

type (
	// FeatureUnavailable: a feature flag denies the operation (§1.5).
	FeatureUnavailable struct {
		Which string `arg:"which"`
	}
	// PermissionDenied: the sender neither owns the account nor holds the permission (§1.5).
	PermissionDenied struct {
		AccountID  AccountID `arg:"accountId"`
		Permission string    `arg:"permission"`
		Target     Actor     `arg:"target"`
	}
	// AccountNotFound: the account does not exist.
	AccountNotFound struct {
		AccountID AccountID `arg:"accountId"`
	}
	// TokenAlreadyMinted: the account exists already.
	TokenAlreadyMinted struct {
		ID AccountID `arg:"id"`
	}
	// AccountActivityTimeoutPending: the account was active too recently to withdraw (§9.1).
	AccountActivityTimeoutPending struct {
		AccountID    AccountID `arg:"accountId"`
		CurrentTime  uint64    `arg:"currentTime"`
		RequiredTime Uint256   `arg:"requiredTime"`
	}
	// Unauthorized: the sender is not the owner, or not the market.
	Unauthorized struct {
		Addr Actor `arg:"addr"`
	}
	// PoolNotFound: the pool does not exist (§5.1).
	PoolNotFound struct {
		PoolID PoolID `arg:"poolId"`
	}
	// PoolAlreadyExists: the pool id is taken (§5.1).
	PoolAlreadyExists struct {
		PoolID PoolID `arg:"poolId"`
	}
	// MarketNotFound: the market is not registered (§4.2).
	MarketNotFound struct {
		MarketID MarketID `arg:"marketId"`
	}
	// InvalidParameter: an argument is not allowed.
	InvalidParameter struct {
		Parameter string `arg:"parameter"`
		Reason    string `arg:"reason"`
	}
	// UnprocessableNode: the oracle node of the collateral type does not exist (§1.4).
	UnprocessableNode struct {
		NodeID NodeID `arg:"nodeId"`
	}
	// InsufficientDelegation: the position would be smaller than the minimum (§6.3).
	InsufficientDelegation struct {
		MinDelegation Uint256 `arg:"minDelegation"`
	}
	// InvalidLeverage: leverage is not 1 (§6.3).
	InvalidLeverage struct {
		Leverage Uint256 `arg:"leverage"`
	}
	// InvalidCollateralAmount: the position already holds the amount (§6.3).
	InvalidCollateralAmount struct{}
	// CollateralDepositDisabled: the collateral type takes no deposits.
	CollateralDepositDisabled struct {
		CollateralType string `arg:"collateralType"`
	}
	// CollateralNotFound: the collateral type was never configured (§9.1).
	CollateralNotFound struct{}
	// InsufficientAccountCollateral: the account has less free collateral.
	InsufficientAccountCollateral struct {
		Amount Uint256 `arg:"amount"`
	}
	// InsufficientAvailableCollateral: the account has less available collateral.
	InsufficientAvailableCollateral struct {
		Available Uint256 `arg:"amountAvailableForDelegationD18"`
		Amount    Uint256 `arg:"amountD18"`
	}
	// PoolCollateralLimitExceeded: the vault would exceed the pool's limit (§5.7).
	PoolCollateralLimitExceeded struct {
		PoolID            PoolID  `arg:"poolId"`
		CollateralType    string  `arg:"collateralType"`
		CurrentCollateral Uint256 `arg:"currentCollateral"`
		MaxCollateral     Uint256 `arg:"maxCollateral"`
	}
	// MinDelegationTimeoutPending: the minimum delegation time has not passed (§6.4).
	MinDelegationTimeoutPending struct {
		PoolID        PoolID `arg:"poolId"`
		TimeRemaining uint32 `arg:"timeRemaining"`
	}
	// InsufficientCollateralRatio: the C-ratio would be below the required one (§6.6).
	InsufficientCollateralRatio struct {
		CollateralValue Uint256 `arg:"collateralValue"`
		Debt            Uint256 `arg:"debt"`
		Ratio           Uint256 `arg:"ratio"`
		MinRatio        Uint256 `arg:"minRatio"`
	}
	// InsufficientVaultCollateralRatio: the vault would be liquidatable (§6.3).
	InsufficientVaultCollateralRatio struct {
		PoolID         PoolID `arg:"poolId"`
		CollateralType string `arg:"collateralType"`
	}
	// CapacityLocked: the market needs the credit that would leave (§4.6).
	CapacityLocked struct {
		MarketID MarketID `arg:"marketId"`
	}
	// InsufficientDebt: there is no debt to burn against (§6.7).
	InsufficientDebt struct {
		CurrentDebt Int256 `arg:"currentDebt"`
	}
	// NotFundedByPool: the pool does not back the market, or is out of range (§6.9).
	NotFundedByPool struct {
		MarketID MarketID `arg:"marketId"`
		PoolID   PoolID   `arg:"poolId"`
	}
	// IneligibleForLiquidation: the position or vault is healthy (§7).
	IneligibleForLiquidation struct {
		CollateralValue Uint256 `arg:"collateralValue"`
		Debt            Int256  `arg:"debt"`
		CurrentCRatio   Uint256 `arg:"currentCRatio"`
		CRatio          Uint256 `arg:"cratio"`
	}
	// MustBeVaultLiquidated: only the vault as a whole can be liquidated (§7.1).
	MustBeVaultLiquidated struct{}
	// NotEnoughLiquidity: the market may not withdraw so much (§4.7).
	NotEnoughLiquidity struct {
		MarketID MarketID `arg:"marketId"`
		Amount   Uint256  `arg:"amount"`
	}
	// InsufficientMarketCollateralDepositable: the market may not deposit so much collateral (§4.8).
	InsufficientMarketCollateralDepositable struct {
		MarketID       MarketID `arg:"marketId"`
		CollateralType string   `arg:"collateralType"`
		TokenAmount    Uint256  `arg:"tokenAmountToDeposit"`
	}
	// InsufficientMarketCollateralWithdrawable: the market may not withdraw so much collateral (§4.8).
	InsufficientMarketCollateralWithdrawable struct {
		MarketID       MarketID `arg:"marketId"`
		CollateralType string   `arg:"collateralType"`
		TokenAmount    Uint256  `arg:"tokenAmountToWithdraw"`
	}
	// PrecisionLost: the token amount has more than 18 decimals (§9.1).
	PrecisionLost struct {
		TokenAmount Uint256 `arg:"tokenAmount"`
		Decimals    uint8   `arg:"decimals"`
	}
	// DeprecatedDeposit: the core no longer holds the tokens (§9.1).
	DeprecatedDeposit struct{}
	// FailedTransfer: the token refuses the transfer.
	FailedTransfer struct {
		From  Actor   `arg:"from"`
		To    Actor   `arg:"to"`
		Value Uint256 `arg:"value"`
	}
	// EmptyDistribution: value has no shares to go to (§2.1).
	EmptyDistribution struct{}
	// CannotScaleEmptyMapping: a scale has no amounts to apply to (§2.2).
	CannotScaleEmptyMapping struct{}
	// InsufficientMappedAmount: a scale would make amounts negative (§2.2).
	InsufficientMappedAmount struct{}
	// InsufficientBalance: the wallet holds less.
	InsufficientBalance struct {
		Required Uint256 `arg:"required"`
		Existing Uint256 `arg:"existing"`
	}
	// InsufficientAllowance: the wallet allows less.
	InsufficientAllowance struct {
		Required Uint256 `arg:"required"`
		Existing Uint256 `arg:"existing"`
	}
	// RequireFailed is a failed assertion of the contracts, known by its text.
	RequireFailed struct {
		Message string `arg:"message"`
	}
	// Errors is a list of errors raised together; a nil entry stands for a
	// part that did not fail (§4.1, §5.2).
	Errors struct {
		Errors []error `arg:"errors"`
	}
)
