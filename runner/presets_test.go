package runner

import (
	"context"
	"math"
	"math/big"
	"testing"

	"backtest/configs"
	"backtest/runner/record"
)

// smallPreset are the settings of a preset at small size. Those whose story
// takes its time keep their horizon.
var smallPreset = map[string][]string{
	"quickstart":      {"horizon=8d"},
	"base-usdc-perps": {"horizon=6d"},
	"arbitrum-multi":  {"horizon=6d", "record.attribution=vault"},
	"stop-loss-study": {"horizon=6d"},
	"mainnet-snx":     {"horizon=30d"},
	"toxic-flow":      {"horizon=2d"},
	"oracle-push":     {"horizon=5d", "record.attribution=vault"},
	"black-thursday":  {"paths=1", "record.attribution=vault"},
}

func TestPresetsRun(t *testing.T) {
	for _, preset := range configs.Presets() {
		t.Run(preset.Name, func(t *testing.T) {
			t.Parallel()
			l := load(t, preset.Name, append([]string{"paths=8"}, smallPreset[preset.Name]...)...)
			dir := t.TempDir()
			if _, err := Run(context.Background(), l, Options{Out: dir, Workers: 1}); err != nil {
				t.Fatal(err)
			}
			r, err := record.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for row, err := range r.Paths() {
				if err != nil {
					t.Fatal(err)
				}
				rows++
				addsUp(t, r.Manifest().Columns, &row)
			}
			if want := l.Config.Paths * int64(max(len(l.Config.Scenarios), 1)); int64(rows) != want {
				t.Errorf("%d rows, want %d", rows, want)
			}
		})
	}
}

// dust bounds what the protocol's roundings add up to in a pool, or in a
// market, over a path: a billionth of a USD.
var dust = big.NewInt(1e9)

// addsUp checks what holds for every path: the parts by source of every pool's
// and vault's debt, and those of the LPs' profit, add up exactly, rounding is
// dust, and no amount that nobody bears or that nobody was paid is negative.
func addsUp(t *testing.T, columns []record.ExtraColumn, row *record.PathRow) {
	t.Helper()
	type whole struct{ figure, pool, collateral string }
	sums, totals := map[whole]*big.Int{}, map[whole]*big.Int{{figure: record.LPProfit}: row.LPPnLUSD.Big()}
	exact := 0
	for _, c := range columns {
		if c.Kind != record.DecimalColumn {
			continue
		}
		x, of := row.Exact[exact].Big(), whole{c.Sum, c.Pool, c.Collateral}
		exact++
		switch {
		case c.Sum == "": // no part by source
			continue
		case c.Source == record.SourceTotal:
			totals[of] = x
			continue
		case c.Source == "rounding" && x.CmpAbs(dust) > 0:
			t.Errorf("%s path %d: %s is %v", row.Scenario, row.Path, c.Name, x)
		}
		if sums[of] == nil {
			sums[of] = new(big.Int)
		}
		sums[of].Add(sums[of], x)
	}
	if len(sums) < 2 {
		t.Errorf("%s path %d: parts of %d figures only", row.Scenario, row.Path, len(sums))
	}
	for of, sum := range sums {
		if total := totals[of]; total == nil || sum.Cmp(total) != 0 {
			t.Errorf("%s path %d: %v is %v, its parts add up to %v", row.Scenario, row.Path, of, total, sum)
		}
	}
	vaultsAddUp(t, columns, row)
	entitiesMeet(t, columns, row)
	for name, x := range map[string]record.D18{
		"unbacked": row.UnbackedDebtUSD, "unpaid": row.UnpaidUSD, "bad debt": row.BadDebtUSD, "fees": row.FeesUSD,
		"liquidated debt": row.DebtLiquidatedUSD, "liquidated collateral": row.CollateralLiquidatedUSD,
	} {
		if x.Sign() < 0 {
			t.Errorf("%s path %d: %s is %s", row.Scenario, row.Path, name, x)
		}
	}
	if row.Failed != "" {
		t.Errorf("%s path %d failed: %s", row.Scenario, row.Path, row.Failed)
	}
}

// entitiesMeet: counts by entity add up to those of the path, and extremes by
// entity reach its extremes.
func entitiesMeet(t *testing.T, columns []record.ExtraColumn, row *record.PathRow) {
	t.Helper()
	got := map[string]float64{"min_c_ratio": math.NaN(), "max_utilisation": math.NaN()}
	floats := 0
	for _, c := range columns {
		if c.Kind != record.FloatColumn {
			continue
		}
		switch x := row.Floats[floats]; {
		case c.Figure != "min_c_ratio" && c.Figure != "max_utilisation":
			got[c.Figure] += x
		case math.IsNaN(x): // a vault without debt, a market without credit
		case c.Figure == "min_c_ratio" && !(got[c.Figure] <= x), c.Figure == "max_utilisation" && !(got[c.Figure] >= x):
			got[c.Figure] = x
		}
		floats++
	}
	for figure, want := range map[string]float64{
		"min_c_ratio": row.MinVaultCRatio, "max_utilisation": row.MaxUtilisation, "reentries": float64(row.Reentries), "stop_loss_exits": float64(row.StopLossExits),
		"capacity_locks": float64(row.CapacityLocks), "blocked_withdrawals": float64(row.BlockedWithdrawals), "insufficient_liquidity": float64(row.InsufficientLiquidity),
	} {
		if x := got[figure]; x != want && !(math.IsNaN(x) && math.IsNaN(want)) {
			t.Errorf("%s path %d: %s is %v by entity, %v in all", row.Scenario, row.Path, figure, x, want)
		}
	}
}
