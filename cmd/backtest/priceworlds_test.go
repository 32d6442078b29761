package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/configs"
	"backtest/runner"
	"backtest/runner/record"
)

// priceWorld writes a world of simulated prices: the assets, what follows them in
// the section of prices, and how many synths its market sold.
func priceWorld(t *testing.T, dir, assets, rest, supply string) {
	t.Helper()
	writeText(t, filepath.Join(dir, "w.yaml"), `name: w
seed: 3
paths: 16
start: 2026-01-01
horizon: 2d
step: 1h
prices:
  assets:
`+assets+rest+`
system: {min_liquidity_ratio: 1.1}
collaterals:
  - {id: ETH, issuance_ratio: 200%, liquidation_ratio: 125%, liquidation_reward: 0, min_delegation: 0}
markets:
  - {id: spot, kind: spot, asset: X, initial_supply: `+supply+`, skew_scale: 1e14}
pools:
  - {id: main, markets: [{market: spot, weight: 1, max_debt_share_value: 0.5}]}
lps:
  - {id: a, pool: main, collateral: ETH, count: 2, collateral_usd: {kind: constant, value: 200_000}, c_ratio: {kind: constant, value: 2.4}}
record: {every: 1d}
`)
}

const ethAsset = "    - {id: ETH, initial: 3000, process: {kind: gbm, annual_volatility: 0.8}}\n"

// The same dollars in other units are the same world: a price of 1e-8 as one of
// 1e-2, where the oracle's decimals follow.
func TestSameDollarsInOtherUnits(t *testing.T) {
	dir := t.TempDir()
	figure := func(initial, supply, decimals string) string {
		priceWorld(t, dir, ethAsset+"    - {id: X, initial: "+initial+", decimals: "+decimals+", process: {kind: gbm, annual_volatility: 1}}\n", "", supply)
		got := run(t, dir, []string{"run", "w.yaml", "--out", "o", "--force"})
		for _, line := range strings.Split(got.stdout+got.stderr, "\n") {
			if strings.Contains(line, "LP loss, VaR 95 %") {
				return strings.Fields(line)[5]
			}
		}
		t.Fatalf("no VaR: %d %s %s", got.code, got.stdout, got.stderr)
		return ""
	}
	if a, b := figure("1.4e-8", "1e12", "18"), figure("0.014", "1_000_000", "18"); a != b || a == "$0" {
		t.Errorf("VaR is %s and %s", a, b)
	}
}

// Prices from 1e-12 to 1e12 run, or are refused with the key.
func TestPricesFarFromTheUsual(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ exponent, decimals int }{{-12, 8}, {-12, 18}, {-9, 8}, {12, 8}} {
		priceWorld(t, dir, ethAsset+fmt.Sprintf("    - {id: X, initial: 1e%d, decimals: %d, process: {kind: gbm, annual_volatility: 1}}\n", c.exponent, c.decimals), "", "10")
		got := run(t, dir, []string{"run", "w.yaml", "--out", "o", "--force", "--paths", "2"})
		small := c.decimals == 8 && c.exponent < -8
		if small && (got.code != 104 || !strings.Contains(got.stderr, "w.yaml:10: prices.assets[X].decimals: found 8")) || !small && got.code != 0 {
			t.Errorf("1e%d with %d decimals: %d %s", c.exponent, c.decimals, got.code, got.stderr)
		}
	}
}

// Correlations that cannot hold together are refused with the key; those that
// nearly can are told.
func TestCorrelationsAreNotReplacedInSilence(t *testing.T) {
	dir := t.TempDir()
	assets := ethAsset + "    - {id: X, initial: 1, process: {kind: gbm, annual_volatility: 1}}\n    - {id: Y, initial: 1, process: {kind: gbm, annual_volatility: 1}}\n"
	pairs := func(last string) string {
		return "  correlation: [{assets: [ETH, X], value: 0.9}, {assets: [X, Y], value: 0.9}, {assets: [ETH, Y], value: " + last + "}]"
	}
	priceWorld(t, dir, assets, pairs("-0.9"), "10")
	for _, command := range []string{"validate", "run", "paths"} {
		got := run(t, dir, []string{command, "w.yaml"})
		if got.code != 104 || !strings.Contains(got.stderr, "w.yaml:12: prices.correlation: found") || !strings.Contains(got.stderr, "ETH,Y -0.9 → -0.") {
			t.Errorf("%s: %d %s", command, got.code, got.stderr)
		}
	}
	if got := run(t, dir, []string{"paths", "w.yaml", "--out", "o", "--set", "prices.nearest=true"}); got.code != 0 || !strings.Contains(got.stderr, "ETH,Y -0.9 →") {
		t.Errorf("nearest: %d %s", got.code, got.stderr)
	}
	priceWorld(t, dir, assets, pairs("0.61"), "10")
	if got := run(t, dir, []string{"paths", "w.yaml", "--out", "o"}); got.code != 0 || !strings.Contains(got.stderr, "ETH,Y 0.61 →") {
		t.Errorf("nearly: %d %s", got.code, got.stderr)
	}
}

