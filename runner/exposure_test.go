package runner

import (
	"context"
	"math"
	"math/big"
	"strings"
	"testing"
)

// workedExample is PROTOCOL.md §8.4: pool p has 750 of the 1,000 shares of a
// synth market that owes 100 USD of ETH, and 300 of the 1,200 shares of one
// that owes 200 USD of BTC. Then ETH rises by 10 % and BTC falls by 5 %.
const workedExample = `
name: example
paths: 1
horizon: 2h
step: 1h
prices:
  assets:
    - {id: ETH, initial: 100, process: {kind: scripted, shape: step, points: [{at: 0s, price: 100}, {at: 1h, price: 110}]}}
    - {id: BTC, initial: 100, process: {kind: scripted, shape: step, points: [{at: 0s, price: 100}, {at: 1h, price: 95}]}}
    - {id: USDC, initial: 1, process: {kind: constant}}
collaterals: [{id: USDC, issuance_ratio: 200%, liquidation_ratio: 150%}]
markets:
  - {id: eth, kind: spot, asset: ETH, initial_supply: 1}
  - {id: btc, kind: spot, asset: BTC, initial_supply: 2}
pools:
  - {id: p, markets: [{market: eth, weight: 750}, {market: btc, weight: 300}]}
  - {id: q, markets: [{market: eth, weight: 250}, {market: btc, weight: 900}]}
lps:
  - {id: p, pool: p, collateral: USDC, count: 1, collateral_usd: {kind: constant, value: 1050}}
  - {id: q, pool: q, collateral: USDC, count: 1, collateral_usd: {kind: constant, value: 1150}}
keepers: [{id: k, action: distribute, every: 1h}]
record: {every: 1h}
`

func TestExposureOfTheWorkedExample(t *testing.T) {
	rows, err := Exposures(loadText(t, workedExample))
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v, %v", rows, err)
	}
	for i, want := range []struct {
		pool, asset                                 string
		shares, total, fraction, debt, short, hedge float64
	}{
		{"p", "ETH", 750, 1000, 0.75, 100, 75, 0.6},
		{"p", "BTC", 300, 1200, 0.25, 200, 50, 0.4},
		{"q", "BTC", 900, 1200, 0.75, 200, 150, 150. / 175},
		{"q", "ETH", 250, 1000, 0.25, 100, 25, 25. / 175},
	} {
		r := rows[i]
		if r.Pool != want.pool || r.Asset != want.asset || !r.InRange || r.Scenario != "base" {
			t.Errorf("row %d is %+v", i, r)
		}
		for name, x := range map[string][2]float64{
			"shares": {r.Shares.Float64(), want.shares}, "total shares": {r.TotalShares.Float64(), want.total}, "fraction": {r.Fraction, want.fraction},
			"reported debt": {r.ReportedDebt.Float64(), want.debt}, "short": {r.ShortUSD, want.short}, "hedge weight": {r.HedgeWeight, want.hedge},
			"value per share": {r.ValuePerShare.Float64(), 0}, "limit": {r.Limit.Float64(), 1},
		} {
			if math.Abs(x[0]-x[1]) > 1e-12 {
				t.Errorf("%s %s: %s is %v, want %v", r.Pool, r.Asset, name, x[0], x[1])
			}
		}
	}
	if line := rows[0].String(); line != "p eth ETH: 0.7500 of the shares, in range, limit 1.000000000000000000, short 75.00 USD, hedge weight 0.6000" {
		t.Errorf("line is %q", line)
	}
	out := Exposure{Pool: "p", Market: "m"}
	if line := out.String(); !strings.Contains(line, "out of range") {
		t.Errorf("line is %q", line)
	}
}

// TestWorkedExampleToTheWei: the pool's debt changes by 5.000000000000000001.
func TestWorkedExampleToTheWei(t *testing.T) {
	w := workerOf(t, loadText(t, workedExample))
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"pool_debt_p_eth_price_usd": "7500000000000000000",
		"pool_debt_p_btc_price_usd": "-2499999999999999999",
		"pool_debt_p_total_usd":     "5000000000000000001",
	}
	for i, c := range w.columns {
		if c.Figure != "" {
			break // the parts of vaults and markets come after
		}
		got := w.state.Row.Exact[i].Big()
		if x, ok := want[c.Name]; ok && got.String() != x {
			t.Errorf("%s is %v, want %s", c.Name, got, x)
		}
		if strings.Contains(c.Name, "rounding") && got.CmpAbs(big.NewInt(2)) > 0 {
			t.Errorf("%s is %v", c.Name, got)
		}
	}
}

// A perps market's exposure is by instrument; a scripted one has no asset.
func TestExposureOfOtherMarkets(t *testing.T) {
	rows, err := Exposures(load(t, "quickstart"))
	if err != nil {
		t.Fatal(err)
	}
	perps := 0
	for _, r := range rows {
		if r.Market == "perps" {
			perps++
			if r.ShortUSD != 0 || r.Asset == "" {
				t.Errorf("nobody has traded: %+v", r)
			}
		}
	}
	if perps != 2 {
		t.Errorf("%d rows of perps", perps)
	}
	rows, err = Exposures(loadScript(t, scriptHead+"1767225600,100,0,0,0\n"))
	if err != nil || len(rows) != 1 || rows[0].Asset != "" || rows[0].ReportedDebt.Float64() != 100 {
		t.Errorf("%+v, %v", rows, err)
	}
}
