package runner

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets"
	"backtest/runner/units"
)

// statedWorld is a small world; the lines of a start follow it.
const statedWorld = `
name: stated
paths: 8
horizon: 2d
step: 1h
prices:
  assets:
    - {id: SNX, initial: 2, process: {kind: gbm, annual_volatility: 1}}
    - {id: ETH, initial: 3000, process: {kind: gbm, annual_volatility: 0.7}}
collaterals:
  - {id: SNX, issuance_ratio: 4, liquidation_ratio: 1.6, liquidation_reward: 5, min_delegation: 10}
  - {id: ETH, issuance_ratio: 3, liquidation_ratio: 1.5, liquidation_reward: 0.01, min_delegation: 0.1, decimals: 6}
markets:
  - {id: spot, kind: spot, asset: ETH}
  - {id: perps, kind: perps, instruments: [{id: ETH, asset: ETH, skew_scale: 1e6}, {id: SNX, asset: SNX, skew_scale: 1e6}]}
pools:
  - {id: main, markets: [{market: spot, weight: 1}, {market: perps, weight: 2}]}
  - {id: other, markets: [{market: spot, weight: 1}]}
lps:
  - {id: careful, pool: main, collateral: SNX, policy: de_risk, target_c_ratio: 3, act_below: 2}
traders:
  - {id: crowd, market: perps, instrument: ETH, orders_per_day: 3, size_usd: {value: 100}, accounts: 4}
`

// statedFiles are a start that is fine.
var statedFiles = map[string]string{
	"positions.csv": "account,pool,collateral,amount,debt_usd,group\n" +
		"11,main,SNX,120000,70000.5,\n12,main,SNX,0.000000000000000003,0.000000000000000001,\n13,main,SNX,80000,-1200.25,careful\n14,main,SNX,30000,59000,\n14,main,ETH,20,9000,\n14,other,ETH,1,100,\n",
	"traders.csv": "account,instrument,size,entry_price,margin_usd,group\n1,ETH,12.5,2900,4000,\n2,ETH,-4,3100,2000,crowd\n1,SNX,30,1.9,12000.123456789012345678901,\n",
	"state.yaml": "state:\n  positions: positions.csv\n  perps: {market: perps, positions: traders.csv}\n  markets:\n" +
		"    - {market: spot, supply: 40, net_issuance_usd: -110000, debt_per_share_usd: 0.25}\n",
}

