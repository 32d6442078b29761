package sim

import "backtest/runner/record"

// vaultAttribution appends the values of the columns of vaults, if there are
// any.
func (s *State) vaultAttribution(out []record.D18) []record.D18 {
	l := s.ledger.vaults
	if l == nil {
		return out
	}
	for v := range s.World.Vaults {
		change := debtChange{total: s.vaultDebt(v).Sub(l.start[v]), book: s.ledger.book[v]}
		for _, m := range s.World.Pools[s.World.Vaults[v].Pool].Markets {
			change.brought = append(change.brought, s.broughtTo(v, m))
		}
		out = change.columns(out)
	}
	return out
}
