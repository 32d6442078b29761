package model

// quickRebalancePool is RebalancePool where nothing is out of the ordinary.
func (s *System) quickRebalancePool(pool PoolID, ct CollateralID) bool {
	p, ok := s.pools[pool]
	if !ok || !s.alone() || !s.poolExists(pool) {
		return false
	}
	cts := s.one[:0]
	if ct != NoCollateral {
		cts = append(cts, ct)
	}
	if !s.quickRebalance(p, cts) {
		return false
	}
	s.journal.changes++
	return true
}

// quickPositionDebt is PositionDebt of an account that the vault knows, where
// nothing is out of the ordinary.
func (s *System) quickPositionDebt(pool PoolID, ct CollateralID, id AccountID) (debt Int256, ok bool) {
	p, known := s.pools[pool]
	if !known || !s.alone() || !s.poolExists(pool) || int(ct) >= len(p.vaults) || p.vaults[ct] == nil {
		return debt, false
	}
	v, q := p.vaults[ct], &s.after
	e := v.epoch()
	slot := e.slot(id)
	if slot < 0 {
		return debt, false
	}
	sum, ok := s.quickPull(p)
	if !ok || !s.quickPool(p, sum) || !s.quickMargins(p) || !s.quickVault(q, v) || !s.quickPush(p) {
		return debt, false
	}
	x, now := &q.vaults[0], e.positions.at(slot)
	change, ok1 := quickChange(x.value, &now.debt)
	unconsolidated, ok2 := x.unconsolidated.QuickSub(change)
	consolidated, ok3 := e.state.now.totalConsolidatedDebt.QuickAdd(change)
	own, ok4 := now.consolidatedDebt.QuickInt128()
	own, ok5 := own.QuickAdd(change)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 {
		return debt, false
	}
	x.unconsolidated = unconsolidated
	s.quickCommit(p)
	if !now.debt.Shares.IsZero() && now.debt.LastValuePerShare != x.value {
		e.state.now.totalConsolidatedDebt = consolidated
		position := e.positions.edit(slot)
		position.debt.LastValuePerShare, position.consolidatedDebt = x.value, own.Wide()
	}
	s.journal.changes++
	return own.Wide(), true
}
