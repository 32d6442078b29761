package spot

import (
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/op"
)

const secondsPerYear = 31_557_600 // 365.25 days

// Decay lets the synth decay by the configured rate: every wallet, that of the
// core included, loses the rate times the time since it last did, rounded in
// favour of the market.
//
// Deviates: the contracts keep shares of a supply that decays by the second;
// called often enough the difference is of second order in rate times interval.
func (m *Market) Decay() error {
	return m.sys.Transact(func() { m.decay(m.config.Get().DecayRate) })
}

// DecayRate returns the part (D18) of the supply that decays in a year.
func (m *Market) DecayRate() fp.Uint256 { return m.config.Get().DecayRate }

func (m *Market) decay(rate fp.Uint256) {
	now, last := m.sys.Now(), m.decayed.Edit(m.sys.Journal())
	lost := op.Min(rate.Mul(fp.U256(now-*last)).Quo(fp.U256(secondsPerYear)), fp.UnitU256)
	*last = now
	if !lost.IsZero() {
		op.Must(m.sys.ScaleToken(m.synth, fp.UnitU256.Sub(lost)))
	}
}
