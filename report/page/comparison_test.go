package page

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/report/threshold"
)

// writtenComparison compares two runs with some drift gates.
func writtenComparison(t *testing.T, base, next *report.Data, gates ...string) string {
	t.Helper()
	var parsed []threshold.Threshold
	for _, text := range gates {
		g, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, g)
	}
	c, err := report.Compare(base, next, parsed)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := WriteComparison(&b, c, base, next); err != nil {
		t.Fatal(err)
	}
	if b.Len() > mostBytes {
		t.Errorf("%d bytes, want at most %d", b.Len(), mostBytes)
	}
	return b.String()
}

func drifted(t *testing.T) string {
	t.Helper()
	base, next := load(t, synthetic.World{Name: "before", Paths: 200, Seed: 5, Drop: 0.3}), load(t, synthetic.World{Name: "after", Paths: 200, Seed: 5, Drop: 0.5})
	return writtenComparison(t, base, next, "stop_loss_exit.probability > +5%", "capital_efficiency > +300%")
}

func TestPageOfAComparison(t *testing.T) {
	page := drifted(t)
	for _, want := range []string{
		"after compared with before", "Drift gates: not all held", "not stop_loss_exit.probability &gt; 5%", "✗ breach", "✓ pass",
		"<code>start.c_ratio</code>", ">2.7</td>", ">2.5</td>", "200 shared paths, paired", "paired difference of proportions",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	same := load(t, synthetic.World{Name: "same", Paths: 70, Seed: 5, Drop: 0.3})
	page = writtenComparison(t, same, same)
	for _, want := range []string{"No figure moved", "the same configuration", "No drift gates were set"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a run and itself does not say %q", want)
		}
	}
	other := load(t, synthetic.World{Name: "other", Paths: 70, Seed: 5, Scenes: []string{"else"}})
	if page = writtenComparison(t, same, other); !strings.Contains(page, "no scenario and point in common") || !strings.Contains(page, "Only in other: else") {
		t.Error("runs without a common scenario")
	}
	failed := load(t, synthetic.World{Name: "failed", Paths: 5, Failed: 5, Seed: 5})
	writtenComparison(t, same, failed)
	if page := writtenComparison(t, hostile(t), hostile(t)); strings.Contains(page, "<img") || strings.Count(page, "</script>") != 2 {
		t.Error("names are not escaped")
	}
}

func TestPageOfAComparisonInBrowser(t *testing.T) {
	c := startChromium(t)
	path := filepath.Join(t.TempDir(), "drift.html")
	if err := os.WriteFile(path, []byte(drifted(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	c.visit(path, "comparison-", 2, func() {
		overlay := c.pressing("overlay")
		overlay("another figure", `(() => { const s = document.querySelector("figure[data-chart=overlay] select"); s.value = 1; s.dispatchEvent(new Event("change")); })()`)
		overlay("switching the base off", `document.querySelector("figure[data-chart=overlay] .chip").click()`)
		if tip := c.hover("survivals"); !strings.Contains(tip, "before") || !strings.Contains(tip, "after") {
			t.Errorf("the readout says %q", tip)
		}
	})
}
