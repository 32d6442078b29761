package markets_test

import (
	"math/rand/v2"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/internal/scenario"
	"backtest/model/markets/perps"
)

// TestTwoAccountsCarryAllTraders trades the same with forty traders, half of
// them long and half short, and with one account a side. The reported debt is
// the same after every trade, to a few wei for each.
func TestTwoAccountsCarryAllTraders(t *testing.T) {
	const seed, steps, traders = 4, 4000, 40
	r := rand.New(rand.NewPCG(seed, 0))
	many, few := flowMarket(t, traders), flowMarket(t, 2)
	for n := range steps {
		if r.Uint64N(3) == 0 {
			price := scenario.Units(900).Add(fp.U256(r.Uint64())).Mul(fp.U256(1 + r.Uint64N(3))).Int256()
			many.Instruments()[0].SetPrice(price)
			few.Instruments()[0].SetPrice(price)
		}
		now := uint64(r.Uint64N(500))
		many.warp(now)
		few.warp(now)
		id := r.Uint64N(traders)
		size := many.size(r, id)
		if size.IsZero() {
			continue
		}
		a, err := many.Trade(model.AccountID(1+id), 1, size, model.Actor{})
		must(t, err)
		b, err := few.Trade(model.AccountID(1+id%2), 1, size, model.Actor{})
		must(t, err)
		if a.FillPrice != b.FillPrice || a.Fee != b.Fee {
			t.Fatalf("seed %d, step %d: %v and %v", seed, n, a, b)
		}
		compareDebts(t, n, many, few)
	}
	if got, want := few.Instruments()[0].State(), many.Instruments()[0].State(); got.Skew != want.Skew || got.Size != want.Size || got.FundingValue != want.FundingValue {
		t.Errorf("instrument %v, want %v", got, want)
	}
}

func compareDebts(t *testing.T, step int, many, few *flow) {
	t.Helper()
	a, err := many.ReportedDebt()
	must(t, err)
	b, err := few.ReportedDebt()
	must(t, err)
	if d := a.Int256().Sub(b.Int256()).Magnitude(); fp.U256(uint64(8 * (step + 2))).Less(d) {
		t.Fatalf("step %d: the debts %s and %s differ by %s wei", step, scenario.D18(a), scenario.D18(b), d)
	}
}

// flow is a perps market with a number of accounts, every second one long.
type flow struct {
	*perps.Market
	w *scenario.World
}

func flowMarket(t *testing.T, accounts uint64) *flow {
	t.Helper()
	w := newWorld(t)
	m, err := perps.New(w.Sys)
	must(t, err)
	must(t, w.Delegate(scenario.Units(10_000_000)))
	must(t, w.Back(scenario.Units(10), m.ID()))
	must(t, m.CreateInstrument(1))
	must(t, m.ConfigureInstrument(1, func(c *perps.InstrumentConfig) {
		c.SkewScale, c.MaxFundingVelocity = scenario.Units(100_000), scenario.Units(9)
		c.MakerFee, c.TakerFee, c.LockedOIRatio = ratio(200), ratio(500), ratio(500_000)
	}))
	must(t, m.Configure(func(c *perps.Config) {
		c.MaxCollaterals = fp.U256(1)
		c.Collaterals[perps.USDMargin] = perps.CollateralConfig{MaxAmount: scenario.Units(100_000_000)}
	}))
	m.Instruments()[0].SetPrice(scenario.Units(1000).Int256())
	for id := range model.AccountID(accounts) {
		must(t, m.CreateAccount(id+1))
		must(t, w.Give(model.AccountOwner(id+1), scenario.Units(8_000_000/accounts)))
		must(t, m.ModifyCollateral(id+1, perps.USDMargin, scenario.Units(8_000_000/accounts).Int256()))
	}
	return &flow{m, w}
}

func (f *flow) warp(seconds uint64) { f.w.Sys.SetNow(f.w.Sys.Now() + seconds) }

// size draws a trade that leaves an account on its side.
func (f *flow) size(r *rand.Rand, id uint64) fp.Int256 {
	held := f.Position(model.AccountID(1+id), f.Instruments()[0]).Size.Wide().Magnitude()
	target := fp.U256(r.Uint64()).Mul(fp.U256(r.Uint64N(3)))
	change := target.Int256().Sub(held.Int256())
	if id%2 == 1 {
		return change.Neg()
	}
	return change
}
