package sim

import "backtest/runner/units"

// prepareSweep looks at the state before a sweep.
func (s *State) prepareSweep() bool {
	x := &s.sweeping
	for m := range x.markets {
		if s.pushed[m] || s.ledger.silent[m] || !s.onlyPrice(&s.ledger.outstanding[m]) || !x.prepareMarket(s, m) {
			return false
		}
	}
	for p := range s.World.Pools {
		if s.blockedPools[p] || !s.traceable(p) {
			return false
		}
	}
	if !x.model.Load(s.Sys, x.ids, x.pools) {
		return false
	}
	for v := range x.vaults {
		x.prepareVault(s, v)
	}
	for m := range x.markets {
		x.markets[m].last, x.markets[m].value = x.model.Market(m)
	}
	return true
}

func (x *sweeping) prepareMarket(s *State, m int) (ok bool) {
	d, y := s.World.Markets[m].Driver.(Proportional), &x.markets[m]
	if y.asset, _, _, ok = d.Linear(s); !ok {
		return false
	}
	y.units, y.owed, y.backed, ok = d.Proportion(s)
	return ok
}

func (x *sweeping) prepareVault(s *State, vault int) {
	y := &x.vaults[vault]
	pool, ct := s.VaultID(vault)
	storage, c := s.Sys.VaultStorage(pool, ct), s.Sys.CollateralConfiguration(ct)
	y.liquidation, y.issuance = units.FloatU(c.LiquidationRatio), units.FloatU(s.Sys.SystemIssuanceRatio(ct))
	y.share = 1
	if !storage.ScaleModifier.Raw.IsZero() {
		y.share = units.FloatU(storage.ScaleModifier.Factor()) / 1e9
	}
	order := s.order(vault, storage.Epoch)
	first := order.worst()
	if y.indebted = first != nil; y.indebted {
		y.key, y.least = first.key, order.least
	}
}

// onlyPrice reports that an amount has no other source than prices.
func (s *State) onlyPrice(b *bySource) bool {
	only, ok := b.only()
	return ok && only == SourcePrice
}

// traceable reports that what a pool pulls next is known to come from prices
// alone.
func (s *State) traceable(pool int) bool {
	for _, m := range s.World.Pools[pool].Markets {
		b := &s.ledger.pools[pool][m]
		moved := s.ledger.moved(b, m)
		if !b.pending.IsZero() || !b.booked.IsZero() || !s.onlyPrice(&moved) {
			return false
		}
	}
	return true
}
