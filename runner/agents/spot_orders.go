package agents

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// spotTrading is what all traders of a spot market share: where they trade, who
// they are, and their money.
type spotTrading struct {
	Market   int // into sim.World.Markets
	Asset    int
	Flow     Flow
	Referrer model.Actor // of its orders, nobody by default

	name  string
	by    model.Actor
	early model.Actor
	start fp.Uint256 // price at the start, D18 USD
	book  book
}

// SpotWallet is the wallet of a trader of a spot market.
func SpotWallet(id string) model.Actor { return model.Named("trader:" + id) }

func (t *spotTrading) market(s *sim.State) *spot.Market {
	return sim.External(s.Sys, s.World.Markets[t.Market].ID).(*spot.Market)
}

// Begin implements [Agent].
func (t *spotTrading) Begin(s *sim.State) error {
	t.book, t.start = book{who: t.name}, s.Price[t.Asset].Uint256()
	return nil
}

// quiet reports whether the flow has no order in the present step and no fall
// makes the trader leave.
func (t *spotTrading) quiet(s *sim.State) bool { return t.Flow.Style != Panic && t.Flow.count(s) == 0 }

// orders draws the orders of the step and hands each to buy or sell, with its
// size in synths (D18). Who panics sells everything.
func (t *spotTrading) orders(s *sim.State, buy, sell func(*sim.State, fp.Uint256) error) error {
	price := s.Price[t.Asset].Uint256()
	if price.IsZero() {
		return nil
	}
	if t.Flow.panics(s, t.Asset) {
		return sell(s, fp.MaxUint256)
	}
	for _, o := range t.Flow.orders(s, t.Asset, 0) {
		usd, err := units.Amount(o.usd)
		if err != nil {
			return &sim.Failure{Err: fmt.Errorf("order size: %w", err)}
		}
		synths := usd.DivDecimal(price)
		if synths.IsZero() {
			continue
		}
		if o.buy {
			err = buy(s, synths)
		} else {
			err = sell(s, synths)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eachSale splits a sale of up to so many synths over the trader's own and
// those of the early holders of the market.
func (t *spotTrading) eachSale(s *sim.State, synths fp.Uint256, sell func(owner model.Actor, amount fp.Uint256) error) error {
	for _, owner := range []model.Actor{t.by, t.early} {
		amount := s.Sys.TokenBalance(t.market(s).Synth(), owner)
		if synths.Less(amount) {
			amount = synths
		}
		if amount.IsZero() {
			continue
		}
		synths = synths.Sub(amount)
		if err := sell(owner, amount); err != nil {
			return err
		}
	}
	return nil
}

// takeOver pays early holders for synths what they were worth at the start.
func (t *spotTrading) takeOver(owner model.Actor, synths fp.Uint256) {
	if owner == t.early {
		t.book.pay(synths.MulDecimal(t.start))
	}
}

// note books what a trade changed in the market's debt: the fees that stay
// there whatever the skew, whose fee is a price that the next trade may get
// back.
func (t *spotTrading) note(s *sim.State, f spot.Fees) { noteSpot(s, t.Market, f, t.Referrer) }

func noteSpot(s *sim.State, market int, f spot.Fees, referrer model.Actor) {
	stays := fp.MaxInt(f.Fixed.Add(f.Utilization).Int256().Add(f.Wrapper), fp.Int256{})
	m := sim.External(s.Sys, s.World.Markets[market].ID).(*spot.Market)
	if gone, err := m.Collected(f, referrer); err == nil {
		stays = fp.MaxInt(stays.Sub(gone.Int256()), fp.Int256{})
	}
	s.NoteTrade(market, stays)
}

// result tells what the trader received and still holds, with what is on the
// way to it (D18 USD), less what it paid.
func (t *spotTrading) result(s *sim.State, pending fp.Uint256) {
	holds := s.Sys.TokenBalance(t.market(s).Synth(), t.by).MulDecimal(s.Price[t.Asset].Uint256())
	s.Unpaid(t.Market, t.book.owed)
	s.TraderResult(t.book.received.Add(holds).Add(pending).Int256().Sub(t.book.paid.Int256()))
}
