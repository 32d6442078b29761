package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An expression whose limit is not in the unit of its figure is refused before anything is computed, wherever one is taken.
func TestExpressionsAreCheckedBeforeAnythingIsComputed(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want []string
	}{
		"threshold": {[]string{"run", "quickstart", "--set", "thresholds[0].expression=var95(lp_loss_usd) < 5%"},
			[]string{"thresholds[0].expression", "var95(lp_loss_usd) is in usd, and 5% is not", "an amount of USD such as 50_000"}},
		"validate": {[]string{"validate", "quickstart", "--set", "thresholds[0].expression=mean(stop_loss_exit) < 5%"},
			[]string{"thresholds[0].expression", "is in count"}},
		"seconds": {[]string{"run", "quickstart", "--set", "thresholds[0].expression=p50(first_vault_liquidation_seconds) > 5%"},
			[]string{"is in seconds"}},
		"constraint": {[]string{"study", "studies/sccp-399", "--set", "study.constraints=[p95(lp_loss_usd) < 5%]"},
			[]string{"study.constraints[0]", "5% of collateral"}},
		"objective": {[]string{"study", "studies/sccp-399", "--set", "study.objective=max p5(capital_efficiency)"},
			[]string{"study.objective", "one ratio for all paths"}},
		"stopping rule": {[]string{"run", "quickstart", "--set", "until={metric: p5(c_ratio), relative_error: 5%, max_paths: 2000}"},
			[]string{"until.metric", "made of paths"}},
		"misspelt": {[]string{"run", "quickstart", "--set", "thresholds[0].expression=vault_liquidaton.probability < 5%"},
			[]string{"did you mean vault_liquidation?"}},
		"search": {[]string{"study", "quickstart", "--find", "system.min_liquidity_ratio", "--from", "1", "--to", "2", "--limit", "var95(lp_loss_usd) <= 5%"},
			[]string{"--limit", "is in usd"}},
		"drift gate": {[]string{"compare", "a", "b", "--fail-on", "mean(lp_los_usd) > 5%"},
			[]string{"--fail-on", "did you mean lp_loss_usd?"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			o := run(t, dir, c.args)
			for _, want := range c.want {
				if o.code != exitInput || !strings.Contains(o.stderr, want) {
					t.Errorf("exit %d, want %d and %q\n%s", o.code, exitInput, want, o.stderr)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
				t.Error("something was written")
			}
		})
	}
}
