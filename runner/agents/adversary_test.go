package agents_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"backtest/model"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// pushable is a world in which two pools of 10,000 USD back ten synths at 100
// USD; the capped one leaves when it owes 0.01 a dollar.
func pushable(t *testing.T, steps int, stake float64, more ...func(*smallworld.World)) (*smallworld.World, *agents.Adversary) {
	t.Helper()
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: flat(steps, 100)}, smallworld.Asset{ID: "GOLD", Prices: flat(steps, 1)})
	w.Collateral("GOLD", gold, smallworld.Ratios{Issuance: 2, Liquidation: 1.25, Reward: 1, Minimum: 2})
	w.Spot("synth", eth, 10, nil)
	w.Pool("bold", smallworld.Share{Market: 0, Weight: 1, Max: 1})
	w.Pool("capped", smallworld.Share{Market: 0, Weight: 1, Max: 0.01})
	w.Vault(0, 0)
	w.Vault(1, 0)
	w.LP("bold", 0, 10_000, 0, 0)
	w.LP("capped", 1, 10_000, 0, 0)
	for _, add := range more {
		add(w)
	}
	return w, &agents.Adversary{
		Name: "pusher", Outsider: w.Outsider("pusher", 0, max(stake, 1)), Market: 0, Asset: eth,
		EverySeconds: 4 * smallworld.Hour, Push: smallworld.D18(0.5), Rebalances: 1, Stake: smallworld.D18(stake),
	}
}

func pushes(s *sim.State) string {
	var b strings.Builder
	for _, e := range s.Events {
		fmt.Fprintf(&b, "%d %s %s %s%s%s %.6f\n", e.Step, e.Kind, e.Cause, e.Market, e.Pool, e.Account, e.AmountUSD.Float64())
	}
	return b.String()
}

// A pool that was bumped out comes back where it left: a push that nobody
// joins gains nothing, takes nothing, and leaves every debt as it was.
func TestPushAlone(t *testing.T) {
	w, a := pushable(t, 3, 0)
	a.EverySeconds = smallworld.Hour
	s := w.Start()
	w.Run(s, nil, a)
	const want = `1 stop_loss_exit oracle_push/max_debt_share_value synthcapped 10000.000000
1 stop_loss_reentry debt_fell synthcapped 10000.000000
1 oracle_push oracle_push synthpusher 0.000000
2 stop_loss_exit oracle_push/max_debt_share_value synthcapped 10000.000000
2 stop_loss_reentry debt_fell synthcapped 10000.000000
2 oracle_push oracle_push synthpusher 0.000000
`
	if got := pushes(s); got != want {
		t.Errorf("events are\n%s, want\n%s", got, want)
	}
	if x := s.Row.LPPnLUSD.Float64(); math.Abs(x) > 1e-12 {
		t.Errorf("LPs made %v", x)
	}
}

// Who joins while the price is pushed takes part in the fall: what it gains is
// what the LPs lose, to the wei.
func TestPushAndJoin(t *testing.T) {
	w, a := pushable(t, 2, 1000)
	a.EverySeconds = smallworld.Hour
	s := w.Start()
	w.Run(s, nil, a)
	// Pushed, the market owes 500 USD more: 100 for each until the capped pool
	// leaves, 300 more for the bold one. The adversary gets an eleventh of the
	// fall to the cap's 0.01 a dollar, 330 USD, and a 21st of the rest.
	const want = 330./11 + 170./21
	var gain, taken float64
	for _, e := range s.Events {
		switch e.Kind {
		case record.KindOraclePush:
			gain += e.AmountUSD.Float64()
		case record.KindOraclePushLoss:
			taken += e.AmountUSD.Float64()
		}
	}
	if math.Abs(gain-want) > 1e-9 || math.Abs(taken-want) > 1e-6 {
		t.Errorf("it gained %v and took %v, want %v\n%s", gain, taken, want, pushes(s))
	}
	if got := s.Row.Exact[0].Float64(); math.Abs(got-gain) > 1e-9 {
		t.Errorf("its result is %v, want %v", got, gain)
	}
	if lps := s.Row.LPPnLUSD.Float64(); math.Abs(lps+gain) > 1e-9 {
		t.Errorf("LPs made %v", lps)
	}
	id := w.Outsiders[0].Account
	if usd := units.FloatU(s.Sys.AvailableCollateral(id, model.USD)); math.Abs(usd-gain) > 1e-9 || s.Sys.AvailableCollateral(id, w.Collaterals[0].CT) != smallworld.D18(1000) {
		t.Errorf("it left with %v USD", usd)
	}
	for i, c := range sim.AttributionColumns(w.World) {
		if x := s.Row.Exact[i].Float64(); c.Name == "attribution_adversaries_usd" && math.Abs(x+gain) > 1e-9 {
			t.Errorf("%s is %v", c.Name, x)
		}
	}
}

