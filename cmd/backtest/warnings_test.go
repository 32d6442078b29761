package main

import (
	"encoding/json"
	"strings"
	"testing"

	"backtest/internal/warn"
)

// warnedOf a configuration that makes several warnings: a matrix that is repaired, a keeper between the steps, an odd number of Sobol points.
var warned = []string{"--set", "prices.correlation=[{assets: [ETH, BTC], value: 0.9}, {assets: [ETH, SNX], value: 0.9}, {assets: [BTC, SNX], value: -0.9}]",
	"--set", "keepers[rebalance].every=15m", "--set", "prices.sampling=sobol", "--set", "horizon=2d", "--set", "record.every=1d"}

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
	found := mustRun(t, dir, with([]string{"study"}, with(config, "--out", "f", "--find", "system.min_liquidity_ratio", "--from", "1.1", "--to", "1.2",
		"--limit", "p95(lp_loss_usd) <= 200_000", "--halves", "1")...)...)
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
