package agents

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// Traders bring their USD from outside and take what they earn outside: wallets
// are filled before a purchase and emptied after a sale.

// BuySpot buys an exact amount of synths (D18) with USD from outside.
func BuySpot(sys *model.System, m *spot.Market, by model.Actor, synths fp.Uint256) error {
	_, _, err := buySpot(sys, m, by, synths, model.Actor{})
	return err
}

// buySpot is BuySpot for somebody who was referred, perhaps; it returns what
// was paid and the fees.
func buySpot(sys *model.System, m *spot.Market, by model.Actor, synths fp.Uint256, referrer model.Actor) (usd fp.Uint256, f spot.Fees, err error) {
	usd, f, err = m.QuoteBuyExactOut(by, synths)
	if err != nil {
		return usd, f, err
	}
	return usd, f, sys.Transact(func() {
		must(sys.FundWallet(model.USD, by, usd))
		_, _, err := m.BuyExactOut(by, synths, usd, referrer)
		must(err)
	})
}

// must aborts the running transaction.
func must(err error) {
	if err != nil {
		fp.Throw(err)
	}
}

// SpotTrader sends orders to a spot market, which are executed at once.
type SpotTrader struct{ spotTrading }

// Spot is a trader of a spot market in the making.
type Spot struct {
	Market   int // into sim.World.Markets
	Asset    int
	Flow     Flow
	Referrer model.Actor // of its orders, nobody by default
}

// trading gives a trader its wallet; it sells what the early holders of the
// market have too.
func (x Spot) trading(id, market string) spotTrading {
	return spotTrading{
		Market: x.Market, Asset: x.Asset, Flow: x.Flow, Referrer: x.Referrer,
		name: id, by: SpotWallet(id), early: EarlyHolder(market),
	}
}

// NewSpotTrader makes a trader whose orders are executed at once.
func NewSpotTrader(id string, x Spot, market string) *SpotTrader {
	return &SpotTrader{x.trading(id, market)}
}

// Act implements [Agent].
func (t *SpotTrader) Act(s *sim.State) error { return t.orders(s, t.buy, t.sell) }

// Rests implements [Rester]: without orders, and when no fall makes it leave.
func (t *SpotTrader) Rests(s *sim.State) bool { return t.quiet(s) }

// Rest implements [Rester].
func (t *SpotTrader) Rest(*sim.State) {}

func (t *SpotTrader) buy(s *sim.State, synths fp.Uint256) error {
	usd, fees, err := buySpot(s.Sys, t.market(s), t.by, synths, t.Referrer)
	if err == nil {
		t.book.pay(usd)
		t.note(s, fees)
	}
	return end(s.Outcome(err))
}

// sell sells up to an amount of synths: the trader's own, then those of the
// early holders, as if they had been bought at the index price of the start.
func (t *SpotTrader) sell(s *sim.State, synths fp.Uint256) error {
	return t.eachSale(s, synths, func(owner model.Actor, amount fp.Uint256) error {
		var usd fp.Uint256
		var fees spot.Fees
		err := s.Sys.Transact(func() {
			var err error
			usd, fees, err = t.market(s).SellExactIn(owner, amount, fp.Uint256{}, t.Referrer)
			must(err)
			must(s.Sys.DrainWallet(model.USD, owner, usd))
		})
		t.book.refused(s, t.Market, err)
		if err == nil {
			t.book.receive(usd)
			t.takeOver(owner, amount)
			t.note(s, fees)
		}
		return end(s.Outcome(err))
	})
}

// End implements [Closer]: the trader's result is what it received and still
// holds, less what it paid.
func (t *SpotTrader) End(s *sim.State) error {
	t.result(s, fp.Uint256{})
	return nil
}
