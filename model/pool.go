package model

import (
	fp "backtest/model/fixedpoint"
)

// Pool spreads the credit of its vaults over markets and their debt over its
// vaults (PROTOCOL.md §5).
type Pool struct {
	id     PoolID
	state  Cell[poolState]
	vaults []*vault              // by collateral id; nil = never used
	first  []marketConfiguration // of a copy: the list that it began with
}

type poolState struct {
	created               bool
	markets               []marketConfiguration // replaced, never written to
	totalWeights          Uint128
	totalVaultDebts       Int128 // D18 USD, cached
	lastConfigurationTime uint64
	vaults                Distribution
	collaterals           map[CollateralID]PoolCollateralConfiguration // replaced, never written to
	disabledByDefault     bool
}

// MarketConfiguration is a market in the list of a pool: its weight, in any
// unit, and the greatest debt per share (D18 USD) that the pool accepts there.
type MarketConfiguration struct {
	MarketID          MarketID
	Weight            Uint128
	MaxDebtShareValue Int128
}

// marketConfiguration adds what the market knows the pool by.
type marketConfiguration struct {
	MarketConfiguration
	market *Market // nil when not registered
	slot   int32
}

// PoolCollateralConfiguration is what a pool owner sets for a collateral type:
// a limit on the vault (tokens D18, 0 = none) and an issuance ratio (D18).
type PoolCollateralConfiguration struct {
	CollateralLimit Uint256
	IssuanceRatio   Uint256
}

// CreatePool makes an empty pool (PROTOCOL.md §5.1).
func (s *System) CreatePool(by Actor, id PoolID) error {
	return s.Transact(func() {
		s.checkFeature(FeatureCreatePool)
		if s.poolExists(id) {
			fp.Throw(PoolAlreadyExists{id})
		}
		s.pool(id).state.Edit(&s.journal).created = true
	})
}

func (s *System) poolExists(id PoolID) bool {
	if id == 0 {
		return true
	}
	p, ok := s.pools[id]
	return ok && p.state.now.created
}

// pool returns a pool, an empty one when the id is unknown, as the contracts'
// storage does.
func (s *System) pool(id PoolID) *Pool {
	p, ok := s.pools[id]
	if !ok {
		p = &Pool{id: id}
		s.pools[id] = p
	}
	return p
}

// existingPool returns a pool or throws PoolNotFound.
func (s *System) existingPool(id PoolID) *Pool {
	if !s.poolExists(id) {
		fp.Throw(PoolNotFound{id})
	}
	return s.pool(id)
}

// ownedPool returns an existing pool that the sender owns. Every pool belongs
// to the system owner here; pool 0 to nobody.
func (s *System) ownedPool(by Actor, id PoolID) *Pool {
	p := s.existingPool(id)
	if by != Owner || id == 0 {
		fp.Throw(Unauthorized{by})
	}
	return p
}

// pullDebt brings the debt of the pool's markets into the pool: D(none) of
// PROTOCOL.md §5.2.
func (s *System) pullDebt(p *Pool) {
	var sum Int256
	var failures []error
	markets := p.state.now.markets
	for i := range markets {
		mc := &markets[i]
		if _, err := s.distributeDebtToPools(mc.market, fp.U256(operationIterations)); err != nil {
			failures = append(failures, err)
		}
		sum = sum.Add(s.accumulateDebtChange(mc.market, mc.slot))
	}
	if failures != nil {
		fp.Throw(Errors{failures})
	}
	if !sum.IsZero() {
		s.assignDebt(p, sum)
	}
}

func (s *System) assignDebt(p *Pool, sum Int256) {
	state := p.state.Edit(&s.journal)
	state.totalVaultDebts = state.totalVaultDebts.Add(sum.Int128())
	state.vaults.DistributeValue(sum)
}

// pullVaultDebt brings the debt of the pool's markets into the pool and one
// vault: D(ct).
func (s *System) pullVaultDebt(p *Pool, ct CollateralID) *vault {
	s.pullDebt(p)
	v := p.vault(ct)
	s.accumulateVault(p, v)
	return v
}

// accumulateVault takes the vault's part of what reached the pool.
func (s *System) accumulateVault(p *Pool, v *vault) {
	h := v.state.Get()
	if h.actor.Shares.IsZero() || h.actor.LastValuePerShare == p.state.now.vaults.ValuePerShare {
		return
	}
	change := p.state.now.vaults.AccumulateActor(&v.state.Edit(&s.journal).actor)
	if !change.IsZero() {
		v.state.now.epoch.state.Edit(&s.journal).distributeDebtToAccounts(change)
	}
}

