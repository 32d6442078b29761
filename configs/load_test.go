package configs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func mustLoad(t *testing.T, source Source) *Loaded {
	t.Helper()
	loaded, err := Load(source)
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}

// Flag over --set over environment over file over preset over default.
func TestPrecedence(t *testing.T) {
	source := Source{}
	expect := func(layer string, paths int64) {
		t.Helper()
		source.Preset = "quickstart"
		if got := mustLoad(t, source).Config.Paths; got != paths {
			t.Errorf("%s: %d paths, want %d", layer, got, paths)
		}
	}
	expect("preset", 1000)
	source.Bytes = []byte("paths: 2")
	expect("file", 2)
	source.Env = []string{"BACKTEST_PATHS=3", "PATHS=99", "HOME=/"}
	expect("environment", 3)
	source.Sets = []string{"paths=5", "paths=4"}
	expect("set, the last one", 4)
	source.Flags = map[string]string{"paths": "6"}
	expect("flag", 6)
	if got := mustLoad(t, Source{Bytes: []byte(strings.Replace(base, "paths: 64\n", "", 1))}).Config.Paths; got != 1000 {
		t.Errorf("default: %d paths", got)
	}
}

func TestFileOverPreset(t *testing.T) {
	loaded := mustLoad(t, Source{Preset: "quickstart", Bytes: []byte("system: {withdraw_timeout: 2d}\nkeepers: [{id: only}]")})
	system := loaded.Config.System
	if system.WithdrawTimeout.Duration != 48*time.Hour || system.MinLiquidityRatio.Plain() != "1.1" {
		t.Errorf("sections are not merged key by key: %+v", system)
	}
	if len(loaded.Config.Keepers) != 1 {
		t.Errorf("lists are not replaced: %+v", loaded.Config.Keepers)
	}
}

func TestSets(t *testing.T) {
	for _, test := range []struct {
		set  string
		got  func(*Config) any
		want any
	}{
		{"prices.assets[ETH].initial=3_001.5", func(c *Config) any { return c.Prices.Assets[1].Initial.Price }, 3001.5},
		{"prices.assets[1].initial=3002", func(c *Config) any { return c.Prices.Assets[1].Initial.Price }, 3002.0},
		{"prices.assets[wstETH].process.points[1].price=7", func(c *Config) any { return c.Prices.Assets[7].Process.Points[1].Price }, 7.0},
		{"collaterals[SNX].liquidation_ratio=120%", func(c *Config) any { return c.Collaterals[0].LiquidationRatio.Plain() }, "1.2"},
		{"markets[perps].instruments[ETH].locked_oi_ratio=0.25", func(c *Config) any { return c.Markets[0].Instruments[0].LockedOIRatio.Plain() }, "0.25"},
		{"pools[main].markets[spot-eth].max_debt_share_value=0.02", func(c *Config) any { return c.Pools[0].Markets[1].MaxDebtShareValue.Plain() }, "0.02"},
		{"prices.correlation[SNX,ETH].value=-0.5", func(c *Config) any { return c.Prices.Correlation[1].Value }, -0.5},
		{"pools[main].collaterals=[{collateral: wstETH, limit: 5}]", func(c *Config) any { return c.Pools[0].Collaterals[0].Limit.String() }, "5"},
		{"seed=18446744073709551615", func(c *Config) any { return c.Seed }, uint64(18446744073709551615)},
		{"markets[spot-eth].initial_supply=123456789.123456789123456789", func(c *Config) any { return c.Markets[1].InitialSupply.D18().String() }, "123456789123456789123456789"},
		{"question=what: is [this", func(c *Config) any { return c.Question }, "what: is [this"},
		{"thresholds=[]", func(c *Config) any { return len(c.Thresholds) }, 0},
		{"until.max_paths=70", func(c *Config) any { return c.Until.MaxPaths }, int64(70)},
		{"markets[spot-eth].wrapper.max_amount=3", func(c *Config) any { return c.Markets[1].Wrapper.MaxAmount.String() }, "3"},
		{"lps[leavers].c_ratio.value=4", func(c *Config) any { return c.LPs[2].CRatio.Value }, 4.0},
		{"start=1577836800", func(c *Config) any { return c.Start.Plain() }, "2020-01-01T00:00:00Z"},
	} {
		loaded := mustLoad(t, Source{Bytes: []byte(base), Sets: []string{test.set}})
		if got := test.got(loaded.Config); got != test.want {
			t.Errorf("%s gives %v, want %v", test.set, got, test.want)
		}
	}
}

