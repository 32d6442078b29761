package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// every is a world in which everything that owners of markets set is in use.
const every = `
name: every
paths: 1
horizon: 2d
step: 1h
prices: {assets: [{id: ETH, initial: 2_000, process: {kind: gbm, annual_volatility: 4}}]}
collaterals: [{id: ETH, issuance_ratio: 300%, liquidation_ratio: 150%}]
markets:
  - id: synth
    kind: spot
    asset: ETH
    initial_supply: 5
    fail_from: 30h
    fail_for: 1h
    skew_scale: 1_000
    atomic_fixed_fee: 0.1%
    referrers: [{id: site, share: 10%}]
    transactor_fees: [{trader: buyer, fee: 0.3%}]
    wrapper: {collateral: ETH, max_amount: 100}
    settlement: {delay: 2s, window: 1m, reward: 1, minimum_usd: 10}
  - id: perps
    kind: perps
    referrers: [{id: site, share: 10%}]
    margins: [{synth: synth, max_amount: 1_000, upper_discount: 20%, lower_discount: 1%}]
    collateral_liquidate_reward_ratio: 5%
    keeper_reward: {profit_ratio: 0, scaling_ratio: 1}
    interest: {low_gradient: 0.01, breakpoint: 50%, high_gradient: 0.02}
    instruments:
      - {id: ETH, asset: ETH, skew_scale: 5_000, initial_margin_ratio: 2, liquidation_limit_multiplier: 0.1}
      - {id: other, asset: ETH, skew_scale: 5_000}
pools: [{id: main, markets: [{market: synth, weight: 1}, {market: perps, weight: 1}]}]
lps: [{id: lp, pool: main, collateral: ETH, count: 2, collateral_usd: {value: 1_000_000}}]
traders:
  - {id: buyer, market: synth, orders_per_day: 48, size_usd: {value: 5_000}, referrer: site}
  - {id: later, market: synth, orders_per_day: 48, size_usd: {value: 5_000}, execution: async}
  - {id: wrapper, market: synth, orders_per_day: 24, size_usd: {value: 5_000}, execution: wrapper}
  - {id: crowd, market: perps, instrument: ETH, orders_per_day: 48, size_usd: {value: 50_000}, accounts: 4, leverage: 20, referrer: site}
  - {id: synths, market: perps, instrument: ETH, orders_per_day: 48, size_usd: {value: 50_000}, accounts: 4, leverage: 20, margin: synth}
  - {id: two, market: perps, instrument: other, orders_per_day: 24, size_usd: {value: 10_000}}
liquidators: [{id: friend, absent: 50%}]
record: {every: 1h}
`

// result of the path of a world, after changes.
func result(t *testing.T, sets ...string) string {
	t.Helper()
	w := workerOf(t, loadText(t, every, sets...))
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v\n%+v", w.state.Row, w.state.Events)
}

