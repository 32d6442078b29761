package sim_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// rows spells events for comparison.
func rows(s *sim.State) string {
	var b strings.Builder
	for _, e := range s.Events {
		parts := []string{fmt.Sprint(e.Step), e.Kind, e.Cause}
		for _, x := range []string{e.Market, e.Pool, e.Collateral, e.Account} {
			if x != "" {
				parts = append(parts, x)
			}
		}
		for _, x := range []record.D18{e.AmountUSD, e.AmountCollateral} {
			parts = append(parts, strings.TrimSuffix(strings.TrimRight(x.String(), "0"), "."))
		}
		if e.ValuePerShare.Valid {
			parts = append(parts, e.ValuePerShare.Value.String())
		}
		if !math.IsNaN(e.CRatio) {
			parts = append(parts, fmt.Sprintf("%.3f", e.CRatio))
		}
		if e.Attempts > 0 {
			parts = append(parts, fmt.Sprintf("%d attempts in %d s", e.Attempts, e.DurationSeconds))
		}
		b.WriteString(strings.Join(parts, " ") + "\n")
	}
	return b.String()
}

// crash has two pools behind one synth, of which 10 are out at 100 USD: the
// cautious one leaves when it owes 0.0625 per dollar.
func crash(t *testing.T, ethPrices, goldPrices []float64) *smallworld.World {
	t.Helper()
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: ethPrices}, smallworld.Asset{ID: "GOLD", Prices: goldPrices})
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 2, Liquidation: 1.25, Reward: 1, Minimum: 2})
	w.Spot("synth", 0, 10, nil)
	w.Pool("bold", smallworld.Share{Market: 0, Weight: 1, Max: 1})
	w.Pool("cautious", smallworld.Share{Market: 0, Weight: 1, Max: 0.0625})
	w.Vault(0, 0)
	w.Vault(1, 0)
	w.LP("bold", 0, 4000, 500, 0)
	w.LP("thin", 0, 1000, 500, 0)
	w.LP("cautious", 1, 5000, 1000, 0)
	return w
}

// TestEventRows: a tiny world, event by event. ETH rises from 100 to 250 USD
// and falls back, then the collateral falls by four tenths.
func TestEventRows(t *testing.T) {
	w := crash(t, []float64{100, 150, 220, 250, 210, 100, 100, 100}, []float64{1, 1, 1, 1, 1, 1, 0.6, 0.6})
	l := agents.NewLiquidator(1, "bot", agents.Liquidator{Account: w.Account(), EverySeconds: smallworld.Hour, Budget: smallworld.D18(1e6), Vaults: agents.VaultsFull})
	s := w.Start()
	w.Run(s, nil, &agents.Keeper{Distribute: true}, l)
	// At 220 the market owes 1,200 for 10,000 of shares: the cautious pool takes
	// 0.0625 a dollar, the bold one the rest. It comes back where it left.
	const want = `2 stop_loss_exit price/max_debt_share_value synth cautious 5000 0 0.062500000000000000
5 stop_loss_reentry debt_fell synth cautious 5000 0 0.062500000000000000
6 position_liquidation collateral_price bold GOLD thin 500 1000 1.200
`
	if got := rows(s); got != want {
		t.Errorf("events are\n%s, want\n%s", got, want)
	}
	r := &s.Row
	if r.StopLossExits != 1 || r.Reentries != 1 || r.FirstStopLossExitSeconds != 2*smallworld.Hour || r.FirstReentrySeconds != 5*smallworld.Hour ||
		r.PositionLiquidations != 1 || r.FirstPositionLiquidationSeconds != 6*smallworld.Hour || r.Events != 3 || r.UnbackedDebtUSD.Sign() != 0 {
		t.Errorf("%+v", r)
	}
}

// TestUnbackedDebt: when both pools are out of range, what is left is borne by
// nobody.
func TestUnbackedDebt(t *testing.T) {
	w := crash(t, []float64{100, 1500, 1400, 1500}, []float64{1, 1, 1, 1})
	w.Must(w.System().SetMinLiquidityRatio(model.Owner, smallworld.D18(1)))
	w.Must(w.System().SetPoolConfiguration(model.Owner, 1, []model.MarketConfiguration{
		{MarketID: 1, Weight: fp.UnitU256.Uint128(), MaxDebtShareValue: smallworld.D18(0.25).Int256().Int128()},
	}))
	s := w.Start()
	w.Run(s, nil, &agents.Keeper{Distribute: true})
	// 14,000 of debt, 312.5 for the cautious pool and 1,250 for the bold one.
	if got := s.Row.UnbackedDebtUSD.Float64(); got != 12_437.5 {
		t.Errorf("unbacked %v", got)
	}
	check(t, parts(t, w, s), map[string]float64{"market_synth_unbacked_debt_usd": 12_437.5})
	if got := rows(s); strings.Count(got, "stop_loss_exit price/max_debt_share_value") != 2 {
		t.Errorf("events are\n%s", got)
	}
}