// debtPerShare returns the pool's debt per dollar of collateral (D18), 0
// without collateral.
func (p *Pool) debtPerShare() Int128 {
	state := &p.state.now
	if state.vaults.TotalShares.IsZero() {
		return Int128{}
	}
	return state.totalVaultDebts.Wide().DivDecimal(state.vaults.TotalShares.WideInt()).Int128()
}

// rebalanceMarkets pushes the pool's credit and limits to its markets: R of
// PROTOCOL.md §5.3.
func (s *System) rebalanceMarkets(p *Pool) {
	state := &p.state.now
	if state.totalWeights.IsZero() {
		return
	}
	totalCredit := state.vaults.TotalShares.Wide()
	totalWeights := state.totalWeights.Wide()
	debtPerShare := p.debtPerShare().Wide()
	for i := range state.markets {
		mc := &state.markets[i]
		credit := totalCredit.Mul(mc.Weight.Wide()).Quo(totalWeights)
		if mc.market == nil {
			fp.Throw(MarketNotFound{mc.MarketID})
		}
		limit := mc.market.valuePerShare().Wide().Add(s.margin(mc.market)).Sub(debtPerShare)
		limit = fp.MinInt(limit, mc.MaxDebtShareValue.Wide())
		s.adjustPoolShares(mc.market, mc.slot, credit, limit)
	}
}

// margin returns the debt (D18 USD) that a market may add to each dollar of
// credit: one over the minimum liquidity ratio.
func (s *System) margin(m *Market) Int256 {
	ratio := m.state.now.minLiquidityRatio
	if ratio.IsZero() {
		ratio = s.settings.now.minLiquidityRatio
	}
	if ratio.IsZero() {
		return fp.UnitI256
	}
	if s.inverse.ratio != ratio {
		s.inverse.ratio, s.inverse.margin = ratio, fp.UnitU256.DivDecimal(ratio).Int256()
	}
	return s.inverse.margin
}

// repriceVault sets the vault's shares in its pool to the value of its
// collateral at the present price, and rebalances: P(ct) of PROTOCOL.md §5.5.
// It returns the price (D18).
func (s *System) repriceVault(p *Pool, ct CollateralID) Uint256 {
	v := p.vault(ct)
	price := s.price(ct)
	weight := v.state.now.epoch.state.now.collateral.TotalAmount().MulDecimal(price)
	p.state.Edit(&s.journal).vaults.SetActorShares(&v.state.Edit(&s.journal).actor, weight)
	s.rebalanceMarkets(p)
	return price
}

// RebalancePool pulls the pool's debt and pushes its credit; with a collateral
// type it also reprices that vault (PROTOCOL.md §10.1).
func (s *System) RebalancePool(pool PoolID, ct CollateralID) error {
	if s.quickRebalancePool(pool, ct) {
		return nil
	}
	return s.Transact(func() {
		p := s.existingPool(pool)
		if ct == NoCollateral {
			s.pullDebt(p)
			s.rebalanceMarkets(p)
			return
		}
		s.pullVaultDebt(p, ct)
		s.repriceVault(p, ct)
	})
}

// SetPoolCollateralConfiguration sets a pool's limit and issuance ratio for a
// collateral type (PROTOCOL.md §5.7).
func (s *System) SetPoolCollateralConfiguration(by Actor, pool PoolID, ct CollateralID, c PoolCollateralConfiguration) error {
	return s.Transact(func() {
		state := s.ownedPool(by, pool).state.Edit(&s.journal)
		state.collaterals = with(state.collaterals, ct, c)
	})
}

// SetPoolCollateralDisabledByDefault makes collateral types without a limit
// unusable in the pool, or usable again.
func (s *System) SetPoolCollateralDisabledByDefault(by Actor, pool PoolID, disabled bool) error {
	return s.Transact(func() {
		s.ownedPool(by, pool).state.Edit(&s.journal).disabledByDefault = disabled
	})
}

// checkCollateralLimit throws when adding to the vault is not allowed.
func (s *System) checkCollateralLimit(p *Pool, ct CollateralID, add Uint256) {
	limit := p.state.now.collaterals[ct].CollateralLimit
	total := p.vault(ct).collateral().TotalAmount().Add(add)
	if limit.IsZero() && p.state.now.disabledByDefault || !limit.IsZero() && limit.Less(total) {
		fp.Throw(PoolCollateralLimitExceeded{p.id, s.CollateralName(ct), total, limit})
	}
}

// issuanceRatio returns the C-ratio (D18) required to mint or withdraw: the
// stricter of the system's and the pool's.
func (s *System) issuanceRatio(p *Pool, ct CollateralID) Uint256 {
	system, pool := s.collaterals[ct].config.now.IssuanceRatio, p.state.now.collaterals[ct].IssuanceRatio
	if system.Less(pool) {
		return pool
	}
	return system
}
