package agents

import (
	"fmt"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// Traders bring their USD from outside and take what they earn outside: wallets
// are filled before a purchase and emptied after a sale.

// BuySpot buys an exact amount of synths (D18) with USD from outside.
func BuySpot(sys *model.System, m *spot.Market, by model.Actor, synths fp.Uint256) error {
	usd, _, err := m.QuoteBuyExactOut(by, synths)
	if err != nil {
		return err
	}
	return sys.Transact(func() {
		must(sys.FundWallet(model.USD, by, usd))
		_, _, err := m.BuyExactOut(by, synths, usd, model.Actor{})
		must(err)
	})
}

// must aborts the running transaction.
func must(err error) {
	if err != nil {
		fp.Throw(err)
	}
}

// SpotTrader sends orders to a spot market.
type SpotTrader struct {
	Market int // into sim.World.Markets
	Asset  int
	Flow   Flow

	name  string
	by    model.Actor
	early model.Actor
	start fp.Uint256 // price at the start, D18 USD
	book  book
}

// NewSpotTrader gives a trader its wallet; it sells what the early holders of
// the market have too.
func NewSpotTrader(id string, t SpotTrader, market string) *SpotTrader {
	t.name, t.by, t.early = id, model.Named("trader:"+id), EarlyHolder(market)
	return &t
}

func (t *SpotTrader) market(s *sim.State) *spot.Market {
	return sim.External(s.Sys, s.World.Markets[t.Market].ID).(*spot.Market)
}

// Begin implements [Agent].
func (t *SpotTrader) Begin(s *sim.State) error {
	t.book, t.start = book{who: t.name}, s.Price[t.Asset].Uint256()
	return nil
}

// Act implements [Agent].
func (t *SpotTrader) Act(s *sim.State) error {
	price := s.Price[t.Asset].Uint256()
	if price.IsZero() {
		return nil
	}
	if t.Flow.panics(s, t.Asset) {
		return t.sell(s, fp.MaxUint256)
	}
	for _, o := range t.Flow.orders(s, t.Asset, 0) {
		usd, err := units.Amount(o.usd)
		if err != nil {
			return &sim.Failure{Err: fmt.Errorf("order size: %w", err)}
		}
		if synths := usd.DivDecimal(price); o.buy {
			err = t.buy(s, synths)
		} else {
			err = t.sell(s, synths)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *SpotTrader) buy(s *sim.State, synths fp.Uint256) error {
	if synths.IsZero() {
		return nil
	}
	m := t.market(s)
	usd, fees, err := m.QuoteBuyExactOut(t.by, synths)
	if err == nil {
		err = BuySpot(s.Sys, m, t.by, synths)
	}
	if err == nil {
		t.book.pay(usd)
		s.NoteTrade(t.Market, kept(fees))
	}
	return end(s.Outcome(err))
}

// sell sells up to an amount of synths: the trader's own, then those of the
// early holders, as if they had been bought at the index price of the start.
func (t *SpotTrader) sell(s *sim.State, synths fp.Uint256) error {
	m := t.market(s)
	for _, owner := range []model.Actor{t.by, t.early} {
		has := s.Sys.TokenBalance(m.Synth(), owner)
		amount := synths
		if has.Less(amount) {
			amount = has
		}
		if amount.IsZero() {
			continue
		}
		synths = synths.Sub(amount)
		sold, err := t.sellFrom(s, m, owner, amount)
		if err != nil {
			return err
		}
		if sold && owner == t.early {
			t.book.pay(amount.MulDecimal(t.start))
		}
	}
	return nil
}

// sellFrom reports whether the market bought the synths of an owner.
func (t *SpotTrader) sellFrom(s *sim.State, m *spot.Market, owner model.Actor, amount fp.Uint256) (bool, error) {
	var usd fp.Uint256
	var fees spot.Fees
	err := s.Sys.Transact(func() {
		var err error
		usd, fees, err = m.SellExactIn(owner, amount, fp.Uint256{}, model.Actor{})
		must(err)
		must(s.Sys.DrainWallet(model.USD, owner, usd))
	})
	t.book.refused(s, t.Market, err)
	if err == nil {
		t.book.receive(usd)
		s.NoteTrade(t.Market, kept(fees))
	}
	return err == nil, end(s.Outcome(err))
}

// kept is the part of the fees that the market keeps whatever the skew: the
// skew fee is a price, which the next trade may get back.
func kept(f spot.Fees) fp.Int256 { return f.Fixed.Add(f.Utilization).Int256() }

// End implements [Closer]: the trader's result is what it received and still
// holds, less what it paid.
func (t *SpotTrader) End(s *sim.State) error {
	holds := s.Sys.TokenBalance(t.market(s).Synth(), t.by).MulDecimal(s.Price[t.Asset].Uint256())
	s.Unpaid(t.book.owed)
	s.TraderResult(t.book.received.Add(holds).Int256().Sub(t.book.paid.Int256()))
	return nil
}
