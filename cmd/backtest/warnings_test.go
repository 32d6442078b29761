package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/internal/warn"
)

// warnedOf a configuration that makes several warnings: a matrix that is repaired, a keeper between the steps, an odd number of Sobol points.
var warned = []string{"--set", "prices.correlation=[{assets: [ETH, BTC], value: 0.9}, {assets: [ETH, SNX], value: 0.9}, {assets: [BTC, SNX], value: -0.9}]",
	"--set", "prices.nearest=true", "--set", "keepers[rebalance].every=15m", "--set", "prices.sampling=sobol", "--set", "horizon=2d", "--set", "record.every=1d"}

var warnedCodes = []warn.Code{warn.CorrelationNearest, warn.ActsRarer, warn.SobolUnbalanced}

// Whatever a run does otherwise than it was asked is told by every command, and stands in everything that it writes.
func TestWarningsArriveEverywhere(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	config := with([]string{"quickstart", "--paths", "96"}, warned...)
	arrived := func(where, text string, codes ...warn.Code) {
		t.Helper()
		for _, code := range codes {
			if !strings.Contains(text, string(code)) {
				t.Errorf("%s does not tell %s:\n%.2000s", where, code, text)
			}
		}
	}
	files := func(command, out string, names ...string) {
		t.Helper()
		for _, name := range names {
			arrived(command+" "+name, content(t, dir, out, name), warnedCodes...)
		}
	}
	arrived("run", mustRun(t, dir, with([]string{"run"}, with(config, "--out", "a")...)...).stderr, warnedCodes...)
	files("run", "a", "manifest.json", "summary.json", "summary.md", "report.html")
	arrived("report", mustRun(t, dir, "report", "a").stderr, warnedCodes...)
	mustRun(t, dir, with([]string{"run"}, with(config, "--out", "s1", "--shard", "1/2")...)...)
	mustRun(t, dir, with([]string{"run"}, with(config, "--out", "s2", "--shard", "2/2")...)...)
	arrived("merge", mustRun(t, dir, "merge", "s1", "s2", "--out", "m").stderr, warnedCodes...)
	if content(t, dir, "m", "summary.json") != content(t, dir, "a", "summary.json") {
		t.Error("the summary of merged shards is another one")
	}
	studied := with([]string{"study"}, with(config, "--out", "b", "--set", "study={axes: [{key: system.min_liquidity_ratio, values: [1.2, 1.5]}]}")...)
	arrived("study", mustRun(t, dir, studied...).stderr, warnedCodes...)
	files("study", "b", "manifest.json", "summary.json", "summary.md", "study.json", "sccp.md", "report.html")
	found := mustRun(t, dir, with([]string{"find"}, with(config, "--out", "f", "--key", "system.min_liquidity_ratio", "--from", "1.1", "--to", "1.2",
		"--limit", "p95(lp_loss_usd) <= 200_000", "--bisections", "1")...)...)
	arrived("find", found.stderr, warnedCodes...)
	arrived("find", found.stdout, warnedCodes...)
	files("find", "f", "find.json")
	arrived("paths", mustRun(t, dir, with([]string{"paths"}, with(config, "--out", "p")...)...).stderr, warn.CorrelationNearest, warn.SobolUnbalanced)
	arrived("validate", mustRun(t, dir, with([]string{"validate"}, config...)...).stderr, warnedCodes...)
	arrived("exposure", mustRun(t, dir, with([]string{"exposure"}, config...)...).stderr, warnedCodes...)
	compared := mustRun(t, dir, "compare", "a", "m", "--html", "c.html")
	arrived("compare", compared.stderr, warnedCodes...)
	arrived("comparison page", content(t, dir, "c.html"), warnedCodes...)
	arrived("compare --json", mustRun(t, dir, "compare", "a", "m", "--json").stdout, warnedCodes...)
	arrived("compare --markdown", mustRun(t, dir, "compare", "a", "m", "--markdown").stdout, warnedCodes...)
	var summary struct{ Warnings []warn.Warning }
	if err := json.Unmarshal([]byte(content(t, dir, "a", "summary.json")), &summary); err != nil || len(summary.Warnings) < len(warnedCodes) {
		t.Fatalf("%+v, %v", summary, err)
	}
	for _, w := range summary.Warnings {
		if w.Code == warn.CorrelationNearest && (w.Changed == "" || !(w.By > 0.1) || w.Text == "") {
			t.Errorf("%+v does not tell what was changed and by how much", w)
		}
	}
}

