package sim

import fp "backtest/model/fixedpoint"

// finishSweep brings what sweeps did to everybody else, in their last step.
func (s *State) finishSweep(step int) {
	x, l := &s.sweeping, &s.ledger
	x.model.Store()
	for m := range x.markets {
		y := &x.markets[m]
		debt, value := x.model.Market(m)
		changed, distributed := debt.Wide().Sub(l.last[m]), debt.Wide().Sub(y.last.Wide())
		o, perShare := &l.outstanding[m][SourcePrice], &l.perShare[m][SourcePrice]
		*o, *perShare = o.Add(changed).Sub(distributed), perShare.Add(value.Sub(y.value).Raw.Wide())
		l.last[m] = debt.Wide()
	}
	x.model.EachBacking(func(pool, market int, pulled fp.Int128, shares fp.Uint128) {
		b := &l.pools[x.places[pool]][market]
		b.got[SourcePrice] = b.got[SourcePrice].Add(pulled.Wide())
		b.seen, b.shares = l.perShare[market], shares
	})
	s.Peek(step)
	_ = s.SetStep(step) // its prices have been published already
}
