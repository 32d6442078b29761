package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCoverageCommand: a verdict from generated prices; shards judged together
// give the same bytes; a gate that does not hold makes the exit code; the verdict
// stands in the foot of a run; what is wrong is told before anything is computed.
func TestCoverageCommand(t *testing.T) {
	dir := t.TempDir()
	command := func(out string, more ...string) []string {
		return append([]string{"coverage", "coverage/eth-snx", "--paths", "4", "--out", out, "--progress", "none", "--set", "coverage.every=4d",
			"--set", "coverage.models=[gbm,garch]", "--set", "coverage.horizons=[1d]"}, more...)
	}
	whole := run(t, dir, command("whole"))
	if whole.code != 0 || !strings.Contains(whole.stdout, "8 origins from 2000-01-29 to 2000-02-26") || !strings.Contains(whole.stdout, "too few to compare models") {
		t.Fatalf("exit %d\n%s%s", whole.code, whole.stdout, whole.stderr)
	}
	for _, name := range []string{"coverage.md", "report.html", "junit.xml", "plots/forecast_lp_loss_usd_1d.png", "plots/pit_lp_loss_usd_garch.png"} {
		if _, err := os.Stat(filepath.Join(dir, "whole", name)); err != nil {
			t.Error(err)
		}
	}
	for _, shard := range []string{"1/2", "2/2"} {
		if got := run(t, dir, command("parts", "--shard", shard, "--resume")); got.code != 0 {
			t.Fatalf("shard %s: exit %d\n%s", shard, got.code, got.stderr)
		}
	}
	if got := run(t, dir, command("parts", "--resume")); got.code != 0 {
		t.Fatalf("exit %d\n%s", got.code, got.stderr)
	}
	one, errOne := os.ReadFile(filepath.Join(dir, "whole", "coverage.json"))
	two, errTwo := os.ReadFile(filepath.Join(dir, "parts", "coverage.json"))
	if errOne != nil || errTwo != nil || string(one) != string(two) {
		t.Errorf("shards and the whole say different things (%v, %v)", errOne, errTwo)
	}
	gate := run(t, dir, command("whole", "--resume", "--set", `coverage.thresholds=["coverage(var95(lp_loss_usd), 1d).exceedances < 0"]`))
	if gate.code != exitInput || !strings.Contains(gate.stderr, "another configuration") {
		t.Errorf("other thresholds in the same folder: exit %d\n%s", gate.code, gate.stderr)
	}
	gate = run(t, dir, command("gated", "--set", `coverage.thresholds=["coverage(var95(lp_loss_usd), 1d).exceedances < 0"]`))
	if gate.code != exitGate {
		t.Errorf("a gate that cannot hold: exit %d\n%s", gate.code, gate.stderr)
	}
	if got := run(t, dir, command("none", "--set", `coverage.thresholds=["coverage(var95(lp_loss_usd), 7d).exceedances < 9"]`)); got.code != exitInput || !strings.Contains(got.stderr, "coverage.horizons") {
		t.Errorf("a gate on a horizon that is not asked: exit %d\n%s", got.code, got.stderr)
	}
	if got := run(t, dir, command("none", "--set", "coverage.metrics=[lp_los_usd, capital_efficiency]")); got.code != exitInput ||
		!strings.Contains(got.stderr, "coverage.metrics[0]") || !strings.Contains(got.stderr, "coverage.metrics[1]") {
		t.Errorf("metrics that no path has: exit %d\n%s", got.code, got.stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "none")); err == nil {
		t.Error("a wrong gate or metric leaves a folder")
	}
	foot := run(t, dir, []string{"run", "quickstart", "--paths", "2", "--set", "horizon=1d", "--coverage", "whole", "--out", "r", "--progress", "none"})
	if !strings.Contains(foot.stdout, "the 99 % figure of LP loss at 1 d was passed on") {
		t.Errorf("the foot of a run lacks the verdict:\n%s%s", foot.stdout, foot.stderr)
	}
}
