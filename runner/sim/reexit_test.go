package sim_test

import (
	"math/rand/v2"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/agents"
	"backtest/runner/record"
)

// TestPoolThatCannotLeaveAgain: a pool that came back at its limit and was not
// pulled since leaves it again with a debt change of nothing but rounding. Where
// that is below zero, which is about as often as not, the contracts cannot store
// it, and every operation behind the market reverts until the debt has fallen.
func TestPoolThatCannotLeaveAgain(t *testing.T) {
	const seed = 3
	r := rand.New(rand.NewPCG(seed, 0))
	blocked := 0
	for range 40 {
		above, below := 200+50*r.Float64(), 100+50*r.Float64()
		w := crash(t, []float64{100, above, below, above, below, below}, []float64{1.0137, 1.0137, 1.0137, 1.0137, 1.0137, 1.0137})
		s := w.Start()
		w.Run(s, func() {
			if s.Step != 2 {
				return
			}
			x := s.Sys.MarketPoolStorage(1, 2)
			limit := fp.D27FromD18(fp.I256(62_500_000_000_000_000).Int128())
			if off := x.LastValuePerShare.Sub(limit).D18(); x.Shares.IsZero() || !off.IsZero() {
				t.Errorf("it came back %v away from its limit", off)
			}
		}, &agents.Keeper{Distribute: true})
		var kinds []string
		for _, e := range s.Events {
			if e.Kind == record.KindPoolBlocked {
				blocked++
				if e.Step != 3 || e.Cause != model.ErrorName(fp.OverflowInt256ToUint256) {
					t.Errorf("%+v", e)
				}
			}
			kinds = append(kinds, e.Kind)
		}
		if last := kinds[len(kinds)-1]; last != record.KindStopLossReentry && last != record.KindPoolUnblocked {
			t.Errorf("events are %v", kinds)
		}
	}
	if blocked = blocked / 2; blocked < 10 || blocked > 30 { // both pools tell of it
		t.Errorf("blocked in %d of 40 worlds of seed %d", blocked, seed)
	}
}
