package runner

import (
	"context"
	"math"
	"math/big"
	"strings"
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

// addsUp checks what holds for every path: after the result of adversaries, the
// columns of every pool, and those
// of the LPs' profit, add up exactly, rounding is dust, and no amount that
// nobody bears or that nobody was paid is negative.
func addsUp(t *testing.T, columns []record.ExtraColumn, row *record.PathRow) {
	t.Helper()
	sum := new(big.Int)
	for i, c := range columns {
		if c.Figure != "" {
			break // the parts of vaults and markets come after
		}
		x := row.Exact[i].Big()
		switch {
		case strings.HasPrefix(c.Name, "adversary_"):
			continue
		case isDebt(c.Name) && strings.HasSuffix(c.Name, "_total_usd"):
			if sum.Cmp(x) != 0 {
				t.Errorf("%s path %d: %s is %v, its parts add up to %v", row.Scenario, row.Path, c.Name, x, sum)
			}
			sum.SetInt64(0)
			continue
		case strings.HasSuffix(c.Name, "_rounding_usd") && x.CmpAbs(dust) > 0:
			t.Errorf("%s path %d: %s is %v", row.Scenario, row.Path, c.Name, x)
		}
		sum.Add(sum, x)
	}
	vaultsAddUp(t, columns, row)
	entitiesMeet(t, columns, row)
	if profit := row.LPPnLUSD.Big(); sum.Cmp(profit) != 0 {
		t.Errorf("%s path %d: the LPs' profit is %v, its parts add up to %v", row.Scenario, row.Path, profit, sum)
	}
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

func isDebt(column string) bool {
	return strings.HasPrefix(column, "pool_debt_") || strings.HasPrefix(column, "vault_debt_")
}
