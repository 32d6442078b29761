package spot

import (
	"errors"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
	"backtest/model/markets/internal/scenario"
)

// TestDecay: half of everything a year, step by step, from when the rate came
// into force; the market owes less.
func TestDecay(t *testing.T) {
	w, m := newMarket(t)
	trader := model.AccountOwner(10)
	must(t, w.Give(trader, scenario.Units(1_000)))
	_, _, err := m.BuyExactOut(trader, scenario.Units(8), fp.MaxUint256, model.Actor{})
	must(t, err)
	later := func(years uint64) { w.Sys.SetNow(w.Sys.Now() + years*secondsPerYear) }
	has := func(synths uint64) {
		t.Helper()
		must(t, m.Decay())
		if got := w.Sys.TokenBalance(m.Synth(), trader); got != scenario.Units(synths) || m.Supply() != got {
			t.Fatalf("the trader has %s of %s, want %d", got, m.Supply(), synths)
		}
	}
	later(1)
	has(8)
	later(1)
	must(t, m.Configure(func(c *Config) { c.DecayRate = d18(t, "0.5").Uint256() }))
	has(8)
	later(1)
	has(4)
	has(4)
	later(1)
	must(t, m.Configure(func(c *Config) { c.DecayRate = fp.UnitU256 })) // the old rate until now
	has(2)
	if debt, err := m.ReportedDebt(); err != nil || debt != scenario.Units(200) {
		t.Fatalf("the market owes %s, %v", debt, err)
	}
	later(5)
	has(0)
	if err := m.Configure(func(c *Config) { c.DecayRate = fp.UnitU256.Add(fp.U256(1)) }); !errors.Is(err, InvalidDecayRate{}) {
		t.Fatal(err)
	}
}

// TestStalePrices: an old price refuses what trades at the present one, and
// nothing else.
func TestStalePrices(t *testing.T) {
	w, m := newMarket(t)
	trader := model.AccountOwner(10)
	must(t, w.Give(trader, scenario.Units(10_000)))
	must(t, m.Configure(func(c *Config) { c.Strategies = []Strategy{{Window: 60}} }))
	_, _, err := m.BuyExactOut(trader, scenario.Units(8), fp.MaxUint256, model.Actor{})
	must(t, err)
	p := m.Prices()
	p.Stale = true
	m.SetPrices(p)
	_, _, buy := m.BuyExactIn(trader, scenario.Units(100), fp.Uint256{}, model.Actor{})
	_, _, sell := m.SellExactIn(trader, scenario.Units(1), fp.Uint256{}, model.Actor{})
	_, _, commit := m.CommitOrder(trader, Commit{Sell: true, Amount: scenario.Units(1)})
	for what, err := range map[string]error{"buy": buy, "sell": sell, "commit": commit} {
		if want := (StalenessToleranceExceeded{m.ID()}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	if debt, err := m.ReportedDebt(); err != nil || debt != scenario.Units(800) {
		t.Errorf("the market owes %s, %v", debt, err)
	}
}

func TestCollected(t *testing.T) {
	_, m := newMarket(t)
	site, collector := model.Named("site"), model.Named("collector")
	must(t, m.Configure(func(c *Config) {
		c.Referrers[site] = d18(t, "0.25").Uint256()
		c.FeeCollector = fees.Collector{Account: collector, Share: d18(t, "0.5").Uint256()}
	}))
	f := Fees{Fixed: scenario.Units(8), Utilization: scenario.Units(2)}
	for who, want := range map[model.Actor]uint64{site: 2 + 4, {}: 5} {
		if got, err := m.Collected(f, who); err != nil || got != scenario.Units(want) {
			t.Errorf("%v: %s, %v, want %d", who, got, err, want)
		}
	}
}
