package model

import (
	"errors"
	"slices"

	fp "backtest/model/fixedpoint"
)

// MarketConfiguration is a market in the list of a pool: its weight, in any
// unit, and the greatest debt per share (D18 USD) that the pool accepts there.
type MarketConfiguration struct {
	MarketID          MarketID
	Weight            Uint128
	MaxDebtShareValue Int128
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
		s.editPool(s.pool(id)).created = true
	})
}

func (s *System) poolExists(id PoolID) bool {
	p := s.findPool(id)
	return id == 0 || p >= 0 && s.pools.at(p).created
}

// findPool returns the place of a pool, -1 when nobody has named it yet.
func (s *System) findPool(id PoolID) int32 {
	if id < PoolID(s.pools.size()) && s.pools.at(int32(id)).id == id {
		return int32(id) // they are mostly made in their order
	}
	for i := range s.pools.rows {
		if s.pools.rows[i].id == id {
			return int32(i)
		}
	}
	return -1
}

// pool returns the place of a pool, of an empty one when the id is unknown, as
// the contracts' storage does.
func (s *System) pool(id PoolID) int32 {
	if p := s.findPool(id); p >= 0 {
		return p
	}
	return s.pools.add(&s.journal, pool{id: id})
}

// poolState returns a pool for reading, an empty one when the id is unknown.
func (s *System) poolState(id PoolID) *pool {
	if p := s.findPool(id); p >= 0 {
		return s.pools.at(p)
	}
	return &pool{id: id}
}

func (s *System) editPool(p int32) *pool { return s.pools.edit(&s.journal, p) }

// existingPool returns a pool or throws PoolNotFound.
func (s *System) existingPool(id PoolID) int32 {
	if !s.poolExists(id) {
		fp.Throw(PoolNotFound{id})
	}
	return s.pool(id)
}

// ownedPool returns an existing pool that the sender owns. Every pool belongs
// to the system owner here; pool 0 to nobody.
func (s *System) ownedPool(by Actor, id PoolID) int32 {
	p := s.existingPool(id)
	if by != Owner || id == 0 {
		fp.Throw(Unauthorized{by})
	}
	return p
}

// findVault returns the place of a pool's vault, -1 when it was never used.
func (s *System) findVault(p int32, ct CollateralID) int32 {
	if p < 0 {
		return -1
	}
	if list := s.pools.at(p).vaultOf; int(ct) < len(list) {
		return list[ct] - 1
	}
	return -1
}

// vault returns the place of a pool's vault; it makes an empty one when the
// collateral type is new to the pool.
func (s *System) vault(p int32, ct CollateralID) int32 {
	if v := s.findVault(p, ct); v >= 0 {
		return v
	}
	v := s.vaults.add(&s.journal, vault{pool: p, ct: ct, accounts: newAccounts()})
	x := s.editPool(p)
	x.vaultOf = slices.Clone(x.vaultOf)
	for int(ct) >= len(x.vaultOf) {
		x.vaultOf = append(x.vaultOf, 0)
	}
	x.vaultOf[ct] = v + 1
	return v
}

// vaultState returns a vault for reading, an empty one when it was never used.
func (s *System) vaultState(pool PoolID, ct CollateralID) *vault {
	if p := s.findPool(pool); p >= 0 {
		if v := s.findVault(p, ct); v >= 0 {
			return s.vaults.at(v)
		}
	}
	return &vault{ct: ct, accounts: noAccounts}
}

func (s *System) editVault(v int32) *vault { return s.vaults.edit(&s.journal, v) }

// pullVault brings the debt of the pool's markets into the pool and one vault:
// D(ct) of PROTOCOL.md §5.2.
func (s *System) pullVault(v int32) {
	s.pull(s.vaults.at(v).pool)
	s.take(v)
}

// repriceAndPush is P(ct) of PROTOCOL.md §5.5. It returns the price (D18).
func (s *System) repriceAndPush(v int32) Uint256 {
	price := s.reprice(v)
	s.push(s.vaults.at(v).pool)
	return price
}

// RebalancePool pulls the pool's debt and pushes its credit; with a collateral
// type it also reprices that vault (PROTOCOL.md §10.1).
func (s *System) RebalancePool(pool PoolID, ct CollateralID) error {
	return s.Transact(func() {
		p := s.existingPool(pool)
		if ct == NoCollateral {
			s.pull(p)
			s.push(p)
			return
		}
		v := s.vault(p, ct)
		s.pullVault(v)
		s.repriceAndPush(v)
	})
}

