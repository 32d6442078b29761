package runner

import (
	"context"
	"strings"
	"testing"
)

// Two halves that share nothing but the system: each has an asset, a market, a
// pool, and people of every kind. In the full world the other half's people
// come first in every list.
const (
	halves = `
name: halves
paths: 1
horizon: 10d
step: 1h
prices:
  assets:
    - {id: ETH, initial: 2_000, process: {kind: gbm, annual_volatility: 3}}
    - {id: BTC, initial: 90_000, process: {kind: gbm, annual_volatility: 3}}
    - {id: GOLD, initial: 1, process: {kind: gbm, annual_volatility: 2}}
    - {id: SILVER, initial: 1, process: {kind: gbm, annual_volatility: 2}}
collaterals:
  - {id: GOLD, issuance_ratio: 200%, liquidation_ratio: 190%, liquidation_reward: 1, min_delegation: 2}
  - {id: SILVER, issuance_ratio: 200%, liquidation_ratio: 190%, liquidation_reward: 1, min_delegation: 2}
markets:
  - id: perps
    kind: perps
    instruments: [{id: ETH, asset: ETH, skew_scale: 1_000_000, max_market_size: 1_000_000, max_funding_velocity: 9}]
  - {id: spot, kind: spot, asset: ETH, initial_supply: 100}
  - {id: other, kind: spot, asset: BTC, initial_supply: 1}
pools:
  - {id: p, markets: [{market: perps}, {market: spot, max_debt_share_value: 0.02}]}
  - {id: q, markets: [{market: other}]}
lps:
  #other - {id: others, pool: q, collateral: SILVER, count: 30, collateral_usd: {kind: pareto, least: 10_000, alpha: 2}, c_ratio: {kind: uniform, from: 2, to: 4}}
  - {id: own, pool: p, collateral: GOLD, count: 30, collateral_usd: {kind: pareto, least: 10_000, alpha: 2}, c_ratio: {kind: uniform, from: 2, to: 4}}
  - {id: leaving, pool: p, collateral: GOLD, count: 5, collateral_usd: {kind: lognormal, median: 10_000, sigma: 1}, policy: leave, max_loss: 5%, wallet_usd: 1_000}
  #whole - {id: others, pool: q, collateral: SILVER, count: 1, collateral_usd: {kind: constant, value: 10_000}}
traders:
  #other - {id: other-noise, market: other, orders_per_day: 30, size_usd: {kind: lognormal, median: 1_000, sigma: 1}}
  - {id: noise, market: spot, orders_per_day: 30, size_usd: {kind: lognormal, median: 1_000, sigma: 1}}
  - {id: crowd, market: perps, instrument: ETH, orders_per_day: 30, size_usd: {kind: lognormal, median: 1_000, sigma: 1}}
  - {id: people, market: perps, instrument: ETH, orders_per_day: 30, accounts: 9, size_usd: {kind: lognormal, median: 1_000, sigma: 1}}
adversaries:
  #other - {id: other-pusher, market: other, push: 90%, pool: q, collateral: SILVER, stake_usd: 1_000}
  - {id: pusher, market: spot, push: 90%, pool: p, collateral: GOLD, stake_usd: 1_000}
liquidators:
  #other - {id: other-bot, absent: 50%, vaults: never, min_profit_usd: 1e9}
  - {id: bot, absent: 50%}
keepers:
  - {id: keeper, every: 6h}
record: {every: 1d}
`
)

// Each agent draws from a stream of its own name: people who come first, and
// have nothing to do with a pool, change nothing of what happens in it.
func TestAgentsDoNotDisturbEachOther(t *testing.T) {
	story := func(text string, path uint64) string {
		w := workerOf(t, loadText(t, text))
		if err := w.path(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, e := range w.state.Events {
			if e.Pool == "p" || e.Market == "perps" || e.Market == "spot" {
				b.WriteString(strings.Join([]string{e.Kind, e.Cause, e.Market, e.Pool, e.Account, e.AmountUSD.String(), e.AmountCollateral.String()}, " ") + "\n")
			}
		}
		for i, c := range w.columns {
			if strings.HasPrefix(c.Name, "pool_debt_p_") {
				b.WriteString(c.Name + " " + w.state.Row.Exact[i].String() + "\n")
			}
		}
		return b.String()
	}
	alone := strings.ReplaceAll(strings.ReplaceAll(halves, "#whole ", ""), "  #other", "  # ")
	together := strings.ReplaceAll(halves, "#other ", "")
	if strings.Contains(alone, "\n  - {id: other-") || !strings.Contains(together, "\n  - {id: other-noise") {
		t.Fatal("the halves are not what they should be")
	}
	for path := range uint64(4) {
		want, got := story(alone, path), story(together, path)
		if want != got {
			t.Fatalf("path %d: alone\n%s\ntogether\n%s", path, want, got)
		}
		for _, kind := range []string{"position_liquidation", "stop_loss_exit", "oracle_push"} {
			if path == 0 && !strings.Contains(want, kind) {
				t.Errorf("no %s happened", kind)
			}
		}
	}
}
