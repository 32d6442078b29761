package state

import fp "backtest/model/fixedpoint"

// Pool is a pool with its vaults.
type Pool struct {
	CollateralConfigurations    []PoolCollateral      `json:"collateralConfigurations,omitempty"` // in the order of the collateral types
	CollateralDisabledByDefault bool                  `json:"collateralDisabledByDefault,omitzero"`
	Created                     bool                  `json:"created,omitzero"` // pool 0 need not be
	ID                          ID                    `json:"id"`
	LastConfigurationTime       uint64                `json:"lastConfigurationTime,string,omitzero"`
	MarketConfigurations        []MarketConfiguration `json:"marketConfigurations,omitempty"` // in stored order
	TotalVaultDebts             fp.Int128             `json:"totalVaultDebts,omitzero"`
	TotalWeights                fp.Uint128            `json:"totalWeights,omitzero"`
	Vaults                      []Vault               `json:"vaults,omitempty"` // in the order of the collateral types
	VaultsDebtDistribution      Distribution          `json:"vaultsDebtDistribution,omitzero"`
}

// PoolCollateral is what a pool's owner set for a collateral type.
type PoolCollateral struct {
	Collateral      string     `json:"collateral"`
	CollateralLimit fp.Uint256 `json:"collateralLimit,omitzero"`
	IssuanceRatio   fp.Uint256 `json:"issuanceRatio,omitzero"`
}

// MarketConfiguration is a market in the list of a pool.
type MarketConfiguration struct {
	Market            ID         `json:"market"`
	MaxDebtShareValue fp.Int128  `json:"maxDebtShareValue,omitzero"`
	Weight            fp.Uint128 `json:"weight,omitzero"`
}

// Vault is a vault: its part of the pool's distribution and its present epoch.
type Vault struct {
	AccountsDebtDistribution Distribution    `json:"accountsDebtDistribution,omitzero"`
	Collateral               string          `json:"collateral"`
	CollateralAmounts        ScalableMapping `json:"collateralAmounts,omitzero"`
	Epoch                    uint64          `json:"epoch,string,omitzero"`
	LastValuePerShare        fp.D27          `json:"lastValuePerShare,omitzero"`
	Positions                []Position      `json:"positions,omitempty"` // by account
	Shares                   fp.Uint128      `json:"shares,omitzero"`
	TotalConsolidatedDebt    fp.Int128       `json:"totalConsolidatedDebt,omitzero"`
	UnconsolidatedDebt       fp.Int128       `json:"unconsolidatedDebt,omitzero"`
}

// ScalableMapping holds the collateral of an epoch.
type ScalableMapping struct {
	ScaleModifier fp.D27     `json:"scaleModifier,omitzero"`
	TotalShares   fp.Uint128 `json:"totalShares,omitzero"`
}

// Position is an account in the present epoch of a vault.
type Position struct {
	Account            ID         `json:"account"`
	CollateralShares   fp.Uint128 `json:"collateralShares,omitzero"`
	ConsolidatedDebt   fp.Int256  `json:"consolidatedDebt,omitzero"`
	DebtShares         fp.Uint128 `json:"debtShares,omitzero"`
	LastDelegationTime uint64     `json:"lastDelegationTime,string,omitzero"`
	LastValuePerShare  fp.D27     `json:"lastValuePerShare,omitzero"`
}