// The stress of correlations is an axis of a study.
func TestCorrelationStressIsAnAxis(t *testing.T) {
	dir := t.TempDir()
	priceWorld(t, dir, ethAsset+"    - {id: X, initial: 1, process: {kind: gbm, annual_volatility: 1}}\n", "  correlation: [{assets: [ETH, X], value: -0.5}]", "100_000")
	writeText(t, filepath.Join(dir, "s.yaml"), readText(t, filepath.Join(dir, "w.yaml"))+"study: {axes: [{key: prices.correlation_stress.weight, values: [50%, 100%]}]}\n")
	got := run(t, dir, []string{"study", "s.yaml", "--out", "o"})
	if got.code != 0 || !strings.Contains(got.stdout, "prices.correlation_stress.weight") {
		t.Errorf("%d %s %s", got.code, got.stdout, got.stderr)
	}
	if got = run(t, dir, []string{"validate", "w.yaml", "--set", "prices.correlation_stress.weight=2"}); got.code != 104 {
		t.Errorf("a weight of 2: %d %s", got.code, got.stderr)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What calibrate prints is taken by a configuration as it stands, and its
// uncertainty widens the spread of paths.
func TestCalibratedUncertaintyIsDrawn(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), recordedCSV(150, plainCells))
	fitted := run(t, dir, []string{"calibrate", "p.csv"})
	documents := strings.Split(fitted.stdout, "---\n")
	if fitted.code != 0 || len(documents) != 3 || !strings.Contains(documents[2], "{assets: [ETH, BTC], value: ") || !strings.Contains(documents[0], "Kolmogorov-Smirnov") {
		t.Fatalf("%d %s %s", fitted.code, fitted.stdout, fitted.stderr)
	}
	indented := func(text string, by int) string {
		return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+strings.Repeat(" ", by))
	}
	process := documents[0][strings.Index(documents[0], "process:"):]
	priceWorld(t, dir, "    - id: ETH\n      initial: 3000\n      "+indented(process, 6)+"\n    - {id: X, initial: 1, process: {kind: constant}}\n", "", "10")
	if got := run(t, dir, []string{"validate", "w.yaml"}); got.code != 0 {
		t.Fatalf("the fragment is refused: %s", got.stderr)
	}
	certain := run(t, dir, []string{"paths", "w.yaml", "--out", "a"})
	drawn := run(t, dir, []string{"paths", "w.yaml", "--out", "b", "--set", "prices.parameter_uncertainty=true"})
	if drawn.code != 0 || certain.stdout == drawn.stdout {
		t.Errorf("%d %s", drawn.code, drawn.stderr)
	}
	if got := run(t, dir, []string{"paths", "w.yaml", "--out", "c", "--set", "prices.parameter_uncertainty=true"}); got.stdout != drawn.stdout {
		t.Error("the same question has another answer")
	}
	priceWorld(t, dir, ethAsset+"    - {id: X, initial: 1, process: {kind: constant}}\n", "  parameter_uncertainty: true", "10")
	if got := run(t, dir, []string{"validate", "w.yaml"}); got.code != 104 || !strings.Contains(got.stderr, "prices.parameter_uncertainty") {
		t.Errorf("nothing to draw: %d %s", got.code, got.stderr)
	}
}

// A process can be calibrated when the configuration is loaded, and begin at the
// last recorded close; where its figures come from is told.
func TestProcessesAreCalibratedAtLoading(t *testing.T) {
	dir := t.TempDir()
	writeText(t, filepath.Join(dir, "p.csv"), recordedCSV(400, plainCells))
	world := func(process, rest string) {
		priceWorld(t, dir, "    - {id: ETH, initial: last, process: {"+process+"}}\n    - {id: X, initial: 1, process: {kind: constant}}\n", rest, "10")
	}
	world("kind: gbm, calibrate: {files: [p.csv], window: 10d}", "")
	got := run(t, dir, []string{"paths", "w.yaml", "--out", "o"})
	if got.code != 0 || !strings.Contains(got.stderr, "gbm fitted to 240 returns of 3600 s") || !strings.Contains(got.stderr, "annual_volatility") {
		t.Errorf("%d %s", got.code, got.stderr)
	}
	if last := fmt.Sprint(3000 + 399*399%97); !strings.Contains(readFirstPrice(t, dir), last) {
		t.Errorf("begins at %s, want %s", readFirstPrice(t, dir), last)
	}
	if again := run(t, dir, []string{"paths", "w.yaml", "--out", "o2", "--set", "prices.parameter_uncertainty=true"}); again.code != 0 || again.stdout == got.stdout {
		t.Errorf("drawn: %d %s", again.code, again.stderr)
	}
	world("kind: gbm, annual_volatility: 1", "  history: {files: [p.csv], to: 2025-01-05}")
	if got := run(t, dir, []string{"paths", "w.yaml", "--out", "o3"}); got.code != 0 {
		t.Errorf("last of the history: %d %s", got.code, got.stderr)
	}
	for name, c := range map[string]struct{ process, rest, want string }{
		"both":       {"kind: gbm, annual_volatility: 1, calibrate: {files: [p.csv]}", "", "prices.assets[ETH].process.annual_volatility: found a value beside calibrate"},
		"column":     {"kind: gbm, calibrate: {files: [p.csv], column: SNX}", "", "prices.assets[ETH].process.calibrate.column: found \"SNX\""},
		"short":      {"kind: gbm, calibrate: {files: [p.csv], window: 1d}", "", "prices.assets[ETH].process.calibrate: found"},
		"no records": {"kind: gbm, annual_volatility: 1", "", "prices.assets[ETH].initial: found last"},
		"neither":    {"kind: gbm", "", "prices.assets[ETH].process.annual_volatility: found nothing"},
	} {
		world(c.process, c.rest)
		if got := run(t, dir, []string{"validate", "w.yaml"}); got.code != 104 || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: %d %s", name, got.code, got.stderr)
		}
	}
}

