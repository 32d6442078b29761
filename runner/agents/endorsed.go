package agents

import (
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/runner/sim"
)

// Endorsed is a liquidator as an endorsed one of perps markets: on its interval,
// while one of their instruments endorses it, it liquidates every account that can be, before others come. On instruments
// that endorse it no window binds it, and it gets no reward for flagging.
type Endorsed struct {
	By           model.Actor
	Markets      []int // into sim.World.Markets
	EverySeconds int64
	Absent       float64 // chance of missing a check

	random stream
	lookup lookup
}

// EndorsedWallet is who an endorsed liquidator acts as.
func EndorsedWallet(liquidator string) model.Actor { return model.Named("endorsed:" + liquidator) }

// NewEndorsed gives an endorsed liquidator its random stream.
func NewEndorsed(seed uint64, id string, e Endorsed) *Endorsed {
	e.By, e.random = EndorsedWallet(id), newStream(seed, "endorsed", id)
	e.lookup = (*perps.Market).AtRisk
	return &e
}

// Begin implements [Agent].
func (e *Endorsed) Begin(*sim.State) error { return nil }

// Act implements [Agent].
func (e *Endorsed) Act(s *sim.State) error {
	if e.Rests(s) || e.Absent > 0 && e.random.uniform(s, 0) < e.Absent {
		return nil
	}
	for _, market := range e.Markets {
		m := sim.External(s.Sys, s.World.Markets[market].ID).(*perps.Market)
		if !e.endorsedBy(m) {
			continue
		}
		if err := e.liquidate(s, market, m); err != nil {
			return err
		}
	}
	return nil
}

// endorsedBy reports whether an instrument of the market endorses it now.
func (e *Endorsed) endorsedBy(m *perps.Market) bool {
	return slices.ContainsFunc(m.Instruments(), func(i *perps.Instrument) bool { return i.EndorsedLiquidator() == e.By })
}

// liquidate liquidates the accounts of a market that have positions and can be
// liquidated, in ascending order.
func (e *Endorsed) liquidate(s *sim.State, market int, m *perps.Market) error {
	for id, ok := e.lookup(m, 0); ok; id, ok = e.lookup(m, id) {
		if !m.HasPositions(id) {
			continue
		}
		if can, err := m.CanLiquidate(id); err != nil || !can {
			continue
		}
		_, err := m.Liquidate(e.By, id)
		s.NoteTrade(market, fp.Int256{})
		if err := end(s.Outcome(err)); err != nil {
			return err
		}
	}
	return nil
}

// Rests implements [Rester]: between checks.
func (e *Endorsed) Rests(s *sim.State) bool { return !s.Due(e.EverySeconds) }

// Rest implements [Rester].
func (e *Endorsed) Rest(*sim.State) {}
