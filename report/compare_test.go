package report_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/report/threshold"
)

func gates(t *testing.T, texts ...string) []threshold.Threshold {
	t.Helper()
	var out []threshold.Threshold
	for _, text := range texts {
		g, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, g)
	}
	return out
}

func TestRunComparedWithItself(t *testing.T) {
	w := synthetic.World{Name: "same", Paths: 200, Seed: 5, Drop: 0.4}
	a, b := load(t, w, report.Options{}), load(t, w, report.Options{})
	c, err := report.Compare(a, b, gates(t, "p99(bad_debt_usd) > 0", "mean(lp_loss_usd) > +1%"))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Configuration) != 0 || c.Failed() || !c.Cells[0].Paired || len(c.Cells[0].Changes) < 80 {
		t.Errorf("configuration %v, failed %v, %d changes", c.Configuration, c.Failed(), len(c.Cells[0].Changes))
	}
	for _, change := range c.Cells[0].Changes {
		d := change.Difference
		if d.Known() && (d.Value != 0 || d.Low != 0 || d.High != 0 || change.Relative() != 0 || change.Certain()) {
			t.Errorf("%s: difference %v [%v, %v]", change.Figure, d.Value, d.Low, d.High)
		}
	}
	for _, r := range c.Drift {
		if r.Verdict != threshold.Pass {
			t.Errorf("%s: %s", r.Condition, r.Verdict)
		}
	}
	if text := c.Markdown(); !strings.Contains(text, "none of ") || !strings.Contains(text, "The same.") {
		t.Errorf("got\n%s", text)
	}
}

func TestPairedComparison(t *testing.T) {
	base := load(t, synthetic.World{Name: "before", Paths: 250, Seed: 5}, report.Options{})
	next := load(t, synthetic.World{Name: "after", Paths: 250, Seed: 5, Drop: 0.1, Failed: 3}, report.Options{})
	c, err := report.Compare(base, next, gates(t, "stop_loss_exit.probability > +5%", "capital_efficiency < -0.5", "mean(lp_pnl_usd) > 0"))
	if err != nil {
		t.Fatal(err)
	}
	if !c.Cells[0].Paired || c.Cells[0].Paths != 247 || !c.Failed() {
		t.Errorf("paired %v on %d paths, failed %v", c.Cells[0].Paired, c.Cells[0].Paths, c.Failed())
	}
	for _, change := range c.Cells[0].Changes {
		if change.Figure.String() != "ratio(capital_efficiency)" {
			continue
		}
		single := change.After.HalfWidth() + change.Before.HalfWidth()
		if d := change.Difference; math.Abs(d.Value-(change.After.Value-change.Before.Value)) > 1e-12 || d.HalfWidth() > single/4 {
			t.Errorf("paired difference of ratios %+v", d)
		}
	}
	var text, junit bytes.Buffer
	if err := c.WriteText(&text, report.Style{}); err != nil {
		t.Fatal(err)
	}
	if err := report.WriteJUnit(&junit, "drift", c.Gates()); err != nil {
		t.Fatal(err)
	}
	golden(t, "compare.txt", text.Bytes())
	golden(t, "compare.md", []byte(c.Markdown()))
	if short := c.StepSummary(); len(short) > len(c.Markdown())/2 || !strings.Contains(short, "## Drift gates") {
		t.Errorf("the step summary has %d bytes of %d:\n%s", len(short), len(c.Markdown()), short)
	}
	golden(t, "compare.xml", junit.Bytes())
	data, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Cells []struct {
			Changes []struct{ Figure string }
		}
		Configuration []struct{ Key, Before, After string }
		Drift         []struct{ Failed bool }
	}
	if err := json.Unmarshal(data, &back); err != nil || len(back.Cells[0].Changes) != len(c.Cells[0].Changes) || !back.Drift[0].Failed {
		t.Errorf("%v: %+v", err, back)
	}
	if len(back.Configuration) != 2 {
		t.Errorf("changed keys %+v", back.Configuration)
	}
}

func TestIndependentComparison(t *testing.T) {
	base := load(t, synthetic.World{Name: "before", Paths: 200, Seed: 5, Scenes: []string{"a", "b"}}, report.Options{})
	next := load(t, synthetic.World{Name: "after", Paths: 150, Seed: 6, Scenes: []string{"b", "c"}}, report.Options{})
	c, err := report.Compare(base, next, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Cells) != 1 || c.Cells[0].Scenario != "b" || c.Cells[0].Paired || c.OnlyBase[0] != "a" || c.OnlyNext[0] != "c" {
		t.Errorf("cells %v, only %v, %v", len(c.Cells), c.OnlyBase, c.OnlyNext)
	}
	false95 := 0
	for _, change := range c.Cells[0].Changes {
		if change.Certain() {
			false95++
		}
	}
	if n := len(c.Cells[0].Changes); false95 > n/4 {
		t.Errorf("%d of %d figures of equal worlds differ", false95, n)
	}
	if text := c.Markdown(); !strings.Contains(text, "Only in before: a") || !strings.Contains(text, "independent runs") {
		t.Errorf("got\n%s", text)
	}
	if _, err := report.Compare(base, next, gates(t, "p9(nothing) > 1")); err == nil || !strings.Contains(err.Error(), `no metric "nothing"`) {
		t.Errorf("error %v", err)
	}
}
