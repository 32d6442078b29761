package perps

import (
	"errors"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/spot"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func d18(t testing.TB, s string) fp.Int256 {
	t.Helper()
	v, err := scenario.ParseD18(s)
	must(t, err)
	return v
}

func check(t *testing.T, what string, got interface{ String() string }, want string) {
	t.Helper()
	if scenario.D18(got) != want {
		t.Errorf("%s is %s, want %s", what, scenario.D18(got), want)
	}
}

// newMarket returns a market with instrument 1 at 1000 USD, backed by a
// million, and accounts 10 and 11 with 50 000 USD of margin each.
func newMarket(t testing.TB) (*scenario.World, *Market, *Instrument) {
	t.Helper()
	w, err := scenario.NewWorld()
	must(t, err)
	m, err := New(w.Sys)
	must(t, err)
	must(t, w.Delegate(scenario.Units(1_000_000)))
	must(t, w.Back(scenario.Units(10), m.ID()))
	must(t, m.Configure(func(c *Config) {
		c.MaxPositions, c.MaxCollaterals = fp.U256(5), fp.U256(3)
		c.Collaterals[USDMargin] = CollateralConfig{MaxAmount: scenario.Units(1_000_000)}
	}))
	must(t, m.CreateInstrument(1))
	must(t, m.ConfigureInstrument(1, func(c *InstrumentConfig) {
		c.SkewScale = scenario.Units(1_000_000)
		c.MaxFundingVelocity = scenario.Units(9)
		c.MaxMarketSize = scenario.Units(10_000)
		c.MinInitialMargin, c.MaintenanceScalar = d18(t, "0.02").Uint256(), d18(t, "0.5").Uint256()
		c.MakerFee, c.TakerFee = d18(t, "0.0002").Uint256(), d18(t, "0.0005").Uint256()
		c.LockedOIRatio = d18(t, "0.5").Uint256()
		c.Strategies = []Strategy{{Window: 60}}
	}))
	i := m.Instrument(1)
	i.SetPrice(scenario.Units(1000).Int256())
	for id := model.AccountID(10); id < 12; id++ {
		must(t, m.CreateAccount(id))
		must(t, w.Give(model.AccountOwner(id), scenario.Units(100_000)))
		must(t, m.ModifyCollateral(id, USDMargin, scenario.Units(50_000).Int256()))
	}
	return w, m, i
}

// The funding of PROTOCOL.md §11.2: velocity by the bounded skew, the rate
// linear and the value quadratic in time.
func TestFunding(t *testing.T) {
	w, m, i := newMarket(t)
	must(t, m.sys.Transact(func() {
		*i.state.Edit(m.sys.Journal()) = InstrumentState{
			Skew: scenario.Units(100_000).Int256(), FundingRate: d18(t, "0.1"), FundingValue: d18(t, "-3"), FundingTime: w.Sys.Now(),
		}
	}))
	w.Sys.SetNow(w.Sys.Now() + secondsPerDay/2)
	check(t, "velocity", m.fundingVelocity(i), "0.9")
	check(t, "rate", m.fundingRate(i), "0.55")
	// -3 - (0.1 + 0.55)/2 · 0.5 · 2000
	check(t, "value", m.fundingValue(i, scenario.Units(2000)), "-328")
	must(t, m.sys.Transact(func() { i.state.Edit(m.sys.Journal()).Skew = scenario.Units(5_000_000).Int256().Neg() }))
	check(t, "velocity at full scale", m.fundingVelocity(i), "-9")
}

// The bounds of a keeper's reward: the minimum over the costs, the maximum by
// margin, the maximum that always holds.
func TestKeeperReward(t *testing.T) {
	_, m, _ := newMarket(t)
	must(t, m.Configure(func(c *Config) {
		c.Rewards = KeeperRewardGuards{scenario.Units(5), d18(t, "0.3").Uint256(), scenario.Units(100), d18(t, "0.1").Uint256()}
	}))
	for _, c := range []struct{ reward, costs, margin, want string }{
		{"0", "2", "0", "7"},         // costs + 5
		{"0", "50", "0", "65"},       // 1.3 · costs
		{"40", "2", "0", "42"},       // reward + costs
		{"400", "2", "0", "100"},     // at most 100
		{"40", "2", "300", "30"},     // at most a tenth of the margin
		{"400", "2", "30000", "100"}, // and never more than 100
	} {
		got := m.keeperReward(d18(t, c.reward).Uint256(), d18(t, c.costs).Uint256(), d18(t, c.margin).Uint256())
		check(t, "reward "+c.reward+" with costs "+c.costs+" on "+c.margin, got, c.want)
	}
}

