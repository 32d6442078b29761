package agents_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"backtest/model"
	"backtest/model/markets/perps"
	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
	"backtest/runner/units"
)

const firstAccount = 1 << 40

// perpsWorld has a pool of a million USD of credit behind an ETH perp.
func perpsWorld(t *testing.T, ethPrices []float64, configure func(*perps.InstrumentConfig)) *smallworld.World {
	t.Helper()
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: ethPrices}, smallworld.Asset{ID: "GOLD", Prices: flat(len(ethPrices), 1)})
	w.Collateral("GOLD", gold, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
	w.Perps("perps", eth, configure)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 1000})
	w.Vault(0, 0)
	w.LP("lp", 0, 1e6, 0, 0)
	return w
}

func perpsTrader(id string, f agents.Flow, change func(*agents.PerpsTrader)) *agents.PerpsTrader {
	if f.Size == nil {
		f.Size = func(float64) float64 { return 1000 }
	}
	p := agents.PerpsTrader{Instrument: 1, Asset: eth, Flow: agents.NewFlow(1, id, f), First: firstAccount, Aggregate: true, Accounts: 2, Leverage: 1}
	if change != nil {
		change(&p)
	}
	return agents.NewPerpsTrader(1, id, p)
}

func perpsMarket(s *sim.State) *perps.Market {
	return sim.External(s.Sys, s.World.Markets[0].ID).(*perps.Market)
}

func perpSize(s *sim.State, account int) float64 {
	m := perpsMarket(s)
	return units.Float(m.Position(model.AccountID(firstAccount+account), m.Instrument(1)).Size.Wide())
}

// balanced checks that what traders lost is what the market does not owe any
// more, less what keepers took: trader result + keepers' rewards = change of
// the market's total debt, which was 0. With positive margins the market's debt
// is not cut off at 0.
func balanced(t *testing.T, s *sim.State) {
	t.Helper()
	keepers := units.FloatU(s.Sys.TokenBalance(model.USD, model.Keeper))
	result, debt := s.Row.TraderPnLUSD.Float64(), marketDebt(t, s)
	if math.Abs(result+keepers-debt) > 1e-9 {
		t.Errorf("traders %v, keepers %v, market %v: off by %g", result, keepers, debt, result+keepers-debt)
	}
}

func TestAggregateFlowHasASideAnAccount(t *testing.T) {
	w := perpsWorld(t, flat(200, 100), nil)
	s := w.Start()
	var long, short float64
	w.Run(s, func() {
		long, short = max(long, perpSize(s, 0)), min(short, perpSize(s, 1))
		if perpSize(s, 0) < 0 || perpSize(s, 1) > 0 {
			t.Fatalf("step %d: %v and %v", s.Step, perpSize(s, 0), perpSize(s, 1))
		}
	}, perpsTrader("t", agents.Flow{PerDay: 48}, nil))
	if long == 0 || short == 0 || s.Row.FeesUSD.Sign() <= 0 {
		t.Errorf("long %v, short %v, fees %v", long, short, s.Row.FeesUSD)
	}
	balanced(t, s)
}

// Arbitrage takes the other side of a trend.
func TestFundingArbitrage(t *testing.T) {
	rising := flat(100, 100)
	for i := range rising {
		rising[i] += float64(i) * 0.01
	}
	w := perpsWorld(t, rising, func(c *perps.InstrumentConfig) { c.SkewScale = smallworld.D18(1e4) })
	s := w.Start()
	trend := perpsTrader("trend", agents.Flow{PerDay: 12, Style: agents.Momentum, Strength: 1e6, Lookback: smallworld.Hour},
		func(p *agents.PerpsTrader) { p.First = 2 * firstAccount })
	w.Run(s, nil, trend, perpsTrader("arbitrage", agents.Flow{PerDay: 24, Style: agents.FundingArbitrage, Strength: 20}, nil))
	trends, arbitrage := perpSize(s, firstAccount)+perpSize(s, firstAccount+1), perpSize(s, 0)+perpSize(s, 1)
	if trends < 100 || arbitrage > -100 {
		t.Errorf("the trend is long %v, arbitrage %v", trends, arbitrage)
	}
	balanced(t, s)
}

