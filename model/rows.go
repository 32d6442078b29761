package model

// market is the core's side of a market: the distribution of its debt to pools,
// its credit and its flows of USD (PROTOCOL.md §4).
type market struct {
	netIssuance       Int128 // D18 USD minted minus burned
	creditCapacity    Int128 // D18 USD
	lastDistributed   Int128 // D18 USD
	pools             Distribution
	minDelegateTime   uint32 // seconds
	minLiquidityRatio Uint256
	deposits          []marketDeposit
	caps              map[CollateralID]Uint256 // maximumDepositable, tokens D18
}

// marketDeposit is collateral that a market has deposited (PROTOCOL.md §4.8).
type marketDeposit struct {
	ct     CollateralID
	amount Uint256 // tokens D18
}

// valuePerShare returns the market's debt per share in D18.
func (m *market) valuePerShare() Int128 { return m.pools.ValuePerShare.D18() }

// backing is a pool as an actor of a market. The amounts beside the shares are
// what the market remembers of a pool that is out of range.
type backing struct {
	market         int32
	pool           PoolID
	actor          DistributionActor
	creditCapacity Uint128 // D18 USD, shares to restore at re-entry
	pendingDebt    Uint128 // D18 USD, taken at bump-out and not yet pulled
}

// pool spreads the credit of its vaults over markets and their debt over its
// vaults (PROTOCOL.md §5).
type pool struct {
	id                    PoolID
	created               bool
	disabledByDefault     bool
	markets               []listing
	vaultOf               []int32 // by collateral id: place of the vault + 1
	totalWeights          Uint128
	totalVaultDebts       Int128 // D18 USD, cached
	lastConfigurationTime uint64
	vaults                Distribution
	collaterals           map[CollateralID]PoolCollateralConfiguration
}

// listing is a market in the list of a pool, and where their rows are.
type listing struct {
	MarketConfiguration
	market  int32 // -1 when not registered
	backing int32
}

// debtPerShare returns the pool's debt per dollar of collateral (D18), 0
// without collateral.
func (p *pool) debtPerShare() Int128 {
	if p.vaults.TotalShares.IsZero() {
		return Int128{}
	}
	return p.totalVaultDebts.Wide().DivDecimal(p.vaults.TotalShares.WideInt()).Int128()
}

// vault holds the positions of one collateral type in a pool. Its epochs follow
// each other; only the last is live (PROTOCOL.md §6).
type vault struct {
	pool       int32
	ct         CollateralID
	actor      DistributionActor // in the pool's distribution, D18 USD of collateral
	epochIndex uint64
	epoch
	accounts *epochAccounts
}

// epoch is all collateral and debt of a vault between full liquidations, but
// for the positions.
type epoch struct {
	unconsolidatedDebt    Int128 // D18 USD
	totalConsolidatedDebt Int128 // D18 USD
	debt                  Distribution
	collateral            ScalableMapping // tokens D18
}

// totalDebt returns the debt of the epoch (D18 USD). The sum is taken at 128
// bits.
func (e *epoch) totalDebt() Int256 {
	return e.unconsolidatedDebt.Add(e.totalConsolidatedDebt).Wide()
}

// distribute spreads debt over the accounts of the epoch.
func (e *epoch) distribute(x Int256) {
	e.debt.DistributeValue(x)
	e.unconsolidatedDebt = e.unconsolidatedDebt.Add(x.Int128())
}

// take brings a vault its part of what reached its pool.
func (v *vault) take(pool *Distribution) {
	if change := pool.AccumulateActor(&v.actor); !change.IsZero() {
		v.distribute(change)
	}
}
