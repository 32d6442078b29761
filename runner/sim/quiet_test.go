package sim_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// TestQuietSteps: in random worlds the same is recorded whether quiet steps are
// passed over or not.
func TestQuietSteps(t *testing.T) {
	const seed = 4
	r := rand.New(rand.NewPCG(seed, 0))
	passed, events := 0, 0
	for world := range 20 {
		w := crash(t, []float64{100, 100}, []float64{1, 1})
		w.UsePrices(pricepaths.Spec{
			Assets: []pricepaths.Asset{
				{ID: "ETH", Initial: 100, Process: pricepaths.GBM{AnnualVolatility: 4 * r.Float64()}},
				{ID: "GOLD", Initial: 1, Process: pricepaths.GBM{AnnualVolatility: 3 * r.Float64()}},
			}, Steps: 200, StepSeconds: smallworld.Hour, Seed: uint64(world),
		})
		if world%2 == 0 {
			w.Moments = w.Moments[:3]
		}
		account := w.Account()
		people := func() []agents.Agent {
			return []agents.Agent{
				&agents.Keeper{EverySeconds: int64(1+world) * smallworld.Hour},
				agents.NewLiquidator(1, "bot", agents.Liquidator{Account: account, EverySeconds: smallworld.Hour, Budget: smallworld.D18(1e6), Vaults: agents.VaultsFull}),
			}
		}
		slow := w.Start()
		recorded := runSlowly(w, slow, sim.NewCollector(w.World), people())
		quick, got := w.Path(0), sim.NewCollector(w.World)
		passed += w.RunQuietly(quick, got, people()...)
		events += len(quick.Events)
		if a, b := fmt.Sprint(slow.Row), fmt.Sprint(quick.Row); a != b {
			t.Fatalf("world %d of seed %d: row\n%s, want\n%s", world, seed, b, a)
		}
		if a, b := rows(slow), rows(quick); a != b {
			t.Fatalf("world %d of seed %d: events\n%s, want\n%s", world, seed, b, a)
		}
		var b record.Block
		got.Into(&b)
		if fmt.Sprint(recorded.CRatio) != fmt.Sprint(b.CRatio) || fmt.Sprint(recorded.Series) != fmt.Sprint(b.Series) {
			t.Fatalf("world %d of seed %d: distributions differ", world, seed)
		}
		got.Reset()
		if got.Into(&b); len(b.Series) != 0 || b.CRatio[0].ByPosition.N != 0 {
			t.Fatal("a collector that was reset holds something")
		}
	}
	if passed == 0 || events == 0 {
		t.Errorf("%d quiet steps, %d events: nothing was compared", passed, events)
	}
}

// runSlowly takes every step.
func runSlowly(w *smallworld.World, s *sim.State, c *sim.Collector, people []agents.Agent) (b record.Block) {
	for _, a := range people {
		w.Must(a.Begin(s))
	}
	w.Must(s.Open())
	for step := range w.Grid {
		if step > 0 {
			w.Must(s.SetStep(step))
		}
		for _, a := range people {
			w.Must(a.Act(s))
		}
		s.Observe(c)
	}
	w.Must(s.Finish())
	c.Into(&b)
	return b
}
