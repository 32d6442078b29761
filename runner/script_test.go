package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/runner/record"
	"backtest/runner/sim"
	"backtest/runner/units"
)

const scriptHead = "timestamp_unix,reported_debt_usd,minimum_credit_usd,deposit_usd,withdraw_usd\n"

func TestReadScript(t *testing.T) {
	rows, err := readScript(strings.NewReader(scriptHead + "10,1.5,0,0,0.000000000000000001\n20,1_000,2,3,4\n"))
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	first, second := rows[0], rows[1]
	if first.Time != 10 || first.ReportedDebt.String() != "1500000000000000000" || first.Withdraw.String() != "1" || !first.Deposit.IsZero() ||
		second.Time != 20 || second.ReportedDebt.String() != "1000000000000000000000" || second.MinimumCredit.String() != "2000000000000000000" || second.Deposit.String() != "3000000000000000000" {
		t.Errorf("%+v", rows)
	}
}

func TestReadScriptTellsTheLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":             {"", "line 1: EOF"},
		"another header":    {"time,debt,credit,in,out\n", "line 1: found"},
		"too few columns":   {scriptHead + "10,1,1,1\n", "line 2"},
		"no time":           {scriptHead + "10,1,1,1,1\nnow,1,1,1,1\n", `line 3: timestamp_unix: found "now"`},
		"time before 1970":  {scriptHead + "-1,1,1,1,1\n", "line 2: timestamp_unix"},
		"no amount":         {scriptHead + "10,1,1,x,1\n", `line 2: deposit_usd: found "x", allowed: an amount of USD`},
		"negative":          {scriptHead + "10,-1,1,1,1\n", "line 2: reported_debt_usd"},
		"out of order":      {scriptHead + "10,1,1,1,1\n\n20,1,1,1,1\n20,1,1,1,1\n", "line 5: found time 20, allowed: later"},
		"quote in the wild": {scriptHead + "10,1\",1,1,1\n", "line 2"},
	} {
		if _, err := readScript(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %s", name, err, c.want)
		}
	}
}

func FuzzReadScript(f *testing.F) {
	f.Add(scriptHead + "10,1.5,0,0,0\n20,1,2,3,4\n")
	f.Add(scriptHead + "10,1e400,0,0,0\n")
	f.Add("\"")
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := readScript(strings.NewReader(text))
		for i := range rows {
			if err == nil && i > 0 && rows[i].Time <= rows[i-1].Time {
				t.Errorf("row %d is not later than the one before", i)
			}
		}
	})
}

// scripted is a world with a pool of 1,000 USD behind a scripted market.
const scripted = `
name: scripted
paths: 1
horizon: 6h
step: 1h
prices:
  assets: [{id: USDC, initial: 1, process: {kind: constant}}]
collaterals: [{id: USDC, issuance_ratio: 200%, liquidation_ratio: 150%}]
markets: [{id: replayed, kind: scripted, file: FILE}]
pools: [{id: pool, markets: [{market: replayed, weight: 1}]}]
lps: [{id: lp, pool: pool, collateral: USDC, count: 2, collateral_usd: {kind: constant, value: 500}}]
keepers: [{id: k, action: distribute, every: 1h}]
record: {every: 1h}
`

func workerOf(t testing.TB, l *configs.Loaded) *worker {
	t.Helper()
	w, err := newWorlds(l, nil)
	if err != nil {
		t.Fatal(err)
	}
	return newWorker(w.open[cell{w.variants[0].scenario, 0}].world)
}

func loadScript(t *testing.T, content string) *configs.Loaded {
	t.Helper()
	file := filepath.Join(t.TempDir(), "market.csv")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return loadText(t, strings.Replace(scripted, "FILE", file, 1))
}

// TestScriptedMarket: 2026-01-01 is 1767225600. The market comes to owe 100
// USD, is paid 50, and in the fourth hour asks for more than the pool can pay.
func TestScriptedMarket(t *testing.T) {
	w := workerOf(t, loadScript(t, scriptHead+`1767225600,0,0,0,0
1767229200,100,10,0,0
1767232800,100,10,50,0
1767240000,100,10,0,5000
`))
	debts := map[int]float64{}
	w.trace = func(s *sim.State) error {
		d, err := s.Sys.MarketTotalDebt(s.World.Markets[0].ID)
		debts[s.Step] = units.Float(d)
		return err
	}
	if err := w.path(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	for step, want := range []float64{0, 100, 50, 50, 50, 50, 50} {
		if debts[step] != want {
			t.Errorf("step %d: the market owes %v, want %v", step, debts[step], want)
		}
	}
	r := &w.state.Row
	if r.InsufficientLiquidity != 1 || r.UnpaidUSD.Float64() != 5000 || r.FirstInsufficientLiquiditySeconds != 4*3600 {
		t.Errorf("%+v", r)
	}
	if e := w.state.Events; len(e) != 1 || e[0].Kind != record.KindInsufficientLiquidity || e[0].Market != "replayed" {
		t.Errorf("%+v", e)
	}
}

func TestScriptIsAnInput(t *testing.T) {
	_, err := newWorlds(loadScript(t, scriptHead+"1,x,0,0,0\n"), nil)
	var input *InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "market.csv: line 2: reported_debt_usd") {
		t.Errorf("error is %v", err)
	}
}

// TestScriptsArePartOfTheQuestion: a file of a market, also one that only a
// scenario or a point of a study has, is an input with its content.
func TestScriptsArePartOfTheQuestion(t *testing.T) {
	dir := t.TempDir()
	write := func(name, debt string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(scriptHead+"1767225600,"+debt+",0,0,0\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	own, scenario, point := write("own.csv", "1"), write("scenario.csv", "2"), write("point.csv", "3")
	text := strings.Replace(scripted, "FILE", own, 1) + `
scenarios: [{id: other, set: [{key: "markets[replayed].file", value: "` + scenario + `"}]}]
study: {axes: [{key: "markets[replayed].file", values: ["` + point + `"]}]}
`
	out := filepath.Join(dir, "out")
	study := func() error {
		_, err := Study(context.Background(), loadText(t, text), Options{Out: out, Resume: true})
		return err
	}
	if err := study(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{scenario, point} {
		write(filepath.Base(file), "4")
		var other *record.MismatchError
		if err := study(); !errors.As(err, &other) || !strings.Contains(err.Error(), "inputs."+filepath.Base(file)) {
			t.Errorf("%s changed: %v", file, err)
		}
	}
}
