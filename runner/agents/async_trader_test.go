package agents_test

import (
	"math"
	"testing"

	"backtest/model"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// TestAsyncTrader: orders settle at the price of their commitment, within the
// step or at a later one; what keepers are too late for gives everything back.
func TestAsyncTrader(t *testing.T) {
	for name, c := range map[string]struct {
		latency, window uint64
		settles         bool
	}{
		"within the step": {latency: 10, window: 60, settles: true},
		"steps later":     {latency: 2 * smallworld.Hour, window: 3 * smallworld.Hour, settles: true},
		"too late":        {latency: 2 * smallworld.Hour, window: smallworld.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			prices := flat(200, 100)
			for i := range prices {
				prices[i] += float64(i)
			}
			w := world(t, prices, flat(200, 1), 10)
			w.LP("lp", 0, 100_000, 0, 0)
			s := w.Start()
			m := sim.External(s.Sys, s.World.Markets[0].ID).(*spot.Market)
			w.Must(m.Configure(func(x *spot.Config) { x.Strategies = []spot.Strategy{{Delay: 2, Window: c.window}} }))
			flow := agents.NewFlow(1, "t", agents.Flow{PerDay: 24, Style: agents.Noise, Size: func(float64) float64 { return 50 }})
			trader := agents.NewAsyncTrader("t", agents.Spot{Asset: eth, Flow: flow}, "synth", c.latency)
			w.Run(s, nil, trader, &agents.Holders{Asset: eth})
			if has := holding(s, model.Named("trader:t")); c.settles != (has > 0) {
				t.Errorf("the trader has %v", has)
			}
			result, debt := s.Row.TraderPnLUSD.Float64(), marketDebt(t, s)
			if math.Abs(result-debt) > 1e-9 {
				t.Errorf("traders %v, market %v", result, debt)
			}
		})
	}
}
