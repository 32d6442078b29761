package perps

import (
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// How far figures may go until an account can be liquidated. Every term of its
// margin and of what it needs is taken at that end of the bounds where it is
// worst. All terms are monotone in each figure, rounding included, so what is
// enough there is enough everywhere between, to the wei; and since they are
// computed as the views do, checked, views do not fail there either.

// bounds are how far the figures of an account may go: by a part of each price
// (D18).
type bounds struct {
	part fp.Uint256
	w    *watch
}

// move is how far the worth of a unit or of a synth may fall or rise against
// the account.
func (b bounds) move(price fp.Int256) fp.Int256 { return price.Uint256().MulDecimal(b.part).Int256() }

// most is how far a price may rise, even in favour of the account: what is
// needed grows with the notional, if slowly.
func (b bounds) most(price fp.Int256) fp.Int256 {
	d := b.move(price)
	return price.Add(d).Add(d)
}

// interest is how far the accrued interest may rise.
func (b bounds) interest() fp.Int256 { return b.w.interest.Add(b.part.Quo(fp.U256(8)).Int256()) }

// worth returns the worst worth of a unit of a position.
func (b bounds) worth(f *unitFigures, long bool) fp.Int256 {
	if long {
		return f.worth.Sub(b.move(f.price))
	}
	return f.worth.Add(b.move(f.price))
}

// widest is the largest part: half of a price; first is the one that is tried
// first.
var (
	widest = fp.UnitU256.Quo(fp.U256(2))
	first  = fp.UnitU256.Quo(fp.U256(8))
)

// secure proves that an account is safe within some bounds and sets the alarms
// for them; it reports whether it could.
func (m *Market) secure(n int) bool {
	a := m.watch.seats[n].account
	if m.isFlagged(a) || len(a.state.Get().open) == 0 && !a.state.Get().debt.IsZero() {
		return false
	}
	b, ok := m.widestBounds(a)
	if !ok {
		return false
	}
	m.watch.seats[n].safe = true // or its alarms would not count
	m.setAlarms(n, b)
	return true
}

// widestBounds returns bounds within which an account is safe, about as wide as
// can be.
func (m *Market) widestBounds(a *account) (b bounds, ok bool) {
	at := func(part fp.Uint256) bounds { return bounds{part, m.watch} }
	// Most accounts bear this much, which lasts for a while.
	if b := at(first); m.bears(a, b) {
		return b, true
	}
	probe := fp.UnitU256.Quo(fp.U256(64))
	now, ok := m.leastSpare(a, at(fp.Uint256{}))
	if !ok || now.Sign() < 0 {
		return b, false
	}
	b = at(widest)
	if then, ok := m.leastSpare(a, at(probe)); ok && then.Less(now) {
		// About linear in the part.
		enough := now.Uint256().Mul(probe).Quo(now.Sub(then).Uint256())
		b = at(op.Min(widest, enough.Sub(enough.Quo(fp.U256(16)))))
	}
	for range 4 {
		if m.bears(a, b) {
			return b, true
		}
		b.part = b.part.Quo(fp.U256(2))
	}
	return b, false
}

// bears reports whether an account is safe within some bounds.
func (m *Market) bears(a *account, b bounds) bool {
	least, ok := m.leastSpare(a, b)
	return ok && least.Sign() >= 0
}

// leastSpare returns at most what an account has beyond what it needs anywhere
// within the bounds (D18 USD), and whether that could be computed.
func (m *Market) leastSpare(a *account, b bounds) (spare fp.Int256, ok bool) {
	var err error
	func() {
		defer fp.Catch(&err)
		spare = m.spareWithin(a, b)
	}()
	return spare, err == nil
}

// span is the value of the margin within bounds (D18 USD): the least after the
// discount, and the least and most without it.
type span struct{ discounted, least, most fp.Uint256 }

func (m *Market) spareWithin(a *account, b bounds) fp.Int256 {
	s, v := a.state.Get(), m.marginWithin(a, b)
	margin := v.discounted.Int256().Sub(reachSum(s.debt))
	reachSum(v.most)
	if len(s.open) == 0 {
		// Without debt it needs nothing, but is asked all the same.
		reachSum(m.rewardWithin(m.marginOnlyWork(v.most), m.flagCost(a), v))
		return margin
	}
	var w work
	var needed fp.Uint256
	for _, k := range s.open {
		i := m.instruments[k]
		p, f := a.position(i), &b.w.units[k]
		size := p.Size.Wide()
		price := b.most(f.price).Uint256()
		entered := p.EntryPrice.WideInt().Add(p.EntryFunding.Wide())
		margin = margin.
			Add(size.MulDecimal(b.worth(f, size.Sign() > 0).Sub(entered))).
			Sub(roundings).
			Sub(reachSum(i.owedInterest(p, price, b.interest().Uint256())))
		_, maintenance := i.margins(size.Magnitude(), price)
		needed = needed.Add(maintenance)
		w.add(i, size.Magnitude(), price)
	}
	w.flagRewards = op.Max(w.flagRewards, m.marginOnlyWork(v.most).flagRewards)
	reward := m.rewardWithin(w, m.flagCost(a), v)
	return margin.Sub(needed.Add(reward).Int256())
}

// roundings is by how much the profits of price and of funding, rounded each,
// may be below the rounded profit of both.
var roundings = fp.I256(2)

// reachSum returns a sum (D18 USD) that is not too large to be added to others.
func reachSum(x fp.Uint256) fp.Int256 {
	if fp.PowerOfTwo(190).Less(x.Int256()) {
		fp.Throw(fp.PanicOverflow)
	}
	return x.Int256()
}

func (m *Market) marginWithin(a *account, b bounds) (v span) {
	s := a.state.Get()
	v = span{s.usd, s.usd, s.usd}
	for _, h := range s.synths {
		f := b.w.synth(h.ID)
		low, high := f.price.Sub(b.move(f.price)).Uint256(), b.most(f.price).Uint256()
		v.discounted = v.discounted.Add(m.discountedAt(h, low))
		v.least = v.least.Add(h.Amount.MulDecimal(low))
		v.most = v.most.Add(h.Amount.MulDecimal(high))
	}
	return v
}

// marginOnlyWork is what seizing margin of a value (D18 USD) gives at least.
func (m *Market) marginOnlyWork(value fp.Uint256) work {
	return work{flagRewards: value.MulDecimal(m.config.Get().CollateralLiquidateRewardRatio)}
}

// rewardWithin returns at most what keepers would get (D18 USD).
func (m *Market) rewardWithin(w work, flagCost fp.Uint256, v span) fp.Uint256 {
	cost := flagCost.Add(m.costs.Liquidate)
	reward := m.keeperReward(w.flagRewards, cost, v.most)
	if v.least.IsZero() { // without margin there is no bound by it
		reward = op.Max(reward, m.keeperReward(w.flagRewards, cost, fp.Uint256{}))
	}
	return reward.Add(m.furtherRewards(w.windows))
}

// setAlarms sets the alarms of an account for the ends of its bounds.
func (m *Market) setAlarms(n int, b bounds) {
	w, s := b.w, b.w.seats[n].account.state.Get()
	for _, k := range s.open {
		f := &w.units[k]
		f.dear.set(w, b.most(f.price), n)
		if w.seats[n].account.position(m.instruments[k]).Size.Sign() > 0 {
			f.below.set(w, b.worth(f, true).Neg(), n)
		} else {
			f.above.set(w, b.worth(f, false), n)
		}
	}
	if len(s.open) > 0 {
		w.accrued.set(w, b.interest(), n)
	}
	for _, h := range s.synths {
		f := w.synth(h.ID)
		f.dear.set(w, b.most(f.price), n)
		f.below.set(w, b.move(f.price).Sub(f.price), n)
	}
}