func TestBadSets(t *testing.T) {
	for set, want := range map[string]string{
		"paths":                              "--set: found paths, allowed: key=value",
		"pahts=1":                            "did you mean paths?",
		"paths=many":                         "--set: paths: found many, allowed: a whole number",
		"=1":                                 "a key such as",
		"a..b=1":                             "a key such as",
		"markets[]=1":                        "a key such as",
		"markets[perps=1":                    "a key such as",
		"markets[perps]x=1":                  "a key such as",
		strings.Repeat("a", 1000) + "=1":     "a key such as",
		"markets.perps.kind=spot":            "markets[id or index]",
		"markets[7].kind=spot":               "one of perps, spot-eth",
		"system[0]=1":                        "one of its keys",
		"paths.x=1":                          "paths itself",
		"paths[0]=1":                         "paths itself",
		"pools[main].collaterals[OP].limit=": "one of SNX",
		"prices.oracle={latency: [":          "a YAML document",
		"prices.oracle=3":                    "a section with keys",
		"collaterals=[a]":                    "a section with keys",
		"prices.strict=":                     "true or false",
		"prices.regimes.mean_durations[0]=5": "with a unit",
	} {
		_, err := Load(Source{Bytes: []byte(base), Name: "base.yaml", Sets: []string{set}})
		var problems Problems
		if !errors.As(err, &problems) || problems[0].File != "--set" || !strings.Contains(problems[0].String(), want) {
			t.Errorf("%.80s: %v, want %s", set, err, want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	loaded := mustLoad(t, Source{Bytes: []byte(base), Env: []string{
		"BACKTEST_SET_SEED=7",
		"BACKTEST_PRICES__ORACLE__LATENCY=5",
		"BACKTEST_PRICES__ASSETS__WSTETH__INITIAL=9",
		"BACKTEST_MARKETS__SPOT_ETH__ATOMIC_FIXED_FEE=1%",
		"BACKTEST_COLLATERALS__1__ISSUANCE_RATIO=3",
	}})
	c := loaded.Config
	if c.Seed != 7 || c.Prices.Oracle.Latency != 5 || c.Prices.Assets[7].Initial.Price != 9 || c.Markets[1].AtomicFixedFee.Plain() != "0.01" || c.Collaterals[1].IssuanceRatio.Plain() != "3" {
		t.Errorf("environment is not applied: %s", loaded.Effective())
	}
	for variable, want := range map[string]string{
		"BACKTEST_SET_PAHTS=1":                    "environment BACKTEST_SET_PAHTS: pahts: found the unknown key pahts, allowed: did you mean paths?",
		"BACKTEST_PAHTS=1":                        "environment BACKTEST_PAHTS: pahts: found the unknown key pahts, allowed: did you mean paths?",
		"BACKTEST_PATHS=x":                        "environment BACKTEST_PATHS: paths: found x",
		"BACKTEST_MARKETS__NONE__KIND=spot":       "found no element NONE of markets",
		"BACKTEST_":                               "a key such as",
		"BACKTEST_MARKETS__SPOT_ETH__WEIGHT__X=1": "found the unknown key weight",
	} {
		_, err := Load(Source{Bytes: []byte(base), Env: []string{variable}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", variable, err)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	text := strings.NewReplacer("paths: 64", "paths: 0", "step: 1h", "step: 7", "initial: 0.5", "initial: -1", "kind: perps", "kind: purps").Replace(base)
	_, err := Load(Source{File: "", Bytes: []byte(text), Name: "many.yaml", Sets: []string{"seed=x"}})
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	var keys []string
	for _, p := range problems {
		keys = append(keys, p.Key)
	}
	if got, want := strings.Join(keys, " "), "paths step prices.assets[SNX].initial markets[perps].kind seed"; got != want {
		t.Errorf("problems with %s, want %s\n%v", got, want, err)
	}
	want := "many.yaml:32: prices.assets[SNX].initial: found -1, allowed: more than 0 and at most 1e12 (USD)"
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%v\nlacks %s", err, want)
	}
}

func TestFilesStartAtTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	history := "prices:\n  assets: [{id: BTC, initial: 1, process: {kind: history}}, {id: ETH, initial: 1, process: {kind: history}}, {id: SNX, initial: 1, process: {kind: constant}}]\n  history: {files: [p.csv], mode: replay}\n"
	for name, content := range map[string]string{"p.csv": "timestamp_unix,BTC,ETH\n", "c.yaml": history} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	loaded := mustLoad(t, Source{Preset: "quickstart", File: filepath.Join(dir, "c.yaml")})
	file := filepath.Join(dir, "p.csv")
	if got := loaded.Config.Prices.History.Files; len(got) != 1 || got[0] != file || loaded.BaseDir != dir {
		t.Errorf("files are %v", got)
	}
	if in := loaded.Inputs; len(in) != 1 || in[0].Key != "prices.history.files[0]" || in[0].Bytes != 23 || len(in[0].SHA256) != 64 {
		t.Errorf("inputs are %+v", in)
	}
	if asset := loaded.Config.Prices.Assets[0]; asset.Process.Column != "BTC" || loaded.Config.Collaterals[0].Asset != "SNX" {
		t.Errorf("derived values are missing: %+v", asset)
	}
	again := mustLoad(t, Source{Preset: "quickstart", File: filepath.Join(dir, "c.yaml"), Sets: []string{"prices.history.files=[" + file + "]"}})
	if again.SHA256 != loaded.SHA256 {
		t.Error("the same file by another name changes the hash")
	}
	if err := os.WriteFile(file, []byte("timestamp_unix,BTC,ETC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed := mustLoad(t, Source{Preset: "quickstart", File: filepath.Join(dir, "c.yaml")}); changed.SHA256 == loaded.SHA256 {
		t.Error("another content of a file does not change the hash")
	}
}

func TestPosition(t *testing.T) {
	loaded := mustLoad(t, Source{Bytes: []byte(base), Name: "base.yaml", Sets: []string{"paths=65"}})
	for key, want := range map[string]int{"prices.assets[BTC].initial": 18, "prices.assets[BTC].nothing": 17, "name": 2} {
		if file, line, _ := loaded.Position(key); file != "base.yaml" || line != want {
			t.Errorf("%s is at %s:%d, want line %d", key, file, line, want)
		}
	}
	if file, line, _ := loaded.Position("paths"); file != "--set" || line != 0 {
		t.Errorf("paths is at %s:%d", file, line)
	}
	if got := loaded.Problem("name", "x", "y").String(); got != "base.yaml:2: name: found x, allowed: y" {
		t.Error(got)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
