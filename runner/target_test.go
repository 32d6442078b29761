package runner

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"backtest/model"

	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

const governed = `
name: governed
paths: 1
horizon: 3h
step: 1h
prices: {assets: [{id: ETH, initial: 2_000, process: {kind: constant}}]}
system: {min_liquidity_ratio: 2}
collaterals:
  - {id: ETH, issuance_ratio: 300%, liquidation_ratio: 150%, min_delegation: 1}
  - {id: WETH, asset: ETH, issuance_ratio: 300%, liquidation_ratio: 150%, min_delegation: 1}
markets:
  - {id: synth, kind: spot, asset: ETH, referrers: [{id: site, share: 0.1}], wrapper: {collateral: ETH, max_amount: 1}, settlement: {}, transactor_fees: [{trader: whale, fee: 0.1}]}
  - {id: bare, kind: spot, asset: ETH}
  - {id: perps, kind: perps, referrers: [{id: site, share: 0.1}], strict_staleness: 2d, margins: [{synth: synth, max_amount: 1}], instruments: [{id: ETH, asset: ETH, skew_scale: 1_000}]}
pools:
  - {id: main, markets: [{market: synth, weight: 1}, {market: perps, weight: 3}], collaterals: [{collateral: ETH, limit: 500}]}
lps: [{id: lp, pool: main, collateral: ETH, count: 2, collateral_usd: {value: 10_000}}]
liquidators: [{id: bot, check_every: 1h}, {id: friend, check_every: 1h}]
traders: [{id: whale, market: synth, orders_per_day: 0, size_usd: {value: 1}}]
record: {every: 1h}
governance:
`

