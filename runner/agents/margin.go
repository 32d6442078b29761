package agents

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// SynthMargin is the synth of a spot market as margin: bought there with USD
// from outside when an account needs margin, and sold there when it is flat.
type SynthMargin struct {
	Spot int // into sim.World.Markets
}

func (g *SynthMargin) market(s *sim.State) *spot.Market {
	return sim.External(s.Sys, s.World.Markets[g.Spot].ID).(*spot.Market)
}

// held returns the synths (D18) that an account has as margin; none without a
// synth.
func (g *SynthMargin) held(s *sim.State, m *perps.Market, id model.AccountID) fp.Uint256 {
	if g == nil {
		return fp.Uint256{}
	}
	return m.Margin(id, s.World.Markets[g.Spot].ID)
}

// deposit buys synths with USD (D18) of the owner's wallet and deposits them,
// within the running transaction.
func (g *SynthMargin) deposit(s *sim.State, m *perps.Market, id model.AccountID, usd fp.Uint256) spot.Fees {
	synths, fees, err := g.market(s).BuyExactIn(model.AccountOwner(id), usd, fp.Uint256{}, model.Actor{})
	must(err)
	must(m.ModifyCollateral(id, s.World.Markets[g.Spot].ID, synths.Int256()))
	return fees
}

// withdraw withdraws all synths of an account and sells them, within the
// running transaction. It returns the USD (D18) that the owner gets.
func (g *SynthMargin) withdraw(s *sim.State, m *perps.Market, id model.AccountID) (usd fp.Uint256, fees spot.Fees) {
	synths := g.held(s, m, id)
	if synths.IsZero() {
		return usd, fees
	}
	must(m.ModifyCollateral(id, s.World.Markets[g.Spot].ID, synths.Int256().Neg()))
	usd, fees, err := g.market(s).SellExactIn(model.AccountOwner(id), synths, fp.Uint256{}, model.Actor{})
	must(err)
	return usd, fees
}

// note books what a purchase or sale of margin changed in the spot market.
func (g *SynthMargin) note(s *sim.State, fees spot.Fees) {
	if g != nil {
		noteSpot(s, g.Spot, fees, model.Actor{})
	}
}
