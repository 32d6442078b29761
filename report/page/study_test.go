package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/report/internal/synthetic"
	"backtest/report/study"
	"backtest/runner/record"
)

// gridPlan is the full grid of so many values of two axes, their first ones the
// present ones.
func gridPlan(columns, rows int, keyA, keyB string) *record.StudyPlan {
	plan := &record.StudyPlan{Design: "grid", Axes: []record.StudyAxis{{Key: keyA, Unit: "ratio"}, {Key: keyB, Unit: "number"}}}
	value := func(i int) string { return fmt.Sprintf("%.2f", 0.2*float64(i)) }
	plan.Points = append(plan.Points, []string{value(0), value(0)})
	for i := range columns {
		for k := range rows {
			if i+k == 0 {
				continue
			}
			plan.Points = append(plan.Points, []string{value(i), value(k)})
		}
	}
	return plan
}

const studyConfiguration = `{"name":"crash","question":"How low may they start?","start":"2020-01-01T00:00:00Z","horizon":"30d","step":"1h",
"study":{"objective":"max capital_efficiency","constraints":["stop_loss_exit.probability <= 45%","p99(bad_debt_usd) <= 0.5% of collateral"]}}`

// loadStudy measures a synthetic study.
func loadStudy(t *testing.T, w synthetic.World, configuration string, causes map[string]string) *study.Study {
	t.Helper()
	d := load(t, w)
	d.Manifest.Configuration = []byte(configuration)
	s, err := study.New(d, causes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gridStudy(t *testing.T) *study.Study {
	return loadStudy(t, synthetic.World{Name: "starts", Paths: 120, Seed: 3, Study: gridPlan(4, 3, "collaterals[SNX].start", "collaterals[ETH].start")}, studyConfiguration, nil)
}

func writtenStudy(t *testing.T, s *study.Study) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteStudy(&b, s); err != nil {
		t.Fatal(err)
	}
	if b.Len() > mostBytes {
		t.Errorf("%d bytes, want at most %d", b.Len(), mostBytes)
	}
	return b.String()
}

func studyFile(t *testing.T, s *study.Study) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(writtenStudy(t, s)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPageOfAStudy(t *testing.T) {
	s := gridStudy(t)
	page := writtenStudy(t, s)
	if page != writtenStudy(t, gridStudy(t)) {
		t.Error("two readings of the same records give different pages")
	}
	for _, want := range []string{
		"How low may they start?", "12 points, the same 120 paths", html.EscapeString(s.Scenarios[0].Reason), "collaterals[SNX].start: 0\u00a0%\u00a0→\u00a020\u00a0%",
		"The table as Markdown", "max ratio(capital_efficiency)", "main effects and interactions", `class="h9"`, `class="h0"`, " present</strong>",
		"collaterals[SNX].start × collaterals[ETH].start", "difference: paired", "✗ breach",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	figures := len(s.KeyFigures())
	if n := strings.Count(page, `<table class="heat">`); n == 0 || n > figures {
		t.Errorf("%d heat maps of %d figures", n, figures)
	}
}

func TestPageOfAStudyInBrowser(t *testing.T) {
	c := startChromium(t)
	c.visit(studyFile(t, gridStudy(t)), "study-", 2, func() {
		front := c.pressing("front")
		front("another figure upwards", `(() => { const s = document.querySelector("[aria-label='figure upwards']"); s.value = 0; s.dispatchEvent(new Event("change")); })()`)
		front("no intervals", `document.querySelector("figure[data-chart=front] .chip").click()`)
		front("the logarithmic scale", `document.querySelector("figure[data-chart=front] .toggle").click()`)
		if tip := c.hover("front"); !strings.Contains(tip, "start") {
			t.Errorf("the readout of a point says %q", tip)
		}
		slice := c.pressing("slice")
		for _, control := range []string{"parameter along which", "a line for each value of", "other parameters", "value or change"} {
			slice(control, `(() => { const s = document.querySelector("[aria-label='`+control+`']"); s.value = 1; s.dispatchEvent(new Event("change")); })()`)
		}
		c.hover("slice")
		var shown struct{ Before, After []string }
		titles := `[...document.querySelectorAll("[data-figure]:not([hidden]) h3")].map((h) => h.textContent)`
		c.eval(`({ before: `+titles+` })`, &shown)
		slice("another figure", `(() => { const s = document.querySelector("[data-pick]"); s.value = 2; s.dispatchEvent(new Event("change")); })()`)
		c.eval(`({ after: `+titles+` })`, &shown)
		if len(shown.Before) < 2 || len(shown.After) < 2 || shown.Before[0] == shown.After[0] {
			t.Errorf("the figure goes from %q to %q", shown.Before, shown.After)
		}
	})
}

// nastyStudy has nasty names wherever there can be one, and a point that failed.
func nastyStudy(t *testing.T) *study.Study {
	t.Helper()
	name, err := json.Marshal(nasty)
	if err != nil {
		t.Fatal(err)
	}
	plan := gridPlan(2, 2, "a."+nasty, "b."+nasty)
	plan.Axes[1].Unit = "text"
	for i := range plan.Points {
		if plan.Points[i][1] != "0.00" {
			plan.Points[i][1] = nasty
		}
	}
	text := strings.ReplaceAll(studyConfiguration, `"How low may they start?"`, string(name))
	s := loadStudy(t, synthetic.World{Name: nasty, Paths: 64, Seed: 3, Drop: 0.5, Scenes: []string{"a" + nasty, "b" + nasty}, Study: plan}, text, nil)
	for i := range s.Scenarios {
		s.Scenarios[i].Points[1].Cell, s.Scenarios[i].Points[1].Failed = nil, nasty
	}
	return s
}

func TestHostileStudyInBrowser(t *testing.T) {
	page := writtenStudy(t, nastyStudy(t))
	for _, bad := range []string{"<script>window", "<img", "</script><script>window"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	c := startChromium(t)
	path := studyFile(t, nastyStudy(t))
	c.open(path, 375, 800)
	c.checkDrawn("hostile", 2)
	c.checkWidth("hostile")
	var stolen bool
	if c.eval(`window.stolen === 1`, &stolen); stolen {
		t.Error("a name from the configuration ran as a script")
	}
	for _, complaint := range c.complaints(path) {
		t.Error(complaint)
	}
}

func TestStudyWithoutItsPresentPoint(t *testing.T) {
	page := writtenStudy(t, loadStudy(t, synthetic.World{Name: "none", Paths: 3, Failed: 3, Seed: 1, Study: gridPlan(2, 2, "a", "b")}, studyConfiguration,
		map[string]string{"base/0": "division by zero"}))
	for _, want := range []string{"could not be simulated", "Point 0 (present parameters): division by zero", "Point 3"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestStudyOfOneAxisAndNoObjective(t *testing.T) {
	plan := &record.StudyPlan{Design: "grid", Axes: []record.StudyAxis{{Key: "only", Unit: "number"}}, Points: [][]string{{"0"}, {"0.4"}}}
	page := writtenStudy(t, loadStudy(t, synthetic.World{Name: "one", Paths: 64, Seed: 1, Study: plan}, `{"name":"one"}`, nil))
	if !strings.Contains(page, "No objective was given.") || strings.Contains(page, `<table class="heat">`) {
		t.Error("one axis and no objective")
	}
}

func TestPageOfAHugeStudyIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of points take seconds")
	}
	plan := gridPlan(12, 12, "a", "b")
	for i := range plan.Points { // more points beside the grid
		plan.Points = append(plan.Points, []string{fmt.Sprintf("%.4f", 0.001*float64(i)), "0.05"})
	}
	page := writtenStudy(t, loadStudy(t, synthetic.World{Name: "huge", Paths: 8, Seed: 1, Study: plan, Scenes: []string{"a", "b"}}, studyConfiguration, nil))
	t.Logf("%d points in 2 scenarios: %d bytes", len(plan.Points), len(page))
}
