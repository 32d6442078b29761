package sim

import (
	"backtest/model"
	"backtest/pricepaths"
)

// World is what all paths of a scenario share. It is not changed while paths
// run.
type World struct {
	Scenario string
	Point    int32

	Prices      *pricepaths.Generator
	Assets      []string
	Expected    []float64 // by asset: expected final market price relative to the first, NaN without a closed form
	Collaterals []Collateral
	Markets     []Market
	Pools       []Pool
	Vaults      []Vault
	LPs         []LP
	Outsiders   []Outsider
	Recorded    []int   // into LPs: positions whose results are counted
	Watches     []Watch // positions and groups that have columns
	Treasury    int     // 1 + its place in Pools; 0 when there is none

	Initial *model.System // with every position in place at the initial prices
	Grid    []int64       // Unix seconds of each price
	Moments []int         // grid points at which distributions are recorded, ascending
	Events  bool          // whether events are recorded row by row
	ByVault bool          // whether debt is accounted for by vault too

	SpellGap int64 // seconds that a pool is back before another exit begins another spell

	starting starting
}

// Collateral is a collateral type and the asset that prices it.
type Collateral struct {
	Name  string
	CT    model.CollateralID
	Asset int
}

// Market is a market of the configuration. Assets are those that it prices.
type Market struct {
	Name   string
	ID     model.MarketID
	Driver Driver
}

// Driver connects the external market behind a core market to a path.
type Driver interface {
	// Reprice tells the market the prices of the present step.
	Reprice(s *State)
	// Deltas appends how the market's debt moves with each of its assets.
	Deltas(sys *model.System, list []Delta) []Delta
}

// Pool is a pool of the configuration.
type Pool struct {
	Name    string
	ID      model.PoolID
	Markets []int // into World.Markets
}

// Vault is a collateral type in a pool that has positions.
type Vault struct {
	Name       string // pool/collateral
	Pool       int    // into World.Pools
	Collateral int    // into World.Collaterals
}

// LP is a position at the start.
type LP struct {
	Name    string
	Group   string // of LPs; empty for nobody's
	Account model.AccountID
	Vault   int // into World.Vaults
	// What its account holds beside counts with another of its positions: USD, and
	// tokens.
	SharedUSD, SharedTokens bool
}