// readFirstPrice draws the prices of the world again, and reads the first.
func readFirstPrice(t *testing.T, dir string) string {
	t.Helper()
	l, err := configs.Load(configs.Source{File: filepath.Join(dir, "w.yaml")})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := record.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	s, err := runner.StudyPrices(t.Context(), l, folder, record.Arrow)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(s.Samples[0][0][0])
}

// What only the price paths can find wrong is told by the keys of the user.
func TestMistakesOfPricePathsNameTheKeys(t *testing.T) {
	dir := t.TempDir()
	x := "    - {id: X, initial: 1, process: {kind: constant}}\n"
	for key, c := range map[string]struct{ assets, rest string }{
		"prices.replicates":                                 {ethAsset + x, "  sampling: stratified\n  replicates: 3"},
		"prices.assets[ETH].process.pins[1].at":             {"    - {id: ETH, initial: 1, process: {kind: pinned, annual_volatility: 1, pins: [{at: 1d, change: 0}, {at: 5h, change: 0}]}}\n" + x, ""},
		"prices.regimes.mean_durations":                     {"    - {id: ETH, initial: 1, process: {kind: regime, states: [{annual_volatility: 1}]}}\n" + x, "  regimes: {mean_durations: [1d]}"},
		"prices.correlation":                                {"    - {id: ETH, initial: 1, process: {kind: regime, states: [{annual_volatility: 1}, {annual_volatility: 2}]}}\n" + x, "  regimes: {mean_durations: [1d, 2d], correlations: [[{assets: [ETH, X], value: 0.1}], [{assets: [ETH, X], value: 0.2}]]}\n  correlation: [{assets: [ETH, X], value: 0.1}]"},
		"prices.common_jumps.loadings[ETH]":                 {ethAsset + x, "  common_jumps: {per_year: 1, mean: 5, loadings: [{asset: ETH, loading: 10}]}"},
		"prices.assets[ETH].process.uncertainty.parameters": {"    - {id: ETH, initial: 1, process: {kind: gbm, annual_volatility: 1, uncertainty: {parameters: [alpha], covariance: [[1]]}}}\n" + x, "  parameter_uncertainty: true"},
	} {
		priceWorld(t, dir, c.assets, c.rest, "10")
		if got := run(t, dir, []string{"validate", "w.yaml"}); got.code != 104 || !strings.Contains(got.stderr, ": "+key) || !strings.Contains(got.stderr, "w.yaml:") {
			t.Errorf("%s: %d %s", key, got.code, got.stderr)
		}
	}
}

// Replicates of a stratified sample and jumps of sizes of their own are in reach of
// a configuration, and change the paths.
func TestSamplingThatIsStated(t *testing.T) {
	dir := t.TempDir()
	jumps := "  common_jumps: {per_year: 300, mean: -0.05, volatility: 0.05, loadings: [{asset: ETH, loading: 1}, {asset: X, loading: 1}]"
	world := func(rest string) string {
		priceWorld(t, dir, ethAsset+"    - {id: X, initial: 1, process: {kind: gbm, annual_volatility: 0.1}}\n", rest, "10")
		got := run(t, dir, []string{"paths", "w.yaml", "--out", "o"})
		if got.code != 0 {
			t.Fatalf("%s: %d %s", rest, got.code, got.stderr)
		}
		return got.stdout
	}
	if one, four := world("  sampling: stratified"), world("  sampling: stratified\n  replicates: 4"); one == four || one == world("") {
		t.Error("stratification or its replicates change nothing")
	}
	if alike, own := world(jumps+"}"), world(jumps+", size_correlation: 0}"); alike == own {
		t.Error("the correlation of the sizes changes nothing")
	}
}
