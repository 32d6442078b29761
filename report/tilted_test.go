package report_test

import (
	"context"
	"math"
	"testing"

	"backtest/configs"
	"backtest/report"
	"backtest/report/stats"
	"backtest/runner"
	"backtest/runner/record"
)

// crowd is a vault whose positions differ, under a price that is tilted or not.
const crowd = `
name: crowd
paths: 1500
horizon: 10d
step: 1d
prices:
  assets:
    - {id: ETH, initial: 2000, process: {kind: gbm, annual_volatility: 0.8}}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 150%}
markets:
  - {id: spot, kind: spot, asset: ETH}
pools:
  - {id: main, markets: [{market: spot}]}
lps:
  - {id: lp, pool: main, collateral: ETH, count: 12, collateral_usd: {kind: lognormal, median: 10_000, sigma: 1}, c_ratio: {kind: uniform, from: 2, to: 3}}
liquidators: [{id: bot, check_every: 1d}]
record: {every: 5d, events: none}
`

func crowdOf(t *testing.T, more string, sets ...string) *report.Cell {
	t.Helper()
	l, err := configs.Load(configs.Source{Bytes: []byte(crowd + more), Name: "test", Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := runner.Run(context.Background(), l, runner.Options{Out: dir}); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Load(r, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Cells[0]
}

// TestTiltedCRatios: quantiles of C-ratios from tilted paths with their weights are
// those of plain paths, whatever the tilt moved; the weights of positions add up
// to those of the paths.
func TestTiltedCRatios(t *testing.T) {
	plain := crowdOf(t, "", "paths=6000")
	tilted := crowdOf(t, "rare: {event: position_liquidation, assets: [ETH], pilot_paths: 512, most_standard_deviations: 1}\n")
	if !tilted.Tilted() || plain.Tilted() {
		t.Fatal("the wrong run is tilted")
	}
	for _, text := range []string{"p5(c_ratio)", "p50(c_ratio)", "p75(c_ratio)", "p25(c_ratio_by_debt)", "p50(c_ratio[main/ETH])"} {
		a, err := plain.Measure(figure(t, text))
		if err != nil {
			t.Fatal(err)
		}
		b, err := tilted.Measure(figure(t, text))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.4f [%.4f, %.4f] plain, %.4f [%.4f, %.4f] tilted, of %.0f", text, a.Estimate.Value, a.Estimate.Low, a.Estimate.High,
			b.Estimate.Value, b.Estimate.Low, b.Estimate.High, b.Estimate.EffectiveN)
		if d := stats.CombinedDifference(a.Estimate, b.Estimate); d.Low > 0.02 || d.High < -0.02 { // the width of a bucket
			t.Errorf("%s: %.4f of plain paths, %.4f [%.4f, %.4f] of tilted ones", text, a.Estimate.Value, b.Estimate.Value, b.Estimate.Low, b.Estimate.High)
		}
	}
	weights, err := tilted.Sample("lp_pnl_usd")
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, w := range weights.Weights {
		sum += w
	}
	for _, row := range tilted.CRatios {
		if row.Basis == record.BasisPosition && row.Step == 0 && math.Abs(row.Weight/sum-12) > 1e-9 {
			t.Errorf("positions weigh %v, twelve a path %v", row.Weight, 12*sum)
		}
	}
}
