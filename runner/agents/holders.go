package agents

import (
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/sim"
)

// Holders are those who hold the supply that a spot market starts with. They
// do nothing: traders of the market sell for them. Their result is what their
// synths have gained at the index price since the start.
type Holders struct {
	Market int // into sim.World.Markets
	Asset  int

	start fp.Int256 // price at the start, D18 USD
}

// Begin implements [Agent].
func (h *Holders) Begin(s *sim.State) error {
	h.start = s.Price[h.Asset]
	return nil
}

// Act implements [Agent].
func (h *Holders) Act(*sim.State) error { return nil }

// Rests implements [Rester].
func (h *Holders) Rests(*sim.State) bool { return true }

// Awake implements [Sleeper].
func (h *Holders) Awake(_ *sim.State, limit int) int { return limit }

// Rest implements [Rester].
func (h *Holders) Rest(*sim.State) {}

// End implements [Closer]: what was sold counts in the result of who sold it.
func (h *Holders) End(s *sim.State) error {
	m := &s.World.Markets[h.Market]
	synth := sim.External(s.Sys, m.ID).(*spot.Market).Synth()
	left := s.Sys.TokenBalance(synth, EarlyHolder(m.Name)).Int256()
	s.TraderResult(left.MulDecimal(s.Price[h.Asset].Sub(h.start)))
	return nil
}

// EarlyHolder is who holds the supply that a spot market starts with.
func EarlyHolder(market string) model.Actor { return model.Named("holder:" + market) }
