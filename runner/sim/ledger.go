package sim

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Source is where a change of a market's debt comes from.
type Source int

// The sources, in the order of their columns.
const (
	SourcePrice   Source = iota // prices moved
	SourceFunding               // time passed
	SourceFees                  // fees that stay in the market, a relief
	SourceFlow                  // traders bought and sold at other prices than the index
	sourceCount
)

var sourceNames = [sourceCount]string{"price", "funding", "fees", "trader_flow"}

// bySource is an amount (D18 USD) or a value per share (D27) split by source.
type bySource [sourceCount]fp.Int256

// ledger follows debt from its source along the chain. It is a copy of the
// protocol's own bookkeeping with the source kept: what a market distributes
// raises its value per share by source, and what a pool pulls is split as the
// value per share has moved since its last pull. What the protocol's roundings
// add or drop further down shows as the difference to its own figures.
type ledger struct {
	last        []fp.Int256  // total debt of each market when last looked at
	silent      []bool       // by market: did not answer then
	outstanding []bySource   // of each market, not yet distributed
	perShare    []bySource   // of each market, D27
	pools       [][]backing  // by pool, by market
	book        []vaultBook  // by vault
	start       []fp.Int256  // debt of each pool before the first step
	vaults      *vaultLedger // nil unless vaults are accounted for

	collateralLost fp.Int256 // by liquidations, D18 USD at the price of the moment
}

// backing is a pool in a market.
type backing struct {
	shares  fp.Uint128 // of the pool since its last pull
	seen    bySource   // perShare at the last pull
	got     bySource   // D18 USD
	pending fp.Int256  // D18 USD, taken at stop-loss exits and not pulled yet
	booked  fp.Int256  // D18 USD of the next pull that is in got already, or was there at the start
}

func newLedger(w *World) ledger {
	l := ledger{
		last:        make([]fp.Int256, len(w.Markets)),
		silent:      make([]bool, len(w.Markets)),
		outstanding: make([]bySource, len(w.Markets)),
		perShare:    make([]bySource, len(w.Markets)),
		pools:       make([][]backing, len(w.Pools)),
		book:        make([]vaultBook, len(w.Vaults)),
		start:       make([]fp.Int256, len(w.Pools)),
	}
	for p := range l.pools {
		l.pools[p] = make([]backing, len(w.Markets))
	}
	if w.ByVault {
		l.vaults = newVaultLedger(w)
	}
	return l
}

// open starts the ledger of a path from the state of the system.
func (s *State) openLedger() {
	l := &s.ledger
	clear(l.outstanding)
	clear(l.perShare)
	clear(l.book)
	clear(l.silent)
	l.collateralLost = fp.Int256{}
	for m := range s.World.Markets {
		// What waits from before the start has no known source; at the first
		// prices it is the price that decides it.
		l.last[m] = s.Sys.MarketSummary(s.World.Markets[m].ID).LastDistributed.Wide()
		s.noteMarket(m, SourcePrice)
	}
	for p := range s.World.Pools {
		for m := range l.pools[p] {
			x := s.Sys.MarketPoolStorage(s.World.Markets[m].ID, s.World.Pools[p].ID)
			l.pools[p][m] = backing{shares: x.Shares, pending: x.PendingDebt.WideInt(), booked: s.accrued(p, m)}
		}
		l.start[p] = s.poolDebt(p)
	}
	s.openVaultLedger()
}

// note books the change of every market's debt since the last look under a
// source. A market that does not answer is looked at again next time, and what
// has changed until it does counts as the price's.
func (s *State) note(source Source) {
	for m := range s.World.Markets {
		s.noteMarket(m, source)
	}
}

func (s *State) noteMarket(market int, source Source) {
	l := &s.ledger
	debt, err := s.Sys.MarketTotalDebt(s.World.Markets[market].ID)
	if err != nil {
		l.silent[market] = true
		return
	}
	if l.silent[market] {
		l.silent[market], source = false, SourcePrice
	}
	if debt == l.last[market] {
		return
	}
	change := debt.Sub(l.last[market])
	l.last[market] = debt
	l.outstanding[market][source] = l.outstanding[market][source].Add(change)
}

