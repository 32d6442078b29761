package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const recordedStart = 1_735_516_800 // 2024-12-30

// recordedCSV is hours of two assets; cell can put other text in the place of a
// row and column (0 is the time).
func recordedCSV(rows int, cell func(row, column int) string) string {
	var b strings.Builder
	b.WriteString("time,ETH,BTC\n")
	for i := range rows {
		cells := []string{fmt.Sprint(recordedStart + 3600*i), fmt.Sprint(3000 + i*i%97), fmt.Sprint(90000 + i*i%89*10)}
		for c := range cells {
			if text := cell(i, c); text != "" {
				cells[c] = text
			}
		}
		fmt.Fprintf(&b, "%s\n", strings.Join(cells, ","))
	}
	return b.String()
}

func plainCells(int, int) string { return "" }

// recordedWorld writes a world of recorded prices: assets and history as given.
func recordedWorld(t *testing.T, dir, assets, history string) {
	t.Helper()
	writeText(t, filepath.Join(dir, "hist.yaml"), `name: hist
seed: 3
paths: 20
start: 2026-01-01
horizon: 1d
step: 1h
prices:
  assets:
`+assets+`  history: `+history+`
system: {min_liquidity_ratio: 1.1}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 125%, liquidation_reward: 0.005, min_delegation: 0.01}
markets:
  - {id: spot, kind: spot, asset: ETH, initial_supply: 10, skew_scale: 5_000}
pools:
  - {id: main, markets: [{market: spot, weight: 1, max_debt_share_value: 0.05}]}
lps:
  - {id: a, pool: main, collateral: ETH, count: 2, collateral_usd: {kind: uniform, from: 200_000, to: 300_000}, c_ratio: {kind: uniform, from: 2.2, to: 2.4}}
record: {every: 1d}
`)
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

const bothRecorded = `    - {id: ETH, process: {kind: history}}
    - {id: BTC, process: {kind: history}}
`

// A bad cell among the first rows of a panel is refused by calibrate as by run,
// with line, column and text, and no asset is dropped for it.
func TestBadCellIsRefusedByEveryCommand(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), recordedCSV(200, func(row, column int) string {
		return map[[2]int]string{{10, 2}: "--"}[[2]int{row, column}]
	}))
	recordedWorld(t, dir, bothRecorded, "{files: [p.csv], mode: windows}")
	for _, args := range [][]string{
		{"calibrate", "p.csv"}, {"prices", "p.csv"}, {"run", "hist.yaml", "--out", "o"}, {"paths", "hist.yaml", "--out", "o"}, {"validate", "hist.yaml"},
	} {
		got := run(t, dir, args)
		if got.code != 104 || !strings.Contains(got.stderr, "p.csv:12:3") || !strings.Contains(got.stderr, `"--"`) {
			t.Errorf("%v: %d %s", args, got.code, got.stderr)
		}
	}
}

// Times a second off cost no return in calibrate, and no window in a run: the
// files have one grid.
func TestOneGridInEveryCommand(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), recordedCSV(200, func(row, column int) string {
		if column == 0 {
			return fmt.Sprint(recordedStart + 3600*row + row*7%10)
		}
		return ""
	}))
	recordedWorld(t, dir, bothRecorded, "{files: [p.csv], mode: windows}")
	if got := run(t, dir, []string{"prices", "p.csv"}); !strings.Contains(got.stdout, "0 missing bars") || !strings.Contains(got.stdout, "180 of 200 times moved by at most 36s") {
		t.Errorf("prices: %s", got.stdout)
	}
	if got := run(t, dir, []string{"calibrate", "p.csv"}); !strings.Contains(got.stdout, "199 log returns of 3600 s") || !strings.Contains(got.stdout, "history: 180 of 200 times moved") {
		t.Errorf("calibrate: %s", got.stdout)
	}
	got := run(t, dir, []string{"paths", "hist.yaml", "--out", "o", "--paths", "1000"})
	if !strings.Contains(got.stdout, "176 paths") || !strings.Contains(got.stderr, "180 of 200 times moved") {
		t.Errorf("paths: %s %s", got.stdout, got.stderr)
	}
}

// Downloads by month are one asset for every command.
func TestMonthlyFilesAreOneAsset(t *testing.T) {
	dir := t.TempDir()
	rows := strings.Split(recordedCSV(200, plainCells), "\n")
	month := func(name string, rows []string) {
		var b strings.Builder
		for _, r := range rows {
			cells := strings.Split(r, ",")
			fmt.Fprintf(&b, "%s000000,2999.5,9999,1,%s,1,%[1]s999999,1,1,1,1,0\n", cells[0], cells[1])
		}
		writeText(t, filepath.Join(dir, name), b.String())
	}
	month("ETHUSDT-1h-2025-01.csv", rows[1:101])
	month("ETHUSDT-1h-2025-02.csv", rows[96:200])
	recordedWorld(t, dir, "    - {id: ETH, process: {kind: history, column: ETHUSDT-1h-2025-01}}\n", "{files: [ETHUSDT-1h-2025-01.csv, ETHUSDT-1h-2025-02.csv], mode: windows}")
	if got := run(t, dir, []string{"paths", "hist.yaml", "--out", "o", "--paths", "1000"}); !strings.Contains(got.stdout, "175 paths") {
		t.Errorf("paths: %d %s %s", got.code, got.stdout, got.stderr)
	}
	if got := run(t, dir, []string{"calibrate", "ETHUSDT-1h-2025-01.csv", "ETHUSDT-1h-2025-02.csv"}); !strings.Contains(got.stdout, `"ETHUSDT-1h", 198 log returns`) {
		t.Errorf("calibrate: %s %s", got.stdout, got.stderr)
	}
	month("ETHUSDT-1h-2025-02.csv", rows[95:199]) // times and closes of other rows
	text, err := os.ReadFile(filepath.Join(dir, "ETHUSDT-1h-2025-02.csv"))
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, filepath.Join(dir, "ETHUSDT-1h-2025-02.csv"), strings.Replace(string(text), ",3", ",4", 4))
	if got := run(t, dir, []string{"validate", "hist.yaml"}); got.code != 104 || !strings.Contains(got.stderr, "contradict each other") || !strings.Contains(got.stderr, "hist.yaml:10: prices.history.files") {
		t.Errorf("a contradiction: %d %s", got.code, got.stderr)
	}
}

