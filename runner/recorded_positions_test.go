package runner

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/runner/record"
)

// runStart runs a configuration into a folder.
func runStart(t *testing.T, path string, sets []string, o Options) string {
	t.Helper()
	l, err := configs.Load(configs.Source{File: path, Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	o.Out = filepath.Join(t.TempDir(), "out")
	if o.Workers == 0 {
		o.Workers = 1
	}
	if _, err := Run(t.Context(), l, o); err != nil {
		t.Fatal(err)
	}
	return o.Out
}

// fewLiquidators makes a start in which positions are liquidated.
var volatileStart = []string{"0.000000000000000003,0.000000000000000001", "50000,42000", "traders:", "liquidators: [{id: bot}]\ntraders:", "annual_volatility: 1}", "annual_volatility: 3}"}

// TestPositionResults: the counts by position are those of the events, whoever
// computes which paths, and in shards.
func TestPositionResults(t *testing.T) {
	path := writeStart(t, volatileStart...)
	sets := []string{"paths=130", "horizon=5d"}
	whole := runStart(t, path, sets, Options{})
	many := runStart(t, path, sets, Options{Workers: 3})
	shards := []string{
		runStart(t, path, sets, Options{Shard: &record.Shard{Index: 1, Count: 2}}),
		runStart(t, path, sets, Options{Shard: &record.Shard{Index: 2, Count: 2}}),
	}
	joined := filepath.Join(t.TempDir(), "joined")
	if _, err := record.Merge(t.Context(), shards, joined, record.Options{}, record.Facts{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"position_results.arrow", "position_results.csv"} {
		want, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{many, joined} {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s of %s differs: %v", name, filepath.Base(dir), err)
			}
		}
	}
	r, err := record.Open(whole)
	if err != nil {
		t.Fatal(err)
	}
	paths, vaults := map[string]map[int64]bool{}, map[string]map[int64]bool{}
	for e, err := range r.Events() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind == record.KindVaultLiquidation { // the bot liquidates vaults as a whole
			if name := e.Pool + "/" + e.Collateral; vaults[name] == nil {
				vaults[name] = map[int64]bool{e.Path: true}
			} else {
				vaults[name][e.Path] = true
			}
		}
		if e.Kind == record.KindPositionLiquidation {
			if paths[e.Account] == nil {
				paths[e.Account] = map[int64]bool{}
			}
			paths[e.Account][e.Path] = true
		}
	}
	rows, liquidated := 0, int64(0)
	for row, err := range r.Positions() {
		if err != nil {
			t.Fatal(err)
		}
		rows++
		liquidated += row.Liquidations
		either := map[int64]bool{}
		maps.Copy(either, paths[row.Position])
		maps.Copy(either, vaults[row.Pool+"/"+row.Collateral])
		if row.Liquidations != int64(len(either)) || row.Paths != 130 {
			t.Errorf("%s: %d of %d paths, events tell of %d", row.Position, row.Liquidations, row.Paths, len(either))
		}
		if !(row.Low <= row.Probability && row.Probability <= row.High) {
			t.Errorf("%s: %v is not within [%v, %v]", row.Position, row.Probability, row.Low, row.High)
		}
	}
	if rows != 6 || liquidated == 0 {
		t.Errorf("%d positions, %d liquidations", rows, liquidated)
	}
	columns, err := r.PathColumns("position_main_snx_12_position_liquidations", "group_careful_position_liquidations")
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range columns.Float("position_main_snx_12_position_liquidations") {
		if had := paths["main/SNX/12"][int64(i)] || vaults["main/SNX"][int64(i)]; had != (n > 0) {
			t.Errorf("path %d: the column of main/SNX/12 has %v, events say %v", i, n, had)
		}
	}
}

// TestMostLikelyPositions: a number keeps those most likely to be liquidated.
func TestMostLikelyPositions(t *testing.T) {
	out := runStart(t, writeStart(t, volatileStart...), []string{"paths=64", "horizon=5d", "record.positions=2"}, Options{})
	r, err := record.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	before := 2.0
	for row, err := range r.Positions() {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, row.Position)
		if row.Probability > before {
			t.Errorf("%s is likelier than the one before", row.Position)
		}
		before = row.Probability
	}
	if len(names) != 2 || names[0] != "main/SNX/14" {
		t.Errorf("%v", names)
	}
}

// TestDebtBeyondTheLimit: a position with a debt beyond the issuance limit fares,
// path by path, as one that came to that debt before governance raised the ratio.
func TestDebtBeyondTheLimit(t *testing.T) {
	world := `
name: beyond
paths: 2000
horizon: 7d
step: 6h
prices: {assets: [{id: SNX, initial: 2, process: {kind: gbm, annual_volatility: 1.2}}, {id: ETH, initial: 3000, process: {kind: gbm, annual_volatility: 0.7}}]}
collaterals: [{id: SNX, issuance_ratio: %s, liquidation_ratio: 1.6, liquidation_reward: 5, min_delegation: 10}]
markets: [{id: spot, kind: spot, asset: ETH}]
pools: [{id: main, markets: [{market: spot, weight: 1}]}]
liquidators: [{id: bot, check_every: 6h}]
keepers: [{id: k, every: 6h}]
`
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("positions.csv", "account,pool,collateral,amount,debt_usd\n1,main,SNX,50000,50000\n2,main,SNX,200000,0\n")
	stated := write("stated.yaml", fmt.Sprintf(world, "4")+"state: {positions: positions.csv}\n")
	governed := write("governed.yaml", fmt.Sprintf(world, "2")+`lps:
  - {id: one, pool: main, collateral: SNX, count: 1, collateral_usd: {value: 100000}, c_ratio: {value: 2}}
  - {id: two, pool: main, collateral: SNX, count: 1, collateral_usd: {value: 400000}}
governance: [{key: "collaterals[SNX].issuance_ratio", at: 0s, to: 4}]
record: {positions: all}
`)
	var series [2][]float64
	for i, path := range []string{stated, governed} {
		r, err := record.Open(runStart(t, path, nil, Options{Workers: 2}))
		if err != nil {
			t.Fatal(err)
		}
		c, err := r.PathColumns("position_liquidations", "first_position_liquidation_seconds", "debt_liquidated_usd", "final_debt_usd")
		if err != nil {
			t.Fatal(err)
		}
		series[i] = append(append(append(c.Float("position_liquidations"), c.Float("first_position_liquidation_seconds")...), c.Float("debt_liquidated_usd")...), c.Float("final_debt_usd")...)
	}
	events := 0
	for k := range series[0] {
		a, b := series[0][k], series[1][k]
		if a != b && !(a != a && b != b) {
			t.Fatalf("value %d: %v stated, %v governed", k, a, b)
		}
		if k < 2000 && a > 0 {
			events++
		}
	}
	if events < 20 || events > 1900 {
		t.Errorf("%d of 2000 paths had a liquidation", events)
	}
}

// TestRecordedColumnsAreNamed: a position that an expression names has a column
// even where results by position are not recorded.
func TestRecordedColumnsAreNamed(t *testing.T) {
	path := writeStart(t)
	l, err := configs.Load(configs.Source{File: path, Sets: []string{"record.positions=none", `thresholds=[{expression: "position_liquidation[main/SNX/14].probability < 1%"}]`}})
	if err != nil {
		t.Skip(err) // a list cannot be set
	}
	w, err := newWorlds(l, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(w.open[cell{baseScenario, 0}].world.Watches)
	if !strings.Contains(got, "main/SNX/14") {
		t.Error(got)
	}
}