// TestGovernanceChangesEveryParameter: half an hour's ramp from the present
// value to the one asked for, which is then in force.
func TestGovernanceChangesEveryParameter(t *testing.T) {
	changed := map[string]string{} // by key: value in force
	var text strings.Builder
	text.WriteString(governed)
	add := func(key, to string) {
		changed[key] = ""
		fmt.Fprintf(&text, "  - {key: %q, at: 1h, to: %s, ramp: 30m}\n", key, to)
	}
	add("system.min_liquidity_ratio", "1.5")
	add("markets[synth].min_liquidity_ratio", "1.25")
	for _, key := range []string{"issuance_ratio", "liquidation_ratio", "liquidation_reward", "min_delegation"} {
		add("collaterals[ETH]."+key, map[string]string{"issuance_ratio": "4", "liquidation_ratio": "2", "liquidation_reward": "0.5", "min_delegation": "0.75"}[key])
	}
	add("pools[main].markets[synth].weight", "5")
	add("pools[main].markets[1].max_debt_share_value", "0.25")
	add("pools[main].collaterals[ETH].limit", "700")
	add("pools[main].collaterals[ETH].issuance_ratio", "3.5")
	for _, key := range []string{"atomic_fixed_fee", "async_fixed_fee", "skew_scale", "utilization_fee_rate", "collateral_leverage", "decay_rate",
		"fee_collector_share", "referrers[site].share", "transactor_fees[whale].fee", "wrapper.max_amount", "wrapper.wrap_fee", "wrapper.unwrap_fee",
		"settlement.reward", "settlement.minimum_usd", "settlement.max_rounding_loss"} {
		add("markets[synth]."+key, "0.5")
	}
	for _, key := range []string{"max_usd_margin", "collateral_liquidate_reward_ratio", "fee_collector_share", "referrers[site].share",
		"margins[synth].max_amount", "margins[synth].upper_discount", "margins[synth].lower_discount", "margins[synth].discount_scalar",
		"keeper_reward.min", "keeper_reward.max", "keeper_reward.profit_ratio", "keeper_reward.scaling_ratio",
		"keeper_reward.settle_cost", "keeper_reward.flag_cost", "keeper_reward.liquidate_cost",
		"interest.high_gradient", "interest.low_gradient", "interest.breakpoint"} {
		add("markets[perps]."+key, "0.375")
	}
	for _, key := range []string{"skew_scale", "max_funding_velocity", "maker_fee", "taker_fee", "max_market_size", "max_market_value", "initial_margin_ratio",
		"minimum_initial_margin_ratio", "maintenance_margin_scalar", "flag_reward_ratio", "minimum_position_margin", "liquidation_limit_multiplier",
		"max_liquidation_pd", "locked_oi_ratio", "settlement_reward"} {
		add("markets[perps].instruments[ETH]."+key, "0.125")
	}
	for key, to := range map[string]string{"system.withdraw_timeout": "90m", "system.min_delegate_time_max": "40d", "markets[synth].min_delegate_time": "36h", "markets[synth].strict_staleness": "3h",
		"markets[synth].settlement.delay": "7s", "markets[synth].settlement.window": "2h", "markets[perps].strict_staleness": "1d",
		"markets[perps].instruments[ETH].settlement_delay": "3m", "markets[perps].instruments[ETH].settlement_window": "5h", "markets[perps].instruments[ETH].commitment_price_delay": "11s",
		"markets[perps].instruments[ETH].liquidation_window": "1h", "markets[perps].max_positions_per_account": "3", "markets[perps].max_collaterals_per_account": "200"} {
		add(key, to)
	}
	for key, to := range map[string]string{"markets[synth].settlement.price": "current", "markets[synth].wrapper.collateral": "WETH", "markets[perps].instruments[ETH].endorsed_liquidator": "friend"} {
		changed[key] = ""
		fmt.Fprintf(&text, "  - {key: %q, at: 1h, to: %s}\n", key, to)
	}
	w := workerOf(t, loadText(t, text.String()))
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range w.state.Events {
		if e.Kind == record.KindParameterChange {
			seen[e.Cause] = true
		}
	}
	for key := range changed {
		if !seen[key] {
			t.Errorf("%s was not changed", key)
		}
	}
	s := w.state
	c := s.Sys.CollateralConfiguration(s.World.Collaterals[0].CT)
	p := s.Sys.PoolCollateralConfiguration(1, s.World.Collaterals[0].CT)
	m := s.Sys.PoolStorage(1).Markets
	sp := sim.External(s.Sys, 1).(*spot.Market).Config()
	pm := sim.External(s.Sys, 3).(*perps.Market)
	pc, in := pm.Config(), pm.Instrument(1).Config()
	for name, x := range map[string][2]fp.Uint256{
		"issuance ratio": {c.IssuanceRatio, d(4)}, "liquidation ratio": {c.LiquidationRatio, d(2)}, "reward": {c.LiquidationReward, d(0.5)}, "minimum": {c.MinDelegation, d(0.75)},
		"limit": {p.CollateralLimit, d(700)}, "pool's issuance ratio": {p.IssuanceRatio, d(3.5)}, "weight": {m[0].Weight.Wide(), d(5)}, "other weight": {m[1].Weight.Wide(), d(3)},
		"cap": {m[1].MaxDebtShareValue.Wide().Uint256(), d(0.25)}, "other cap": {m[0].MaxDebtShareValue.Wide().Uint256(), d(1)},
		"fee": {sp.AtomicFixedFee, d(0.5)}, "skew scale": {sp.SkewScale, d(0.5)}, "utilisation fee": {sp.UtilizationFeeRate, d(0.5)}, "leverage": {sp.CollateralLeverage, d(0.5)},
		"instrument's skew scale": {in.SkewScale, d(0.125)}, "locked open interest": {in.LockedOIRatio, d(0.125)}, "maker fee": {in.MakerFee, d(0.125)},
		"decay": {sp.DecayRate, d(0.5)}, "wrapper": {sp.Wrapper.MaxAmount, d(0.5)}, "minimum order": {sp.Strategies[0].MinimumUSD, d(0.5)},
		"synth margin": {pc.Collaterals[1].MaxAmount, d(0.375)}, "USD margin": {pc.Collaterals[perps.USDMargin].MaxAmount, d(0.375)},
		"cost of flags": {pm.KeeperCosts().FlagPerFeed, d(0.375)}, "breakpoint": {pc.Interest.Breakpoint, d(0.375)},
	} {
		if x[0] != x[1] {
			t.Errorf("%s is %v, want %v", name, x[0], x[1])
		}
	}
	settle, fill := sp.Strategies[0], in.Strategies[0]
	for name, x := range map[string][2]uint64{
		"withdraw timeout": {s.Sys.Config(model.ConfigAccountTimeoutWithdraw).Low64(), 5400}, "most delegation time": {s.Sys.Config(model.ConfigMarketMinDelegateTimeMax).Low64(), 40 * 86400},
		"spot staleness": {sp.StrictStaleness, 3 * 3600}, "staleness": {in.StrictStaleness, 86400},
		"delay": {settle.Delay, 7}, "window": {settle.Window, 7200}, "perps delay": {fill.Delay, 180}, "perps window": {fill.Window, 5 * 3600}, "price delay": {fill.PriceDelay, 11},
		"liquidation window": {in.LiquidationWindow.Low64(), 3600}, "positions": {pc.MaxPositions.Low64(), 3}, "collaterals": {pc.MaxCollaterals.Low64(), 200},
	} {
		if x[0] != x[1] {
			t.Errorf("%s is %d, want %d", name, x[0], x[1])
		}
	}
	if wraps, want := sp.Wrapper.Collateral, s.World.Collaterals[1].CT; !settle.CurrentPrice || in.EndorsedLiquidator != agents.EndorsedWallet("friend") || wraps != want {
		t.Errorf("at the present price: %v, endorsed: %v, wraps %v", settle.CurrentPrice, in.EndorsedLiquidator, wraps)
	}
}

