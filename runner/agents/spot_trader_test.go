package agents_test

import (
	"math"
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

func spotTrader(id string, f agents.Flow) *agents.SpotTrader {
	if f.Size == nil {
		f.Size = func(float64) float64 { return 50 }
	}
	return agents.NewSpotTrader(id, agents.Spot{Asset: eth, Flow: agents.NewFlow(1, id, f)}, "synth")
}

// holding is how many synths somebody has.
func holding(s *sim.State, who model.Actor) float64 {
	m := sim.External(s.Sys, s.World.Markets[0].ID).(*spot.Market)
	return units.FloatU(s.Sys.TokenBalance(m.Synth(), who))
}

// Sellers sell what they have, then what the early holders have, and no more.
func TestSpotTraderSellsOut(t *testing.T) {
	prices := flat(200, 100)
	for i := range prices {
		prices[i] -= float64(i) * 0.1
	}
	w := world(t, prices, flat(200, 1), 10)
	w.LP("lp", 0, 10_000, 0, 0)
	s := w.Start()
	seller := spotTrader("t", agents.Flow{PerDay: 24, Style: agents.Momentum, Strength: 1e6, Lookback: smallworld.Hour})
	w.Run(s, nil, seller, &agents.Holders{Asset: eth})
	if holding(s, model.Named("trader:t")) != 0 || holding(s, agents.EarlyHolder("synth")) != 0 {
		t.Error("there are synths left")
	}
	// Everybody sold below the price of the start, and market and traders
	// balance: what one loses the other does not owe any more.
	result, debt := s.Row.TraderPnLUSD.Float64(), marketDebt(t, s)
	if result >= 0 || math.Abs(result-debt) > 1e-9 {
		t.Errorf("traders %v, market %v", result, debt)
	}
}

// marketDebt is the total debt of the first market, which began with none.
func marketDebt(t *testing.T, s *sim.State) float64 {
	t.Helper()
	d, err := s.Sys.MarketTotalDebt(s.World.Markets[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return units.Float(d)
}

func TestSpotTraderPanics(t *testing.T) {
	w := world(t, flat(30, 100, 95, 80, 80), flat(33, 1), 10)
	w.LP("lp", 0, 10_000, 0, 0)
	s := w.Start()
	scared := spotTrader("t", agents.Flow{PerDay: 48, Style: agents.Panic, PanicDrop: 0.1, Lookback: 2 * smallworld.Hour})
	var held []float64
	w.Run(s, func() {
		held = append(held, holding(s, agents.EarlyHolder("synth"))+holding(s, model.Named("trader:t")))
	}, scared)
	if held[30] == 0 || held[31] != 0 || held[32] != 0 {
		t.Errorf("holds %v", held[29:])
	}
}

func TestSpotTraderBuysAndPaysFees(t *testing.T) {
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: flat(50, 100)}, smallworld.Asset{ID: "GOLD", Prices: flat(50, 1)})
	w.Collateral("GOLD", gold, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
	w.Spot("synth", eth, 0, func(c *spot.Config) { c.AtomicFixedFee = smallworld.D18(0.01) })
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1000})
	w.Vault(0, 0)
	w.LP("lp", 0, 100_000, 0, 0)
	s := w.Start()
	w.Run(s, nil, spotTrader("t", agents.Flow{PerDay: 48, Style: agents.Noise}))
	fees, result := s.Row.FeesUSD.Float64(), s.Row.TraderPnLUSD.Float64()
	if fees < 10 || math.Abs(fees+result) > 1e-9 || math.Abs(marketDebt(t, s)+fees) > 1e-9 {
		t.Errorf("fees %v, traders %v, market %v: prices do not move", fees, result, marketDebt(t, s))
	}
}

// A market without credit owes its traders what it cannot pay: one event
// while they wait, and the largest amount that was refused.
func TestSpotTraderIsNotPaid(t *testing.T) {
	prices := flat(2, 100, flat(30, 1000)...)
	w := world(t, prices, flat(len(prices), 1), 10)
	w.LP("lp", 0, 1500, 0, 0)
	s := w.Start()
	seller := spotTrader("t", agents.Flow{PerDay: 1e-9, Style: agents.Momentum, Strength: 1, Lookback: smallworld.Hour})
	w.Must(seller.Begin(s))
	w.Must(s.SetStep(2))
	for range 3 {
		w.Must(seller.Sell(s, fp.MaxUint256)) // 10,000 USD from a market with 2,500
	}
	w.Must(seller.End(s))
	equal(t, "refusals", eventSteps(s, record.KindInsufficientLiquidity), []int{2})
	if e := s.Events[0]; e.Market != "synth" || e.Account != "t" || e.Cause != "credit_exhausted" || e.AmountUSD.Float64() != 10_000 || s.Row.UnpaidUSD.Float64() != 10_000 {
		t.Errorf("%+v, unpaid %v", e, s.Row.UnpaidUSD)
	}
	w.Must(seller.Sell(s, smallworld.D18(1)))
	s.Row.UnpaidUSD = record.D18{}
	w.Must(seller.End(s))
	if got := s.Row.UnpaidUSD.Float64(); got != 9_000 {
		t.Errorf("after 1,000 were paid: %v", got)
	}
	w.Must(seller.Begin(s))
	s.Row.UnpaidUSD = record.D18{}
	w.Must(seller.End(s))
	if s.Row.UnpaidUSD.Sign() != 0 {
		t.Errorf("a new path begins with %v", s.Row.UnpaidUSD)
	}
}

// One trader more changes neither prices nor what the others do.
func TestAnotherTraderChangesNoDraws(t *testing.T) {
	orders := func(other bool) (held []float64) {
		w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: flat(100, 100)}, smallworld.Asset{ID: "GOLD", Prices: flat(100, 1)})
		w.Collateral("GOLD", gold, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
		w.Spot("synth", eth, 0, nil)
		w.Spot("beside", gold, 0, nil)
		w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1000}, smallworld.Share{Market: 1, Weight: 1, Max: 1000})
		w.Vault(0, 0)
		w.LP("lp", 0, 100_000, 0, 0)
		people := []agents.Agent{spotTrader("a", agents.Flow{PerDay: 48})}
		if other {
			f := agents.NewFlow(1, "b", agents.Flow{PerDay: 48, Size: size})
			people = append([]agents.Agent{agents.NewSpotTrader("b", agents.Spot{Market: 1, Asset: gold, Flow: f}, "beside")}, people...)
		}
		s := w.Start()
		w.Run(s, func() { held = append(held, holding(s, model.Named("trader:a"))) }, people...)
		return held
	}
	alone := orders(false)
	if last := alone[len(alone)-1]; last == 0 && alone[50] == 0 {
		t.Error("nothing was bought")
	}
	equal(t, "holdings", orders(true), alone)
}
