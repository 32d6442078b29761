package sim

import fp "backtest/model/fixedpoint"

// vaultBook is what changes the debt of a vault beside its pool's markets (D18
// USD).
type vaultBook struct {
	minted, burned, repaid, treasury fp.Int256
}

// bookOf returns the books of a pool's vaults together.
func (s *State) bookOf(pool int) (sum vaultBook) {
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool == pool {
			x := &s.ledger.book[v]
			sum.minted, sum.burned = sum.minted.Add(x.minted), sum.burned.Add(x.burned)
			sum.repaid, sum.treasury = sum.repaid.Add(x.repaid), sum.treasury.Add(x.treasury)
		}
	}
	return sum
}

// bookTreasury books debt that went from a vault to the treasury's of the same
// collateral.
func (s *State) bookTreasury(vault int, debt fp.Int256) {
	from := &s.ledger.book[vault]
	from.treasury = from.treasury.Sub(debt)
	if v := s.treasuryVault(vault); v >= 0 {
		to := &s.ledger.book[v]
		to.treasury = to.treasury.Add(debt)
	}
}

// treasuryVault returns the vault of the treasury that takes over positions of
// a vault, -1 when nobody else uses it.
func (s *State) treasuryVault(vault int) int {
	ct := s.World.Vaults[vault].Collateral
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool+1 == s.World.Treasury && s.World.Vaults[v].Collateral == ct {
			return v
		}
	}
	return -1
}

// columns are the amounts of the columns of that name, before rounding.
func (b *vaultBook) columns() [len(bookColumns)]fp.Int256 {
	return [...]fp.Int256{b.minted, b.burned.Neg(), b.repaid.Neg(), b.treasury}
}
