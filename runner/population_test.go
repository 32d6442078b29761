package runner

import (
	"math"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/model"
	"backtest/runner/units"
)

func TestQuantiles(t *testing.T) {
	for _, c := range []struct {
		d        configs.Distribution
		u, value float64
	}{
		{configs.Distribution{Kind: "constant", Value: 7}, 0.3, 7},
		{configs.Distribution{Kind: "uniform", From: 2, To: 6}, 0.25, 3},
		{configs.Distribution{Kind: "lognormal", Median: 100, Sigma: 1}, 0.5, 100},
		{configs.Distribution{Kind: "lognormal", Median: 100, Sigma: 1}, 0.9750021048517795, 100 * math.Exp(1.96)},
		{configs.Distribution{Kind: "lognormal", Median: 100, Sigma: 2}, 0.0249978951482205, 100 * math.Exp(-3.92)},
		{configs.Distribution{Kind: "pareto", Least: 10, Alpha: 2}, 0.75, 20},
		{configs.Distribution{Kind: "pareto", Least: 10, Alpha: 0.5}, 0.5, 40},
	} {
		if got := quantile(&c.d, c.u); math.Abs(got-c.value) > 1e-9*c.value {
			t.Errorf("%+v at %v: %v, want %v", c.d, c.u, got, c.value)
		}
	}
}

const people = `
name: people
paths: 1
horizon: 2h
step: 1h
prices:
  assets:
    - {id: ETH, initial: 2_000, process: {kind: constant}}
    - {id: USDC, initial: 1, process: {kind: constant}}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 150%, liquidation_reward: 0.1, min_delegation: 5}
  - {id: USDC, decimals: 6, issuance_ratio: 300%, liquidation_ratio: 150%}
markets: [{id: m, kind: spot, asset: ETH}]
pools:
  - {id: second, markets: [{market: m}]}
  - {id: first, markets: [{market: m}], collaterals: [{collateral: ETH, issuance_ratio: 400%}]}
lps:
  - {id: rich, pool: first, collateral: ETH, count: 40, collateral_usd: {kind: uniform, from: 12_000, to: 20_000}, c_ratio: {kind: uniform, from: 2, to: 6}, at_start: mint_less}
  - {id: poor, pool: first, collateral: ETH, count: 2, collateral_usd: {kind: constant, value: 1}, at_start: as_stated}
  - {id: dollars, pool: second, collateral: USDC, count: 1, collateral_usd: {kind: constant, value: 0.1234567}, policy: top_up, target_c_ratio: 4, act_below: 3, wallet_usd: 10}
record: {every: 1h}
`

// TestPopulation: everybody has the collateral that was drawn, whatever the
// minimum delegation where it is as stated, and mints to the C-ratio that was drawn, as far as the
// stricter of the issuance ratios allows.
func TestPopulation(t *testing.T) {
	w := workerOf(t, loadText(t, people)).world
	if len(w.LPs) != 43 || len(w.Vaults) != 2 || w.Vaults[0].Name != "second/USDC" || w.Vaults[1].Name != "first/ETH" {
		t.Fatalf("%d LPs in %v", len(w.LPs), w.Vaults)
	}
	clamped := 0
	sizes := map[float64]bool{}
	for _, lp := range w.LPs {
		v := w.Vaults[lp.Vault]
		p, err := w.Initial.Position(w.Pools[v.Pool].ID, w.Collaterals[v.Collateral].CT, lp.Account)
		if err != nil {
			t.Fatal(err)
		}
		tokens, ratio := units.FloatU(p.Collateral), units.FloatU(p.CRatio)
		switch {
		case lp.Vault == 0:
			if tokens != 0.1234567 {
				t.Errorf("%s has %v", lp.Name, tokens)
			}
			// The account's other tokens come in whole millionths.
			if kept := units.FloatU(w.Initial.AvailableCollateral(lp.Account, w.Collaterals[v.Collateral].CT)); kept < 10 || kept > 10.000001 {
				t.Errorf("%s keeps %v", lp.Name, kept)
			}
		case lp.Name == "poor/1" || lp.Name == "poor/2":
			if tokens != 0.0005 || !p.Debt.IsZero() { // less than the minimum delegation, as stated
				t.Errorf("%s has %v and owes %v", lp.Name, tokens, p.Debt)
			}
		default:
			sizes[tokens] = true
			if tokens < 6 || tokens > 10 || ratio < 4-1e-9 || ratio > 6 {
				t.Errorf("%s has %v at %v", lp.Name, tokens, ratio)
			}
			if ratio < 4+1e-9 {
				clamped++
			}
			if usd := w.Initial.AvailableCollateral(lp.Account, model.USD); usd != p.Debt.Uint256() {
				t.Errorf("%s has minted %v and owes %v", lp.Name, usd, p.Debt)
			}
		}
	}
	if len(sizes) < 40 || clamped < 10 || clamped > 30 { // half of the drawn ratios are below 4
		t.Errorf("%d sizes, %d at the issuance ratio", len(sizes), clamped)
	}
}

// Every path of every scenario meets the same people; another group changes
// none of their draws.
func TestPopulationIsPartOfTheWorld(t *testing.T) {
	debts := func(text string) (all []string) {
		w := workerOf(t, loadText(t, text)).world
		for _, lp := range w.LPs[:40] {
			v := w.Vaults[lp.Vault]
			p, err := w.Initial.Position(w.Pools[v.Pool].ID, w.Collaterals[v.Collateral].CT, lp.Account)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.Collateral.String()+" "+p.Debt.String())
		}
		return all
	}
	want := debts(people)
	const late = "  - {id: late, pool: first, collateral: ETH, count: 9, collateral_usd: {kind: constant, value: 30_000}}\n"
	got := debts(strings.Replace(people, "record:", late+"record:", 1))
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("LP %d has %s, want %s", i, got[i], want[i])
		}
	}
}