// effects are what makes a difference, the key of a market last; what comes
// before gives the key something to do.
var effects = [][]string{
	{leaver, "markets[synth].min_liquidity_ratio=60"},
	{leaver, "markets[synth].min_delegate_time=10d"},
	{"markets[synth].fail_for=12h"},
	{"markets[synth].fail_from=6h"},
	{"markets[synth].fee_collector_share=50%"},
	{"markets[synth].referrers[site].share=50%"},
	{old, "markets[synth].strict_staleness=1h"},
	{"markets[synth].settlement_latency=10m"},
	{"markets[synth].buy_spread=1%"},
	{"markets[synth].sell_spread=1%"},
	{"markets[synth].initial_supply=6"},
	{"markets[synth].transactor_fees=[]", "markets[synth].atomic_fixed_fee=1%"},
	{"markets[synth].async_fixed_fee=1%"},
	{"markets[synth].transactor_fees[buyer].fee=2%"},
	{"markets[synth].skew_scale=500"},
	{short, "markets[synth].utilization_fee_rate=5%"},
	{short, "markets[synth].utilization_fee_rate=5%", "markets[synth].collateral_leverage=3"},
	{"markets[synth].decay_rate=50%"},
	{"markets[synth].wrapper.max_amount=1"},
	{"markets[synth].wrapper.wrap_fee=1%"},
	{"markets[synth].wrapper.unwrap_fee=1%"},
	{"markets[synth].settlement_latency=90m", "markets[synth].settlement.window=3h", "markets[synth].settlement.price=current"},
	{"markets[synth].settlement.delay=59m"},
	{"markets[synth].settlement_latency=10m", "markets[synth].settlement.window=1h"},
	{"markets[synth].settlement.reward=20"},
	{"markets[synth].settlement.minimum_usd=6_000"},
	{"markets[synth].decay_rate=50%", "markets[synth].settlement_latency=90m", "markets[synth].settlement.window=3h", "markets[synth].settlement.max_rounding_loss=1"},

	{"markets[perps].fee_collector_share=50%"},
	{"markets[perps].referrers[site].share=50%"},
	{old, "markets[perps].strict_staleness=1h"},
	{"markets[perps].settlement_latency=10m"},
	{"markets[perps].max_usd_margin=10_000"},
	{"markets[perps].margins[synth].max_amount=1"},
	{"markets[perps].margins[synth].upper_discount=90%", "markets[perps].margins[synth].discount_scalar=100"},
	{"markets[perps].margins[synth].lower_discount=19%"},
	{"markets[perps].margins[synth].discount_scalar=100"},
	{"markets[perps].collateral_liquidate_reward_ratio=30%"},
	{"markets[perps].max_positions_per_account=0"},
	{"markets[perps].max_collaterals_per_account=0"},
	{"markets[perps].keeper_reward.min=100"},
	{"markets[perps].keeper_reward.max=5"},
	{"markets[perps].keeper_reward.profit_ratio=50"},
	{"markets[perps].keeper_reward.scaling_ratio=0.001"},
	{"markets[perps].keeper_reward.settle_cost=5"},
	{"markets[perps].keeper_reward.flag_cost=20"},
	{"markets[perps].keeper_reward.liquidate_cost=20"},
	{"markets[perps].interest.low_gradient=0.015"},
	{"markets[perps].interest.breakpoint=1%"},
	{"markets[perps].interest.breakpoint=1%", "markets[perps].interest.high_gradient=0.5"},
	{"markets[perps].instruments[ETH].skew_scale=2_000"},
	{"markets[perps].instruments[ETH].max_funding_velocity=90"},
	{"markets[perps].instruments[ETH].maker_fee=1%"},
	{"markets[perps].instruments[ETH].taker_fee=1%"},
	{"markets[perps].instruments[ETH].max_market_size=10"},
	{"markets[perps].instruments[ETH].max_market_value=20_000"},
	{"markets[perps].instruments[ETH].initial_margin_ratio=20"},
	{"markets[perps].instruments[ETH].minimum_initial_margin_ratio=0.06"},
	{"markets[perps].instruments[ETH].maintenance_margin_scalar=0.9"},
	{"markets[perps].instruments[ETH].flag_reward_ratio=0.01"},
	{"markets[perps].instruments[ETH].minimum_position_margin=2_000"},
	{"markets[perps].instruments[ETH].liquidation_limit_multiplier=0.01"},
	{"markets[perps].instruments[ETH].liquidation_window=3h"},
	{"markets[perps].instruments[ETH].max_liquidation_pd=1"},
	{"markets[perps].instruments[ETH].endorsed_liquidator=friend"},
	{"markets[perps].instruments[ETH].locked_oi_ratio=10"},
	{"markets[perps].instruments[ETH].settlement_delay=50m"},
	{"markets[perps].settlement_latency=10m", "markets[perps].instruments[ETH].settlement_window=1h"},
	{"markets[perps].instruments[ETH].settlement_window=1h", "markets[perps].instruments[ETH].commitment_price_delay=50m"},
	{"markets[perps].instruments[ETH].settlement_reward=5"},
}

const (
	// prices that are old
	old = "prices.oracle={heartbeat: 1d, deviation_threshold: 3%}"
	// an LP who leaves at the first loss
	leaver = "lps[lp]={id: lp, pool: main, collateral: ETH, count: 2, collateral_usd: {value: 1_000_000}, policy: leave, max_loss: 0.0001, check_every: 1h}"
	// a synth that is not fully backed
	short = "pools[main].markets[synth].weight=0.005"
)

func TestEveryKeyMakesADifference(t *testing.T) {
	for _, sets := range effects {
		key := sets[len(sets)-1]
		t.Run(key, func(t *testing.T) {
			if result(t, sets...) == result(t, sets[:len(sets)-1]...) {
				t.Error("nothing changes")
			}
		})
	}
}

// TestMarketsLeaveNoTrace: nothing of a path is left in the markets of the next.
func TestMarketsLeaveNoTrace(t *testing.T) {
	for _, sets := range [][]string{{"markets[synth].settlement_latency=70m", "markets[synth].decay_rate=50%"}, {old, "markets[perps].strict_staleness=1h"}} {
		l := loadText(t, every, append(sets, "paths=3")...)
		used := workerOf(t, l)
		for _, path := range []uint64{2, 0, 1, 2} {
			if got, want := outcome(used, path), outcome(workerOf(t, l), path); got != want {
				t.Errorf("path %d of %v: %s\nwant %s", path, sets, got, want)
			}
		}
	}
}

// TestGovernanceAtTheStart: what governance sets before anybody acts is as if it
// had been there from the start.
func TestGovernanceAtTheStart(t *testing.T) {
	const none = "markets[synth].initial_supply=0" // sold before
	for _, sets := range effects {
		key, value, _ := strings.Cut(sets[len(sets)-1], "=")
		if slices.ContainsFunc([]string{"fail_", "_spread", "initial_supply", "settlement_latency"}, func(x string) bool { return strings.Contains(key, x) }) {
			continue // not for governance
		}
		t.Run(key, func(t *testing.T) {
			before := append([]string{none}, sets[:len(sets)-1]...)
			change := fmt.Sprintf("governance=[{key: %q, at: 0s, to: %q}]", key, value)
			if got, want := figures(t, append(before, change)...), figures(t, append(before, sets[len(sets)-1])...); got != want {
				t.Errorf("%s\nwant %s", got, want)
			}
		})
	}
}

// figures are those of the path of a world, without the number of its events.
func figures(t *testing.T, sets ...string) string {
	t.Helper()
	w := workerOf(t, loadText(t, every, sets...))
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	row := w.state.Row
	row.Events = 0
	return fmt.Sprintf("%+v", row)
}
