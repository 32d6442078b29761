package sim

import fp "backtest/model/fixedpoint"

// poolDebt returns the debt (D18 USD) that has reached a pool: that of its
// vaults, and what waits on the way down from its markets' distributions.
func (s *State) poolDebt(pool int) (debt fp.Int256) {
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool == pool {
			debt = debt.Add(s.reached(v))
		}
	}
	for m := range s.World.Markets {
		debt = debt.Add(s.accrued(pool, m))
	}
	return debt
}

// vaultDebt returns the debt (D18 USD) that has reached a vault, and its part,
// by its present shares in the pool, of what waits on the way down from the
// markets' distributions. No pool changes its vaults' shares before it has
// pulled, so this is the part that the vault will get.
func (s *State) vaultDebt(vault int) (debt fp.Int256) {
	pool := s.World.Vaults[vault].Pool
	var waiting fp.Int256
	for m := range s.World.Markets {
		waiting = waiting.Add(s.accrued(pool, m))
	}
	return s.reached(vault).Add(partOf(waiting, s.sharesOf(vault), s.allShares(pool)))
}

// reached returns the debt (D18 USD) of a vault, with what waits for it in the
// distribution of its pool.
func (s *State) reached(vault int) fp.Int256 {
	id, ct := s.VaultID(vault)
	x := s.Sys.VaultStorage(id, ct)
	rise := s.Sys.PoolDistribution(id).ValuePerShare.Sub(x.PoolLastValuePerShare)
	return x.UnconsolidatedDebt.Wide().Add(x.TotalConsolidatedDebt.Wide()).Add(rise.Times(x.PoolShares))
}

func (s *State) sharesOf(vault int) fp.Uint128 {
	id, ct := s.VaultID(vault)
	return s.Sys.PoolSharesOf(id, ct)
}

func (s *State) allShares(pool int) fp.Uint128 {
	return s.Sys.PoolDistribution(s.World.Pools[pool].ID).TotalShares
}

// partOf returns the part of an amount that belongs to some of all shares,
// rounded toward 0; nothing when there are none.
func partOf(amount fp.Int256, shares, all fp.Uint128) fp.Int256 {
	if amount.IsZero() || shares.IsZero() || all.IsZero() {
		return fp.Int256{}
	}
	return amount.Mul(shares.WideInt()).Quo(all.WideInt())
}
