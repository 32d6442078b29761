package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestStudyConfirmsOnFreshPaths: the recommended point is run again on paths that
// had no part in choosing it, and the document says what is left of it.
func TestStudyConfirmsOnFreshPaths(t *testing.T) {
	leisurely(t)
	dir := t.TempDir()
	o := mustRun(t, dir, with(smallStudy, "--out", "s", "--set", "study.confirm=90", "--set", "study.objective=min var95(lp_loss_usd)",
		"--set", "study.axes[0].key=prices.assets[ETH].process.annual_volatility", "--set", "study.axes[0].values=[0.1]", "--set", "study.constraints_on=estimate")...)
	var document struct {
		Scenarios []struct {
			Recommended int `json:"recommended_point"`
			Confirmed   *struct {
				Paths      int64
				Figure     string
				Estimate   struct{ Estimate float64 }
				Difference struct{ Estimate float64 }
			}
			Points []struct {
				Metrics []struct {
					Figure   string
					Estimate struct{ Estimate float64 }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(content(t, dir, "s", "study.json")), &document); err != nil {
		t.Fatal(err)
	}
	s := document.Scenarios[0]
	if s.Recommended == 0 {
		t.Fatalf("the present parameters are recommended:\n%s", o.stdout)
	}
	if s.Confirmed == nil || s.Confirmed.Paths != 90 || !strings.Contains(o.stdout, "On 90 fresh paths it") {
		t.Fatalf("confirmed %+v in\n%s", s.Confirmed, o.stdout)
	}
	for _, m := range s.Points[s.Recommended].Metrics {
		if m.Figure == s.Confirmed.Figure && m.Estimate.Estimate == s.Confirmed.Estimate.Estimate {
			t.Errorf("%s is %v on both: the paths are not fresh", m.Figure, m.Estimate.Estimate)
		}
	}
	again := mustRun(t, dir, "report", "s")
	if !strings.Contains(again.stdout, "On 90 fresh paths it") {
		t.Error("a report of the study forgets what was confirmed")
	}
}
