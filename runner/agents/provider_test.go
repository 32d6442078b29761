package agents_test

import (
	"math"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

func providers(p agents.Policy, change func(*agents.Providers)) *agents.Providers {
	x := agents.Providers{Policy: p, EverySeconds: smallworld.Hour, Members: []int{0}}
	change(&x)
	return &x
}

// position is the state of the first LP, rounded: tokens, debt and C-ratio.
func position(t *testing.T, s *sim.State) [3]float64 {
	t.Helper()
	o, err := s.Outlook(0)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.Sys.PositionOutlook(&o, s.World.LPs[0].Account)
	round := func(x float64) float64 { return math.Round(x*1e6) / 1e6 }
	return [3]float64{round(units.FloatU(p.Collateral)), round(units.Float(p.Debt)), round(sim.PositionRatio(p))}
}

// follow runs a policy of an LP with 10 tokens, 300 USD of debt and 5 tokens
// beside, and returns its position after every step.
func follow(t *testing.T, p *agents.Providers, goldPrices ...float64) (*sim.State, [][3]float64) {
	t.Helper()
	w := world(t, flat(len(goldPrices), 100), goldPrices, 0)
	w.LP("lp", 0, 10, 300, 5)
	w.LP("other", 0, 10, 0, 0)
	s := w.Start()
	var all [][3]float64
	w.Run(s, func() { all = append(all, position(t, s)) }, p)
	return s, all
}

func TestPassive(t *testing.T) {
	_, got := follow(t, providers(agents.Passive, func(*agents.Providers) {}), 100, 45, 300)
	equal(t, "positions", got, [][3]float64{{10, 300, 3.333333}, {10, 300, 1.5}, {10, 300, 10}})
}

func TestTarget(t *testing.T) {
	p := providers(agents.Target, func(p *agents.Providers) {
		p.Target, p.ActBelow, p.MintAbove = smallworld.D18(3), smallworld.D18(2), smallworld.D18(5)
	})
	// Nothing at 2.33; burns to 3 at 1.8; nothing at 4.17; mints to 3 at 6.67.
	_, got := follow(t, p, 100, 70, 54, 75, 120)
	equal(t, "positions", got, [][3]float64{{10, 300, 3.333333}, {10, 300, 2.333333}, {10, 180, 3}, {10, 180, 4.166667}, {10, 400, 3}})
}

func TestTargetMintsCredit(t *testing.T) {
	w := world(t, []float64{100, 50, 50}, flat(3, 100), 10)
	w.LP("lp", 0, 10, 0, 0)
	s := w.Start()
	w.Run(s, nil, providers(agents.Target, func(p *agents.Providers) {
		p.Target, p.ActBelow, p.MintAbove = smallworld.D18(4), smallworld.D18(2), smallworld.D18(5)
	}))
	// 500 of credit and a quarter of 1000.
	if usd := s.Sys.AvailableCollateral(w.LPs[0].Account, model.USD); units.FloatU(usd) != 750 {
		t.Errorf("minted %v", usd)
	}
	equal(t, "position", [][3]float64{position(t, s)}, [][3]float64{{10, 250, 4}})
}

func TestDeRisk(t *testing.T) {
	p := providers(agents.DeRisk, func(p *agents.Providers) {
		p.Target, p.ActBelow, p.MintAbove = smallworld.D18(3), smallworld.D18(2), smallworld.D18(5)
	})
	_, got := follow(t, p, 100, 54, 120) // burns, and never mints
	equal(t, "positions", got, [][3]float64{{10, 300, 3.333333}, {10, 180, 3}, {10, 180, 6.666667}})
}

// An LP cannot burn more than it has minted and still holds.
func TestDeRiskWithoutMoney(t *testing.T) {
	w := world(t, []float64{100, 200}, flat(2, 100), 10) // 500 of the market's debt
	w.LP("lp", 0, 10, 300, 0)
	w.LP("other", 0, 10, 0, 0)
	s := w.Start()
	w.Run(s, nil, providers(agents.DeRisk, func(p *agents.Providers) { p.Target, p.ActBelow = smallworld.D18(3), smallworld.D18(2) }))
	equal(t, "position", [][3]float64{position(t, s)}, [][3]float64{{10, 500, 2}})
}

func TestTopUp(t *testing.T) {
	p := providers(agents.TopUp, func(p *agents.Providers) { p.Target, p.ActBelow = smallworld.D18(3), smallworld.D18(2) })
	// At 59 it needs 15.25 tokens and has 15; at 30 there is nothing left.
	_, got := follow(t, p, 100, 60, 59, 30, 100)
	equal(t, "positions", got, [][3]float64{{10, 300, 3.333333}, {10, 300, 2}, {15, 300, 2.95}, {15, 300, 1.5}, {15, 300, 5}})
}

func TestTopUpAsMuchAsNeeded(t *testing.T) {
	p := providers(agents.TopUp, func(p *agents.Providers) { p.Target, p.ActBelow = smallworld.D18(2.5), smallworld.D18(2) })
	_, got := follow(t, p, 100, 59)
	equal(t, "positions", got, [][3]float64{{10, 300, 3.333333}, {12.711864, 300, 2.5}})
}

// leaving loses 100 USD a step from the second on, out of 1000.
func leaving(t *testing.T, change func(*smallworld.World), loss float64) *sim.State {
	t.Helper()
	w := world(t, []float64{100, 100, 110, 120, 130, 140, 150}, flat(7, 100), 10)
	w.LP("lp", 0, 10, 0, 0)
	w.LP("other", 0, 100, 0, 0)
	if change != nil {
		change(w)
	}
	s := w.Start()
	w.Run(s, nil, providers(agents.Leave, func(p *agents.Providers) { p.MaxLoss = smallworld.D18(loss) }))
	return s
}

func TestLeave(t *testing.T) {
	// 11 % of the market's loss is the first LP's: 9.09 a step. It cannot repay
	// what it owes, so the protocol keeps the collateral back.
	s := leaving(t, nil, 0.02)
	equal(t, "refusals", blocks(s), []block{{4, "position_c_ratio", "", 3, 2}})
	e := s.Events[0]
	if e.Account != "lp" || e.AmountCollateral.Float64() != 10 || e.AmountUSD.Float64() != 1000 || s.Row.BlockedWithdrawals != 1 {
		t.Errorf("%+v", e)
	}
	if s := leaving(t, nil, 0.2); len(s.Events) != 0 {
		t.Errorf("%+v", s.Events)
	}
}

// block is a period of refusals: its first step, cause and market, the number
// of attempts, and its length in hours.
type block struct {
	step          int
	cause, market string
	attempts      int
	hours         int64
}

func blocks(s *sim.State) (list []block) {
	for _, e := range s.Events {
		if e.Kind == record.KindBlockedWithdrawal {
			list = append(list, block{int(e.Step), e.Cause, e.Market, int(e.Attempts), e.DurationSeconds / smallworld.Hour})
		}
	}
	return list
}

func TestLeaveBlockedByTime(t *testing.T) {
	s := leaving(t, func(w *smallworld.World) {
		w.Must(w.System().SetMarketMinDelegateTime(w.System().MarketAddress(w.Markets[0].ID), w.Markets[0].ID, 5*smallworld.Hour))
	}, 0.005)
	equal(t, "refusals", blocks(s), []block{{2, "minimum_delegation_time", "", 3, 3}, {5, "position_c_ratio", "", 2, 1}})
}

func TestLeaveBlockedByAMarket(t *testing.T) {
	s := leaving(t, func(w *smallworld.World) { w.Fail(0, 4, 6) }, 0.01)
	equal(t, "refusals", blocks(s), []block{
		{3, "position_c_ratio", "", 1, 1}, {4, "market_failure", "synth", 2, 2}, {6, "position_c_ratio", "", 1, 0},
	})
}

// With USD of its own an LP repays the market's debt and is gone. The limit of
// its loss does not count the wallet.
func TestLeaveWithAWallet(t *testing.T) {
	w := world(t, []float64{100, 110, 120, 130}, flat(4, 100), 10)
	w.LP("lp", 0, 10, 0, 0)
	w.LP("other", 0, 100, 0, 0)
	w.GiveUSD(0, 50)
	s := w.Start()
	w.Run(s, nil, providers(agents.Leave, func(p *agents.Providers) { p.MaxLoss, p.Wallet = smallworld.D18(0.015), smallworld.D18(50) }))
	id := w.LPs[0].Account
	left := units.FloatU(s.Sys.AvailableCollateral(id, model.USD))
	if len(s.Events) != 0 || math.Abs(left-(50-20./1.1)) > 1e-9 || s.Sys.AvailableCollateral(id, w.Collaterals[0].CT) != smallworld.D18(10) {
		t.Errorf("%v USD left, %+v", left, s.Events)
	}
	if loss := -s.Row.LPPnLUSD.Float64(); math.Abs(loss-300) > 1e-9 {
		t.Errorf("the LPs lost %v", loss)
	}
}

// An LP whose loss is that of its collateral repays, and is gone.
func TestLeaveWithRepayment(t *testing.T) {
	w := world(t, flat(4, 100), []float64{100, 80, 80, 80}, 0)
	w.LP("lp", 0, 10, 300, 0)
	w.LP("other", 0, 10, 0, 0)
	s := w.Start()
	w.Run(s, nil, providers(agents.Leave, func(p *agents.Providers) { p.MaxLoss = smallworld.D18(0.1) }))
	id := w.LPs[0].Account
	if !s.Sys.PositionCollateral(w.Pools[0].ID, w.Collaterals[0].CT, id).IsZero() || s.Sys.AvailableCollateral(id, w.Collaterals[0].CT) != smallworld.D18(10) ||
		s.Sys.AvailableCollateral(id, model.USD) != (fp.Uint256{}) || len(s.Events) != 0 {
		t.Errorf("%+v", s.Events)
	}
}

// Policies leave alone whom nobody can read.
func TestPoliciesDuringAnOutage(t *testing.T) {
	w := world(t, flat(3, 100), []float64{100, 54, 54}, 0)
	w.Fail(0, 1, 2)
	w.LP("lp", 0, 10, 300, 0)
	w.LP("other", 0, 10, 0, 0)
	s := w.Start()
	look, burns := changes(func() fp.Uint256 { return s.Sys.USDSupply() }, s)
	w.Run(s, look, providers(agents.DeRisk, func(p *agents.Providers) { p.Target, p.ActBelow = smallworld.D18(3), smallworld.D18(2) }))
	equal(t, "burns", *burns, []int{2})
}