// Accounts with a leverage of 20, less what they have reduced since, are
// liquidated in a fall of 40 %; crowds without leverage are topped up.
func TestPerpsLiquidations(t *testing.T) {
	fallen := flat(40, 100, flat(20, 60)...)
	leveraged := func(p *agents.PerpsTrader) { p.Aggregate, p.Accounts, p.Leverage = false, 5, 20 }
	for name, c := range map[string]struct {
		change func(*agents.PerpsTrader)
		left   bool
	}{"leveraged": {leveraged, false}, "aggregate": {nil, true}} {
		w := perpsWorld(t, fallen, func(c *perps.InstrumentConfig) { c.MaxFundingVelocity = smallworld.D18(0) })
		s := w.Start()
		until := func(float64) float64 { // nobody orders after the fall
			if s.Step < 40 {
				return 1000
			}
			return 0
		}
		buyer := perpsTrader("t", agents.Flow{PerDay: 24, Size: until}, c.change)
		held := 0.
		w.Run(s, func() {
			if s.Step < 40 {
				return
			}
			held = 0
			for i := range 5 {
				held += math.Max(perpSize(s, i), 0)
			}
		}, buyer)
		if (held > 0) != c.left {
			t.Errorf("%s: %v left", name, held)
		}
		balanced(t, s)
	}
}

func TestPerpsPanic(t *testing.T) {
	w := perpsWorld(t, flat(40, 100, 85, 85), nil)
	s := w.Start()
	var before, after float64
	w.Run(s, func() {
		if s.Step == 39 {
			before = math.Abs(perpSize(s, 0)) + math.Abs(perpSize(s, 1))
		}
		after = math.Abs(perpSize(s, 0)) + math.Abs(perpSize(s, 1))
	}, perpsTrader("t", agents.Flow{PerDay: 24, Style: agents.Panic, PanicDrop: 0.1, Lookback: 2 * smallworld.Hour}, nil))
	if before == 0 || after != 0 {
		t.Errorf("%v before, %v after", before, after)
	}
	m := perpsMarket(s)
	for i := range 2 {
		if x := m.Margin(model.AccountID(firstAccount+i), perps.USDMargin); !x.IsZero() {
			t.Errorf("account %d left %v of margin", i, x)
		}
	}
	balanced(t, s)
}

// An order that cannot settle before the next step is not made.
func TestPerpsSettlementTakesTime(t *testing.T) {
	w := perpsWorld(t, flat(30, 100), func(c *perps.InstrumentConfig) { c.Strategies[0].Delay = smallworld.Hour })
	s := w.Start()
	w.Run(s, nil, perpsTrader("t", agents.Flow{PerDay: 48}, func(p *agents.PerpsTrader) { p.Aggregate = false }))
	if a, b := perpSize(s, 0), perpSize(s, 1); a != 0 || b != 0 {
		t.Errorf("orders were settled in no time: %v, %v", a, b)
	}
	if x := perpsMarket(s).Margin(firstAccount, perps.USDMargin); !x.IsZero() {
		t.Errorf("margin %v was brought for nothing", x)
	}
	balanced(t, s)
}

// A market that does not answer takes no orders, and loses none of its
// accounts.
func TestPerpsOutage(t *testing.T) {
	w := perpsWorld(t, flat(60, 100), nil)
	w.Fail(0, 30, 40)
	s := w.Start()
	trader := perpsTrader("t", agents.Flow{PerDay: 48, Style: agents.FundingArbitrage, Strength: 5}, nil)
	w.Run(s, nil, trader)
	equal(t, "blocked", eventSteps(s, "pool_blocked"), []int{30})
	balanced(t, s)
}

// TestPerpsBalance: traders, keepers and the market balance on random paths.
func TestPerpsBalance(t *testing.T) {
	const seed = 20260101
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 30 {
		w := perpsWorld(t, flat(120, 100), func(c *perps.InstrumentConfig) {
			c.SkewScale = smallworld.D18(1e3 + 1e5*r.Float64())
			c.MaxMarketSize = smallworld.D18(50 + 1000*r.Float64())
		})
		w.UsePrices(pricepaths.Spec{
			Assets: []pricepaths.Asset{
				{ID: "ETH", Initial: 100, Process: pricepaths.GBM{AnnualVolatility: 1 + 2*r.Float64()}},
				{ID: "GOLD", Initial: 1, Process: pricepaths.GBM{}},
			}, Steps: 120, StepSeconds: smallworld.Hour, Seed: uint64(n),
		})
		s := w.Start()
		styles := []agents.Style{agents.Noise, agents.Momentum, agents.Contrarian, agents.Informed, agents.Panic}
		crowd := perpsTrader("crowd", agents.Flow{PerDay: 24, Style: styles[n%5], Strength: 10, Lookback: 4 * smallworld.Hour, PanicDrop: 0.03}, nil)
		people := perpsTrader("people", agents.Flow{PerDay: 24, Style: styles[(n+2)%5], Strength: 10, Lookback: 4 * smallworld.Hour, PanicDrop: 0.03},
			func(p *agents.PerpsTrader) {
				p.Aggregate, p.Accounts, p.Leverage, p.First = false, 10, 5+15*r.Float64(), 2*firstAccount
			})
		w.Run(s, nil, crowd, people)
		if t.Failed() {
			t.Fatalf("world %d of seed %d", n, seed)
		}
		balanced(t, s)
	}
}
