package sim_test

import (
	"math"
	"testing"

	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// parts reads the values of the columns by entity.
func parts(t *testing.T, w *smallworld.World, s *sim.State) map[string]float64 {
	t.Helper()
	out, exact, floats := map[string]float64{}, 0, 0
	for _, c := range sim.Columns(w.World) {
		var x float64
		if c.Kind == record.DecimalColumn {
			x = s.Row.Exact[exact].Float64()
			exact++
		} else {
			x = s.Row.Floats[floats]
			floats++
		}
		if c.Figure != "" {
			out[c.Name] = x
		}
	}
	if exact != len(s.Row.Exact) || floats != len(s.Row.Floats) {
		t.Fatalf("%d and %d columns are declared, the row has %d and %d", exact, floats, len(s.Row.Exact), len(s.Row.Floats))
	}
	return out
}

func check(t *testing.T, got, want map[string]float64) {
	t.Helper()
	for name, x := range want {
		if y, ok := got[name]; !ok || math.Abs(y-x) > 1e-9 {
			t.Errorf("%s is %v (there: %v), want %v", name, y, ok, x)
		}
	}
}

// TestPartsOfVaults: the world of TestEventRows by hand. The market owes nothing
// more in the end than in the beginning. The thin position, 1,000 of collateral
// and 500 of debt, is liquidated for a reward of 1; the rest stays in the vault
// of the bold pool. Collateral has lost four tenths.
func TestPartsOfVaults(t *testing.T) {
	w := crash(t, []float64{100, 150, 220, 250, 210, 100, 100, 100}, []float64{1, 1, 1, 1, 1, 1, 0.6, 0.6})
	l := agents.NewLiquidator(1, "bot", agents.Liquidator{Account: w.Account(), EverySeconds: smallworld.Hour, Budget: smallworld.D18(1e6), Vaults: agents.VaultsFull})
	s := w.Start()
	for range 2 { // nothing of a path is left for the next
		w.Must(s.Begin(0, w.Prices.Fill(0, w.Prices.NewScratch())))
		w.Run(s, nil, &agents.Keeper{Distribute: true}, l)
		check(t, parts(t, w, s), map[string]float64{
			"vault_bold_gold_pnl_usd":                   0.6*4999 - 5000,
			"vault_bold_gold_final_debt_usd":            1000,
			"vault_bold_gold_final_collateral_usd":      0.6 * 4999,
			"vault_bold_gold_debt_liquidated_usd":       500,
			"vault_bold_gold_position_liquidations":     1,
			"vault_bold_gold_vault_liquidations":        0,
			"vault_bold_gold_bad_debt_usd":              0,
			"vault_cautious_gold_pnl_usd":               -2000,
			"vault_cautious_gold_final_debt_usd":        1000,
			"vault_cautious_gold_final_collateral_usd":  3000,
			"vault_cautious_gold_debt_liquidated_usd":   0,
			"vault_cautious_gold_position_liquidations": 0,
			"pool_bold_synth_stop_loss_exits":           0,
			"pool_cautious_synth_stop_loss_exits":       1,
			"market_synth_final_credit_used_usd":        1000,
			"market_synth_unpaid_usd":                   0,
			"market_synth_unbacked_debt_usd":            0,
			"market_synth_insufficient_liquidity":       0,
		})
	}
}

// TestPartsAddUp to the figures of the system, to the wei: collateral worth a
// fifth leaves bad debt in one vault and none in the other.
func TestPartsAddUp(t *testing.T) {
	w := crash(t, []float64{100, 150, 220, 333, 210, 100, 177, 199}, []float64{1, 1, 1, 1, 1, 1, 0.6, 0.1937})
	s := w.Start()
	w.Run(s, nil, &agents.Keeper{Distribute: true})
	sums, exact := map[string]record.D18{}, 0
	for _, c := range sim.Columns(w.World) {
		if c.Kind == record.DecimalColumn {
			total, err := sums[c.Figure].Add(s.Row.Exact[exact])
			w.Must(err)
			sums[c.Figure] = total
			exact++
		}
	}
	for figure, want := range map[string]record.D18{
		"pnl_usd": s.Row.LPPnLUSD, "bad_debt_usd": s.Row.BadDebtUSD, "final_debt_usd": s.Row.FinalDebtUSD,
		"final_collateral_usd": s.Row.FinalCollateralUSD, "debt_liquidated_usd": s.Row.DebtLiquidatedUSD,
	} {
		if got, ok := sums[figure]; !ok || got.Cmp(want) != 0 {
			t.Errorf("%s adds up to %s, want %s", figure, got, want)
		}
	}
	if s.Row.BadDebtUSD.Sign() <= 0 || s.Row.LPPnLUSD.Sign() >= 0 {
		t.Errorf("bad debt %s, profit %s: nothing was added up", s.Row.BadDebtUSD, s.Row.LPPnLUSD)
	}
}

// TestPartsOfMarkets: what is refused and owed counts for its market alone.
func TestPartsOfMarkets(t *testing.T) {
	w := crash(t, []float64{100, 100}, []float64{1, 1})
	w.Spot("other", 0, 0, nil)
	s := w.Start()
	w.Run(s, func() {
		if s.Step == 1 {
			s.Refused(1, "somebody", smallworld.D18(7), "credit_exhausted")
			s.Refused(0, "somebody", smallworld.D18(2), "credit_exhausted")
			s.Refused(1, "somebody", smallworld.D18(5), "credit_exhausted")
			s.Unpaid(1, smallworld.D18(5))
			s.Unpaid(1, smallworld.D18(1))
			s.Unpaid(0, smallworld.D18(2))
		}
	})
	check(t, parts(t, w, s), map[string]float64{
		"market_synth_insufficient_liquidity": 1, "market_other_insufficient_liquidity": 2,
		"market_synth_unpaid_usd": 2, "market_other_unpaid_usd": 6,
	})
	if want := units.RecordU(smallworld.D18(8)); s.Row.UnpaidUSD != want {
		t.Errorf("unpaid is %s, want %s", s.Row.UnpaidUSD, want)
	}
}
