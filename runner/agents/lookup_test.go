package agents_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/perps"
	"backtest/pricepaths"
	"backtest/runner/agents"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// keepers are the people around a perps market in which somebody is liquidated
// every other day: two crowds of persons, and at times an endorsed liquidator
// and a governance that asks for more margin.
func keepers(r *rand.Rand, everybody bool) []agents.Agent {
	const accounts = 25
	firsts := []model.AccountID{2 * firstAccount, 3 * firstAccount}
	var all []agents.Agent
	if r.IntN(2) == 0 {
		scalar := smallworld.D18(0.5 + 2*r.Float64()).Int256()
		all = append(all, &agents.Governance{
			Key: "scalar", AtSeconds: 30 * smallworld.Hour, RampSeconds: r.Int64N(4) * smallworld.Hour, To: scalar,
			Read: func(s *sim.State) fp.Int256 { return perpsMarket(s).Instrument(1).Config().MaintenanceScalar.Int256() },
			Apply: func(s *sim.State, v fp.Int256) error {
				return perpsMarket(s).ConfigureInstrument(1, func(c *perps.InstrumentConfig) { c.MaintenanceScalar = v.Uint256() })
			},
		})
	}
	e := agents.NewEndorsed(1, "friend", agents.Endorsed{Markets: []int{0}, EverySeconds: 2 * smallworld.Hour, Absent: r.Float64()})
	if everybody {
		e.LookAtAll(accounts, firsts...)
	}
	all = append(all, e)
	for k, first := range firsts {
		leverage, style := 2+30*r.Float64(), []agents.Style{agents.Noise, agents.Momentum, agents.Panic}[r.IntN(3)]
		p := perpsTrader(fmt.Sprint("people", k), agents.Flow{PerDay: 100, Style: style, Strength: 10, Lookback: 4 * smallworld.Hour, PanicDrop: 0.2},
			func(p *agents.PerpsTrader) {
				p.Aggregate, p.Accounts, p.Leverage, p.First = false, accounts, leverage, first
			})
		if everybody {
			p.LookAtAll()
		}
		all = append(all, p)
	}
	return all
}

// TestKeepersWhoAskDoWhatOthersDo: keepers who only look at whom the market
// calls at risk leave the same state in every step, the same events and the
// same figures as those who look at everybody.
func TestKeepersWhoAskDoWhatOthersDo(t *testing.T) {
	const seed, worlds = 20260801, 10
	liquidations := 0
	for n := range uint64(worlds) {
		var states [2][]string
		var ends [2]*sim.State
		for k := range ends {
			r := rand.New(rand.NewPCG(seed, n))
			w := perpsWorld(t, flat(100, 100), func(c *perps.InstrumentConfig) {
				c.SkewScale, c.FlagRewardRatio = smallworld.D18(1e3+1e5*r.Float64()), smallworld.D18(0.001*r.Float64())
				c.LimitMultiplier, c.LiquidationWindow = smallworld.D18(0.001+r.Float64()), fp.U256(r.Uint64N(40))
				if r.IntN(2) == 0 {
					c.EndorsedLiquidator = agents.EndorsedWallet("friend")
				}
			})
			w.UsePrices(pricepaths.Spec{
				Assets: []pricepaths.Asset{
					{ID: "ETH", Initial: 100, Process: pricepaths.GBM{AnnualVolatility: 0.5 + 3*r.Float64()}},
					{ID: "GOLD", Initial: 1, Process: pricepaths.GBM{}},
				}, Steps: 100, StepSeconds: smallworld.Hour, Seed: n,
			})
			s := w.Start()
			ends[k] = s
			w.Run(s, func() {
				states[k] = append(states[k], fmt.Sprintf("%x", s.Sys.Digest()))
				if k == 0 && perpsMarket(s).Instrument(1).State().LastLiquidation.Time == uint64(s.Now) {
					liquidations++
				}
			}, keepers(r, k == 1)...)
		}
		for step := range states[0] {
			if states[0][step] != states[1][step] {
				t.Fatalf("seed %d, world %d: the states differ from step %d on", seed, n, step)
			}
		}
		if got, want := recorded(ends[0]), recorded(ends[1]); got != want {
			t.Fatalf("seed %d, world %d:\n%s\nlooking at everybody:\n%s", seed, n, got, want)
		}
	}
	if t.Logf("%d steps with liquidations", liquidations); liquidations < 100 {
		t.Errorf("%d steps with liquidations", liquidations)
	}
}

// recorded is all that a path leaves behind.
func recorded(s *sim.State) string { return fmt.Sprintf("%+v\n%+v", s.Row, s.Events) }
