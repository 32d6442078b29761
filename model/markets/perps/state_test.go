package perps

import (
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
)

func order(size int64) Order {
	o := Order{InstrumentID: 1, SizeDelta: fp.I256(size).Mul(fp.UnitI256).Int128()}
	if size > 0 {
		o.AcceptablePrice = fp.MaxUint256
	}
	return o
}

func fillOrder(t *testing.T, w *scenario.World, m *Market, id model.AccountID, size int64) {
	t.Helper()
	_, err := m.CommitOrder(id, order(size))
	must(t, err)
	w.Sys.SetNow(w.Sys.Now() + 1)
	must(t, m.SettleOrder(model.Keeper, id))
}

func TestCloneIsIndependent(t *testing.T) {
	w, m, i := newMarket(t)
	must(t, m.ConfigureInstrument(1, func(c *InstrumentConfig) {
		c.LimitMultiplier, c.LiquidationWindow = d18(t, "0.01").Uint256(), fp.U256(10)
	}))
	fillOrder(t, w, m, 10, 200)
	fillOrder(t, w, m, 11, -50)
	i.SetPrice(scenario.Units(700).Int256())
	_, err := m.Liquidate(model.Keeper, 10)
	must(t, err)
	w.Sys.SetNow(w.Sys.Now() + 3)
	before := w.Sys.Digest()
	to := w.Sys.Clone(func(_ model.MarketID, x model.ExternalMarket, to *model.System) model.ExternalMarket {
		return x.(*Market).Clone(to)
	})
	if to.Digest() != before {
		t.Fatal("the copy differs")
	}
	copied := to.External(m.ID()).(*Market)
	to.SetNow(to.Now() + 20)
	if reward, err := copied.Liquidate(model.Keeper, 10); err != nil {
		t.Fatal(reward, err)
	}
	must(t, copied.Configure(func(c *Config) { c.Referrers[model.Keeper] = fp.UnitU256 }))
	copied.Instrument(1).SetPrice(fp.Int256{})
	if w.Sys.Digest() != before {
		t.Fatal("the original changed with the copy")
	}
	// The same again on the original gives the same.
	w.Sys.SetNow(w.Sys.Now() + 20)
	_, err = m.Liquidate(model.Keeper, 10)
	must(t, err)
	must(t, m.Configure(func(c *Config) { c.Referrers[model.Keeper] = fp.UnitU256 }))
	i.SetPrice(fp.Int256{})
	if w.Sys.Digest() != to.Digest() {
		t.Fatal("the branches differ after the same operations")
	}
}

// TestCloneIntoLeavesNothing copies in the memory of a copy that has more and
// other accounts, under watch.
func TestCloneIntoLeavesNothing(t *testing.T) {
	w, m, i := newMarket(t)
	fillOrder(t, w, m, 10, 200)
	clone := func(_ model.MarketID, x model.ExternalMarket, to *model.System) model.ExternalMarket {
		return x.(*Market).CloneInto(to.External(m.ID()), to)
	}
	to := &model.System{}
	to.Restore(w.Sys, clone)
	for round := range 3 {
		copied := to.External(m.ID()).(*Market)
		for id := model.AccountID(20); id < 25; id++ {
			must(t, copied.CreateAccount(id))
			_, err := copied.Trade(id, 1, fp.I256(5).Mul(fp.UnitI256), model.Actor{})
			must(t, err)
		}
		copied.Instrument(1).SetPrice(i.Price().Quo(fp.I256(2)))
		if id, found := copied.AtRisk(0); !found || id != 10 {
			t.Fatalf("round %d: %v at risk", round, id)
		}
		_, err := copied.Liquidate(model.Keeper, 10)
		must(t, err)
		to.Restore(w.Sys, clone)
		if to.Digest() != w.Sys.Digest() || copied.HasPositions(20) {
			t.Fatalf("round %d: something is left", round)
		}
		if id, found := copied.AtRisk(0); found {
			t.Fatalf("round %d: %v at risk", round, id)
		}
	}
}

