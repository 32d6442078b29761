package markets_test

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// The debt identities of PROTOCOL.md §9.4 on the core's storage, with the real
// markets attached.

var (
	pools    = []model.PoolID{1, 2, 3}
	accounts = []model.AccountID{1, 2, 3}
)

// checkInvariants checks I1 to I8. Dust grows with the operations so far and
// with the shares, which stay below 10^8 USD.
func (s *study) checkInvariants(seed uint64) {
	s.t.Helper()
	const shares = 100_000_000
	small := fp.U256(100 * (s.events + 10))
	large := fp.U256((shares + 10) * 6 * (s.events + 10))
	v, x, y, l, o := s.debtSums()
	sys := s.w.Sys
	supply, net, reported, value := sys.USDSupply().Int256(), s.netIssuance(), fp.Int256{}, fp.Int256{}
	for id := range sys.Markets() {
		r, err := sys.MarketReportedDebt(model.MarketID(id + 1))
		must(s.t, err)
		c, err := sys.MarketCollateralValue(model.MarketID(id + 1))
		must(s.t, err)
		reported, value = reported.Add(r.Int256()), value.Add(c.Int256())
	}
	charged := v.Add(x).Add(y)
	s.equal(seed, "I1", charged, l.Add(supply.Sub(net)), small)
	s.equal(seed, "I2", charged.Add(o), supply.Add(reported).Sub(value), small)
	for _, pool := range pools {
		debt, change := s.poolDebt(pool)
		s.equal(seed, "I3", sys.PoolStorage(pool).TotalVaultDebts.Wide(), debt.Add(change), small)
		s.checkEpoch(seed, pool, small)
	}
	for id := range sys.Markets() {
		s.checkMarket(seed, model.MarketID(id+1), large)
	}
}

func (s *study) equal(seed uint64, what string, a, b fp.Int256, dust fp.Uint256) {
	s.t.Helper()
	if dust.Less(a.Sub(b).Magnitude()) {
		s.t.Errorf("seed %d: %s: %v and %v differ by more than %v", seed, what, a, b, dust)
	}
}

func (s *study) netIssuance() (sum fp.Int256) {
	for id := range s.w.Sys.Markets() {
		sum = sum.Add(s.w.Sys.MarketStorage(model.MarketID(id + 1)).NetIssuance.Wide())
	}
	return sum
}

// debtSums returns V, X, Y, L and O of PROTOCOL.md §9.4 (D18 USD).
func (s *study) debtSums() (v, x, y, l, o fp.Int256) {
	for _, pool := range pools {
		debt, change := s.poolDebt(pool)
		v, x = v.Add(debt), x.Add(change)
	}
	for id := range s.w.Sys.Markets() {
		id := model.MarketID(id + 1)
		m := s.w.Sys.MarketStorage(id)
		for _, pool := range pools {
			p := s.w.Sys.MarketPoolStorage(id, pool)
			y = y.Add(p.PendingDebt.WideInt()).Add(m.ValuePerShare.Sub(p.LastValuePerShare).Times(p.Shares))
		}
		l = l.Add(m.LastDistributed.Wide())
		total, err := s.w.Sys.MarketTotalDebt(id)
		must(s.t, err)
		o = o.Add(total).Sub(m.LastDistributed.Wide())
	}
	return v, x, y, l, o
}

// poolDebt returns the debt of a pool's vault and what it has not accumulated.
func (s *study) poolDebt(pool model.PoolID) (debt, change fp.Int256) {
	v, p := s.w.Sys.VaultStorage(pool, s.w.SNX), s.w.Sys.PoolStorage(pool)
	debt = v.UnconsolidatedDebt.Wide().Add(v.TotalConsolidatedDebt.Wide())
	return debt, p.ValuePerShare.Sub(v.PoolLastValuePerShare).Times(v.PoolShares)
}

// checkEpoch checks I5, I6 and I7 of a pool's vault.
func (s *study) checkEpoch(seed uint64, pool model.PoolID, dust fp.Uint256) {
	v := s.w.Sys.VaultStorage(pool, s.w.SNX)
	var consolidated, changes fp.Int256
	var collateral, debts fp.Uint128
	for _, id := range accounts {
		p := s.w.Sys.PositionStorage(pool, s.w.SNX, id)
		consolidated = consolidated.Add(p.ConsolidatedDebt)
		changes = changes.Add(v.DebtValuePerShare.Sub(p.LastValuePerShare).Times(p.DebtShares))
		collateral, debts = collateral.Add(p.CollateralShares), debts.Add(p.DebtShares)
	}
	s.equal(seed, "I5", v.TotalConsolidatedDebt.Wide(), consolidated, fp.Uint256{})
	s.equal(seed, "I6", v.UnconsolidatedDebt.Wide(), changes, dust)
	if collateral != v.CollateralShares || debts != v.DebtShares || s.w.Sys.PoolStorage(pool).TotalShares != v.PoolShares {
		s.t.Errorf("seed %d: I7: shares of pool %d", seed, pool)
	}
}

// checkMarket checks I4, I7 and I8 of a market.
func (s *study) checkMarket(seed uint64, id model.MarketID, dust fp.Uint256) {
	m := s.w.Sys.MarketStorage(id)
	var room fp.Int256
	var shares fp.Uint128
	for _, pool := range pools {
		p := s.w.Sys.MarketPoolStorage(id, pool)
		shares = shares.Add(p.Shares)
		isPool := func(n model.HeapNode) bool { return n.Pool == pool }
		in, out := slices.IndexFunc(m.InRange, isPool), slices.ContainsFunc(m.OutRange, isPool)
		if in >= 0 && out || out && !p.Shares.IsZero() || in >= 0 && (p.Shares.IsZero() || p.Shares != p.CreditCapacity) {
			s.t.Errorf("seed %d: I8: pool %d in market %d", seed, pool, id)
		}
		if in >= 0 {
			limit := fp.D27FromD18(m.InRange[in].Priority.Neg())
			room = room.Add(limit.Sub(m.ValuePerShare).Times(p.Shares))
		}
	}
	if shares != m.TotalShares {
		s.t.Errorf("seed %d: I7: shares of market %d", seed, id)
	}
	s.equal(seed, "I4", m.CreditCapacity.Wide().Add(m.NetIssuance.Wide()).Sub(room), m.LastDistributed.Wide(), dust)
}
