package sim_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"backtest/model"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// TestDistributionsOfManyPositions: a distribution that was found by the edges of
// its buckets, or by floats, is that of a visit to every position, before and
// after some of them changed.
func TestDistributionsOfManyPositions(t *testing.T) {
	for _, positions := range []int{40, 5000} {
		t.Run(fmt.Sprint(positions), func(t *testing.T) {
			const seed = 5
			r := rand.New(rand.NewPCG(seed, 0))
			w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{100, 140, 90, 90}}, smallworld.Asset{ID: "GOLD", Prices: []float64{1, 1.3, 0.7, 0.41}})
			w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
			w.Spot("synth", 0, 50, nil)
			w.Pool("main", smallworld.Share{Market: 0, Weight: 1, Max: 10})
			w.Vault(0, 0)
			for i := range positions {
				tokens := 10 + 1000*r.Float64()
				minted := tokens / (2.1 + 20*r.Float64()*r.Float64())
				if i%17 == 0 {
					minted = 0
				}
				w.LP(fmt.Sprint("lp-", i), 0, tokens, minted, 0)
			}
			w.Moments = []int{1, 2, 3}
			s, c := w.Start(), sim.NewCollector(w.World)
			var block record.Block
			for step := 1; step < 4; step++ {
				w.Must(s.SetStep(step))
				for range 30 * (step - 1) {
					_ = s.Mint(0, w.LPs[r.IntN(positions)].Account, smallworld.D18(0.001)) // some cannot
				}
				s.Observe(c)
				c.Into(&block)
				compareDistribution(t, s, &block.CRatio[step-1])
			}
		})
	}
}

func compareDistribution(t *testing.T, s *sim.State, got *record.CRatioSketch) {
	t.Helper()
	o, err := s.Outlook(0)
	if err != nil {
		t.Fatal(err)
	}
	want := record.CRatioSketch{Key: got.Key, DebtUnit: got.DebtUnit}
	s.Sys.EachPosition(&o, func(id model.AccountID, x model.Position, liquidatable bool) {
		if x.Debt.Sign() <= 0 {
			want.ZeroDebt++
			return
		}
		if liquidatable {
			want.Liquidatable++
		}
		weight, err := s.DebtWeight(0, id)
		if err != nil {
			t.Fatal(err)
		}
		want.ByPosition.Add(units.FloatU(x.CRatio))
		want.ByDebt.AddWeighted(units.FloatU(x.CRatio), weight)
	})
	want.ByPosition.Sum, want.ByDebt.Sum = record.Int128{}, record.Int128{} // nobody asks for means
	if a, b := fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", *got); a != b {
		t.Fatalf("step %d:\n%s\nwant\n%s", s.Step, b, a)
	}
	if want.ByPosition.N < 30 {
		t.Errorf("step %d: only %d positions with debt", s.Step, want.ByPosition.N)
	}
}
