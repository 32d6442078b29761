package study

import (
	"fmt"
	"slices"
	"strings"

	"backtest/report"
	"backtest/report/threshold"
)

// mostRows is how many points the table of a proposal shows one by one; of more,
// those on the front and the recommended one are shown.
const mostRows = 24

// Proposal gives sccp.md: the table that a proposal of a parameter change
// carries, with its method, ready to be pasted into a forum.
func (s *Study) Proposal() string {
	var b strings.Builder
	m := s.Data.Manifest
	fmt.Fprintf(&b, "# %s\n\n", report.EscapeMarkdown(m.Name))
	if s.Question != "" {
		fmt.Fprintf(&b, "%s\n\n", strings.ReplaceAll(report.EscapeMarkdown(s.Question), "[", `\[`))
	}
	for i := range s.Scenarios {
		scenario := &s.Scenarios[i]
		if len(s.Scenarios) > 1 {
			fmt.Fprintf(&b, "## Scenario %s\n\n", scenario.Name)
		}
		s.writeScenario(&b, scenario)
	}
	s.writeMethod(&b)
	return b.String()
}

func (s *Study) writeScenario(b *strings.Builder, out *Scenario) {
	shown := s.Shown(out)
	b.WriteString(s.changeTable(shown, &out.Points[0]))
	fmt.Fprintf(b, "\nEach cell: new minus old, [%s %% interval]; ● where the interval leaves zero out, ●● where it still does for all of this table by Benjamini and Hochberg, ●●● by Holm. A positive ΔVaR or ΔLaR is more loss. pp: percentage points.\n",
		confidenceText(s.Data.Confidence))
	if len(shown) < len(out.Points)-1 {
		fmt.Fprintf(b, "Shown are %d of %d points: those on the front of %s against %s, and the recommended one.\n",
			len(shown), len(out.Points)-1, out.Risk, out.Efficiency)
	}
	b.WriteString("\nLevels:\n\n" + s.levelTable(append([]*Point{&out.Points[0]}, shown...)))
	for _, p := range out.Points {
		if p.Failed != "" {
			fmt.Fprintf(b, "\nPoint %d (%s) could not be simulated: %s\n", p.Number, report.EscapeMarkdown(s.Name(&p)), report.EscapeMarkdown(p.Failed))
		}
	}
	fmt.Fprintf(b, "\n**Recommendation:** %s\n", out.Reason)
	b.WriteString(s.effectTable(out))
	b.WriteString("\n")
}

// Shown lists the points that the tables show, without point 0: those on the
// front and the recommended one where there are many.
func (s *Study) Shown(out *Scenario) []*Point {
	var all []*Point
	for i := range out.Points[1:] {
		p := &out.Points[i+1]
		if p.Cell != nil && (len(out.Points)-1 <= mostRows || p.OnFront || p.Number == out.Recommended) {
			all = append(all, p)
		}
	}
	return all
}

func (s *Study) changeTable(points []*Point, base *Point) string {
	head := []string{"parameter", "old", "new", "ΔVaR 95 %", "ΔVaR 99 %", "ΔLaR 95 %", "Δ capital efficiency", "Δ peak credit use", "Δ P(stop-loss exit)"}
	columns := s.Columns()
	for _, f := range columns[len(proposal):] {
		m, _ := base.Measure(f)
		head = append(head, "Δ "+m.Title)
	}
	rows := [][]string{head}
	for _, p := range points {
		key, old, now := s.changed(p, base)
		row := []string{key, old, now}
		for _, f := range columns {
			row = append(row, changeText(p, f))
		}
		rows = append(rows, row)
	}
	return report.MarkdownTable(rightFrom(1, len(head)), rows)
}

// Columns are the figures of a proposal, and what objective and constraints ask
// for beside them.
func (s *Study) Columns() []threshold.Figure {
	var out []threshold.Figure
	for _, text := range proposal {
		out = append(out, figureOf(text))
	}
	for _, f := range append(s.recorded(governed), s.asked()...) {
		if !slices.ContainsFunc(out, func(o threshold.Figure) bool { return o.String() == f.String() }) {
			out = append(out, f)
		}
	}
	return out
}

// rightFrom sets all columns flush right but the first few.
func rightFrom(first, n int) []bool {
	out := make([]bool, n)
	for i := first; i < n; i++ {
		out[i] = true
	}
	return out
}

// changed tells which parameters a point changes, from what to what.
func (s *Study) changed(p, base *Point) (key, old, now string) {
	var keys, olds, news []string
	for a, axis := range s.Axes {
		if p.Values[a] == base.Values[a] {
			continue
		}
		keys = append(keys, "`"+axis.Key+"`")
		olds = append(olds, ShowValue(base.Values[a], axis.Unit))
		news = append(news, ShowValue(p.Values[a], axis.Unit))
	}
	return strings.Join(keys, " "), strings.Join(olds, " / "), strings.Join(news, " / ")
}

func changeText(p *Point, f threshold.Figure) string {
	c, ok := p.Change(f)
	if !ok || !c.Difference.Known() {
		return "none"
	}
	text := report.FormatChange(c.Difference.Value, c.Unit)
	if c.Difference.Value > 0 {
		text = "+" + text
	}
	if c.Difference.Value == 0 && c.Difference.Low == 0 && c.Difference.High == 0 {
		return "0"
	}
	return text + " " + report.ChangeInterval(c.Difference, c.Unit) + mark(c)
}

// mark tells how surely a figure differs.
func mark(c report.Change) string {
	if m := c.Mark(); m != "" {
		return " " + strings.Repeat("●", len(m))
	}
	return ""
}

func (s *Study) levelTable(points []*Point) string {
	head := []string{"parameters"}
	for _, f := range s.Columns() {
		m, _ := points[0].Measure(f)
		head = append(head, m.Title)
	}
	rows := [][]string{head}
	for _, p := range points {
		row := []string{s.Name(p)}
		for _, f := range s.Columns() {
			m, _ := p.Measure(f)
			row = append(row, report.Format(m.Estimate.Value, m.Unit)+" "+report.Interval(m.Estimate, m.Unit))
		}
		rows = append(rows, row)
	}
	return report.MarkdownTable(rightFrom(1, len(head)), rows)
}

func (s *Study) effectTable(out *Scenario) string {
	if len(out.Effects) == 0 || len(s.Axes) < 2 {
		return ""
	}
	rows := [][]string{{"figure", "parameter", "alone", "with interactions"}}
	for _, e := range out.Effects {
		for _, a := range e.Axes {
			rows = append(rows, []string{e.Title, "`" + a.Key + "`", a.First.text(), a.Total.text()})
		}
	}
	return fmt.Sprintf("\nShare of variance over the design (%s):\n\n%s", out.Effects[0].Method,
		report.MarkdownTable([]bool{false, false, true, true}, rows))
}

func (s Share) text() string {
	text := report.Format(s.Value, report.UnitRatio)
	if s.Low < s.High {
		text += " [" + report.Format(s.Low, report.UnitRatio) + ", " + report.Format(s.High, report.UnitRatio) + "]"
	}
	return text
}
