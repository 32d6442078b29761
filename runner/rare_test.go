package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"backtest/report/stats"
	"backtest/runner/internal/closedform"
	"backtest/runner/record"
)

// oneVault is two positions of the same C-ratio in a vault without other debt:
// the vault is liquidated when the price falls below 1.5/2 of its first value
// at one of ten daily checks.
const oneVault = `
name: one
paths: 1500
horizon: 10d
step: 1d
prices:
  assets:
    - {id: ETH, initial: 2000, process: {kind: gbm, annual_volatility: 0.6}}
collaterals:
  - {id: ETH, issuance_ratio: 200%%, liquidation_ratio: 150%%}
markets:
  - {id: spot, kind: spot, asset: ETH}
pools:
  - {id: main, markets: [{market: spot}]}
lps:
  - {id: lp, pool: main, collateral: ETH, count: 2, collateral_usd: {value: 10_000}, c_ratio: {value: 2}}
liquidators: [{id: bot, check_every: 1d}]
record: {every: 10d, events: none}
rare: {event: liquidation, assets: [ETH], pilot_paths: 256, most_standard_deviations: %d}
`

func rareRun(t *testing.T, text string, sets ...string) (stats.Estimate, record.Manifest) {
	t.Helper()
	dir := t.TempDir()
	m, err := Run(context.Background(), loadText(t, text, sets...), Options{Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.PathColumns("weight", "vault_liquidations")
	if err != nil {
		t.Fatal(err)
	}
	hits := stats.Sample{Weights: c.Float("weight")}
	for _, n := range c.Float("vault_liquidations") {
		hits.Values = append(hits.Values, min(n, 1))
	}
	return stats.Probability(hits, stats.DefaultConfidence), m
}

func TestTiltedProbabilityOfABarrier(t *testing.T) {
	for _, c := range []struct {
		volatility float64
		seed       int
	}{{0.8, 1}, {0.47, 2}, {0.365, 3}} {
		deviation := c.volatility * math.Sqrt(1.0/365)
		exact := closedform.Crossing(math.Log(0.75), -deviation*deviation/2, deviation, 10)
		e, m := rareRun(t, fmt.Sprintf(oneVault, 7), fmt.Sprintf("prices.assets[ETH].process.annual_volatility=%g", c.volatility), fmt.Sprintf("seed=%d", c.seed))
		t.Logf("exact %.4g, estimate %.4g [%.4g, %.4g], tilt %+g", exact, e.Value, e.Low, e.High, m.Tilts[0].StandardDeviations)
		if e.Low > exact || e.High < exact {
			t.Errorf("volatility %g: interval [%g, %g] leaves %g out", c.volatility, e.Low, e.High, exact)
		}
		if e.HalfWidth() > 0.2*exact {
			t.Errorf("volatility %g: half width %g of %g", c.volatility, e.HalfWidth(), exact)
		}
	}
}

// TestTiltIsUnbiased repeats a small run with other seeds: the mean of all
// estimates must meet the exact probability.
func TestTiltIsUnbiased(t *testing.T) {
	deviation := 0.5 * math.Sqrt(1.0/365)
	exact := closedform.Crossing(math.Log(0.75), -deviation*deviation/2, deviation, 10)
	const runs = 40
	covered, values := 0, make([]float64, runs)
	for seed := range runs {
		e, _ := rareRun(t, fmt.Sprintf(oneVault, 6), "prices.assets[ETH].process.annual_volatility=0.5", fmt.Sprintf("seed=%d", seed+100), "paths=300", "rare.pilot_paths=64")
		values[seed] = e.Value
		if e.Low <= exact && exact <= e.High {
			covered++
		}
	}
	mean := stats.Mean(stats.Sample{Values: values}, 0.999)
	t.Logf("exact %.4g, mean of %d estimates %.4g [%.4g, %.4g], covered %d", exact, runs, mean.Value, mean.Low, mean.High, covered)
	if mean.Low > exact || mean.High < exact {
		t.Errorf("mean of the estimates %g [%g, %g], exact %g", mean.Value, mean.Low, mean.High, exact)
	}
	if covered < runs*85/100 {
		t.Errorf("%d of %d intervals cover", covered, runs)
	}
}

func TestTiltOfAnImpossibleEvent(t *testing.T) {
	l := loadText(t, fmt.Sprintf(oneVault, 2), "prices.assets[ETH].process.annual_volatility=0.01")
	_, err := Run(context.Background(), l, Options{Out: t.TempDir()})
	var input *InputError
	if !errors.As(err, &input) {
		t.Errorf("error %v, want an input error", err)
	}
}
