package markets_test

import (
	"errors"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/model/markets/internal/scenario"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newWorld(t testing.TB) *scenario.World {
	t.Helper()
	w, err := scenario.NewWorld()
	must(t, err)
	return w
}

// answers demands what a market tells the core (USD).
func answers(t *testing.T, m model.ExternalMarket, reported, credit uint64) {
	t.Helper()
	got, err := m.ReportedDebt()
	must(t, err)
	need, err := m.MinimumCredit()
	must(t, err)
	if got != scenario.Units(reported) || need != scenario.Units(credit) {
		t.Errorf("reports %s and needs %s, want %d and %d", scenario.D18(got), scenario.D18(need), reported, credit)
	}
}

func TestSimpleAnswersWhatItIsTold(t *testing.T) {
	m := &markets.Simple{}
	answers(t, m, 0, 0)
	m.SetReportedDebt(scenario.Units(7))
	m.SetMinimumCredit(scenario.Units(9))
	c := m.Clone(nil)
	bad, worse := errors.New("bad"), errors.New("worse")
	m.SetReportedDebtFailure(bad)
	m.SetMinimumCreditFailure(worse)
	if _, err := m.ReportedDebt(); err != bad {
		t.Errorf("reported debt: %v", err)
	}
	if _, err := m.MinimumCredit(); err != worse {
		t.Errorf("minimum credit: %v", err)
	}
	answers(t, c, 7, 9)
	m.SetReportedDebtFailure(nil)
	m.SetMinimumCreditFailure(nil)
	answers(t, m, 7, 9)
}

// backed registers a simple market backed by a million and returns its id.
func backed(t *testing.T, w *scenario.World) (*markets.Simple, model.MarketID) {
	t.Helper()
	m := &markets.Simple{}
	id, err := w.Sys.RegisterMarket(m)
	must(t, err)
	must(t, w.Delegate(scenario.Units(1_000_000)))
	must(t, w.Back(scenario.Units(10), id))
	return m, id
}

func pull(w *scenario.World) error { return w.Sys.RebalancePool(1, w.SNX) }

func TestOutageBlocksThePool(t *testing.T) {
	w := newWorld(t)
	m, id := backed(t, w)
	m.SetReportedDebt(scenario.Units(100))
	m.SetMinimumCredit(scenario.Units(50))
	now := w.Sys.Now()
	f := markets.Fail(w.Sys, id, markets.Outage{From: now + 10, Until: now + 20}, markets.Outage{From: now + 30, Until: now + 31})
	if f.Unwrap() != m || w.Sys.External(id) != f {
		t.Fatal("the market does not stand behind")
	}
	for seconds, down := range map[uint64]bool{0: false, 9: false, 10: true, 19: true, 20: false, 29: false, 30: true, 31: false} {
		w.Sys.SetNow(now + seconds)
		_, err := f.ReportedDebt()
		_, need := f.MinimumCredit()
		blocked := pull(w)
		want := markets.Unavailable{MarketID: id}
		if down != errors.Is(err, want) || down != errors.Is(need, want) || down != errors.Is(blocked, want) {
			t.Errorf("after %d s: %v, %v, pool: %v", seconds, err, need, blocked)
		}
	}
	scenario.CheckErrorTexts(t, markets.Unavailable{})
}

func TestCloneOfAnOutage(t *testing.T) {
	w := newWorld(t)
	m, id := backed(t, w)
	m.SetReportedDebt(scenario.Units(100))
	markets.Fail(w.Sys, id, markets.Outage{From: w.Sys.Now() + 10, Until: w.Sys.Now() + 20})
	to := w.Sys.Clone(markets.Clone)
	m.SetReportedDebt(scenario.Units(200))
	answers(t, to.External(id), 100, 0)
	to.SetNow(to.Now() + 10)
	if _, err := to.MarketReportedDebt(id); err == nil {
		t.Error("the copy answers during the outage")
	}
	answers(t, w.Sys.External(id), 200, 0)
}

func rows(now uint64) []markets.ScriptRow {
	u := scenario.Units
	return []markets.ScriptRow{
		{Time: now, ReportedDebt: u(10), MinimumCredit: u(1), Deposit: u(40)},
		{Time: now + 5, ReportedDebt: u(20), MinimumCredit: u(2), Deposit: u(100), Withdraw: u(30)},
		{Time: now + 9, ReportedDebt: u(15), Withdraw: u(5_000_000)},
		{Time: now + 12, ReportedDebt: u(12)},
	}
}

