package sim_test

import (
	"slices"
	"testing"

	"backtest/pricepaths"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// refined is a path of 6 hours whose third hour is split in four.
func refined(t *testing.T) (*smallworld.World, *sim.State) {
	t.Helper()
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{1, 1}})
	w.Collateral("ETH", 0, smallworld.Ratios{Issuance: 2, Liquidation: 1.5})
	w.Spot("synth", 0, 0, nil)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1})
	w.Vault(0, 0)
	w.UsePrices(pricepaths.Spec{
		Assets: []pricepaths.Asset{{ID: "ETH", Process: pricepaths.Scripted{Points: []pricepaths.ScriptedPoint{{AtSeconds: 0, Price: 1}}}}},
		Steps:  6, StepSeconds: smallworld.Hour,
		Fine: []pricepaths.FineWindow{{FromSeconds: 2 * smallworld.Hour, ToSeconds: 3 * smallworld.Hour, StepSeconds: smallworld.Hour / 4}},
	})
	if len(w.Grid) != 10 {
		t.Fatalf("grid %v", w.Grid)
	}
	return w, w.Start()
}

func TestDueOnARefinedGrid(t *testing.T) {
	w, s := refined(t)
	for _, c := range []struct {
		every int64
		at    []int64 // minutes
	}{
		{smallworld.Hour, []int64{0, 60, 120, 180, 240, 300, 360}},
		{2 * smallworld.Hour, []int64{0, 120, 240, 360}},
		{smallworld.Hour / 4, []int64{0, 60, 120, 135, 150, 165, 180, 240, 300, 360}},
		{1, []int64{0, 60, 120, 135, 150, 165, 180, 240, 300, 360}},
		{0, []int64{0, 60, 120, 135, 150, 165, 180, 240, 300, 360}},
		{100 * 60, []int64{0, 120, 240, 300}}, // 100, 200 and 300 minutes, as soon as they have passed
		{24 * smallworld.Hour, []int64{0}},
	} {
		var at []int64
		for step := range w.Grid {
			w.Must(s.SetStep(step))
			if s.Due(c.every) {
				at = append(at, s.Elapsed()/60)
			}
		}
		if !slices.Equal(at, c.at) {
			t.Errorf("every %d s: due at %v minutes, want %v", c.every, at, c.at)
		}
	}
}

func TestStepBefore(t *testing.T) {
	w, s := refined(t)
	w.Must(s.SetStep(5)) // 165 minutes
	for minutes, want := range map[int64]int{0: 5, 1: 4, 15: 4, 16: 3, 45: 2, 46: 1, 105: 1, 165: 0, 1000: 0} {
		if got := s.StepBefore(minutes * 60); got != want {
			t.Errorf("%d minutes back: step %d, want %d", minutes, got, want)
		}
	}
}

func TestTimeWithinAStep(t *testing.T) {
	w, s := refined(t)
	w.Must(s.SetStep(3)) // 15 minutes to the next
	if !s.HasTime(899) || s.HasTime(900) {
		t.Error("a step of 900 s has another length")
	}
	s.Wait(600)
	if !s.HasTime(299) || s.HasTime(300) {
		t.Error("time does not pass")
	}
	w.Must(s.SetStep(len(w.Grid) - 1))
	if s.HasTime(0) {
		t.Error("there is time after the end")
	}
	if s.NextPrice(0) != 1 || s.PastPrice(0, -3) != 1 {
		t.Error("prices beyond the ends are not those at the ends")
	}
}