// RebalanceVaults does what RebalancePool does for each of the collateral types
// in turn, where nobody can tell the difference: the pool is pulled once and
// pushed once, because the pushes between would leave no trace. It reports
// false, and has done nothing, where that is not so, a pool moves in or out of
// range, or one of them fails.
func (s *System) RebalanceVaults(pool PoolID, cts []CollateralID) bool {
	if s.journal.open || len(cts) == 0 {
		return false
	}
	moves := s.moves
	err := s.Transact(func() {
		p := s.existingPool(pool)
		s.pull(p)
		for i, ct := range cts {
			v := s.vault(p, ct)
			s.take(v)
			s.reprice(v)
			if i+1 < len(cts) && !s.overwritten(p) {
				fp.Throw(errNotTogether)
			}
		}
		s.push(p)
		if s.moves != moves {
			fp.Throw(errNotTogether)
		}
	})
	return err == nil
}

var errNotTogether = errors.New("model: vaults must be rebalanced one by one")

// Bounds within which a push of credit cannot overflow: shares and credit far
// beyond all money, and margins below 9 USD a share.
const (
	maxShares   = 1 << 40 // of 2^64
	maxCapacity = 1 << 56 // of 2^64
	maxMargin   = 9_000_000_000_000_000_000
)

// overwritten reports that a push of the pool now would leave no trace after
// another one that follows with nothing between them but a new price: it fits,
// the pool stays in range everywhere, and the order of no heap depends on how
// often it was inserted.
func (s *System) overwritten(p int32) bool {
	x := s.pools.at(p)
	shares := x.vaults.TotalShares
	if shares.Hi >= maxShares || shares.Cmp(x.totalWeights) < 0 {
		return false
	}
	debtPerShare := x.debtPerShare().Wide()
	for i := range x.markets {
		l := &x.markets[i]
		if l.market < 0 {
			return false
		}
		m := s.markets.at(l.market)
		in, _ := s.heaps(l.market)
		margin := s.margin(l.market)
		if in.position(l.backing) == 0 || in.size() > 2 || m.pools.TotalShares.Hi >= maxShares ||
			m.creditCapacity.Hi >= maxCapacity || m.creditCapacity.Hi < -maxCapacity ||
			margin.Less(debtPerShare) || !margin.Less(fp.I256(maxMargin)) || l.MaxDebtShareValue.Cmp(m.valuePerShare()) < 0 {
			return false
		}
	}
	return true
}

// SetPoolCollateralConfiguration sets a pool's limit and issuance ratio for a
// collateral type (PROTOCOL.md §5.7).
func (s *System) SetPoolCollateralConfiguration(by Actor, pool PoolID, ct CollateralID, c PoolCollateralConfiguration) error {
	return s.Transact(func() {
		x := s.editPool(s.ownedPool(by, pool))
		x.collaterals = with(x.collaterals, ct, c)
	})
}

// SetPoolCollateralDisabledByDefault makes collateral types without a limit
// unusable in the pool, or usable again.
func (s *System) SetPoolCollateralDisabledByDefault(by Actor, pool PoolID, disabled bool) error {
	return s.Transact(func() { s.editPool(s.ownedPool(by, pool)).disabledByDefault = disabled })
}

// checkCollateralLimit throws when adding to the vault is not allowed.
func (s *System) checkCollateralLimit(v int32, add Uint256) {
	x := s.vaults.at(v)
	p := s.pools.at(x.pool)
	limit := p.collaterals[x.ct].CollateralLimit
	total := x.collateral.TotalAmount().Add(add)
	if limit.IsZero() && p.disabledByDefault || !limit.IsZero() && limit.Less(total) {
		fp.Throw(PoolCollateralLimitExceeded{p.id, s.CollateralName(x.ct), total, limit})
	}
}

// issuanceRatio returns the C-ratio (D18) required to mint or withdraw: the
// stricter of the system's and the pool's.
func (s *System) issuanceRatio(p *pool, ct CollateralID) Uint256 {
	system, pool := s.collaterals[ct].config.now.IssuanceRatio, p.collaterals[ct].IssuanceRatio
	if system.Less(pool) {
		return pool
	}
	return system
}
