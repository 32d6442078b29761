package perps

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
)

// Order is the order of an account, at most one. Settled or cancelled, its
// size is 0 and the rest stays.
type Order struct {
	InstrumentID    InstrumentID
	SizeDelta       fp.Int128 // units D18
	StrategyID      uint64
	AcceptablePrice fp.Uint256 // D18 USD: the highest of a buy, the lowest of a sell
	Referrer        model.Actor
	Committed       uint64 // seconds
}

// accepts reports whether a fill price suits the order.
func (o *Order) accepts(fill fp.Uint256) bool {
	if o.SizeDelta.Sign() > 0 {
		return !o.AcceptablePrice.Less(fill)
	}
	return !fill.Less(o.AcceptablePrice)
}

// strategy returns the settlement strategy of an order; unknown and disabled
// ones throw InvalidSettlementStrategy.
func (i *Instrument) strategy(id uint64) Strategy {
	list := i.config.Get().Strategies
	if id >= uint64(len(list)) || list[id].Disabled {
		fp.Throw(InvalidSettlementStrategy{id})
	}
	return list[id]
}

// checkNoPendingOrder throws while an order can still be settled.
func (m *Market) checkNoPendingOrder(a *account) {
	o := &a.state.Get().order
	if o.SizeDelta.IsZero() {
		return
	}
	s := m.Instrument(o.InstrumentID).config.Get().Strategies[o.StrategyID]
	if m.sys.Now() <= o.Committed+s.Delay+s.Window {
		fp.Throw(PendingOrderExists{})
	}
}

// CommitOrder commits an order of an account, in place of an expired one, and
// returns the fees (D18 USD) that it would cost now, keepers included.
func (m *Market) CommitOrder(id model.AccountID, o Order) (fees fp.Uint256, err error) {
	return m.CommitOrderBy(model.AccountOwner(id), id, o)
}

// CommitOrderBy is CommitOrder sent by somebody.
func (m *Market) CommitOrderBy(by model.Actor, id model.AccountID, o Order) (fees fp.Uint256, err error) {
	err = m.sys.Transact(func() {
		i := m.mustInstrument(o.InstrumentID)
		a := m.permitted(by, id, permissionCommitOrder)
		m.checkNotFlagged(a)
		s := i.strategy(o.StrategyID)
		m.checkNoPendingOrder(a)
		m.checkPositions(a, i)
		o.Committed = m.sys.Now()
		m.edit(a).order = o
		fees = m.validate(a, i, o, s, i.indexPrice()).fees
	})
	return fees, err
}

func (m *Market) checkPositions(a *account, i *Instrument) {
	most := m.config.Get().MaxPositions
	if a.position(i).Size.IsZero() && !fp.U256(uint64(len(a.state.Get().open))).Less(most) {
		fp.Throw(MaxPositionsPerAccountReached{most})
	}
}

// settleable returns the order of an account with its instrument and strategy
// when now is within its settlement window, both ends included, and the
// account is not flagged.
func (m *Market) settleable(a *account) (Order, *Instrument, Strategy) {
	o := a.state.Get().order
	if o.SizeDelta.IsZero() {
		fp.Throw(OrderNotValid{})
	}
	i := m.Instrument(o.InstrumentID)
	s := i.strategy(o.StrategyID)
	now, start := m.sys.Now(), o.Committed+s.Delay
	switch {
	case now < start:
		fp.Throw(SettlementWindowNotOpen{now, start})
	case now > start+s.Window:
		fp.Throw(SettlementWindowExpired{now, start, start + s.Window})
	}
	m.checkNotFlagged(a)
	return o, i, s
}

func (m *Market) clearOrder(a *account) {
	m.edit(a).order.SizeDelta = fp.Int128{}
}

// SettleOrder fills the order of an account at the benchmark price with
// premium or discount. The sender gets the keeper cost and the strategy's
// reward.
func (m *Market) SettleOrder(by model.Actor, id model.AccountID) error {
	return m.sys.Transact(func() {
		a := m.account(id)
		o, i, s := m.settleable(a)
		f := m.validate(a, i, o, s, i.benchmark.Uint256())
		if !o.accepts(f.price) {
			fp.Throw(AcceptablePriceExceeded{o.AcceptablePrice, f.price})
		}
		m.execute(a, i, f)
		if !f.reward.IsZero() {
			m.withdrawUSD(by, f.reward)
		}
		m.collectFees(f.fees.Sub(f.reward), o.Referrer)
		m.clearOrder(a)
	})
}

// execute charges the account what its old position gained at the fill price,
// which it returns, less the fees, and gives it the new position.
func (m *Market) execute(a *account, i *Instrument, f fill) fp.Int256 {
	gained := m.profit(i, a.position(i), f.price)
	total := gained.total()
	m.charge(a, total.Sub(f.fees.Int256()))
	m.updatePosition(a, i, f.position, gained)
	return total
}

// collectFees pays the referrer his share of the order fees (D18 USD) and the
// fee collector what it asks of the rest.
func (m *Market) collectFees(fees fp.Uint256, referrer model.Actor) {
	c := m.config.Get()
	referral := c.Referrers.Referral(referrer, fees)
	if !c.Referrers.Share(referrer).IsZero() && !fees.IsZero() {
		m.withdrawUSD(referrer, referral) // a share that rounds to 0 reverts
	}
	rest := fees.Sub(referral)
	if rest.IsZero() || !c.FeeCollector.Present() {
		return
	}
	if quote := c.FeeCollector.Quote(rest); !quote.IsZero() {
		m.withdrawUSD(c.FeeCollector.Account, quote)
	}
}

// CancelOrder cancels an order that cannot be settled because its acceptable
// price is exceeded, or because the market lacks the credit for it. The sender
// gets the strategy's reward from the account.
func (m *Market) CancelOrder(by model.Actor, id model.AccountID) error {
	return m.sys.Transact(func() {
		a := m.account(id)
		o, i, s := m.settleable(a)
		fill := i.fillPrice(o.SizeDelta.Wide(), i.benchmark.Uint256())
		// Both are asked: the credit can fail for want of a price.
		if lacks := m.lacksCredit(a, i, o); o.accepts(fill) && !lacks {
			fp.Throw(AcceptablePriceNotExceeded{o.AcceptablePrice, fill})
		}
		if !s.Reward.IsZero() {
			m.charge(a, s.Reward.Int256().Neg())
			m.withdrawUSD(by, s.Reward)
		}
		m.clearOrder(a)
	})
}

// lacksCredit reports whether the market cannot back an order that does more
// than reduce a position.
func (m *Market) lacksCredit(a *account, i *Instrument, o Order) bool {
	old := a.position(i).Size
	size := old.Add(o.SizeDelta)
	delegated, locked := m.creditWith(i, old.Wide(), size.Wide())
	return delegated.Less(locked) && !isReducing(old.Wide(), size.Wide())
}
