package model

// Sweep rebalances every vault of some pools, again and again, on a compact
// copy of what that touches. A keeper that visits all vaults in every step
// changes next to the whole state, and nothing but a few sums: side by side in
// arrays they cost a fraction of the operations one by one, and are the same to
// the wei. Whatever is out of the ordinary makes [Sweep.Step] refuse; the system
// itself is not touched before [Sweep.Store].
type Sweep struct {
	sys      *System
	changes  uint64 // of the system that the copy belongs to
	markets  []sweepMarket
	pools    []sweepPool
	vaults   []sweepVault
	backings []sweepBacking

	now, before sweepState

	Reported []Uint128 // by market: D18 USD, to be set before a step
	Price    []Int128  // by vault: of its collateral, D18 USD, to be set before a step
}

// SweptPool is a pool of a sweep, and the vaults of it that are rebalanced, in
// their order.
type SweptPool struct {
	Pool        PoolID
	Collaterals []CollateralID
}

// sweepState is what a step changes.
type sweepState struct {
	markets  []sweptMarket
	pools    []sweptPool
	vaults   []sweptVault
	backings []sweptBacking
}

// sweepMarket is what a step leaves alone of a market.
type sweepMarket struct {
	market *Market
	net    Int128 // D18 USD, net issuance
	inside int    // pools in range: 1 or 2
	limit  Int128 // D18 USD: debt per share down to which no pool comes back into range
	limits bool   // some pool is out of range
}

type sweptMarket struct {
	last     Int128  // D18 USD, distributed
	capacity Int128  // D18 USD, of credit
	total    Uint128 // D18 USD, shares of all pools
	value    D27     // debt per share
	d18      Int128  // the same, D18
	heap     [2]sweptNode
}

// sweptNode is a pool in range, in the order of the heap.
type sweptNode struct {
	limit Int128 // D18, negated
	slot  int32
}

type sweepPool struct {
	pool                       *Pool
	weights                    Uint128
	margin                     Int128 // D18 USD of debt that a dollar of credit may take on
	vault, vaults, back, backs int    // from and to before, into their arrays
}

type sweptPool struct {
	debts Int128  // D18 USD
	total Uint128 // D18 USD, shares of all vaults
	value D27
}

type sweepVault struct {
	vault        *vault
	consolidated Int128  // D18 USD
	accounts     Uint128 // shares of debt
	tokens       Int128  // D18
}

type sweptVault struct {
	weight         Uint128 // D18 USD, shares in the pool: the value of its collateral
	last           D27     // of the pool
	value          D27     // debt per share of its accounts
	unconsolidated Int128  // D18 USD
}

// sweepBacking is a pool in a market.
type sweepBacking struct {
	market int
	slot   int32
	weight Uint128
	most   Int128 // D18 USD, greatest debt per share
}

type sweptBacking struct {
	shares Uint128
	seen   D27
	pulled Int128 // D18 USD since Load
}
