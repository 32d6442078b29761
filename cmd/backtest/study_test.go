package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// smallStudy makes a study of a preset quick: two points of 70 paths are four
// blocks.
var smallStudy = []string{"study", "studies/sccp-399", "--paths", "70", "--set", "horizon=2d", "--set", "record.every=1d", "--progress", "none"}

func TestStudyWritesTheTableOfAProposal(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	o := mustRun(t, dir, with(smallStudy, "--out", "whole")...)
	proposal := content(t, dir, "whole", "sccp.md")
	if proposal != o.stdout {
		t.Error("what was printed is not sccp.md")
	}
	for _, want := range []string{"| `system.min_liquidity_ratio` | 150 % | 110 % |", "ΔVaR 95 %", "ΔLaR 95 %", "Δ P(stop-loss exit)", "Seed 399", "**Recommendation:**"} {
		if !strings.Contains(proposal, want) {
			t.Errorf("sccp.md lacks %q:\n%s", want, proposal)
		}
	}
	plots, err := filepath.Glob(filepath.Join(dir, "whole", "plots", "*.png"))
	if err != nil || !slices.ContainsFunc(plots, func(name string) bool { return strings.Contains(name, "tornado") }) {
		t.Errorf("plots: %v, %v", plots, err)
	}
	for _, shard := range []string{"1", "2"} {
		mustRun(t, dir, with(smallStudy, "--out", "shard"+shard, "--shard", shard+"/2", "--workers", "1")...)
	}
	mustRun(t, dir, "merge", "shard1", "shard2", "--out", "merged")
	for _, name := range []string{"study.json", "paths.arrow", "summary.json"} {
		if content(t, dir, "whole", name) != content(t, dir, "merged", name) {
			t.Errorf("%s of the merged shards differs", name)
		}
	}
	resumed := mustRun(t, dir, with(smallStudy, "--out", "whole", "--resume", "--json")...)
	var document struct {
		Scenarios []struct {
			Points []struct {
				Metrics []struct{ Figure string }
			}
		}
	}
	if err := json.Unmarshal([]byte(resumed.stdout), &document); err != nil || len(document.Scenarios[0].Points) != 2 || len(document.Scenarios[0].Points[1].Metrics) < 50 {
		t.Errorf("--json: %v", err)
	}
}

func TestStudyFindsAShock(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	find := with(smallStudy, "--out", "found", "--halves", "2", "--limit", "p95(lp_loss_usd) <= 200_000",
		"--find", "prices.assets[ETH].process.annual_volatility,prices.assets[SNX].process.annual_volatility", "--multiple", "--from", "0.5", "--to", "6")
	o := mustRun(t, dir, find...)
	if !strings.Contains(o.stdout, "The smallest shock that breaks p95(lp_loss_usd) <= 200_000") {
		t.Error(o.stdout)
	}
	mustRun(t, dir, with(find, "--find", "system.min_liquidity_ratio", "--from", "1.1", "--to", "1.5", "--levels", "2")...)
	var answer struct {
		Rows []struct {
			Second *float64
			Found  []struct{ Tries []any }
		}
	}
	if err := json.Unmarshal([]byte(content(t, dir, "found", "find.json")), &answer); err != nil || len(answer.Rows) != 2 || *answer.Rows[1].Second != 1.5 || len(answer.Rows[0].Found[0].Tries) < 2 {
		t.Errorf("find.json: %+v, %v", answer, err)
	}
	if picture := content(t, dir, "found", "plots", "frontier.png"); len(picture) < 10_000 {
		t.Errorf("the picture of the frontier has %d bytes", len(picture))
	}
}

func TestStudyUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"study", "quickstart"}, exitInput},
		{with(smallStudy, "--find", "system.min_liquidity_ratio", "--limit", "p95(lp_loss_usd) <= 1"), exitUsage},
		{with(smallStudy, "--find", "system.min_liquidity_ratio", "--from", "1", "--to", "2", "--limit", "nonsense <= 1"), exitInput},
		{with(smallStudy, "--find", "system.min_liquidity_ratio", "--from", "1", "--to", "much", "--limit", "p95(lp_loss_usd) <= 1"), exitUsage},
		{with(smallStudy, "--workers", "-1"), exitUsage},
	} {
		if o := run(t, t.TempDir(), c.args); o.code != c.code {
			t.Errorf("%v: exit %d, want %d\n%s", c.args, o.code, c.code, o.stderr)
		}
	}
}