func TestWindows(t *testing.T) {
	_, m, i := newMarket(t)
	must(t, m.ConfigureInstrument(1, func(c *InstrumentConfig) {
		c.LimitMultiplier, c.LiquidationWindow = d18(t, "0.01").Uint256(), fp.U256(10)
	}))
	check(t, "capacity", i.windowCapacity(), "70") // 0.0007 · 10^6 · 0.01 · 10
	for size, want := range map[string]uint64{"0": 0, "0.000000000000000001": 1, "70": 1, "70.000000000000000001": 2, "700": 10} {
		if got := i.windows(d18(t, size).Uint256()); got != fp.U256(want) {
			t.Errorf("%s takes %v windows, want %d", size, got, want)
		}
	}
}

func TestSides(t *testing.T) {
	for _, c := range []struct {
		a, b           int64
		same, reducing bool
	}{
		{5, 3, true, true}, {5, 0, true, true}, {0, 5, true, false}, {5, 7, true, false},
		{5, -3, false, false}, {-5, -3, true, true}, {-5, 5, false, false}, {5, 5, true, false},
	} {
		a, b := fp.I256(c.a), fp.I256(c.b)
		if sameSide(a, b) != c.same || isReducing(a, b) != c.reducing {
			t.Errorf("%d to %d: same side %v, reducing %v", c.a, c.b, sameSide(a, b), isReducing(a, b))
		}
	}
}

// Rates and elapsed time multiply at 128 bits, as in the contracts.
func TestInterestOverflow(t *testing.T) {
	w, m, _ := newMarket(t)
	must(t, m.Configure(func(c *Config) { c.Interest = InterestParameters{HighGradient: fp.UnitU256} }))
	must(t, m.Configure(func(c *Config) { c.Interest.LowGradient = fp.UnitU256 }))
	// Without anything locked the rate is 0; fully used it is 100 a year.
	must(t, m.UpdateInterestRate())
	check(t, "idle rate", m.Interest().Rate, "0")
	must(t, w.Back(scenario.Units(10)))
	must(t, m.UpdateInterestRate())
	u, err := m.Utilization()
	must(t, err)
	check(t, "delegated", u.Delegated, "0")
	check(t, "full rate", m.Interest().Rate, "100")
	w.Sys.SetNow(w.Sys.Now() + 3*secondsPerYear)
	if err := m.UpdateInterestRate(); err != nil {
		t.Fatal(err)
	}
	w.Sys.SetNow(w.Sys.Now() + 4*secondsPerYear)
	if err := m.UpdateInterestRate(); !errors.Is(err, fp.PanicOverflow) {
		t.Fatalf("4 years at 100 a year: %v", err)
	}
	must(t, m.Configure(func(c *Config) {
		c.Interest = InterestParameters{LowGradient: scenario.Units(1e12), HighGradient: scenario.Units(1e12)}
	}))
	w.Sys.SetNow(w.Sys.Now() - 4*secondsPerYear)
	if err := m.UpdateInterestRate(); !errors.Is(err, fp.PanicOverflow) {
		t.Fatalf("a gradient of 10^12: %v", err)
	}
}

// TestCharge follows a profit and a loss through debt and margin.
func TestCharge(t *testing.T) {
	_, m, _ := newMarket(t)
	a := m.account(10)
	for _, c := range []struct{ amount, usd, debt, total string }{
		{"-49999", "1", "0", "0"},
		{"-1", "0", "0", "0"},
		{"-7", "0", "7", "7"},
		{"0", "0", "7", "7"},
		{"5", "0", "2", "2"},
		{"2", "0", "0", "0"},
		{"3", "3", "0", "0"},
		{"-10", "0", "7", "7"},
		{"10", "3", "0", "0"},
	} {
		must(t, m.sys.Transact(func() { m.charge(a, d18(t, c.amount)) }))
		check(t, "margin after "+c.amount, m.Margin(10, USDMargin), c.usd)
		check(t, "debt after "+c.amount, m.Account(10).Debt, c.debt)
		check(t, "all debts after "+c.amount, m.TotalAccountsDebt(), c.total)
	}
}

