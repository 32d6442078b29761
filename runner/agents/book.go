package agents

import (
	"errors"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/sim"
)

// book is a trader's money (D18 USD): what it paid and received, and what a
// market refused to pay out and has not paid since.
type book struct {
	who                  string
	paid, received, owed fp.Uint256
}

// pay books money that the trader brought.
func (b *book) pay(usd fp.Uint256) { b.paid = b.paid.Add(usd) }

// receive books money that the trader took home; it settles what was owed
// first.
func (b *book) receive(usd fp.Uint256) {
	b.received = b.received.Add(usd)
	if usd.Less(b.owed) {
		b.owed = b.owed.Sub(usd)
	} else {
		b.owed = fp.Uint256{}
	}
}

// refused books a payment that the market has no credit for. The first refusal
// is an event; trying again is not another one.
func (b *book) refused(s *sim.State, market int, err error) {
	if err == nil {
		return
	}
	var short model.NotEnoughLiquidity
	if !errors.As(err, &short) {
		return
	}
	if b.owed.IsZero() {
		s.Refused(market, b.who, short.Amount, "credit_exhausted")
	}
	if b.owed.Less(short.Amount) {
		b.owed = short.Amount
	}
}
