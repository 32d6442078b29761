package perps

import (
	"errors"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/fees"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/spot"
)

// TestStalePrices: an account with a position at an old price can neither
// withdraw nor be liquidated; others can.
func TestStalePrices(t *testing.T) {
	w, m, i := newMarket(t)
	fillOrder(t, w, m, 10, 200)
	i.SetPrice(scenario.Units(700).Int256())
	i.SetStale(true)
	_, liquidate := m.Liquidate(model.Keeper, 10)
	withdraw := m.ModifyCollateral(10, USDMargin, fp.I256(-1))
	for what, err := range map[string]error{"liquidate": liquidate, "withdraw": withdraw} {
		if want := (StalenessToleranceExceeded{1}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	must(t, m.ModifyCollateral(11, USDMargin, fp.I256(-1)))
	i.SetStale(false)
	_, err := m.Liquidate(model.Keeper, 10)
	must(t, err)
}

func TestHasPositions(t *testing.T) {
	w, m, _ := newMarket(t)
	fillOrder(t, w, m, 11, -5)
	for id, want := range map[model.AccountID]bool{10: false, 11: true, 12: false} {
		if got := m.HasPositions(id); got != want {
			t.Errorf("account %d has positions: %v", id, got)
		}
	}
}

func TestCollected(t *testing.T) {
	_, m, _ := newMarket(t)
	site := model.Named("site")
	collect := func(referrer model.Actor, want uint64) {
		t.Helper()
		if got := m.Collected(scenario.Units(8), referrer); got != scenario.Units(want) {
			t.Errorf("%s of 8, want %d", got, want)
		}
	}
	must(t, m.Configure(func(c *Config) { c.Referrers[site] = d18(t, "0.25").Uint256() }))
	collect(site, 2)
	collect(model.Actor{}, 0)
	must(t, m.Configure(func(c *Config) {
		c.FeeCollector = fees.Collector{Account: model.Named("collector"), Share: d18(t, "0.5").Uint256()}
	}))
	collect(site, 2+3)
	collect(model.Actor{}, 4)
}

// TestEquity: a synth counts in full, whatever its discount as margin.
func TestEquity(t *testing.T) {
	w, m, _ := newMarket(t)
	s, err := spot.New(w.Sys, "sETH")
	must(t, err)
	p := scenario.Units(100).Int256()
	s.SetPrices(spot.Prices{Buy: p, Sell: p, Benchmark: p})
	must(t, s.Configure(func(c *spot.Config) { c.SkewScale = scenario.Units(100) }))
	must(t, w.Back(scenario.Units(10), m.ID(), s.ID()))
	w.Sys.SetCollateralPrice(s.Synth(), p)
	must(t, w.Sys.ConfigureCollateral(model.Owner, s.Synth(), model.CollateralConfiguration{
		IssuanceRatio: scenario.Units(2), LiquidationRatio: scenario.Units(2),
	}))
	must(t, w.Sys.ConfigureMaximumMarketCollateral(model.Owner, m.ID(), s.Synth(), fp.MaxUint256))
	must(t, m.Configure(func(c *Config) {
		half := d18(t, "0.5").Uint256()
		c.Collaterals[s.ID()] = CollateralConfig{MaxAmount: scenario.Units(100), Upper: half, Lower: half, Distributor: Distributor{1, []model.CollateralID{1}}}
	}))
	must(t, w.Sys.MintToken(s.Synth(), model.AccountOwner(10), scenario.Units(10)))
	must(t, m.ModifyCollateral(10, s.ID(), scenario.Units(10).Int256()))
	margin, err := m.AvailableMargin(10)
	must(t, err)
	equity, err := m.Equity(10)
	must(t, err)
	if margin != scenario.Units(50_000+500).Int256() || equity != scenario.Units(50_000+1_000).Int256() {
		t.Fatalf("margin %s, equity %s", margin, equity)
	}
}
