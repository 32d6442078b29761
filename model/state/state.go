package state

import fp "backtest/model/fixedpoint"

// State is the whole state at one moment.
type State struct {
	Accounts    []Account    `json:"accounts,omitempty"` // by id
	Collaterals []Collateral `json:"collaterals"`        // in order of their appearance, USD first
	Format      string       `json:"format"`
	Markets     []Market     `json:"markets,omitempty"` // 1, 2, 3… in order of registration
	Now         uint64       `json:"now,string,omitzero"`
	Pools       []Pool       `json:"pools,omitempty"` // by id
	Release     string       `json:"release"`
	Settings    Settings     `json:"settings,omitzero"`
	Source      Source       `json:"source,omitzero"`
}

// Source tells where a state comes from. It is no part of the state: two
// states from different places may be the same.
type Source struct {
	Block   uint64 `json:"block,string,omitzero"` // of a chain
	Chain   uint64 `json:"chain,string,omitzero"` // its id
	History string `json:"history,omitzero"`      // a recorded history, by name
	Path    uint64 `json:"path,string,omitzero"`  // of a run
	Run     string `json:"run,omitzero"`          // the sha256 of its configuration
	Seed    uint64 `json:"seed,string,omitzero"`
	Step    uint64 `json:"step,string,omitzero"` // of a history or a path: the state is that after it
}

// Settings are what the owner of the system sets, besides collateral types and
// markets.
type Settings struct {
	AssociateDebtRatioExclusions []ID          `json:"associateDebtRatioExclusions,omitempty"` // markets
	Config                       []ConfigValue `json:"config,omitempty"`                       // by key
	FeatureFlags                 []FeatureFlag `json:"featureFlags,omitempty"`                 // by feature; those that are not open
	LiquidationsDisabled         []ID          `json:"liquidationsDisabled,omitempty"`         // pools
	MinLiquidityRatio            fp.Uint256    `json:"minLiquidityRatio,omitzero"`
	Overrides                    []Override    `json:"overrides,omitempty"`
}

// ConfigValue is an entry of the configuration store.
type ConfigValue struct {
	Key   string     `json:"key"`
	Value fp.Uint256 `json:"value,omitzero"`
}

// FeatureFlag is a feature that is closed or denied to everybody.
type FeatureFlag struct {
	AllowAll bool   `json:"allowAll,omitzero"`
	DenyAll  bool   `json:"denyAll,omitzero"`
	Feature  string `json:"feature"`
}

// Override is a delay that ends sooner: of withdrawals, or of delegation in a
// pool, for an account or for a sender.
type Override struct {
	Account  ID         `json:"account,omitzero"`
	Pool     ID         `json:"pool,omitzero"`
	Sender   string     `json:"sender,omitzero"` // an actor; it is an account's without one
	Value    fp.Uint256 `json:"value,omitzero"`
	Withdraw bool       `json:"withdraw,omitzero"`
}

// Collateral is a collateral type: its token, configuration and price.
type Collateral struct {
	Balances          []Balance  `json:"balances,omitempty"` // by actor, in the token's own unit
	Configured        bool       `json:"configured,omitzero"`
	Decimals          uint8      `json:"decimals,string,omitzero"`
	DepositingEnabled bool       `json:"depositingEnabled,omitzero"`
	Failure           uint64     `json:"failure,string,omitzero"` // the code that the oracle reverts with
	IssuanceRatio     fp.Uint256 `json:"issuanceRatio,omitzero"`
	LiquidationRatio  fp.Uint256 `json:"liquidationRatio,omitzero"`
	LiquidationReward fp.Uint256 `json:"liquidationReward,omitzero"`
	MinDelegation     fp.Uint256 `json:"minDelegation,omitzero"`
	Name              string     `json:"name"`
	Price             fp.Int256  `json:"price,omitzero"`
	TotalSupply       fp.Uint256 `json:"totalSupply,omitzero"` // in the token's own unit
}

// Balance is what a wallet holds of a token.
type Balance struct {
	Actor  string     `json:"actor"`
	Amount fp.Uint256 `json:"amount,omitzero"`
}

// Account is an account of the core.
type Account struct {
	Collaterals     []AccountCollateral `json:"collaterals,omitempty"` // in the order of the collateral types
	Exists          bool                `json:"exists,omitzero"`
	ID              ID                  `json:"id"`
	LastInteraction uint64              `json:"lastInteraction,string,omitzero"`
	// Owner is the account's owner. Without one it is somebody of those who hold
	// ADMIN, which lets them do the same.
	Owner       string       `json:"owner,omitzero"`
	Permissions []Permission `json:"permissions,omitempty"` // by permission and actor
}

// AccountCollateral is what an account holds of a collateral type outside
// vaults, and the pools that it delegates to.
type AccountCollateral struct {
	AmountAvailableForDelegation fp.Uint256 `json:"amountAvailableForDelegation,omitzero"`
	Collateral                   string     `json:"collateral"`
	Locks                        []Lock     `json:"locks,omitempty"` // in stored order
	Pools                        []ID       `json:"pools,omitempty"` // in set order
}

// Lock keeps an amount from being withdrawn until it expires.
type Lock struct {
	Amount fp.Uint256 `json:"amount,omitzero"`
	Expiry uint64     `json:"expiry,string,omitzero"`
}

// Permission is what an account's owner granted to somebody.
type Permission struct {
	Actor      string `json:"actor"`
	Permission string `json:"permission"`
}