// With as much as the pool that stays, the market's debt never falls back to
// the limit of the pool that left: its LPs keep what they owed there.
func TestPushOutForGood(t *testing.T) {
	w, a := pushable(t, 2, 10_000)
	a.EverySeconds = smallworld.Hour
	s := w.Start()
	w.Run(s, nil, a)
	const want = `1 stop_loss_exit oracle_push/max_debt_share_value synthcapped 10000.000000
1 oracle_push oracle_push synthpusher 250.000000
1 oracle_push_loss oracle_push synthbold 150.000000
1 oracle_push_loss oracle_push synthcapped 100.000000
`
	if got := pushes(s); got != want {
		t.Errorf("events are\n%s, want\n%s", got, want)
	}
}

// A minimum delegation time keeps the stake in, and no attack follows until it
// is out.
func TestPushAndStay(t *testing.T) {
	w, a := pushable(t, 10, 1000)
	a.EverySeconds = smallworld.Hour
	w.Must(w.System().SetMarketMinDelegateTime(w.System().MarketAddress(w.Markets[0].ID), w.Markets[0].ID, 4*smallworld.Hour))
	s := w.Start()
	look, left := changes(func() bool { return s.Sys.AvailableCollateral(w.Outsiders[0].Account, w.Collaterals[0].CT).IsZero() }, s)
	w.Run(s, look, a)
	equal(t, "joins and leaves", *left, []int{1, 5, 6})
	equal(t, "attacks", eventSteps(s, record.KindOraclePush), []int{1, 6})
	if s.Row.BlockedWithdrawals != 0 {
		t.Errorf("%d withdrawals of LPs were blocked", s.Row.BlockedWithdrawals)
	}
}

// A push that carries no pool past a limit is left out, as is one of nothing.
func TestPushTooSmall(t *testing.T) {
	for _, push := range []float64{0, 0.1} {
		w, a := pushable(t, 6, 10_000)
		a.EverySeconds, a.Push = smallworld.Hour, smallworld.D18(push)
		s := w.Start()
		w.Run(s, nil, a)
		if len(s.Events) != 0 || s.Row.LPPnLUSD.Sign() != 0 || s.Row.Exact[0].Sign() != 0 {
			t.Errorf("push of %v: %s", push, pushes(s))
		}
	}
}

// Joining while debt is pushed up pays without any limit, too.
func TestPushAlways(t *testing.T) {
	w, a := pushable(t, 2, 10_000)
	a.EverySeconds, a.Push, a.Always = smallworld.Hour, smallworld.D18(0.1), true
	s := w.Start()
	w.Run(s, nil, a)
	// 100 USD up for 20,000 of credit, and down for 30,000.
	if got := s.Row.Exact[0].Float64(); math.Abs(got-100./3) > 1e-9 || s.Row.StopLossExits != 0 {
		t.Errorf("it gained %v\n%s", got, pushes(s))
	}
}

// Attacks are as far apart as they were told, and each has its cost.
func TestPushInterval(t *testing.T) {
	w, a := pushable(t, 9, 0)
	a.CostUSD = smallworld.D18(7)
	s := w.Start()
	w.Run(s, nil, a)
	equal(t, "attacks", eventSteps(s, record.KindOraclePush), []int{4, 8})
	if got := s.Row.Exact[0].Float64(); got != -14 {
		t.Errorf("its result is %v", got)
	}
}

// While the price is pushed a weak position can be liquidated for the reward,
// which the others of the vault pay.
func TestPushAndLiquidate(t *testing.T) {
	w, a := pushable(t, 2, 0, func(w *smallworld.World) { w.LP("weak", 0, 1000, 500, 0) })
	a.EverySeconds, a.Push, a.Liquidates = smallworld.Hour, smallworld.D18(5), true
	s := w.Start()
	w.Run(s, nil, a)
	equal(t, "liquidations", eventSteps(s, record.KindPositionLiquidation), []int{1})
	if got := s.Row.Exact[0].Float64(); got != 1 || math.Abs(s.Row.LPPnLUSD.Float64()+1) > 1e-9 {
		t.Errorf("it gained %v, LPs made %v\n%s", got, s.Row.LPPnLUSD, pushes(s))
	}
	for _, e := range s.Events {
		if e.Kind == record.KindPositionLiquidation && (e.Cause != sim.CausePush || e.Account != "weak") {
			t.Errorf("%+v", e)
		}
	}
}