func TestViewsOfNothing(t *testing.T) {
	_, m, i := newMarket(t)
	if m.Account(99).Exists || m.Position(99, i) != (Position{}) || len(m.Flagged()) != 0 {
		t.Fatal("an account that is not there has something")
	}
	v, err := m.AvailableMargin(99)
	must(t, err)
	check(t, "available margin of nobody", v, "0")
	fillAtOnce(t, m, 10, -3)
	value, err := m.CollateralValue(10)
	must(t, err)
	check(t, "collateral", value, "49998.50000225") // less the fee: 3 · 999.9985 · 0.0005
	oi, err := m.OpenInterest(10)
	must(t, err)
	check(t, "open interest", oi, "3000")
	if err := m.PayDebt(model.AccountOwner(11), 11, fp.UnitU256); !errors.Is(err, NonexistentDebt{11}) {
		t.Fatal(err)
	}
	must(t, m.CreateAccount(12))
	// Before it first held margin, the contracts know an account as id 0.
	if err := m.PayDebt(model.AccountOwner(11), 12, fp.UnitU256); !errors.Is(err, NonexistentDebt{}) {
		t.Fatal(err)
	}
	i.SetPrice(fp.I256(-1))
	for what, err := range map[string]error{
		"collateral":    second(m.TotalCollateralValue()),
		"locked credit": second(m.Utilization()),
		"order":         second(m.QuoteOrder(i, fp.UnitI256)),
		"required":      second(m.RequiredMarginForOrder(10, i, fp.UnitI256)),
	} {
		if want := what != "collateral"; (err != nil) != want {
			t.Errorf("%s with a reverting feed: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRegistration(t *testing.T) {
	w, m, i := newMarket(t)
	if err := m.CreateInstrument(1); err == nil {
		t.Error("the id of an instrument was taken twice")
	}
	if err := m.CreateInstrument(0); err == nil {
		t.Error("an instrument has the id 0")
	}
	if got := m.Instruments(); len(got) != 1 || got[0] != i || i.ID() != 1 {
		t.Errorf("instruments %v", got)
	}
	m.SetKeeperCosts(KeeperCosts{Liquidate: fp.UnitU256})
	if m.KeeperCosts().Liquidate != fp.UnitU256 || m.Config().MaxPositions != fp.U256(5) || i.Config().MaxMarketSize != scenario.Units(10_000) {
		t.Error("configuration")
	}
	must(t, w.Sys.SetFeatureFlagDenyAll(model.Owner, model.FeatureRegisterMarket, true))
	if _, err := New(w.Sys); err == nil {
		t.Error("registered against the feature flag")
	}
}

// wrapped stands before a spot market.
type wrapped struct{ model.ExternalMarket }

func (w wrapped) Unwrap() model.ExternalMarket { return w.ExternalMarket }

func TestSynthBehindAWrapper(t *testing.T) {
	w, m, _ := newMarket(t)
	s, err := spot.New(w.Sys, "sETH")
	must(t, err)
	w.Sys.WrapExternal(s.ID(), func(x model.ExternalMarket) model.ExternalMarket { return wrapped{x} })
	must(t, m.Configure(func(c *Config) {
		c.Collaterals[s.ID()] = CollateralConfig{Distributor: Distributor{Collaterals: []model.CollateralID{w.SNX}}, MaxAmount: fp.UnitU256}
	}))
	if got := m.synth(s.ID()).Synth(); got != s.Synth() {
		t.Fatalf("synth %v", got)
	}
	if _, err := view(func() Synth { return m.synth(m.ID()) }); !errors.Is(err, InvalidId{m.ID()}) {
		t.Fatalf("the perps market as a synth: %v", err)
	}
}

func TestErrorTexts(t *testing.T) {
	scenario.CheckErrorTexts(t, InvalidMarket{}, InvalidId{}, InvalidAmountDelta{}, SynthNotEnabledForCollateral{},
		MaxCollateralExceeded{}, InsufficientCollateral{}, InsufficientSynthCollateral{}, InsufficientCollateralAvailableForWithdraw{},
		MaxCollateralsPerAccountReached{}, MaxPositionsPerAccountReached{}, AccountLiquidatable{}, NonexistentDebt{},
		PendingOrderExists{}, OrderNotValid{}, ZeroSizeOrder{}, InvalidSettlementStrategy{}, SettlementWindowNotOpen{},
		SettlementWindowExpired{}, InsufficientMargin{}, MaxOpenInterestReached{}, MaxUSDOpenInterestReached{},
		ExceedsMarketCreditCapacity{}, AcceptablePriceExceeded{}, AcceptablePriceNotExceeded{}, NotEligibleForLiquidation{},
		NotEligibleForMarginLiquidation{}, AccountHasOpenPositions{}, InvalidReferrerShareRatio{}, InvalidInterestRateParameters{},
		InvalidSettlementWindowDuration{}, StalenessToleranceExceeded{}, ZeroAddress{})
}