// TestSystemLimit: with a minimum liquidity ratio of 4 a pool takes 0.25 a
// dollar, whatever its own limit.
func TestSystemLimit(t *testing.T) {
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{100, 700}}, smallworld.Asset{ID: "GOLD", Prices: []float64{1, 1}})
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
	w.Must(w.System().SetMinLiquidityRatio(model.Owner, smallworld.D18(4)))
	w.Spot("synth", 0, 1, nil)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1})
	w.Vault(0, 0)
	w.LP("lp", 0, 1000, 0, 0)
	s := w.Start()
	w.Run(s, nil, &agents.Keeper{Distribute: true})
	// It can pay 250 of its credit and the 100 that it was paid, and needs 700.
	const want = "1 stop_loss_exit price/system_limit synth pool 1000 0 0.250000000000000000\n1 capacity_locked minimum_credit synth 350 0\n"
	if got := rows(s); got != want {
		t.Errorf("events are\n%s, want those of\n%s", got, want)
	}
}

// TestBlockedPool: from when until when a market does not answer.
func TestBlockedPool(t *testing.T) {
	w := crash(t, []float64{100, 110, 120, 130, 140, 150}, []float64{1, 1, 1, 1, 1, 1})
	w.Fail(0, 2, 4)
	s := w.Start()
	w.Run(s, nil, &agents.Keeper{Distribute: true})
	const want = `2 pool_blocked Unavailable synth bold 0 0
2 pool_blocked Unavailable synth cautious 0 0
4 pool_unblocked  bold 0 0
4 pool_unblocked  cautious 0 0
`
	if got := rows(s); got != want {
		t.Errorf("events are\n%s, want\n%s", got, want)
	}
	// What the market came to owe meanwhile is the price's, not funding.
	columns := sim.AttributionColumns(w.World)
	for i, c := range columns {
		x := s.Row.Exact[i].Float64()
		switch c.Name {
		case "pool_debt_bold_synth_price_usd", "pool_debt_cautious_synth_price_usd":
			if x != 250 {
				t.Errorf("%s is %v", c.Name, x)
			}
		case "pool_debt_bold_synth_funding_usd", "pool_debt_cautious_synth_funding_usd":
			if x != 0 {
				t.Errorf("%s is %v", c.Name, x)
			}
		}
	}
}

// A market that fails from the start has no debt of another path.
func TestFailingFromTheStart(t *testing.T) {
	figures := func(first bool) []record.D18 {
		w := crash(t, []float64{100, 110, 120, 130}, []float64{1, 1, 1, 1})
		s := w.Start()
		if first {
			w.Run(s, nil, &agents.Keeper{Distribute: true})
		}
		w.Fail(0, 0, 2)
		w.Must(s.Begin(0, w.Prices.Fill(0, w.Prices.NewScratch())))
		w.Run(s, nil, &agents.Keeper{Distribute: true})
		return s.Row.Exact
	}
	if a, b := fmt.Sprint(figures(false)), fmt.Sprint(figures(true)); a != b {
		t.Errorf("after another path: %s, want %s", b, a)
	}
}

// TestCauses of a fall of a vault's C-ratio since the last recorded moment.
func TestCauses(t *testing.T) {
	start := func(eth, gold float64) (*smallworld.World, *sim.State) {
		w := crash(t, []float64{100, eth}, []float64{1, gold})
		s := w.Start()
		if got := s.Cause(0); got != "collateral_price" {
			t.Errorf("before anything was recorded: %s", got)
		}
		s.Observe(sim.NewCollector(w.World))
		w.Must(s.SetStep(1))
		return w, s
	}
	_, s := start(100, 0.8)
	if got := s.Cause(0); got != "collateral_price" {
		t.Errorf("after a fall of the collateral: %s", got)
	}
	_, s = start(140, 0.99)
	_ = s.Distribute(0)
	if got := s.Cause(0); got != "synth/price" {
		t.Errorf("after a rise of the market: %s", got)
	}
	w, s := start(100, 1)
	w.Must(s.Mint(0, w.LPs[0].Account, smallworld.D18(100)))
	if got := s.Cause(0); got != "minted_debt" {
		t.Errorf("after minting: %s", got)
	}
	w, s = start(100, 0.6)
	_, err := s.Liquidate(0, w.LPs[1].Account, w.LPs[0].Account, "test")
	w.Must(err)
	w.Must(s.SetStep(1))
	s.Market[1], s.Oracle[1] = 1, 1 // the collateral is back: what is left is the debt
	if got := s.Cause(0); got != "socialised_debt" {
		t.Errorf("after a liquidation: %s", got)
	}
}

