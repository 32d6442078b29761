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

// bySource is an amount (D18 USD) split by source.
type bySource [sourceCount]fp.Int256

func (b *bySource) total() (sum fp.Int256) {
	for _, x := range b {
		sum = sum.Add(x)
	}
	return sum
}

// ledger follows debt from its source along the chain. It is a copy of the
// protocol's own bookkeeping with the source kept: each market has a value per
// share by source, each pool takes its part by its shares. What the protocol's
// roundings add or drop shows as the difference to its own figures.
type ledger struct {
	last        []fp.Int256 // total debt of each market when last looked at
	silent      []bool      // by market: did not answer then
	outstanding []bySource  // of each market, not yet distributed
	perShare    []bySource  // of each market, with 27 decimals
	pools       [][]backing // by pool, by market
	book        []poolBook
	start       []fp.Int256 // debt of each pool before the first step

	collateralLost fp.Int256 // by liquidations, D18 USD at the price of the moment
}

// backing is a pool in a market.
type backing struct {
	shares fp.Uint128
	seen   bySource // perShare when last looked at
	got    bySource // D18 USD
}

// poolBook is what changes the debt of a pool beside its markets (D18 USD).
type poolBook struct {
	minted, burned, repaid, treasury fp.Int256
}

var precise = fp.UnitI256.Mul(fp.I256(1_000_000_000)) // 10^27

func newLedger(w *World) ledger {
	l := ledger{
		last:        make([]fp.Int256, len(w.Markets)),
		silent:      make([]bool, len(w.Markets)),
		outstanding: make([]bySource, len(w.Markets)),
		perShare:    make([]bySource, len(w.Markets)),
		pools:       make([][]backing, len(w.Pools)),
		book:        make([]poolBook, len(w.Pools)),
		start:       make([]fp.Int256, len(w.Pools)),
	}
	for p := range l.pools {
		l.pools[p] = make([]backing, len(w.Markets))
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
		id := s.World.Markets[m].ID
		// What waits from before the start has no known source; at the first
		// prices it is the price that decides it.
		l.last[m] = s.Sys.MarketStorage(id).LastDistributed.Wide()
		s.noteMarket(m, SourcePrice)
		for p := range s.World.Pools {
			l.pools[p][m] = backing{shares: s.Sys.MarketPoolStorage(id, s.World.Pools[p].ID).Shares}
		}
	}
	for p := range s.World.Pools {
		l.start[p] = s.poolDebt(p)
	}
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
func (l *ledger) follow(e model.Event, market, pool int) {
	switch e.Kind {
	case model.DebtDistributed:
		l.distribute(market, e.Amount, e.Shares)
	case model.SharesSet, model.PoolBumpedIn:
		l.setShares(pool, market, e.Shares)
	case model.PoolBumpedOut:
		l.setShares(pool, market, fp.Uint128{})
	}
}

// distribute spreads an amount over all shares, each source in proportion to
// what of it is outstanding.
func (l *ledger) distribute(market int, amount fp.Int256, shares fp.Uint128) {
	o := &l.outstanding[market]
	total := o.total()
	if total.IsZero() || shares.IsZero() {
		return
	}
	for i := range o {
		if o[i].IsZero() {
			continue
		}
		part := o[i].Mul(amount).Quo(total)
		o[i] = o[i].Sub(part)
		l.perShare[market][i] = l.perShare[market][i].Add(part.Mul(precise).Quo(shares.WideInt()))
	}
}

func (l *ledger) setShares(pool, market int, shares fp.Uint128) {
	l.take(pool, market)
	l.pools[pool][market].shares = shares
}

// take gives a pool its part of what was distributed since it was last
// looked at.
func (l *ledger) take(pool, market int) {
	b := &l.pools[pool][market]
	if b.shares.IsZero() {
		b.seen = l.perShare[market]
		return
	}
	for i := range b.got {
		if l.perShare[market][i] == b.seen[i] {
			continue
		}
		change := l.perShare[market][i].Sub(b.seen[i])
		b.got[i] = b.got[i].Add(change.Mul(b.shares.WideInt()).PerUnitD27())
	}
	b.seen = l.perShare[market]
}

// poolDebt returns the debt (D18 USD) that has reached a pool: that of its
// vaults, and what waits on the way down from its markets' distributions.
func (s *State) poolDebt(pool int) (debt fp.Int256) {
	id := s.World.Pools[pool].ID
	vaults := s.Sys.PoolStorage(id).ValuePerShare
	for v := range s.World.Vaults {
		if s.World.Vaults[v].Pool != pool {
			continue
		}
		_, ct := s.VaultID(v)
		x := s.Sys.VaultStorage(id, ct)
		debt = debt.Add(x.UnconsolidatedDebt.Wide()).Add(x.TotalConsolidatedDebt.Wide())
		debt = debt.Add(vaults.Sub(x.PoolLastValuePerShare).Times(x.PoolShares.Wide()))
	}
	for m := range s.World.Markets {
		market := s.World.Markets[m].ID
		x := s.Sys.MarketPoolStorage(market, id)
		if !x.Shares.IsZero() {
			debt = debt.Add(s.Sys.MarketStorage(market).ValuePerShare.Sub(x.LastValuePerShare).Times(x.Shares.Wide()))
		}
		debt = debt.Add(x.PendingDebt.WideInt())
	}
	return debt
}
