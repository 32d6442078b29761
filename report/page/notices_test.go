package page

import (
	"bytes"
	"strings"
	"testing"

	"backtest/internal/warn"
	"backtest/report"
	"backtest/report/internal/synthetic"
)

// Every warning that any package can make is shown wherever results are: a code that is declared anew is tried here without further ado.
func TestEveryWarningIsShown(t *testing.T) {
	var all []warn.Warning
	for _, code := range warn.Codes() {
		all = append(all, warn.New(code, "text of %s", code).At("key["+string(code)+"]").Change("1 -> 2", 0.5, "distance"))
	}
	d := load(t, synthetic.World{Name: "warned", Paths: 64, Seed: 1})
	s := loadStudy(t, synthetic.World{Name: "starts", Paths: 64, Seed: 3, Study: gridPlan(2, 2, "collaterals[SNX].start", "collaterals[ETH].start")}, studyConfiguration, nil)
	d.Manifest.Warnings, s.Data.Manifest.Warnings = all, all
	other := load(t, synthetic.World{Name: "other", Paths: 64, Seed: 1})
	c, err := report.Compare(other, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{"summary.md": d.Markdown(), "step summary": d.StepSummary(), "sccp.md": s.Proposal(), "comparison.md": c.Markdown(), "step summary of a comparison": c.StepSummary()}
	var run, compared, text bytes.Buffer
	if err := Write(&run, d); err != nil {
		t.Fatal(err)
	}
	if err := WriteComparison(&compared, c, other, d); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteText(&text, report.Style{}); err != nil {
		t.Fatal(err)
	}
	shown["page"], shown["page of a comparison"], shown["comparison on a terminal"] = run.String(), compared.String(), text.String()
	shown["page of a study"] = writtenStudy(t, s)
	summary, err := d.Summary().JSON()
	if err != nil {
		t.Fatal(err)
	}
	study, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	comparison, err := c.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	shown["summary.json"], shown["study.json"], shown["comparison.json"] = string(summary), string(study), string(comparison)
	for where, content := range shown {
		content = strings.ReplaceAll(strings.ReplaceAll(content, "&gt;", ">"), `\`, "")
		for _, code := range warn.Codes() {
			if !strings.Contains(content, "text of "+string(code)) {
				t.Errorf("%s does not tell %s", where, code)
			}
		}
		if !strings.Contains(content, "1 -> 2") && !strings.Contains(content, `1 -u003e 2`) {
			t.Errorf("%s does not tell what was changed", where)
		}
	}
}
