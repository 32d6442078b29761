package report

import (
	"fmt"
	"strings"
)

// Markdown gives summary.md: what was asked, the verdict, the headline, then
// every metric with its interval, sample size and warnings.
func (d *Data) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", EscapeMarkdown(d.Title()))
	fmt.Fprintf(&b, "%s. Seed %d, configuration `%s`. Intervals: %s %%.\n", d.Scope(), d.Manifest.Seed, shortHash(d.Manifest.ConfigSHA256), percent(d.Confidence))
	if len(d.Thresholds) > 0 {
		fmt.Fprintf(&b, "\n## Thresholds: %s\n\n%s", d.Verdict(), d.thresholdTable())
	}
	b.WriteString(noticeList("## Warnings", d.Notices()))
	for _, c := range d.Cells {
		fmt.Fprintf(&b, "\n## %s\n", EscapeMarkdown(c.Label()))
		b.WriteString(c.markdown())
	}
	if d.Coverage != "" {
		fmt.Fprintf(&b, "\n## Were such forecasts right?\n\n%s\n", EscapeMarkdown(d.Coverage))
	}
	b.WriteString("\n## Definitions\n\n")
	for _, m := range metrics {
		fmt.Fprintf(&b, "- `%s`: %s\n", m.Name, m.Definition)
	}
	return b.String()
}

// Title is the name of the run, for people.
func (d *Data) Title() string {
	if d.Manifest.Name == "" {
		return "Summary"
	}
	return d.Manifest.Name
}

// Scope says how much was computed: paths, their length, scenarios.
func (d *Data) Scope() string {
	paths, horizon, failed := int64(0), int64(0), int64(0)
	for _, c := range d.Cells {
		paths += c.Paths
		failed += c.Failed
		horizon = max(horizon, c.HorizonSeconds)
	}
	text := plural(paths, "path", "paths") + " of " + duration(horizon)
	if len(d.Cells) > 1 {
		text += fmt.Sprintf(" in %d cells", len(d.Cells))
	}
	if failed > 0 {
		text += ", " + plural(failed, "path", "paths") + " failed"
	}
	if n := drawnLPs(d.Manifest); n > 0 {
		text += ", given this population of " + plural(n, "LP", "LPs")
	}
	return text
}

func shortHash(sha string) string { return sha[:min(12, len(sha))] }

// Verdict sums up the thresholds in a few words.
func (d *Data) Verdict() string {
	failed, open := 0, 0
	for _, t := range d.Thresholds {
		if t.Failed() {
			failed++
		} else if !t.Satisfied {
			open++
		}
	}
	switch {
	case failed > 0:
		return fmt.Sprintf("%d of %d failed", failed, len(d.Thresholds))
	case open > 0:
		return fmt.Sprintf("none failed, %d of %d to be looked at", open, len(d.Thresholds))
	}
	return fmt.Sprintf("all %d satisfied", len(d.Thresholds))
}

func (d *Data) thresholdTable() string {
	t := table{right: []bool{false, false, true, true}}
	t.add("threshold", "verdict", "estimate", percent(d.Confidence)+" % interval", "on", "severity", "where")
	for _, r := range d.Thresholds {
		t.add(code(r.Threshold.String()), status(r.Result), Format(r.Estimate.Value, r.Unit), Interval(r.Estimate, r.Unit),
			string(r.Threshold.On), string(r.Threshold.Severity), d.where(r))
	}
	return t.markdown()
}

func (d *Data) where(r ThresholdResult) string {
	return (&Cell{Scenario: r.Scenario, Point: r.Point}).Label()
}

func (c *Cell) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s of %s", plural(c.Paths, "path", "paths"), duration(c.HorizonSeconds))
	if c.Weighted {
		fmt.Fprintf(&b, ", weighted: as informative about an average as %s", Format(c.EffectivePaths, ""))
	}
	b.WriteString(".\n\n### Headline\n\n")
	b.WriteString(measureTable(c.Headline(), c.confidence).markdown())
	if len(c.Positions) > 0 {
		b.WriteString("\n### Positions\n\n" + c.positionTable().markdown())
		if left := c.positionsLeft(); left != "" {
			b.WriteString("\n" + left + ".\n")
		}
	}
	b.WriteString("\n### All metrics\n\n")
	b.WriteString(measureTable(c.Measures, c.confidence).markdown())
	if len(c.ByEntity) > 0 {
		b.WriteString("\n### By pool, vault and market\n\n")
		b.WriteString(measureTable(c.ByEntity, c.confidence).markdown())
	}
	if len(c.Attribution) > 0 {
		b.WriteString("\n### Where the LP's profit came from\n\n")
		b.WriteString(measureTable(c.Attribution, c.confidence).markdown())
	}
	b.WriteString(c.worstTable())
	b.WriteString(c.warnings())
	return b.String()
}

// Headline lists the measures that open a summary.
func (c *Cell) Headline() []Measure {
	var out []Measure
	for _, m := range c.Measures {
		if m.Headline {
			out = append(out, m)
		}
	}
	return out
}

func measureTable(list []Measure, confidence float64) *table {
	t := &table{right: []bool{false, true, true, true, false}}
	t.add("metric", "estimate", percent(confidence)+" % interval", "n", "")
	for _, m := range list {
		mark := ""
		if len(m.Estimate.Warnings) > 0 {
			mark = "!"
		}
		t.add(m.Title, Format(m.Estimate.Value, m.Unit), Interval(m.Estimate, m.Unit), Count(m.Estimate.N), mark)
	}
	return t
}

func (c *Cell) worstTable() string {
	if len(c.Worst) == 0 {
		return ""
	}
	t := &table{right: []bool{true, true, true}}
	t.add("path", "system loss", "LP loss")
	for _, w := range c.Worst {
		t.add(fmt.Sprint(w.Path), Format(w.SystemLossUSD, UnitUSD), Format(w.LPLossUSD, UnitUSD))
	}
	return "\n### Worst paths\n\n" + t.markdown()
}

func (c *Cell) warnings() string {
	list := c.Warnings()
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n### Warnings (!)\n\n")
	for _, w := range list {
		b.WriteString("- " + w.Text)
		for i, m := range w.About {
			b.WriteString([]string{": ", ", "}[min(i, 1)] + code(m.Figure.String()))
		}
		b.WriteString("\n")
	}
	return b.String()
}