// writeStart writes a start with replacements, each of a text that occurs once
// in one of the files.
func writeStart(t *testing.T, edits ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range statedFiles {
		if name == "state.yaml" {
			name, text = "c.yaml", statedWorld+text
		}
		for i := 0; i < len(edits); i += 2 {
			text = strings.Replace(text, edits[i], edits[i+1], 1)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "c.yaml")
}

func buildStart(path string) (*world, error) {
	l, err := configs.Load(configs.Source{File: path})
	if err != nil {
		return nil, err
	}
	w, err := newWorlds(l, nil)
	if err != nil {
		return nil, err
	}
	return w.open[cell{baseScenario, 0}].world, nil
}

func mustBuild(t *testing.T, path string) *world {
	t.Helper()
	w, err := buildStart(path)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func decimalOf(t *testing.T, text string) fp.Int256 {
	t.Helper()
	d, err := configs.ParseDecimal(text)
	if err != nil {
		t.Fatal(err)
	}
	return units.FromBig(d.D18())
}

// TestStatedPositions: amounts and debts are as stated, to the wei, whatever
// the protocol would have admitted, and what the markets report follows from
// the people in them.
func TestStatedPositions(t *testing.T) {
	w := mustBuild(t, writeStart(t))
	rows := strings.Split(strings.TrimSpace(statedFiles["positions.csv"]), "\n")[1:]
	if len(w.LPs) != len(rows) {
		t.Fatalf("%d LPs, want %d", len(w.LPs), len(rows))
	}
	for i, row := range rows {
		cells := strings.Split(row, ",")
		lp := w.LPs[i]
		if want := cells[1] + "/" + cells[2] + "/" + cells[0]; lp.Name != want || lp.Group != cells[5] {
			t.Errorf("row %d is %s of group %q, want %s", i, lp.Name, lp.Group, want)
		}
		pool, ct := w.Pools[w.Vaults[lp.Vault].Pool].ID, w.Collaterals[w.Vaults[lp.Vault].Collateral].CT
		p, err := w.Initial.Position(pool, ct, lp.Account)
		if err != nil {
			t.Fatal(err)
		}
		if p.Collateral.Int256() != decimalOf(t, cells[3]) || p.Debt != decimalOf(t, cells[4]) {
			t.Errorf("%s: %s tokens and a debt of %s, want %s and %s", lp.Name, p.Collateral, p.Debt, cells[3], cells[4])
		}
	}
	for market, want := range map[string]string{"spot": "120000", "perps": "0"} {
		id := w.Markets[marketAt(w, market)].ID
		reported, err := w.Initial.MarketReportedDebt(id)
		if err != nil {
			t.Fatal(err)
		}
		x := w.Initial.MarketStorage(id)
		if market == "spot" && reported.Int256() != decimalOf(t, want) {
			t.Errorf("%s reports %s, want %s", market, reported, want)
		}
		if market == "spot" && (x.NetIssuance.Wide() != decimalOf(t, "-110000") || x.ValuePerShare.D18().Wide() != decimalOf(t, "0.25")) {
			t.Errorf("spot has issued %s at %s a share", x.NetIssuance, x.ValuePerShare)
		}
		if x.TotalShares.IsZero() || len(x.InRange) == 0 {
			t.Errorf("no pool backs %s", market)
		}
	}
	if d, err := w.Initial.Save(); err != nil {
		t.Fatal(err)
	} else if _, err := model.Load(d, markets.LoadState); err != nil {
		t.Error(err)
	}
}

func marketAt(w *world, name string) int {
	for i := range w.Markets {
		if w.Markets[i].Name == name {
			return i
		}
	}
	return -1
}

// TestStatedRun: a start by hand runs without a failed path, with its traders
// and its group.
func TestStatedRun(t *testing.T) {
	l, err := configs.Load(configs.Source{File: writeStart(t)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Run(t.Context(), l, Options{Out: t.TempDir() + "/out", Workers: 1})
	if err != nil || m.FailedPaths != 0 {
		t.Fatalf("%d failed paths: %v", m.FailedPaths, err)
	}
}

// badStarts are kinds of starts that cannot be: an edit, and what is told.
var badStarts = []struct{ name, old, new, want string }{
	{"account twice in a vault", "12,main,SNX", "11,main,SNX", `positions.csv: line 3, column 1: account: found a second position main/SNX/11`},
	{"account 0", "11,main", "0,main", `positions.csv: line 2, column 1: account: found "0"`},
	{"account negative", "11,main", "-4,main", `line 2, column 1: account`},
	{"account with zeros", "11,main", "011,main", `line 2, column 1: account`},
	{"account too large", "11,main", "9223372036854775808,main", `line 2, column 1: account`},
	{"account a word", "11,main", "alice,main", `line 2, column 1: account`},
	{"account empty", "11,main", ",main", `line 2, column 1: account`},
	{"pool unknown", "11,main", "11,mian", `line 2, column 4: pool: found "mian", allowed: main, other`},
	{"pool empty", "11,main", "11,", `line 2, column 4: pool: found ""`},
	{"collateral unknown", "11,main,SNX", "11,main,BTC", `line 2, column 9: collateral: found "BTC", allowed: ETH, SNX`},
	{"amount negative", "120000,70000.5", "-120000,70000.5", `line 2, column 13: amount: found -120000, allowed: 0 or more`},
	{"amount a word", "120000,70000.5", "many,70000.5", `line 2, column 13: amount: found "many"`},
	{"amount empty", "120000,70000.5", ",70000.5", `line 2, column 13: amount`},
	{"amount NaN", "120000,70000.5", "NaN,70000.5", `line 2, column 13: amount`},
	{"amount infinite", "120000,70000.5", "inf,70000.5", `line 2, column 13: amount`},
	{"amount too large", "120000,70000.5", "1e40,70000.5", `line 2, column 13: amount`},
	{"amount in wei beyond 18 decimals", "120000,70000.5", "0.1234567890123456789,70000.5", `line 2, column 13: amount: found "0.1234567890123456789", allowed: a plain decimal number of at most 18 decimals`},
	{"decimal comma", "120000,70000.5", `"120.000,5",70000.5`, `line 2, column 13: amount: found "120.000,5"`},
	{"thousands", "120000,70000.5", `"120,000",70000.5`, `line 2, column 13: amount`},
	{"hexadecimal", "120000,70000.5", "0x1f,70000.5", `line 2, column 13: amount`},
	{"unit", "120000,70000.5", "120000 SNX,70000.5", `line 2, column 13: amount`},
	{"debt a word", "120000,70000.5", "120000,none", `line 2, column 20: debt_usd: found "none"`},
	{"debt with a currency", "120000,70000.5", "120000,$7", `line 2, column 20: debt_usd`},
	{"debt empty", "120000,70000.5", "120000,", `line 2, column 20: debt_usd`},
	{"nothing", "120000,70000.5", "0,0", `line 2, column 13: amount: found 0 and no debt`},
	{"group unknown", "-1200.25,careful", "-1200.25,carefull", `group: found "carefull", allowed: a group of lps`},
	{"group of another vault", "14,main,ETH,20,9000,", "14,main,ETH,20,9000,careful", `group: found careful, which is of main/SNX`},
	{"cell missing", "14,main,SNX,30000,59000,", "14,main,SNX,30000", `line 5`},
	{"cell too many", "14,main,SNX,30000,59000,", "14,main,SNX,30000,59000,,,", `line 5`},
	{"quote open", "14,main,SNX", `"14,main,SNX`, `line`},
	{"header missing", "account,pool,collateral,amount", "account,pool,collateral,tokens", `header: found the column "tokens"`},
	{"header twice", "amount,debt_usd", "amount,amount", `header: the column "amount" is there twice`},
	{"column missing", "account,pool,collateral,amount,debt_usd", "account,pool,collateral,amount,c_ratio", `header: the column "debt_usd" is missing`},
	{"sums below markets", "net_issuance_usd: -110000", "net_issuance_usd: 500000", `state.unallocated_usd: debts do not add up`},
	{"sums against what was minted", "  perps:", "  minted_usd: 5\n  perps:", `state.minted_usd: debts do not add up`},
	{"sums against what is unallocated", "  perps:", "  unallocated_usd: 1e9\n  perps:", `state.unallocated_usd: debts do not add up`},
	{"instrument unknown", "2,ETH,-4", "2,DOGE,-4", `traders.csv: line 3, column 3: instrument: found "DOGE", allowed: ETH, SNX`},
	{"trader twice", "1,SNX,30", "1,ETH,30", `traders.csv: line 4, column 1: account: found a second position 1/ETH`},
	{"size a word", "2,ETH,-4", "2,ETH,short", `traders.csv: line 3, column 7: size`},
	{"margin negative", "3100,2000", "3100,-2000", `traders.csv: line 3, column 15: margin_usd: found -2000, allowed: 0 or more`},
	{"entry price negative", "-4,3100", "-4,-3100", `traders.csv: line 3, column 10: entry_price`},
	{"trader group without accounts", "3100,2000,crowd", "3100,2000,nobody", `traders.csv: line 3, column 20: group: found "nobody"`},
	{"size and margin 0", "12.5,2900,4000", "0,2900,0", `traders.csv: line 2, column 7: size: found 0 and no margin`},
	{"file missing", "positions: positions.csv", "positions: nowhere.csv", `nowhere.csv (no such file)`},
	{"market unknown", "market: spot, supply", "market: sopt, supply", `state.markets[0].market: found no market sopt`},
	{"supply of a perps market", "market: spot, supply", "market: perps, supply", `state.markets[0].supply: found perps, which is perps`},
	{"supply negative", "supply: 40", "supply: -40", `state.markets[0].supply: found -40`},
	{"market twice", "  markets:\n    -", "  markets:\n    - {market: spot, outstanding_usd: 1}\n    -", `a second spot/`},
	{"skew beside traders", "  markets:\n    -", "  markets:\n    - {market: perps, instrument: ETH, skew: 2, open_interest: 3}\n    -", `a skew beside traders one by one`},
	{"skew beyond open interest", "  perps: {market: perps, positions: traders.csv}\n  markets:\n    -", "  markets:\n    - {market: perps, instrument: ETH, skew: 4, open_interest: 3}\n    -", `open_interest: found 3, allowed: at least the skew`},
	{"pool that does not back", "  perps:", "  pools: [{pool: other, market: perps, in_range: false}]\n  perps:", `perps, which the pool does not back`},
	{"vault without positions", "  perps:", "  vaults: [{pool: other, collateral: SNX, credit_usd: 3}]\n  perps:", `found the vault other/SNX, which has no positions`},
	{"file beside a start by hand", "  positions:", "  file: positions.csv\n  positions:", `found a file beside keys of a start by hand`},
	{"file that is no state", "state:\n  positions: positions.csv\n  perps: {market: perps, positions: traders.csv}\n  markets:\n    - {market: spot, supply: 40, net_issuance_usd: -110000, debt_per_share_usd: 0.25}\n", "state: {file: positions.csv}\n", `state.file: positions.csv: line 1, column`},
}

// TestBadStarts: everything that cannot be is refused with its place, and every
// problem is invalid input.
func TestBadStarts(t *testing.T) {
	place := regexp.MustCompile(`c\.yaml:\d+:\d+: |c\.yaml:\d+: `)
	for _, test := range badStarts {
		_, err := buildStart(writeStart(t, test.old, test.new))
		if err == nil {
			t.Errorf("%s is accepted", test.name)
			continue
		}
		_, input := errors.AsType[*InputError](err)
		_, problems := err.(configs.Problems)
		if !input && !problems || !strings.Contains(err.Error(), test.want) || !place.MatchString(err.Error()) {
			t.Errorf("%s: %T %v, want %s", test.name, err, err, test.want)
		}
	}
	if len(badStarts) < 40 {
		t.Errorf("only %d kinds", len(badStarts))
	}
}

// TestAllFaultsAtOnce: one file's faults are told together.
func TestAllFaultsAtOnce(t *testing.T) {
	_, err := buildStart(writeStart(t, "11,main,SNX,120000", "x,y,z,w", "14,other,ETH,1", "14,other,ETH,-1"))
	for _, want := range []string{"line 2, column 1", "line 2, column 3", "line 2, column 5", "line 2, column 7", "line 7, column 14"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %s", err, want)
		}
	}
}

// TestFirstDebtByShares: the debt that a scripted market has at the start falls
// on everybody by shares, whoever stands first.
func TestFirstDebtByShares(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("debt.csv", "timestamp_unix,reported_debt_usd,minimum_credit_usd,deposit_usd,withdraw_usd\n1700000000,90000,0,0,0\n")
	path := write("c.yaml", `
name: first-debt
paths: 1
horizon: 1d
prices: {assets: [{id: SNX, initial: 2, process: {kind: gbm, annual_volatility: 1}}]}
collaterals: [{id: SNX, issuance_ratio: 4, liquidation_ratio: 1.6}]
markets: [{id: old, kind: scripted, file: debt.csv}]
pools: [{id: a, markets: [{market: old, weight: 1}]}, {id: b, markets: [{market: old, weight: 1}]}]
lps:
  - {id: first, pool: a, collateral: SNX, count: 1, collateral_usd: {value: 100000}}
  - {id: second, pool: a, collateral: SNX, count: 1, collateral_usd: {value: 300000}}
  - {id: third, pool: b, collateral: SNX, count: 1, collateral_usd: {value: 500000}}
`)
	w := mustBuild(t, path)
	for i, want := range []string{"10000", "30000", "50000"} {
		lp := w.LPs[i]
		pool, ct := w.Pools[w.Vaults[lp.Vault].Pool].ID, w.Collaterals[w.Vaults[lp.Vault].Collateral].CT
		p, err := w.Initial.Position(pool, ct, lp.Account)
		if err != nil {
			t.Fatal(err)
		}
		if off := p.Debt.Sub(decimalOf(t, want)).Magnitude(); fp.U256(20).Less(off) {
			t.Errorf("%s owes %s, want %s", lp.Name, p.Debt, want)
		}
	}
}

// TestAsStated: groups whose positions exist as they are drawn are neither
// enlarged nor kept from what the protocol would refuse.
func TestAsStated(t *testing.T) {
	text := strings.Replace(statedWorld, "traders:", "  - {id: small, pool: main, collateral: SNX, count: 3, collateral_usd: {value: 1}, c_ratio: {value: 1.2}, at_start: as_stated}\n"+
		"  - {id: full, pool: main, collateral: ETH, total_usd: 100000, collateral_usd: {value: 30000}}\ntraders:", 1)
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(strings.Replace(text, "act_below: 2}", "act_below: 2, count: 1, collateral_usd: {value: 1000}}", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	w := mustBuild(t, path)
	var names []string
	for _, lp := range w.LPs {
		names = append(names, lp.Name)
		pool, ct := w.Pools[w.Vaults[lp.Vault].Pool].ID, w.Collaterals[w.Vaults[lp.Vault].Collateral].CT
		p, err := w.Initial.Position(pool, ct, lp.Account)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"small": "0.5", "careful": "500", "full": "10"}[lp.Group]
		if lp.Name == "full/4" {
			want = "3.333333333333333333"
		}
		if p.Collateral.Int256() != decimalOf(t, want) || lp.Group == "small" && units.FloatU(p.CRatio) > 1.21 {
			t.Errorf("%s has %s tokens at %s, want %s", lp.Name, p.Collateral, p.CRatio, want)
		}
	}
	if got := fmt.Sprint(names); got != "[small/1 small/2 small/3 careful/1 full/1 full/2 full/3 full/4]" {
		t.Error(got)
	}
}