// TestLedgerSplits: a price rise, fees and the skew of a trade, each by its own
// source, in proportion to the pools' shares.
func TestLedgerSplits(t *testing.T) {
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{100, 120, 120}}, smallworld.Asset{ID: "GOLD", Prices: []float64{1, 1, 1}})
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
	w.Spot("synth", 0, 10, func(c *spot.Config) { c.AtomicFixedFee, c.SkewScale = smallworld.D18(0.01), smallworld.D18(1000) })
	w.Pool("small", smallworld.Share{Market: 0, Weight: 1, Max: 10})
	w.Pool("large", smallworld.Share{Market: 0, Weight: 1, Max: 10})
	w.Vault(0, 0)
	w.Vault(1, 0)
	w.LP("a", 0, 1000, 0, 0)
	w.LP("b", 1, 3000, 700, 0)
	s := w.Start()
	w.Must(s.SetStep(1)) // 10 synths rise by 20
	m := sim.External(s.Sys, 1).(*spot.Market)
	buyer := model.Named("buyer")
	usd, fees, err := m.QuoteBuyExactOut(buyer, smallworld.D18(5))
	w.Must(err)
	w.Must(agents.BuySpot(s.Sys, m, buyer, smallworld.D18(5)))
	s.NoteTrade(0, fees.Fixed.Int256())
	w.Must(s.Outcome(nil))
	w.Must(s.Distribute(0))
	w.Must(s.Burn(1, w.LPs[1].Account, smallworld.D18(200)))
	w.Must(s.SetStep(2))
	w.Must(s.Finish())
	flow := 600 - units.FloatU(usd) + units.FloatU(fees.Fixed)
	want := map[string]float64{"price": 200, "funding": 0, "fees": -units.FloatU(fees.Fixed), "trader_flow": flow}
	for i, c := range sim.AttributionColumns(w.World) {
		for source, x := range want {
			for pool, part := range map[string]float64{"small": 0.25, "large": 0.75} {
				if c.Name == "pool_debt_"+pool+"_synth_"+source+"_usd" && math.Abs(s.Row.Exact[i].Float64()-part*x) > 1e-12 {
					t.Errorf("%s is %s, want %v", c.Name, s.Row.Exact[i], part*x)
				}
			}
		}
		if c.Name == "pool_debt_large_burned_usd" && s.Row.Exact[i].Float64() != -200 || c.Name == "pool_debt_small_burned_usd" && s.Row.Exact[i].Sign() != 0 {
			t.Errorf("%s is %s", c.Name, s.Row.Exact[i])
		}
	}
	if got, want := s.Row.FeesUSD.Float64(), units.FloatU(fees.Fixed); got != want || got <= 0 {
		t.Errorf("fees %v, want %v", got, want)
	}
}

// TestRefusals names causes of refused withdrawals.
func TestRefusals(t *testing.T) {
	w := crash(t, []float64{100, 100, 100}, []float64{1, 1, 1})
	s := w.Start()
	thin, cautious := w.LPs[1].Account, w.LPs[2].Account
	if err := s.Delegate(0, thin, smallworld.D18(900)); err == nil {
		t.Error("a position below its issuance ratio may withdraw")
	}
	w.Must(s.Burn(1, cautious, smallworld.D18(1000)))
	w.Must(s.Burn(0, w.LPs[0].Account, smallworld.D18(500)))
	w.Must(s.Delegate(1, cautious, fp.Uint256{}))
	w.Must(s.SetStep(1))
	w.Must(s.Burn(0, thin, smallworld.D18(500)))
	w.Must(s.Delegate(0, thin, fp.Uint256{}))
	w.Must(sim.External(s.Sys, 1).(*spot.Market).Configure(func(c *spot.Config) { c.CollateralLeverage = smallworld.D18(0.5) }))
	if err := s.Delegate(0, w.LPs[0].Account, fp.Uint256{}); err == nil {
		t.Error("the last of the credit may leave a market that needs it")
	}
	const want = "0 blocked_withdrawal position_c_ratio bold GOLD thin 100 100 1 attempts in 3600 s\n1 blocked_withdrawal capacity_locked synth bold GOLD bold 4000 4000 1 attempts in 0 s\n"
	if got := rows(s); got != want || s.Row.BlockedWithdrawals != 2 {
		t.Errorf("events are\n%s, want\n%s", got, want)
	}
}

// Without rows an event still counts.
func TestEventsAreCounted(t *testing.T) {
	w := crash(t, []float64{100, 220}, []float64{1, 1})
	w.Events = false
	s := w.Start()
	w.Run(s, nil, &agents.Keeper{Distribute: true})
	if len(s.Events) != 0 || s.Row.Events != 1 || s.Row.StopLossExits != 1 {
		t.Errorf("%d rows, %+v", len(s.Events), s.Row)
	}
}

// A price that no oracle can publish is no story of the protocol.
func TestPriceThatCannotBePublished(t *testing.T) {
	w := crash(t, []float64{100, 1e19}, []float64{1, 1})
	s := w.Start()
	if err := s.SetStep(1); err == nil || !strings.HasPrefix(err.Error(), "ETH: ") {
		t.Errorf("error is %v", err)
	}
}
