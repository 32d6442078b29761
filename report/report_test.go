package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/report/threshold"
	"backtest/runner/record"
)

var update = flag.Bool("update", false, "write the goldens anew")

// golden compares text with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (rewrite on purpose with -update); got:\n%s", path, got)
	}
}

func thresholds(t *testing.T) []threshold.Threshold {
	t.Helper()
	var out []threshold.Threshold
	for _, r := range []threshold.Rule{
		{Expr: "vault_liquidation.probability < 50%", On: "upper"},
		{Expr: "p99(bad_debt_usd) < 1"},
		{Expr: "p5(c_ratio[main/SNX]) > 0.9", Severity: "warn"},
		{Expr: "stop_loss_exit[main].probability < 10%"},
		{Expr: "mean(fees_usd) > 1", Severity: "warn"},
		{Expr: "capital_efficiency > 35%"},
	} {
		parsed, err := threshold.ParseRule(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parsed)
	}
	return out
}

func load(t *testing.T, w synthetic.World, o report.Options) *report.Data {
	t.Helper()
	d, err := report.Load(open(t, w), o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func open(t *testing.T, w synthetic.World) *record.Reader {
	t.Helper()
	dir := t.TempDir()
	if err := synthetic.Write(dir, w); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTextsOfARun(t *testing.T) {
	d := load(t, synthetic.World{Name: "quickstart", Paths: 300, Seed: 42, Failed: 2}, report.Options{Thresholds: thresholds(t)})
	var text, coloured, junit, annotations bytes.Buffer
	for _, err := range []error{
		d.WriteText(&text, report.Style{}), d.WriteText(&coloured, report.Style{Colour: true}),
		report.WriteJUnit(&junit, "quickstart", d.Gates()), report.WriteAnnotations(&annotations, d.Gates()),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "summary.txt", text.Bytes())
	golden(t, "summary.md", []byte(d.Markdown()))
	golden(t, "junit.xml", junit.Bytes())
	golden(t, "annotations.txt", annotations.Bytes())
	golden(t, "step.md", []byte(d.StepSummary()))
	if !strings.Contains(coloured.String(), "\x1b[31m") || strings.Contains(text.String(), "\x1b") {
		t.Error("colour is where it should not be, or is not where it should")
	}
	if !d.Failed() {
		t.Error("a breached threshold does not fail the run")
	}
}

func TestSummaryJSON(t *testing.T) {
	w := synthetic.World{Name: "small", Paths: 100, Seed: 7, Scenes: []string{"a", "b"}}
	d := load(t, w, report.Options{Thresholds: thresholds(t)})
	data, err := d.Summary().JSON()
	if err != nil {
		t.Fatal(err)
	}
	var s report.Summary
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Cells) != 2 || s.Cells[1].Scenario != "b" || s.Cells[0].Paths != 100 || len(s.Thresholds) != 12 {
		t.Errorf("cells %d, thresholds %d", len(s.Cells), len(s.Thresholds))
	}
	if again, _ := s.JSON(); !bytes.Equal(again, data) {
		t.Error("summary.json does not survive being read and written")
	}
	other, _ := load(t, w, report.Options{Thresholds: thresholds(t)}).Summary().JSON()
	if !bytes.Equal(other, data) {
		t.Error("the same question has two summaries")
	}
	for _, m := range s.Cells[0].Metrics {
		f, err := threshold.ParseFigure(m.Figure)
		if err != nil || f.Metric != m.Metric || f.Selector != m.Entity {
			t.Errorf("%q cannot be used in a threshold: %v", m.Figure, err)
		}
		if again, err := d.Cells[0].Measure(f); err != nil || again.Estimate.Value != m.Estimate.Value && m.Estimate.Known() {
			t.Errorf("%s: %v by name, %v in the summary, %v", m.Figure, again.Estimate.Value, m.Estimate.Value, err)
		}
	}
}