// Mistakes are told by the keys of the user, with file and line.
func TestPriceMistakesNameTheKeys(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), strings.Replace(recordedCSV(200, plainCells), "time,ETH,BTC", "time,eth,Btc", 1))
	writeText(t, filepath.Join(dir, "d.csv"), "time,ETH\n2024-12-30,1\n2024-12-31,2\n2025-01-01,3\n")
	for name, c := range map[string]struct{ assets, history, want string }{
		"case":  {bothRecorded, "{files: [p.csv]}", "hist.yaml:9: prices.assets[ETH].process.column: found \"ETH\", which the files do not hold, allowed: one of eth, Btc"},
		"daily": {"    - {id: ETH, process: {kind: history}}\n", "{files: [d.csv]}", "hist.yaml:10: prices.history.files: found files cannot be aligned: d.csv has bars of 1d, a step of 1h needs bars of a whole part of it"},
		"short": {"    - {id: ETH, process: {kind: history, column: eth}}\n", "{files: [p.csv], to: 2024-12-30T05:00:00Z}", "hist.yaml:10: prices.history.files"},
		"empty": {"    - {id: ETH, process: {kind: history, column: eth}}\n", "{files: [p.csv], to: 2024-01-01}", "hist.yaml:10: prices.history.from: found 0 bars between from and to"},
	} {
		recordedWorld(t, dir, c.assets, c.history)
		got := run(t, dir, []string{"validate", "hist.yaml"})
		if got.code != 104 || !strings.Contains(got.stderr, c.want) || strings.Contains(got.stderr, "assets[0]") {
			t.Errorf("%s: %d %s", name, got.code, got.stderr)
		}
	}
}

// Compressed files and keys that settle what a file leaves open work in a run.
func TestRecordedPricesThatAreSettled(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, strings.Replace(recordedCSV(200, plainCells), "time,ETH,BTC", "time,ETH,ID", 1))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	writeText(t, filepath.Join(dir, "p.csv.gz"), b.String())
	recordedWorld(t, dir, "    - {id: ETH, process: {kind: history}}\n    - {id: ID, process: {kind: history}}\n", "{files: [p.csv.gz], columns: [ETH, ID]}")
	if got := run(t, dir, []string{"validate", "hist.yaml"}); got.code != 0 {
		t.Errorf("stated columns: %d %s", got.code, got.stderr)
	}
	if got := run(t, dir, []string{"validate", "hist.yaml", "--set", "prices.history.columns=[]"}); got.code != 104 || !strings.Contains(got.stderr, "prices.history.columns") {
		t.Errorf("columns not stated: %d %s", got.code, got.stderr)
	}
	if got := run(t, dir, []string{"calibrate", "p.csv.gz", "--columns", "ID"}); got.code != 0 || !strings.Contains(got.stdout, `gbm of "ID"`) {
		t.Errorf("calibrate: %d %s", got.code, got.stderr)
	}
	if got := run(t, dir, []string{"prices", "p.csv.gz", "--time-format", "us"}); got.code != 2 {
		t.Errorf("a format that there is not: %d %s", got.code, got.stderr)
	}
}

// An initial price that recorded levels replace is told, as are fewer paths than
// asked for.
func TestWhatRecordedPricesDoNotTakeIsTold(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), recordedCSV(100, plainCells))
	recordedWorld(t, dir, "    - {id: ETH, initial: 1, process: {kind: history}}\n", "{files: [p.csv]}")
	got := run(t, dir, []string{"paths", "hist.yaml", "--out", "o", "--paths", "1000"})
	for _, want := range []string{"prices.assets[ETH].initial", "76 of 1000 paths"} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("stderr does not tell %q: %s", want, got.stderr)
		}
	}
	recordedWorld(t, dir, "    - {id: ETH, process: {kind: gbm, annual_volatility: 1}}\n", "{files: [p.csv]}")
	if got := run(t, dir, []string{"validate", "hist.yaml"}); got.code != 104 || !strings.Contains(got.stderr, "prices.assets[ETH].initial: found nothing") {
		t.Errorf("a simulated price without a start: %d %s", got.code, got.stderr)
	}
}

// A configuration can come from a pipe.
func TestConfigurationFromAPipe(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), recordedCSV(100, plainCells))
	recordedWorld(t, dir, bothRecorded, "{files: [p.csv]}")
	text, err := os.ReadFile(filepath.Join(dir, "hist.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := Main(context.Background(), []string{"validate", "-"}, Env{Stdin: bytes.NewReader(text), Stdout: &stdout, Stderr: &stderr, Dir: dir}); code != 0 {
		t.Errorf("%d %s", code, stderr.String())
	}
}
