package runner

import (
	"context"
	"fmt"
	"math"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// leaking is a world in which money leaves for everybody who may get some: its
// collateral keeps its price.
const leaking = `
name: leaking
paths: 1
horizon: 3d
step: 1h
prices: {assets: [{id: ETH, initial: 2_000, process: {kind: gbm, annual_volatility: 3}}, {id: GOLD, initial: 1, process: {kind: gbm, annual_volatility: 0}}]}
collaterals: [{id: GOLD, issuance_ratio: 300%, liquidation_ratio: 150%}]
markets:
  - id: synth
    kind: spot
    asset: ETH
    initial_supply: 5
    skew_scale: 1_000
    atomic_fixed_fee: 0.1%
    async_fixed_fee: 0.2%
    fee_collector_share: 30%
    settlement_latency: 20m
    referrers: [{id: site, share: 10%}]
    transactor_fees: [{trader: buyer, fee: 0.3%}]
    settlement: {delay: 2s, window: 1h, reward: 1, minimum_usd: 10}
  - id: perps
    kind: perps
    fee_collector_share: 20%
    referrers: [{id: site, share: 10%}]
    margins: [{synth: synth, max_amount: 1_000, upper_discount: 20%, lower_discount: 1%}]
    collateral_liquidate_reward_ratio: 5%
    keeper_reward: {scaling_ratio: 1, settle_cost: 0.5, flag_cost: 1}
    instruments:
      - {id: ETH, asset: ETH, skew_scale: 5_000, liquidation_limit_multiplier: 0.5, endorsed_liquidator: friend, settlement_reward: 1}
  - {id: gold, kind: spot, asset: GOLD, skew_scale: 1_000_000, wrapper: {collateral: GOLD, max_amount: 20_000, wrap_fee: 0.1%, unwrap_fee: 0.1%}}
pools: [{id: main, markets: [{market: synth, weight: 1}, {market: perps, weight: 1}, {market: gold, weight: 1}]}]
lps: [{id: lp, pool: main, collateral: GOLD, count: 2, collateral_usd: {value: 1_000_000}}]
traders:
  - {id: buyer, market: synth, orders_per_day: 24, size_usd: {value: 5_000}, referrer: site}
  - {id: later, market: synth, orders_per_day: 24, size_usd: {value: 5_000}, execution: async, referrer: site}
  - {id: wrapper, market: gold, orders_per_day: 24, size_usd: {value: 5_000}, execution: wrapper}
  - {id: crowd, market: perps, instrument: ETH, orders_per_day: 24, size_usd: {value: 20_000}, accounts: 8, leverage: 20, referrer: site}
  - {id: synths, market: perps, instrument: ETH, orders_per_day: 24, size_usd: {value: 20_000}, accounts: 8, leverage: 20, margin: synth}
liquidators: [{id: friend, absent: 50%}]
record: {every: 1h}
`

// TestNothingLeaks: what LPs and traders lose is what keepers, referrers, fee
// collectors, an endorsed liquidator and the distributor of seized synths have
// in the end, to a millionth of a USD.
func TestNothingLeaks(t *testing.T) {
	got := map[string]float64{}
	for _, more := range [][]string{
		nil,
		{"markets[synth].settlement_latency=70m"}, // all orders are cancelled
		{"markets[synth].settlement_latency=70m", "markets[synth].settlement.window=3h"},
		{"traders[synths].orders_per_day=0", "markets[synth].decay_rate=50%"},
		{"markets[perps].settlement_latency=10m"}, // no order is settled
	} {
		for seed := range 4 {
			t.Run(fmt.Sprint(more, seed), func(t *testing.T) {
				w := workerOf(t, loadText(t, leaking, append(more, fmt.Sprintf("seed=%d", seed))...))
				if err := w.path(context.Background(), 0); err != nil {
					t.Fatal(err)
				}
				leaks(t, w, got)
			})
		}
	}
	for _, who := range []string{"keepers", "endorsed", "referrer of spot", "referrer of perps", "collector of spot", "collector of perps", "distributor"} {
		if got[who] <= 0 {
			t.Errorf("%s got %v", who, got[who])
		}
	}
}

func leaks(t *testing.T, w *worker, got map[string]float64) {
	t.Helper()
	s := w.state
	market := sim.External(s.Sys, 1).(*spot.Market)
	has := map[string]float64{
		"distributor": units.FloatU(s.Sys.TokenBalance(market.Synth(), perps.DistributorWallet(1)).MulDecimal(market.SellPrice())),
	}
	for who, wallet := range map[string]model.Actor{
		"keepers": model.Keeper, "endorsed": agents.EndorsedWallet("friend"),
		"referrer of spot": referrer("synth", "site"), "referrer of perps": referrer("perps", "site"),
		"collector of spot": collectorAccount("synth", fp.UnitU256), "collector of perps": collectorAccount("perps", fp.UnitU256),
	} {
		has[who] = units.FloatU(s.Sys.TokenBalance(model.USD, wallet).Sub(w.world.Initial.TokenBalance(model.USD, wallet)))
	}
	rest := s.Row.LPPnLUSD.Float64() + s.Row.TraderPnLUSD.Float64()
	for who, usd := range has {
		rest += usd
		got[who] += usd
	}
	if math.Abs(rest) > 1e-6 {
		t.Errorf("off by %v: LPs %v, traders %v, others %v, exits %d", rest, s.Row.LPPnLUSD, s.Row.TraderPnLUSD, has, s.Row.StopLossExits)
	}
}
