package agents_test

import (
	"testing"

	fp "backtest/model/fixedpoint"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
)

func TestKeeperInterval(t *testing.T) {
	w := world(t, flat(9, 100), flat(9, 100), 1)
	w.LP("lp", 0, 100, 0, 0)
	s := w.Start()
	look, visits := changes(func() int32 { return s.Row.Rebalances }, s)
	w.Run(s, look, &agents.Keeper{EverySeconds: 3 * smallworld.Hour})
	equal(t, "visits", *visits, []int{0, 3, 6})
}

func TestKeeperDeviation(t *testing.T) {
	// From 100 a fall to 91 is too little, to 90 enough; from there a rise to
	// 98 is too little, to 99 enough.
	prices := []float64{100, 109, 91, 90, 98, 99, 99}
	w := world(t, flat(7, 100), prices, 1)
	w.LP("lp", 0, 100, 0, 0)
	s := w.Start()
	look, visits := changes(func() int32 { return s.Row.Rebalances }, s)
	w.Run(s, look, &agents.Keeper{EverySeconds: smallworld.Hour, Deviation: 0.1})
	equal(t, "visits", *visits, []int{0, 3, 5})
}

func TestKeeperDistributes(t *testing.T) {
	w := world(t, []float64{100, 110, 120, 130, 140}, flat(5, 100), 1)
	w.LP("lp", 0, 100, 0, 0)
	s := w.Start()
	look, times := changes(func() fp.Int128 { return s.Sys.MarketStorage(w.Markets[0].ID).LastDistributed }, s)
	w.Run(s, look, &agents.Keeper{Distribute: true, EverySeconds: 2 * smallworld.Hour})
	equal(t, "distributions", *times, []int{2, 4})
	if s.Row.Rebalances != 0 {
		t.Errorf("%d rebalances", s.Row.Rebalances)
	}
}

// A keeper passes over what the protocol refuses.
func TestKeeperOfAFailingMarket(t *testing.T) {
	w := world(t, flat(6, 100), flat(6, 100), 1)
	w.Fail(0, 2, 4)
	w.LP("lp", 0, 100, 0, 0)
	s := w.Start()
	look, visits := changes(func() int32 { return s.Row.Rebalances }, s)
	w.Run(s, look, &agents.Keeper{EverySeconds: smallworld.Hour, Deviation: 0}, &agents.Keeper{Deviation: 0.5, EverySeconds: smallworld.Hour}, &agents.Keeper{Distribute: true})
	equal(t, "visits", *visits, []int{0, 1, 4, 5})
	equal(t, "blocked", eventSteps(s, "pool_blocked"), []int{2})
	equal(t, "unblocked", eventSteps(s, "pool_unblocked"), []int{4})
}