// NoteTrade books what a trade changed in a market's debt: the fees (D18 USD)
// that stayed there, and the rest.
func (s *State) NoteTrade(market int, fees fp.Int256) {
	s.Row.FeesUSD = s.sum(s.Row.FeesUSD, fees.Uint256())
	o := &s.ledger.outstanding[market]
	o[SourceFees] = o[SourceFees].Sub(fees)
	o[SourceFlow] = o[SourceFlow].Add(fees)
	s.noteMarket(market, SourceFlow)
}

// follow books a flow that the system told of.
func (l *ledger) follow(e *model.Event, market, pool int) {
	switch e.Kind {
	case model.DebtDistributed:
		l.distribute(market, e.Amount, e.Rise, e.Shares)
	case model.DebtPulled:
		l.pull(pool, market, e.Amount)
	case model.PoolBumpedOut:
		b, debt := &l.pools[pool][market], e.Debt.WideInt()
		b.pending = b.pending.Add(debt)
		l.credit(b, market, b.pending.Sub(b.booked))
		b.booked, b.shares = b.pending, fp.Uint128{}
	case model.SharesSet, model.PoolBumpedIn:
		b := &l.pools[pool][market]
		b.seen, b.shares = l.perShare[market], e.Shares
	}
}

// distribute raises the value per share by what was distributed over shares,
// each source in proportion to what of it is outstanding.
func (l *ledger) distribute(market int, amount fp.Int256, rise fp.D27, shares fp.Uint128) {
	o, v := &l.outstanding[market], &l.perShare[market]
	if only, ok := o.only(); ok {
		o[only] = o[only].Sub(amount)
		v[only] = v[only].Add(rise.Raw.Wide())
		return
	}
	total := o.total()
	if total.IsZero() || shares.IsZero() {
		return
	}
	parts := o.split(amount, func(x fp.Int256) fp.Int256 { return x.Mul(amount).Quo(total) })
	o.sub(&parts)
	rises := parts.split(rise.Raw.Wide(), func(x fp.Int256) fp.Int256 { return fp.PerShareD27(x, shares).Raw.Wide() })
	v.add(&rises)
}

// pull gives a pool what it took over from a market.
func (l *ledger) pull(pool, market int, amount fp.Int256) {
	b := &l.pools[pool][market]
	l.credit(b, market, amount.Sub(b.booked))
	b.pending, b.booked = fp.Int256{}, fp.Int256{}
}

// credit books debt of a pool as the value per share has moved.
func (l *ledger) credit(b *backing, market int, amount fp.Int256) {
	l.addTo(&b.got, b, market, amount)
	b.seen = l.perShare[market]
}

// addTo adds an amount that has reached a pool's shares in a market, split by
// source.
func (l *ledger) addTo(got *bySource, b *backing, market int, amount fp.Int256) {
	moved := l.moved(b, market)
	if only, ok := moved.only(); ok {
		got[only] = got[only].Add(amount)
		return
	}
	parts := moved.split(amount, func(x fp.Int256) fp.Int256 { return x.Mul(b.shares.WideInt()).PerUnitD27() })
	got.add(&parts)
}

// moved returns how the value per share has moved since the last pull.
func (l *ledger) moved(b *backing, market int) (moved bySource) {
	now := &l.perShare[market]
	for i := range moved {
		if now[i] != b.seen[i] {
			moved[i] = now[i].Sub(b.seen[i])
		}
	}
	return moved
}

// brought returns what a market has brought to a pool, what waits to be pulled
// included.
func (s *State) brought(pool, market int) bySource {
	b := &s.ledger.pools[pool][market]
	got := b.got
	s.ledger.addTo(&got, b, market, s.accrued(pool, market).Sub(b.booked))
	return got
}

// accrued returns the debt (D18 USD) that reached a pool in a market and was not
// pulled yet.
func (s *State) accrued(pool, market int) (debt fp.Int256) {
	id := s.World.Markets[market].ID
	x := s.Sys.MarketPoolStorage(id, s.World.Pools[pool].ID)
	debt = x.PendingDebt.WideInt()
	if x.Shares.IsZero() {
		return debt
	}
	value := s.Sys.MarketSummary(id).ValuePerShare
	if value == x.LastValuePerShare {
		return debt
	}
	return debt.Add(value.Sub(x.LastValuePerShare).Times(x.Shares))
}