func TestScriptedFollowsItsRows(t *testing.T) {
	w := newWorld(t)
	now, wallet := w.Sys.Now(), model.AccountOwner(30)
	must(t, w.Give(wallet, scenario.Units(50)))
	m, err := markets.NewScripted(w.Sys, markets.Script{Rows: rows(now), Wallet: wallet})
	must(t, err)
	must(t, w.Delegate(scenario.Units(1_000_000)))
	must(t, w.Back(scenario.Units(10), m.ID()))
	w.Sys.SetNow(now - 1)
	answers(t, m, 0, 0)
	if failed := m.Advance(); failed != nil {
		t.Fatal(failed)
	}
	w.Sys.SetNow(now + 4)
	answers(t, m, 10, 1)
	if failed := m.Advance(); failed != nil {
		t.Fatal(failed)
	}
	checkUSD(t, w, wallet, 10)
	// The second row's deposit is more than the wallet has; the withdrawal goes
	// on. The third row's withdrawal is more than the market's credit.
	w.Sys.SetNow(now + 10)
	answers(t, m, 15, 0)
	failed := m.Advance()
	if len(failed) != 2 || failed[0].Row != 1 || failed[0].Withdraw || failed[1].Row != 2 || !failed[1].Withdraw {
		t.Fatalf("failed flows: %v", failed)
	}
	var poor model.InsufficientBalance
	var dry model.NotEnoughLiquidity
	if !errors.As(failed[0], &poor) || !errors.As(failed[1], &dry) {
		t.Fatalf("failed flows: %v", failed)
	}
	if failed[0].Error() == failed[1].Error() {
		t.Error("the texts of a deposit and a withdrawal do not differ")
	}
	checkUSD(t, w, wallet, 40)
	if again := m.Advance(); again != nil {
		t.Fatalf("flows twice: %v", again)
	}
}

func checkUSD(t *testing.T, w *scenario.World, a model.Actor, want uint64) {
	t.Helper()
	if got := w.Sys.TokenBalance(model.USD, a); got != scenario.Units(want) {
		t.Errorf("%v holds %s USD, want %d", a, scenario.D18(got), want)
	}
}

func TestScriptedBridgesWhatIsMissing(t *testing.T) {
	w := newWorld(t)
	wallet := model.AccountOwner(30)
	m, err := markets.NewScripted(w.Sys, markets.Script{Rows: rows(w.Sys.Now()), Wallet: wallet, Bridge: true})
	must(t, err)
	supply := w.Sys.USDSupply()
	w.Sys.SetNow(w.Sys.Now() + 5)
	before := w.Sys.Digest()
	to := w.Sys.Clone(markets.Clone)
	if failed := m.Advance(); failed != nil {
		t.Fatal(failed)
	}
	// 40 and 100 arrive and are burnt, 30 are withdrawn.
	checkUSD(t, w, wallet, 30)
	if m.Imported() != scenario.Units(140) || w.Sys.USDSupply() != supply.Add(scenario.Units(30)) {
		t.Errorf("imported %s, supply %s", scenario.D18(m.Imported()), scenario.D18(w.Sys.USDSupply()))
	}
	if to.Digest() != before || w.Sys.Digest() == before {
		t.Error("the copy is not independent")
	}
	copied := to.External(m.ID()).(*markets.Scripted)
	if failed := copied.Advance(); failed != nil || to.Digest() != w.Sys.Digest() {
		t.Errorf("the copy went another way: %v", failed)
	}
	// A withdrawal that the core refuses aborts the static call around it, which
	// takes everything back either way.
	w.Sys.SetNow(w.Sys.Now() + 5)
	var dry model.NotEnoughLiquidity
	if err := w.Sys.Static(func() { m.Advance() }); !errors.As(err, &dry) {
		t.Errorf("five million withdrawn: %v", err)
	}
	w.Sys.SetNow(w.Sys.Now() - 5)
	if to.Digest() != w.Sys.Digest() {
		t.Error("a static call changed the state")
	}
}

func TestScriptsAreChecked(t *testing.T) {
	w := newWorld(t)
	list := rows(1000)
	list[2].Time = list[1].Time
	_, err := markets.NewScripted(w.Sys, markets.Script{Rows: list})
	var wrong *markets.ScriptOrderError
	if !errors.As(err, &wrong) || wrong.Row != 2 || wrong.Time != 1005 || err.Error() == "" {
		t.Fatal(err)
	}
	must(t, w.Sys.SetFeatureFlagDenyAll(model.Owner, model.FeatureRegisterMarket, true))
	if _, err := markets.NewScripted(w.Sys, markets.Script{}); err == nil {
		t.Fatal("registered against the feature flag")
	}
}

// A market without a digest of its own adds nothing to the system's.
func TestFailingPassesTheDigestOn(t *testing.T) {
	w := newWorld(t)
	_, id := backed(t, w)
	plain := w.Sys.Digest()
	markets.Fail(w.Sys, id)
	if w.Sys.Digest() != plain {
		t.Error("standing before a market changed the digest")
	}
	s, err := markets.NewScripted(w.Sys, markets.Script{Rows: []markets.ScriptRow{{Time: 1}}, Wallet: model.Keeper})
	must(t, err)
	markets.Fail(w.Sys, s.ID())
	before := w.Sys.Digest()
	s.Advance()
	if w.Sys.Digest() == before {
		t.Error("the state of the market behind is not in the digest")
	}
	if fp.U256(0) != s.Imported() {
		t.Error("imported USD from nowhere")
	}
}