// A search is a command of its own; the old spelling is read with a warning, and flags that would do nothing are refused.
func TestFindIsACommand(t *testing.T) {
	dir := t.TempDir()
	search := []string{"--paths", "64", "--set", "horizon=2d", "--set", "record.every=1d", "--from", "1.1", "--to", "1.2", "--limit", "p95(lp_loss_usd) <= 200_000"}
	now := mustRun(t, dir, with(with([]string{"find", "quickstart", "--out", "a", "--key", "system.min_liquidity_ratio", "--bisections", "1"}), search...)...)
	old := mustRun(t, dir, with(with([]string{"study", "quickstart", "--out", "b", "--find", "system.min_liquidity_ratio", "--halves", "1"}), search...)...)
	if now.stdout != old.stdout || !strings.Contains(old.stderr, string(warn.OldSpelling)) || !strings.Contains(old.stderr, "--bisections") || strings.Contains(now.stderr, string(warn.OldSpelling)) {
		t.Errorf("find: %+v\nstudy --find: %+v", now, old)
	}
	for _, args := range [][]string{
		{"find", "quickstart"},
		{"find", "quickstart", "--key", "system.min_liquidity_ratio", "--shard", "1/2"},
		with(with([]string{"study", "quickstart", "--find", "system.min_liquidity_ratio"}, search...), "--shard", "2/3"),
		with(with([]string{"study", "quickstart", "--find", "system.min_liquidity_ratio"}, search...), "--resume"),
		with(with([]string{"study", "quickstart", "--find", "system.min_liquidity_ratio"}, search...), "--format", "parquet"),
		with(with([]string{"study", "quickstart", "--find", "system.min_liquidity_ratio"}, search...), "--memory", "1KiB"),
		{"study", "studies/sccp-399", "--limit", "p95(lp_loss_usd) <= 200_000"},
		{"study", "studies/sccp-399", "--levels", "3"},
	} {
		if o := run(t, t.TempDir(), args); o.code != exitUsage {
			t.Errorf("%v: exit %d, want %d\n%s", args, o.code, exitUsage, o.stderr)
		}
	}
}

// A failing extra is told and leaves the verdict as it is.
func TestAFailingExtraIsNoVerdict(t *testing.T) {
	dir := t.TempDir()
	small := []string{"run", "quickstart", "--paths", "64", "--set", "horizon=2d", "--set", "record.every=1d", "--set", "thresholds=[]"}
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"run":    {with(small, "--out", "a"), exitDone},
		"breach": {with(small, "--out", "b", "--set", `thresholds=[{expression: "mean(fees_usd) < -1"}]`), exitGate},
	} {
		o := run(t, dir, c.args, "GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=no/such/folder/step.md")
		if o.code != c.code || !strings.Contains(o.stderr, string(warn.ExtraFailed)) {
			t.Errorf("%s: exit %d, want %d\n%s", name, o.code, c.code, o.stderr)
		}
	}
	o := run(t, dir, []string{"compare", "a", "a", "--html", "no/such/folder/c.html"})
	if o.code != exitDone || !strings.Contains(o.stderr, string(warn.ExtraFailed)) {
		t.Errorf("compare: exit %d\n%s", o.code, o.stderr)
	}
}

// A copied preset is run by the command that its kind needs, and does not keep the question of another file.
func TestACopiedPreset(t *testing.T) {
	dir := t.TempDir()
	for preset, command := range map[string]string{"studies/sccp-399": "backtest study", "quickstart": "backtest run"} {
		if o := mustRun(t, dir, "init", dir, "--preset", preset); !strings.Contains(o.stderr, command) {
			t.Errorf("%s: %s", preset, o.stderr)
		}
	}
	name := filepath.Join(dir, "quickstart.yaml")
	if o := mustRun(t, dir, "validate", name); strings.Contains(o.stderr, string(warn.CopiedQuestion)) {
		t.Errorf("the very preset: %s", o.stderr)
	}
	text := strings.Replace(content(t, name), "paths:", "# mine\npaths:", 1)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := mustRun(t, dir, "validate", name); !strings.Contains(o.stderr, string(warn.CopiedQuestion)) {
		t.Errorf("a changed copy: %s", o.stderr)
	}
	if o := mustRun(t, dir, "--version"); !strings.HasPrefix(o.stdout, "backtest ") {
		t.Errorf("--version: %+v", o)
	}
}