// A length of time and a count ramp through whole numbers; an id has nothing to
// say in the column of values.
func TestGovernanceOfTimesAndIDs(t *testing.T) {
	text := governed + `  - {key: "markets[perps].max_positions_per_account", at: 0s, to: 61, ramp: 2h}
  - {key: "markets[perps].instruments[ETH].liquidation_window", at: 0s, to: 1m, ramp: 2h}
  - {key: "markets[perps].instruments[ETH].endorsed_liquidator", at: 1h, to: bot}
  - {key: "markets[perps].instruments[ETH].endorsed_liquidator", at: 2h, to: ""}
`
	w := workerOf(t, loadText(t, text))
	market := func() *perps.Market { return sim.External(w.state.Sys, 3).(*perps.Market) }
	var got []string
	w.trace = func(*sim.State) error {
		in := market().Instrument(1).Config()
		who := map[model.Actor]string{agents.EndorsedWallet("bot"): "bot"}[in.EndorsedLiquidator]
		got = append(got, fmt.Sprint(market().Config().MaxPositions, in.LiquidationWindow, who))
		return nil
	}
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	if want := "[64 30 62 45bot 61 60 61 60]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %v", got, want)
	}
	for _, e := range w.state.Events {
		if e.Kind == record.KindParameterChange && e.ValuePerShare.Valid == strings.HasSuffix(e.Cause, "liquidator") {
			t.Errorf("%+v", e)
		}
	}
}

func d(x float64) fp.Uint256 { return units.MustAmount(x) }

// The protocol does not let the liquidation ratio exceed the issuance ratio.
func TestLiquidationRatioTakesIssuanceAlong(t *testing.T) {
	w := workerOf(t, loadText(t, governed+`  - {key: "collaterals[0].liquidation_ratio", at: 1h, to: 5}`))
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	c := w.state.Sys.CollateralConfiguration(w.state.World.Collaterals[0].CT)
	if c.LiquidationRatio != d(5) || c.IssuanceRatio != d(5) {
		t.Errorf("%+v", c)
	}
}

func TestGovernanceCannotChangeEverything(t *testing.T) {
	for _, key := range []string{"markets[bare].wrapper.max_amount", "markets[bare].settlement.reward", "markets[synth].buy_spread", "markets[perps].keeper_reward", "markets[perps].skew_scale", "markets[synth].asset", "markets[bare].settlement.window"} {
		b := &builder{cfg: loadText(t, governed[:strings.Index(governed, "governance")]).Config}
		b.markets, b.w = map[string]int{"synth": 0, "bare": 1, "perps": 2}, &sim.World{Markets: make([]sim.Market, 3)}
		if _, ok := b.parameter(key); ok {
			t.Errorf("%s can be changed", key)
		}
		if err := parameterError(3, key); !strings.Contains(err.Error(), "governance[3].key") {
			t.Errorf("error is %v", err)
		}
	}
}
