package runner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"backtest/configs"
)

// TestPathsLeaveNoTrace: a path is the same whatever the worker did before, in
// random worlds and in one with perps, an outage and orders.
func TestPathsLeaveNoTrace(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 0))
	texts := []string{traced}
	for range 12 {
		texts = append(texts, randomWorld(r, len(texts)%2 == 0))
	}
	events := 0
	for _, text := range texts {
		l, err := configs.Load(configs.Source{Bytes: []byte(text), Name: "reuse"})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		ws, err := newWorlds(l, nil)
		if err != nil {
			continue // a random world need not be possible
		}
		world := ws.open[cell{ws.variants[0].scenario, 0}].world
		used := newWorker(world)
		for _, path := range []uint64{2, 0, 1, 2} {
			fresh := newWorker(world)
			if got, want := outcome(used, path), outcome(fresh, path); got != want {
				t.Fatalf("path %d: %s\nwant %s\n%s", path, got, want, text)
			}
			events += len(fresh.state.Events)
		}
	}
	if events == 0 {
		t.Error("nothing happened")
	}
}

func outcome(w *worker, path uint64) string {
	err := w.path(context.Background(), path)
	digest := w.state.Sys.Digest()
	return fmt.Sprintf("%v %x\n%v\n%v", err, digest[:4], w.state.Row, w.state.Events)
}

const traced = `
name: traced
seed: 3
paths: 3
horizon: 6d
step: 1h
prices:
  assets:
    - {id: ETH, initial: 2_000, process: {kind: gbm, annual_volatility: 3}}
    - {id: USDC, initial: 1, process: {kind: constant}}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 150%, liquidation_reward: 0.01, min_delegation: 0.1}
  - {id: USDC, decimals: 6, issuance_ratio: 300%, liquidation_ratio: 150%, min_delegation: 1, liquidation_reward: 1}
markets:
  - {id: m, kind: spot, asset: ETH, initial_supply: 40, fail_from: 20h, fail_for: 5h}
  - id: perps
    kind: perps
    instruments: [{id: ETH, asset: ETH, skew_scale: 10_000, max_funding_velocity: 9}]
pools:
  - {id: p, markets: [{market: m, max_debt_share_value: 0.3}, {market: perps}]}
lps:
  - {id: many, pool: p, collateral: ETH, count: 30, collateral_usd: {kind: lognormal, median: 20_000, sigma: 1}, c_ratio: {kind: uniform, from: 2, to: 3}}
  - {id: dollars, pool: p, collateral: USDC, count: 10, collateral_usd: {kind: constant, value: 9_000}, wallet_usd: 1000, policy: top_up, target_c_ratio: 4, act_below: 3.5, c_ratio: {kind: constant, value: 3.2}}
traders:
  - {id: t, market: m, orders_per_day: 20, size_usd: {kind: constant, value: 3000}, style: noise}
  - {id: f, market: perps, instrument: ETH, orders_per_day: 20, size_usd: {kind: constant, value: 3000}, style: momentum}
  - {id: g, market: perps, instrument: ETH, orders_per_day: 9, size_usd: {kind: constant, value: 2000}, style: noise, accounts: 3, leverage: 4}
liquidators:
  - {id: bot, check_every: 2h, vaults: full}
keepers:
  - {id: k, action: rebalance, every: 3h}
record: {every: 12h, events: all}
`
