package spot

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

// Order is an asynchronous order. Once settled or cancelled it stays, with the
// time of that.
type Order struct {
	Owner      model.Actor
	Sell       bool
	Escrowed   fp.Uint256 // USD (D18) of a buy, shares of the escrow of a sell
	StrategyID uint64
	Committed  uint64     // seconds
	Minimum    fp.Uint256 // synths or USD (D18) that it must bring
	Referrer   model.Actor
	SettledAt  uint64 // seconds, 0 while it is open
}

// Commit describes an order to commit.
type Commit struct {
	Sell       bool
	Amount     fp.Uint256 // USD (D18) of a buy, synths (D18) of a sell
	StrategyID uint64
	Minimum    fp.Uint256 // what it must bring
	Referrer   model.Actor
}

// CommitOrder takes the amount of an order into escrow. It returns the order's
// id, from 1, and what is escrowed.
func (m *Market) CommitOrder(by model.Actor, c Commit) (id uint64, escrowed fp.Uint256, err error) {
	err = m.sys.Transact(func() {
		strategies := m.config.Get().Strategies
		if c.StrategyID >= uint64(len(strategies)) {
			fp.Throw(InvalidSettlementStrategy{c.StrategyID})
		}
		s := strategies[c.StrategyID]
		value := c.Amount
		if c.Sell {
			value = c.Amount.MulDecimal(m.strictSellPrice())
		}
		if least := s.MinimumUSD.Add(s.Reward); !least.Less(value) {
			fp.Throw(InvalidCommitmentAmount{least, value})
		}
		escrowed = c.Amount
		if c.Sell {
			escrowed = m.escrowSynths(by, c.Amount, s.MaxRoundingLoss)
		} else {
			op.Must(m.sys.TransferUSD(by, Address, c.Amount))
		}
		id = m.addOrder(Order{
			Owner: by, Sell: c.Sell, Escrowed: escrowed, StrategyID: c.StrategyID,
			Committed: m.sys.Now(), Minimum: c.Minimum, Referrer: c.Referrer,
		})
	})
	return id, escrowed, err
}

func (m *Market) addOrder(o Order) uint64 {
	e := m.escrow.Edit(m.sys.Journal())
	if e.orders == uint64(len(m.orders)) {
		m.orders = append(m.orders, &model.Cell[Order]{})
	}
	*m.orders[e.orders].Edit(m.sys.Journal()) = o
	e.orders++
	return e.orders
}

// Orders returns the number of orders ever committed.
func (m *Market) Orders() uint64 { return m.escrow.Get().orders }

// Order returns an order, a zero Order when there is none under the id.
func (m *Market) Order(id uint64) Order {
	if id == 0 || id > m.Orders() {
		return Order{}
	}
	return *m.orders[id-1].Get()
}

// openOrder returns an order that is neither settled nor cancelled.
func (m *Market) openOrder(id uint64) (Order, Strategy) {
	o := m.Order(id)
	switch {
	case o == Order{}:
		fp.Throw(InvalidClaim{}) // what is not stored has the id 0
	case o.Escrowed.IsZero():
		fp.Throw(InvalidClaim{id})
	}
	if o.SettledAt != 0 {
		fp.Throw(OrderAlreadySettled{id, o.SettledAt})
	}
	return o, m.config.Get().Strategies[o.StrategyID]
}

func (m *Market) closeOrder(id uint64) {
	m.orders[id-1].Edit(m.sys.Journal()).SettledAt = m.sys.Now()
}

// SettleOrder settles an order within [commitment + delay, + window). The
// sender gets the strategy's reward. It returns what the owner gets, synths of
// a buy or USD of a sell (D18), and the fees.
func (m *Market) SettleOrder(by model.Actor, id uint64) (amount fp.Uint256, f Fees, err error) {
	err = m.sys.Transact(func() {
		o, s := m.openOrder(id)
		start := o.Committed + s.Delay
		if now := m.sys.Now(); now < start || now >= start+s.Window {
			fp.Throw(OutsideSettlementWindow{now, start, start + s.Window})
		}
		m.closeOrder(id)
		if o.Sell {
			amount, f = m.settleSell(by, o, s)
		} else {
			amount, f = m.settleBuy(by, o, s)
		}
	})
	return amount, f, err
}

func (m *Market) settlementTerms(o Order, s Strategy) terms {
	switch {
	case s.CurrentPrice && o.Sell:
		return terms{m.strictSellPrice(), o.Owner, true}
	case s.CurrentPrice:
		return terms{m.strictBuyPrice(), o.Owner, true}
	}
	return terms{m.prices.Benchmark.Uint256(), o.Owner, true}
}

func (m *Market) settleBuy(by model.Actor, o Order, s Strategy) (synths fp.Uint256, f Fees) {
	usd := o.Escrowed.Sub(s.Reward)
	synths, f = m.buyExactIn(usd, m.settlementTerms(o, s))
	o.checkMinimum(synths)
	collected := m.collectFees(f, o.Referrer, func(to model.Actor, amount fp.Uint256) {
		op.Must(m.sys.TransferUSD(Address, to, amount))
	})
	if !s.Reward.IsZero() {
		op.Must(m.sys.TransferUSD(Address, by, s.Reward))
	}
	op.Must(m.sys.DepositMarketUSD(Address, m.id, Address, usd.Sub(collected)))
	op.Must(m.sys.MintToken(m.synth, o.Owner, synths))
	return synths, f
}

func (m *Market) settleSell(by model.Actor, o Order, s Strategy) (usd fp.Uint256, f Fees) {
	usd, f = m.sellExactIn(m.synthsOf(o.Escrowed), m.settlementTerms(o, s))
	usd = usd.Sub(s.Reward)
	o.checkMinimum(usd)
	m.burn(Address, m.releaseShares(o.Escrowed))
	m.collectFees(f, o.Referrer, m.withdraw)
	if !s.Reward.IsZero() {
		m.withdraw(by, s.Reward)
	}
	m.withdraw(o.Owner, usd)
	return usd, f
}

func (o Order) checkMinimum(amount fp.Uint256) {
	if amount.Less(o.Minimum) {
		fp.Throw(MinimumSettlementAmountNotMet{o.Minimum, amount})
	}
}

// CancelOrder gives the escrow of an order back once it can no longer be
// settled.
func (m *Market) CancelOrder(id uint64) error {
	return m.sys.Transact(func() {
		o, s := m.openOrder(id)
		end := o.Committed + s.Delay + s.Window
		if now := m.sys.Now(); now < end {
			fp.Throw(IneligibleForCancellation{now, end})
		}
		m.closeOrder(id)
		if o.Sell {
			op.Must(m.sys.TransferToken(m.synth, Address, o.Owner, m.releaseShares(o.Escrowed)))
		} else {
			op.Must(m.sys.TransferUSD(Address, o.Owner, o.Escrowed))
		}
	})
}