// TestFailedLiquidationLeavesNothing takes back a liquidation that has already
// flagged, seized, recorded and closed.
func TestFailedLiquidationLeavesNothing(t *testing.T) {
	w, m, i := newMarket(t)
	must(t, m.ConfigureInstrument(1, func(c *InstrumentConfig) {
		c.LimitMultiplier, c.LiquidationWindow = d18(t, "0.01").Uint256(), fp.U256(10)
	}))
	must(t, m.Configure(func(c *Config) {
		c.Rewards = KeeperRewardGuards{MinReward: scenario.Units(10_000_000), MaxReward: scenario.Units(10_000_000), MaxScalingRatio: scenario.Units(1e6)}
	}))
	m.SetKeeperCosts(KeeperCosts{Liquidate: fp.UnitU256})
	fillAtOnce(t, m, 10, 200)
	i.SetPrice(scenario.Units(700).Int256())
	before := w.Sys.Digest()
	_, err := m.Liquidate(model.Keeper, 10)
	if _, ok := err.(model.NotEnoughLiquidity); !ok {
		t.Fatalf("a reward of ten million: %v", err)
	}
	err = m.sys.Transact(func() {
		must(t, m.CreateAccount(77))
		fp.Throw(ZeroSizeOrder{})
	})
	if err != (ZeroSizeOrder{}) || m.Account(77).Exists {
		t.Fatalf("an account created in a failed transaction: %v", err)
	}
	if w.Sys.Digest() != before {
		t.Fatal("a failed liquidation changed the state")
	}
	must(t, m.Configure(func(c *Config) { c.Rewards = KeeperRewardGuards{} }))
	_, err = m.Liquidate(model.Keeper, 10)
	must(t, err)
	if got := m.Flagged(); len(got) != 1 || got[0] != 10 {
		t.Fatalf("flagged %v", got)
	}
	check(t, "liquidated", i.State().LastLiquidation.Amount, "70")
}

func fillAtOnce(t *testing.T, m *Market, id model.AccountID, size int64) {
	t.Helper()
	_, err := m.Trade(id, 1, fp.I256(size).Mul(fp.UnitI256), model.Actor{})
	must(t, err)
}

// TestHistoryKeepsWindows liquidates in several windows at different times; the
// capacity counts those within the last seconds only.
func TestHistoryKeepsWindows(t *testing.T) {
	w, m, i := newMarket(t)
	must(t, m.ConfigureInstrument(1, func(c *InstrumentConfig) {
		c.LimitMultiplier, c.LiquidationWindow = d18(t, "0.01").Uint256(), fp.U256(10)
	}))
	record := func(seconds uint64, units uint64) {
		w.Sys.SetNow(w.Sys.Now() + seconds)
		must(t, m.sys.Transact(func() { m.recordLiquidation(i, scenario.Units(units)) }))
	}
	for _, c := range []struct {
		seconds, units uint64
		want           string
	}{{0, 10, "60"}, {4, 20, "40"}, {0, 5, "35"}, {4, 30, "5"}, {2, 0, "15"}, {4, 1, "39"}, {4, 90, "0"}, {10, 0, "70"}} {
		record(c.seconds, c.units)
		got, err := m.LiquidationCapacity(i)
		must(t, err)
		check(t, "capacity", got, c.want)
	}
}

// TestQuietStepAllocatesNothing asks what the core asks in a step in which
// nobody trades, with many traders.
func TestQuietStepAllocatesNothing(t *testing.T) {
	w, m, _ := newMarket(t)
	for id := model.AccountID(100); id < 400; id++ {
		must(t, m.CreateAccount(id))
		fillAtOnce(t, m, id, 1)
	}
	w.Sys.SetNow(w.Sys.Now() + 60)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := m.ReportedDebt(); err != nil {
			t.Fatal(err)
		}
		if _, err := m.MinimumCredit(); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

func BenchmarkReportedDebt(b *testing.B) {
	b.ReportAllocs()
	w, err := scenario.NewWorld()
	if err != nil {
		b.Fatal(err)
	}
	m, err := New(w.Sys)
	if err != nil {
		b.Fatal(err)
	}
	for id := InstrumentID(1); id <= 3; id++ {
		if err := m.CreateInstrument(id); err != nil {
			b.Fatal(err)
		}
		m.Instrument(id).SetPrice(fp.UnitI256)
	}
	for b.Loop() {
		if _, err := m.ReportedDebt(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTrade(b *testing.B) {
	b.ReportAllocs()
	w, err := scenario.NewWorld()
	if err != nil {
		b.Fatal(err)
	}
	m, err := New(w.Sys)
	if err != nil {
		b.Fatal(err)
	}
	if err := m.CreateInstrument(1); err != nil {
		b.Fatal(err)
	}
	if err := m.CreateAccount(10); err != nil {
		b.Fatal(err)
	}
	m.Instrument(1).SetPrice(scenario.Units(1000).Int256())
	size := fp.UnitI256
	for b.Loop() {
		if _, err := m.Trade(10, 1, size, model.Actor{}); err != nil {
			b.Fatal(err)
		}
		size = size.Neg()
	}
}
