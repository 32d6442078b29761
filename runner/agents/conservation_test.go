package agents_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"backtest/model"
	"backtest/model/markets/spot"
	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/units"
)

// TestConservation: in a world whose collateral keeps its price and whose pools
// stay in range, what traders and keepers win is what LPs lose, to a billionth
// of a USD: LP profit + trader profit + keepers' rewards = 0. Fees that stay in a
// market are part of the LPs' profit and of the traders' loss.
func TestConservation(t *testing.T) {
	const seed, steps = 5, 150
	r := rand.New(rand.NewPCG(seed, 0))
	styles := []agents.Style{agents.Noise, agents.Momentum, agents.Contrarian, agents.Informed, agents.Panic}
	for n := range 25 {
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
		both := []smallworld.Share{{Market: 0, Weight: 1, Max: 100}, {Market: 1, Weight: 1 + r.Float64(), Max: 100}}
		w.Pool("a", both...)
		w.Pool("b", both...)
		w.Vault(0, 0)
		w.Vault(1, 0)
		w.LP("a", 0, 3e5, 1e4*r.Float64(), 0)
		w.LP("b", 1, 5e5, 1e4*r.Float64(), 1e3)
		s := w.Start()
		flow := func(k int) agents.Flow {
			return agents.Flow{PerDay: 24, Style: styles[k%len(styles)], Strength: 10, Lookback: 3 * smallworld.Hour, PanicDrop: 0.05}
		}
		w.Run(s, nil,
			&agents.Holders{Asset: eth},
			spotTrader("spot", flow(n)), spotTrader("other", flow(n+1)),
			perpsTrader("crowd", flow(n+2), func(p *agents.PerpsTrader) { p.Market = 1 }),
			perpsTrader("people", flow(n+3), func(p *agents.PerpsTrader) {
				p.Market, p.First, p.Aggregate, p.Accounts, p.Leverage = 1, 2*firstAccount, false, 6, 4+16*r.Float64()
			}),
			&agents.Keeper{EverySeconds: 5 * smallworld.Hour},
			&agents.Providers{Policy: agents.Target, EverySeconds: 6 * smallworld.Hour, Members: []int{0}, Target: smallworld.D18(4), ActBelow: smallworld.D18(3), MintAbove: smallworld.D18(20)},
		)
		keepers := units.FloatU(s.Sys.TokenBalance(model.USD, model.Keeper))
		lps, traders := s.Row.LPPnLUSD.Float64(), s.Row.TraderPnLUSD.Float64()
		if math.Abs(lps+traders+keepers) > 1e-9 || s.Row.StopLossExits != 0 {
			t.Fatalf("world %d of seed %d: LPs %v, traders %v, keepers %v: off by %g; %d exits", n, seed, lps, traders, keepers, lps+traders+keepers, s.Row.StopLossExits)
		}
		if traders == 0 || s.Row.FeesUSD.Sign() <= 0 {
			t.Errorf("world %d: nobody traded", n)
		}
	}
}
