package agents

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// AsyncTrader sends asynchronous orders to a spot market. Orders are committed
// at the prices of a step. Keepers settle them when the delay and their own
// latency have passed: within the step when it has time left, else at a later
// one. Orders that fall out of their window are cancelled and give back what
// was escrowed. The benchmark price is that of the commitment.
type AsyncTrader struct {
	spotTrading
	Latency uint64 // seconds from the end of the delay to the settlement

	pending []asyncOrder
}

// asyncOrder is a committed order. Of a purchase amount is USD, of a sale
// synths (D18).
type asyncOrder struct {
	id     uint64
	owner  model.Actor
	sell   bool
	amount fp.Uint256
	price  fp.Int256 // at the commitment
	at     uint64    // seconds: the commitment
	failed bool      // keepers came in vain; they come again at the end
}

// end returns when the window of an order closes, by what is in force now.
func (t *AsyncTrader) end(s *sim.State, o asyncOrder) uint64 {
	x := t.market(s).Strategy(0)
	return o.at + x.Delay + x.Window
}

// due returns when keepers come.
func (t *AsyncTrader) due(s *sim.State, o asyncOrder) uint64 {
	if o.failed {
		return t.end(s, o)
	}
	return o.at + t.market(s).Strategy(0).Delay + t.Latency
}

// NewAsyncTrader makes a trader of asynchronous orders by the market's first
// strategy.
func NewAsyncTrader(id string, x Spot, market string, latency uint64) *AsyncTrader {
	return &AsyncTrader{spotTrading: x.trading(id, market), Latency: latency}
}

// Begin implements [Agent].
func (t *AsyncTrader) Begin(s *sim.State) error {
	t.pending = t.pending[:0]
	return t.spotTrading.Begin(s)
}

// Act implements [Agent].
func (t *AsyncTrader) Act(s *sim.State) error {
	if err := t.settleDue(s); err != nil {
		return err
	}
	return t.orders(s, t.buy, t.sell)
}

// Rests implements [Rester]: without orders, of its own or on their way.
func (t *AsyncTrader) Rests(s *sim.State) bool { return len(t.pending) == 0 && t.quiet(s) }

// Rest implements [Rester].
func (t *AsyncTrader) Rest(*sim.State) {}

func (t *AsyncTrader) buy(s *sim.State, synths fp.Uint256) error {
	usd := synths.MulDecimal(s.Price[t.Asset].Uint256())
	err := t.commit(s, asyncOrder{owner: t.by, amount: usd}, func() { must(s.Sys.FundWallet(model.USD, t.by, usd)) })
	return end(s.Outcome(err))
}

func (t *AsyncTrader) sell(s *sim.State, synths fp.Uint256) error {
	return t.eachSale(s, synths, func(owner model.Actor, amount fp.Uint256) error {
		err := t.commit(s, asyncOrder{owner: owner, sell: true, amount: amount}, func() {})
		return end(s.Outcome(err))
	})
}

// commit commits an order after its preparation, as one transaction, and has it
// settled if the step has time left.
func (t *AsyncTrader) commit(s *sim.State, o asyncOrder, prepare func()) error {
	m := t.market(s)
	err := s.Sys.Transact(func() {
		prepare()
		var err error
		o.id, _, err = m.CommitOrder(o.owner, spot.Commit{Sell: o.sell, Amount: o.amount, Referrer: t.Referrer})
		must(err)
	})
	if err != nil {
		return err
	}
	if o.sell {
		t.takeOver(o.owner, o.amount)
	} else {
		t.book.pay(o.amount)
	}
	o.price, o.at = m.Prices().Benchmark, s.Sys.Now()
	wait := t.due(s, o) - o.at
	if !s.HasTime(wait) {
		t.pending = append(t.pending, o)
		return nil
	}
	s.Wait(wait)
	return t.visit(s, o)
}

// settleDue lets keepers visit the orders whose time has come.
func (t *AsyncTrader) settleDue(s *sim.State) error {
	for _, o := range slices.Clone(t.pending) {
		if s.Sys.Now() < t.due(s, o) {
			continue
		}
		t.pending = slices.DeleteFunc(t.pending, func(x asyncOrder) bool { return x.id == o.id })
		if err := end(s.Outcome(t.visit(s, o))); err != nil {
			return err
		}
	}
	return nil
}

// visit settles an order, or cancels it when its window has closed. One that
// cannot be settled waits for its end.
func (t *AsyncTrader) visit(s *sim.State, o asyncOrder) error {
	if s.Sys.Now() >= t.end(s, o) {
		return t.cancel(s, o)
	}
	err := t.settle(s, o)
	if err != nil {
		o.failed = true
		t.pending = append(t.pending, o)
	}
	return err
}

func (t *AsyncTrader) settle(s *sim.State, o asyncOrder) error {
	m := t.market(s)
	now := m.Prices()
	then := now
	then.Benchmark = o.price
	m.SetPrices(then)
	var got fp.Uint256
	var fees spot.Fees
	err := s.Sys.Transact(func() {
		var err error
		got, fees, err = m.SettleOrder(model.Keeper, o.id)
		must(err)
		if o.sell {
			must(s.Sys.DrainWallet(model.USD, o.owner, got))
		}
	})
	m.SetPrices(now)
	t.book.refused(s, t.Market, err)
	if err != nil {
		return err
	}
	if o.sell {
		t.book.receive(got)
	}
	t.note(s, fees)
	return nil
}

// cancel gives the escrow back: USD are taken outside again, and early holders
// have again what is left of their synths.
func (t *AsyncTrader) cancel(s *sim.State, o asyncOrder) error {
	m := t.market(s)
	had := s.Sys.TokenBalance(m.Synth(), o.owner)
	err := s.Sys.Transact(func() {
		must(m.CancelOrder(o.id))
		if !o.sell {
			must(s.Sys.DrainWallet(model.USD, o.owner, o.amount))
		}
	})
	switch {
	case err != nil:
	case !o.sell:
		t.book.receive(o.amount)
	case o.owner == t.early:
		t.book.receive(s.Sys.TokenBalance(m.Synth(), o.owner).Sub(had).MulDecimal(t.start))
	}
	return err
}

// End implements [Closer]: what is in escrow is still the trader's.
func (t *AsyncTrader) End(s *sim.State) error {
	var escrow fp.Uint256
	for _, o := range t.pending {
		if o.sell {
			o.amount = o.amount.MulDecimal(s.Price[t.Asset].Uint256())
		}
		escrow = escrow.Add(o.amount)
	}
	t.result(s, escrow)
	return nil
}
