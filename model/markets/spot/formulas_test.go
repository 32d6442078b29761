package spot

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
)

func d18(t *testing.T, s string) fp.Int256 {
	t.Helper()
	v, err := scenario.ParseD18(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The contracts' Newton iteration starts at v/2 and stops when it no longer
// falls, so below 4 it can stop at once.
func TestSquareRoot(t *testing.T) {
	for _, c := range []struct{ v, want string }{
		{"4", "2"}, {"5", "2.236067977499789696"}, {"10000", "100"}, {"2", "1"}, {"1.21", "0.605"},
		{"0", "0"}, {"0.000000000000000001", "0.000000000000000001"},
		{"-0.000000000000000001", "-0.000000000000000001"}, {"-9", "-9"},
	} {
		if got := sqrtDecimal(d18(t, c.v)); got != d18(t, c.want) {
			t.Errorf("sqrt(%s) = %s, want %s", c.v, scenario.D18(got), c.want)
		}
	}
}

func TestSquareRootIsTheIntegerRoot(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		v := fp.U256(r.Uint64()).Mul(fp.U256(1 + r.Uint64N(1e12))).Int256()
		root, _ := new(big.Int).SetString(sqrtDecimal(v).String(), 10)
		n, _ := new(big.Int).SetString(v.String(), 10)
		want := new(big.Int).Sqrt(n.Mul(n, big.NewInt(1e18)))
		if want.Sub(want, root).CmpAbs(big.NewInt(1)) > 0 {
			t.Fatalf("seed %d: sqrt(%s) = %s", seed, v, root)
		}
	}
}

func newMarket(t *testing.T) (*scenario.World, *Market) {
	t.Helper()
	w, err := scenario.NewWorld()
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(w.Sys, "sETH")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{w.Delegate(scenario.Units(1_000_000)), w.Back(scenario.Units(10), m.ID())} {
		if err != nil {
			t.Fatal(err)
		}
	}
	price := scenario.Units(100).Int256()
	m.SetPrices(Prices{Buy: price, Sell: price, Benchmark: price})
	return w, m
}

// TestQuotesAreInverse buys and sells exact amounts both ways: what one quote
// gives, the other asks for, but for the rounding of the root.
func TestQuotesAreInverse(t *testing.T) {
	const seed = 2
	w, m := newMarket(t)
	trader := model.AccountOwner(10)
	if err := w.Give(trader, scenario.Units(1_000_000)); err != nil {
		t.Fatal(err)
	}
	must(t, m.Configure(func(c *Config) { c.SkewScale = scenario.Units(100_000) }))
	if _, _, err := m.BuyExactOut(trader, scenario.Units(2_000), fp.MaxUint256, model.Actor{}); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	for range 500 {
		synths := fp.U256(r.Uint64N(1e18) + 1e15).Mul(fp.U256(1 + r.Uint64N(500)))
		usd, _, err := m.QuoteBuyExactOut(trader, synths)
		must(t, err)
		back, _, err := m.QuoteBuyExactIn(trader, usd)
		must(t, err)
		near(t, "buy", synths, back)
		usd, _, err = m.QuoteSellExactIn(trader, synths)
		must(t, err)
		back, _, err = m.QuoteSellExactOut(trader, usd)
		must(t, err)
		near(t, "sell", synths, back)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// near demands agreement within a billionth of a synth: the root has 18
// decimals and is multiplied by scale/(2·price), here 500.
func near(t *testing.T, what string, want, got fp.Uint256) {
	t.Helper()
	if d := want.Int256().Sub(got.Int256()).Magnitude(); fp.U256(1_000_000_000).Less(d) {
		t.Fatalf("%s of %s came back as %s", what, scenario.D18(want), scenario.D18(got))
	}
}

// TestFailedTradeLeavesNothing fails after the escrow, the fees and the burn
// have happened.
func TestFailedTradeLeavesNothing(t *testing.T) {
	w, m := newMarket(t)
	trader := model.AccountOwner(10)
	must(t, w.Give(trader, scenario.Units(10_000)))
	must(t, m.Configure(func(c *Config) {
		c.Strategies = []Strategy{{CurrentPrice: true, Window: 10}}
		c.AtomicFixedFee = fp.UnitU256.Quo(fp.U256(100))
		c.FeeCollector.Account, c.FeeCollector.Share = model.Keeper, fp.UnitU256
	}))
	_, _, err := m.BuyExactIn(trader, scenario.Units(1_000), fp.Uint256{}, model.Actor{})
	must(t, err)
	price := scenario.Units(1_000_000).Int256()
	m.SetPrices(Prices{Buy: price, Sell: price, Benchmark: price})
	before := w.Sys.Digest()
	if _, _, err := m.SellExactIn(trader, scenario.Units(9), fp.Uint256{}, model.Actor{}); err == nil {
		t.Fatal("the core paid more than its credit")
	}
	err = w.Sys.Transact(func() {
		if _, _, err := m.CommitOrder(trader, Commit{Sell: true, Amount: fp.UnitU256}); err != nil {
			t.Error(err)
		}
		fp.Throw(InvalidPrices{})
	})
	if err != (InvalidPrices{}) {
		t.Fatal(err)
	}
	if w.Sys.Digest() != before {
		t.Fatal("a failed transaction changed the state")
	}
	// What was taken back leaves its number to the next order.
	id, _, err := m.CommitOrder(trader, Commit{Amount: scenario.Units(10)})
	if err != nil || id != 1 || m.Orders() != 1 {
		t.Fatalf("order %d of %d, %v", id, m.Orders(), err)
	}
}

func TestCloneIsIndependent(t *testing.T) {
	w, m := newMarket(t)
	trader := model.AccountOwner(10)
	must(t, w.Give(trader, scenario.Units(10_000)))
	must(t, m.Configure(func(c *Config) {
		c.Strategies = []Strategy{{CurrentPrice: true, Window: 10}}
		c.TransactorFees[trader] = fp.U256(1)
	}))
	_, _, err := m.CommitOrder(trader, Commit{Amount: scenario.Units(100)})
	must(t, err)
	before := w.Sys.Digest()
	to := w.Sys.Clone(func(_ model.MarketID, x model.ExternalMarket, to *model.System) model.ExternalMarket {
		return x.(*Market).Clone(to)
	})
	if to.Digest() != before {
		t.Fatal("the copy differs")
	}
	copied := to.External(m.ID()).(*Market)
	to.SetNow(to.Now() + 5)
	if _, _, err := copied.SettleOrder(model.Keeper, 1); err != nil {
		t.Fatal(err)
	}
	must(t, copied.Configure(func(c *Config) { c.TransactorFees[trader] = fp.U256(2) }))
	copied.SetPrices(Prices{})
	if w.Sys.Digest() != before {
		t.Fatal("the original changed with the copy")
	}
	if got := m.Config().TransactorFees[trader]; got != fp.U256(1) {
		t.Fatalf("the original's fee is %s", got)
	}
}

func TestNewNeedsTheCore(t *testing.T) {
	w, m := newMarket(t)
	if m.Prices().Buy != scenario.Units(100).Int256() || !m.SkewScale().IsZero() {
		t.Fatal("prices or skew scale")
	}
	must(t, w.Sys.SetFeatureFlagDenyAll(model.Owner, model.FeatureRegisterMarket, true))
	if _, err := New(w.Sys, "sBTC"); err == nil {
		t.Fatal("registered against the feature flag")
	}
}

func TestErrorTexts(t *testing.T) {
	scenario.CheckErrorTexts(t, InvalidMarket{}, InvalidCollateralLeverage{}, InvalidWrapperFees{}, InvalidCollateralType{},
		InvalidPrices{}, InsufficientAmountReceived{}, ExceedsMaxUsdAmount{}, ExceedsMaxSynthAmount{}, WrapperExceedsMaxAmount{},
		InvalidSettlementStrategy{}, InvalidCommitmentAmount{}, InsufficientSharesAmount{}, InvalidClaim{}, OrderAlreadySettled{},
		OutsideSettlementWindow{}, IneligibleForCancellation{}, MinimumSettlementAmountNotMet{},
		InvalidSettlementWindowDuration{}, StalenessToleranceExceeded{}, OnlyMarketOwner{}, InvalidDecayRate{})
}
