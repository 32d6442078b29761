package runner

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"backtest/configs"
	"backtest/runner/internal/closedform"
)

const plainVault = `
name: find
paths: 640
horizon: 10d
step: 1d
prices:
  assets:
    - {id: ETH, initial: 2000, process: {kind: gbm, annual_volatility: 0.5}}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 150%}
markets:
  - {id: spot, kind: spot, asset: ETH}
pools:
  - {id: main, markets: [{market: spot}]}
lps:
  - {id: lp, pool: main, collateral: ETH, count: 2, collateral_usd: {value: 10_000}, c_ratio: {value: 2}}
liquidators: [{id: bot, check_every: 1d}]
record: {every: 10d, events: none}
`

// exactMultiple is the multiple of a volatility of 0.5 at which the vault of
// plainVault is liquidated with probability p.
func exactMultiple(p float64) float64 {
	low, high := 1.0, 4.0
	for range 40 {
		middle := (low + high) / 2
		deviation := 0.5 * middle * math.Sqrt(1.0/365)
		if closedform.Crossing(math.Log(0.75), -deviation*deviation/2, deviation, 10) > p {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

func TestFindTheVolatilityThatBreaksALimit(t *testing.T) {
	const limit = 0.05
	search := Search{
		Shock:  Shock{Keys: []string{"prices.assets[ETH].process.annual_volatility"}, From: 1, To: 4, Multiple: true},
		Metric: "vault_liquidation.probability", Rising: true, Halves: 6, Breaks: func(x float64) bool { return x > limit },
	}
	list, err := Find(context.Background(), loadText(t, plainVault), Options{Gauge: gauge}, search)
	if err != nil {
		t.Fatal(err)
	}
	got, exact := list[0], exactMultiple(limit)
	t.Logf("exact %.4g, found %.4g [%.4g, %.4g] with %d shocks", exact, got.Value, *got.Low, *got.High, len(got.Tries))
	if !got.Reached || *got.Low > exact || *got.High < exact || math.Abs(got.Value-exact) > 0.25 || *got.High-*got.Low > 0.8 {
		t.Errorf("found %+v, exact %g", got, exact)
	}
}

func TestFindIsTheSameWithAnyWorkers(t *testing.T) {
	search := Search{
		Shock:  Shock{Keys: []string{"prices.assets[ETH].process.annual_volatility"}, From: 0.5, To: 2},
		Metric: "vault_liquidation.probability", Rising: true, Halves: 2, Breaks: func(x float64) bool { return x > 0.2 },
	}
	var texts []string
	for _, workers := range []int{1, 3} {
		list, err := Find(context.Background(), loadText(t, plainVault, "paths=130"), Options{Workers: workers, Gauge: gauge}, search)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if texts[0] != texts[1] {
		t.Errorf("%s\n%s", texts[0], texts[1])
	}
}

func TestFindNothing(t *testing.T) {
	search := Search{
		Shock:  Shock{Keys: []string{"prices.assets[ETH].process.annual_volatility"}, From: 0.1, To: 0.2},
		Metric: "vault_liquidation.probability", Rising: true, Halves: 3, Breaks: func(x float64) bool { return x > 0.5 },
	}
	found, err := Find(context.Background(), loadText(t, plainVault, "paths=64"), Options{Gauge: gauge}, search)
	if err != nil {
		t.Fatal(err)
	}
	if found[0].Reached || found[0].High != nil || found[0].Low != nil {
		t.Errorf("found %+v, want nothing", found[0])
	}
}

func TestShockSettingsMoveKeysTogether(t *testing.T) {
	l := loadText(t, plainVault)
	list, err := ShockSettings(l, Shock{Keys: []string{"prices.assets[ETH].process.annual_volatility", "collaterals[ETH].liquidation_ratio"}, Multiple: true}, 1.5)
	want := []configs.Setting{{Key: "prices.assets[ETH].process.annual_volatility", Value: "0.75"}, {Key: "collaterals[ETH].liquidation_ratio", Value: "2.25"}}
	if err != nil || len(list) != 2 || list[0] != want[0] || list[1] != want[1] {
		t.Errorf("settings %v, %v", list, err)
	}
	if _, err := ShockSettings(l, Shock{Keys: []string{"name"}, Multiple: true}, 2); err == nil {
		t.Error("a text was multiplied")
	}
}
