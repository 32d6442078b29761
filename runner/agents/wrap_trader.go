package agents

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// WrapTrader gets synths by wrapping collateral and gives them back by
// unwrapping. It brings the collateral that the market wraps from outside and
// takes it outside, at the oracle's price.
type WrapTrader struct {
	spotTrading
}

// NewWrapTrader makes a trader who wraps collateral.
func NewWrapTrader(id string, x Spot, market string) *WrapTrader {
	return &WrapTrader{x.trading(id, market)}
}

// collateral returns what the market wraps now.
func (t *WrapTrader) collateral(s *sim.State) sim.Collateral {
	ct := t.market(s).Config().Wrapper.Collateral
	k := slices.IndexFunc(s.World.Collaterals, func(c sim.Collateral) bool { return c.CT == ct })
	return s.World.Collaterals[k]
}

// Act implements [Agent].
func (t *WrapTrader) Act(s *sim.State) error { return t.orders(s, t.wrap, t.unwrap) }

// Rests implements [Rester]: without orders, and when no fall makes it leave.
func (t *WrapTrader) Rests(s *sim.State) bool { return t.quiet(s) }

// Rest implements [Rester].
func (t *WrapTrader) Rest(*sim.State) {}

// tokenUnit returns a whole token in the token's own unit.
func (t *WrapTrader) tokenUnit(s *sim.State, ct model.CollateralID) fp.Uint256 {
	unit := fp.U256(1)
	for range s.Sys.CollateralDecimals(ct) {
		unit = unit.Mul(fp.U256(10))
	}
	return unit
}

// wrap wraps collateral worth so many synths at the asset's price.
func (t *WrapTrader) wrap(s *sim.State, synths fp.Uint256) error {
	c := t.collateral(s)
	price := s.Price[c.Asset].Uint256()
	if price.IsZero() {
		return nil
	}
	unit := t.tokenUnit(s, c.CT)
	tokens := synths.MulDecimal(s.Price[t.Asset].Uint256()).DivDecimal(price).Mul(unit).Quo(fp.UnitU256)
	if tokens.IsZero() {
		return nil
	}
	var fees spot.Fees
	err := s.Sys.Transact(func() {
		must(s.Sys.FundWallet(c.CT, t.by, tokens))
		var err error
		_, fees, err = t.market(s).Wrap(t.by, tokens, fp.Uint256{})
		must(err)
	})
	if err == nil {
		t.book.pay(tokens.Mul(price).Quo(unit))
		t.note(s, fees)
	}
	return end(s.Outcome(err))
}

// unwrap unwraps up to so many of the trader's own synths.
func (t *WrapTrader) unwrap(s *sim.State, synths fp.Uint256) error {
	if has := s.Sys.TokenBalance(t.market(s).Synth(), t.by); has.Less(synths) {
		synths = has
	}
	if synths.IsZero() {
		return nil
	}
	c := t.collateral(s)
	var tokens fp.Uint256
	var fees spot.Fees
	err := s.Sys.Transact(func() {
		var err error
		tokens, fees, err = t.market(s).Unwrap(t.by, synths, fp.Uint256{})
		must(err)
		must(s.Sys.DrainWallet(c.CT, t.by, tokens))
	})
	t.book.refused(s, t.Market, err)
	if err == nil {
		t.book.receive(tokens.Mul(s.Price[c.Asset].Uint256()).Quo(t.tokenUnit(s, c.CT)))
		t.note(s, fees)
	}
	return end(s.Outcome(err))
}

// End implements [Closer]: the trader's result is what it received and still
// holds, less what it paid.
func (t *WrapTrader) End(s *sim.State) error {
	t.result(s, fp.Uint256{})
	return nil
}
