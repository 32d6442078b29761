package agents_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// TestConservation: in worlds whose collateral keeps its price, what traders,
// keepers and an adversary win is what LPs lose, to a billionth of a USD, but
// for debt that nobody bears: LP profit + trader profit + keepers' rewards +
// adversary's gain = unbacked debt. Fees that stay in a market are part of the
// LPs' profit and of the traders' loss.
func TestConservation(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	var seen struct{ traded, exited, unbacked, pushed, skipped int }
	for n := range 60 {
		w, people := conservative(t, r, n)
		s := w.Start()
		w.Run(s, nil, people...)
		unbacked, readable := leftover(t, s)
		if !readable {
			seen.skipped++
			continue
		}
		keepers := units.FloatU(s.Sys.TokenBalance(model.USD, model.Keeper))
		lps, traders, adversary := s.Row.LPPnLUSD.Float64(), s.Row.TraderPnLUSD.Float64(), s.Row.Exact[0].Float64()
		if rest := lps + traders + keepers + adversary - unbacked; math.Abs(rest) > 1e-9 {
			t.Fatalf("world %d of seed %d: LPs %v, traders %v, keepers %v, adversary %v, unbacked %v: off by %g; %d exits",
				n, seed, lps, traders, keepers, adversary, unbacked, rest, s.Row.StopLossExits)
		}
		seen.traded += min(1, int(s.Row.FeesUSD.Sign()))
		seen.exited += min(1, int(s.Row.StopLossExits))
		seen.pushed += min(1, len(eventSteps(s, record.KindOraclePush)))
		if unbacked != 0 {
			seen.unbacked++
		}
	}
	if t.Logf("%+v", seen); seen.traded < 40 || seen.exited < 10 || seen.unbacked < 3 || seen.pushed < 3 || seen.skipped > 15 {
		t.Errorf("too little happened: %+v", seen)
	}
}

// leftover returns the debt that nobody bears once everything is distributed
// (USD), and whether every pool can be read.
func leftover(t *testing.T, s *sim.State) (usd float64, readable bool) {
	t.Helper()
	readable = true
	for _, m := range s.World.Markets {
		if _, err := s.Sys.DistributeDebtToPools(m.ID, fp.MaxUint256); err != nil {
			readable = false
			continue
		}
		debt, err := s.Sys.MarketTotalDebt(m.ID)
		if err != nil {
			t.Fatal(err)
		}
		usd += units.Float(debt.Sub(s.Sys.MarketStorage(m.ID).LastDistributed.Wide()))
	}
	return usd, readable
}

// conservative makes a random world: two pools behind a spot and a perps
// market, in every third world with stop-losses that bind, in every third with
// an adversary.
func conservative(t *testing.T, r *rand.Rand, n int) (*smallworld.World, []agents.Agent) {
	t.Helper()
	const steps = 150
	styles := []agents.Style{agents.Noise, agents.Momentum, agents.Contrarian, agents.Informed, agents.Panic}
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{100, 100}}, smallworld.Asset{ID: "GOLD", Prices: []float64{1, 1}})
	w.Collateral("GOLD", gold, smallworld.Ratios{Issuance: 2, Liquidation: 1.25})
	w.UsePrices(pricepaths.Spec{
		Assets: []pricepaths.Asset{
			{ID: "ETH", Initial: 100, Process: pricepaths.GBM{AnnualVolatility: 2 * r.Float64()}},
			{ID: "GOLD", Initial: 1, Process: pricepaths.GBM{}},
		}, Steps: steps, StepSeconds: smallworld.Hour, Seed: uint64(n),
	})
	w.Spot("synth", eth, 100*r.Float64(), func(c *spot.Config) {
		c.AtomicFixedFee, c.SkewScale, c.UtilizationFeeRate = smallworld.D18(0.02*r.Float64()), smallworld.D18(1e4*r.Float64()), smallworld.D18(0.01*r.Float64())
	})
	w.Perps("perps", eth, nil)
	bold, capped := 100., 100.
	if n%3 == 1 {
		bold, capped = 0.0005+0.002*r.Float64(), 0.0005
	}
	w.Pool("a", smallworld.Share{Market: 0, Weight: 1, Max: bold}, smallworld.Share{Market: 1, Weight: 1 + r.Float64(), Max: bold})
	w.Pool("b", smallworld.Share{Market: 0, Weight: 1, Max: capped}, smallworld.Share{Market: 1, Weight: 1 + r.Float64(), Max: capped})
	w.Vault(0, 0)
	w.Vault(1, 0)
	w.LP("a", 0, 3e5, 1e4*r.Float64(), 0)
	w.LP("b", 1, 5e5, 1e4*r.Float64(), 1e3)
	push := 0.
	if n%3 != 0 {
		push = 0.3 * r.Float64()
	}
	adversary := &agents.Adversary{
		Name: "pusher", Outsider: w.Outsider("pusher", n%2, 1e5), Asset: eth, EverySeconds: 20 * smallworld.Hour,
		Push: smallworld.D18(push), Rebalances: n % 4, Stake: smallworld.D18(1e5 * float64(n%5) / 4), Liquidates: true,
	}
	flow := func(k int) agents.Flow {
		return agents.Flow{PerDay: 24, Style: styles[k%len(styles)], Strength: 10, Lookback: 3 * smallworld.Hour, PanicDrop: 0.05}
	}
	return w, []agents.Agent{
		&agents.Holders{Asset: eth},
		spotTrader("spot", flow(n)), spotTrader("other", flow(n+1)),
		perpsTrader("crowd", flow(n+2), func(p *agents.PerpsTrader) { p.Market = 1 }),
		perpsTrader("people", flow(n+3), func(p *agents.PerpsTrader) {
			p.Market, p.First, p.Aggregate, p.Accounts, p.Leverage = 1, 2*firstAccount, false, 6, 4+16*r.Float64()
		}),
		adversary,
		&agents.Keeper{EverySeconds: 5 * smallworld.Hour},
		&agents.Providers{Policy: agents.Target, EverySeconds: 6 * smallworld.Hour, Members: []int{0}, Target: smallworld.D18(4), ActBelow: smallworld.D18(3), MintAbove: smallworld.D18(20)},
	}
}
