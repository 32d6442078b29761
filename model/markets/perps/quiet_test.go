package perps

import (
	"fmt"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
)

const firstTrader = 1000

// crowd has n traders with leverages from 2 to 20, longs and shorts, under
// watch.
func crowd(t testing.TB, n int) (*scenario.World, *Market, *Instrument) {
	t.Helper()
	w, m, i := newMarket(t)
	must(t, m.Configure(func(c *Config) {
		c.Collaterals[USDMargin] = CollateralConfig{MaxAmount: fp.MaxUint256}
		c.Rewards = KeeperRewardGuards{MaxReward: scenario.Units(10), MaxScalingRatio: fp.UnitU256}
	}))
	for k := range n {
		id := model.AccountID(firstTrader + k)
		must(t, m.CreateAccount(id))
		must(t, m.sys.Transact(func() { m.addMargin(m.accounts[id], USDMargin, scenario.Units(1000).Int256()) }))
		size := fp.I256(int64(2000+k*7919%18000) * 1e15)
		if k%2 == 1 {
			size = size.Neg()
		}
		_, err := m.Trade(id, 1, size, model.Actor{})
		must(t, err)
	}
	i.SetPrice(scenario.Units(1000).Int256())
	if id, found := m.AtRisk(0); found {
		t.Fatalf("account %d is at risk at once", id)
	}
	return w, m, i
}

// quietStep moves time by ten minutes, back after a day, and the price by up to
// 0.05 % about 1,000 USD.
func quietStep(w *scenario.World, m *Market, i *Instrument, step int) {
	w.Sys.SetNow(i.State().FundingTime + uint64(step%144)*600)
	i.SetPrice(scenario.Units(uint64(99_950 + step*37%101)).Quo(fp.U256(100)).Int256())
	for id, found := m.AtRisk(0); found; id, found = m.AtRisk(id) {
		panic(fmt.Sprintf("account %d is at risk", id))
	}
}

// TestQuietStepsLookAtWhoWasTouched: with the same number of trades in each
// step, ten times as many traders are no more looks.
func TestQuietStepsLookAtWhoWasTouched(t *testing.T) {
	const steps, touched = 300, 3
	for _, n := range []int{10, 1_000, 20_000} {
		w, m, i := crowd(t, n)
		before := m.watch.looks
		for step := range steps {
			for k := range touched {
				id := model.AccountID(firstTrader + (step*touched+k)%n)
				must(t, m.sys.Transact(func() { m.addMargin(m.accounts[id], USDMargin, fp.I256(1)) }))
			}
			quietStep(w, m, i, step)
		}
		t.Logf("%d traders: %d looks in %d steps", n, m.watch.looks-before, steps)
		if looks := m.watch.looks - before; looks < steps*touched || looks > steps*touched+n/10 {
			t.Errorf("%d traders: %d looks in %d steps", n, looks, steps)
		}
	}
}

// BenchmarkQuietStep is a step of a keeper in which nobody comes near a
// liquidation.
func BenchmarkQuietStep(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprintf("traders=%d", n), func(b *testing.B) {
			w, m, i := crowd(b, n)
			before, step := m.watch.looks, 0
			for ; b.Loop(); step++ {
				quietStep(w, m, i, step)
			}
			b.ReportMetric(float64(m.watch.looks-before)/float64(step), "looks/step")
		})
	}
}

// BenchmarkLookAtAll is the same step of a keeper who looks at everybody.
func BenchmarkLookAtAll(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprintf("traders=%d", n), func(b *testing.B) {
			_, m, _ := crowd(b, n)
			for b.Loop() {
				for k := range n {
					if can, err := m.CanLiquidate(model.AccountID(firstTrader + k)); can || err != nil {
						b.Fatal(can, err)
					}
				}
			}
		})
	}
}
