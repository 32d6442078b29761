package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"backtest/internal/warn"
)

// Markdown tells the comparison: what was changed, the gates, then the figures
// that moved and how surely.
func (c *Comparison) Markdown() string { return c.markdown(true) }

// StepSummary gives the Markdown for $GITHUB_STEP_SUMMARY, which must be short:
// what was changed, the gates, headline figures and those that surely moved.
func (c *Comparison) StepSummary() string { return c.markdown(false) }

func (c *Comparison) markdown(all bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s compared with %s\n", EscapeMarkdown(c.Next), EscapeMarkdown(c.Base))
	b.WriteString("\n## Configuration\n\n" + c.configuration())
	b.WriteString(noticeList("## Warnings", c.NamedNotices()))
	if len(c.Drift) > 0 {
		b.WriteString("\n## Drift gates\n\n" + c.driftTable().markdown())
	}
	for _, cell := range c.Cells {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", EscapeMarkdown(cell.Label()), cell.Scope())
		if t := cell.table(c.Confidence, all); len(t.rows) > 1 {
			b.WriteString(t.markdown() + "\n" + markNote + " `!` see the warnings of the figure. Differences of ratios are in percentage points (pp).\n")
		}
	}
	b.WriteString(c.alone())
	return b.String()
}

// WriteText writes the comparison for a terminal: headline figures and those
// that surely moved.
func (c *Comparison) WriteText(w io.Writer, s Style) error {
	var b strings.Builder
	b.WriteString(s.paint(bold, c.Next+" compared with "+c.Base) + "\n")
	if n := len(c.Configuration); n > 0 {
		b.WriteString(plural(int64(n), "configuration key differs", "configuration keys differ") + "\n")
		for _, d := range c.Configuration {
			fmt.Fprintf(&b, "  %s: %s -> %s\n", d.Key, orAbsent(d.Old), orAbsent(d.New))
		}
	} else {
		b.WriteString("same configuration\n")
	}
	b.WriteString(noticeText(c.NamedNotices(), s))
	for _, cell := range c.Cells {
		fmt.Fprintf(&b, "\n%s: %s\n", s.paint(bold, cell.Label()), cell.Scope())
		if t := cell.table(c.Confidence, false); len(t.rows) > 1 {
			b.WriteString(t.text("  "))
		}
	}
	if len(c.Drift) > 0 {
		b.WriteString("\n" + s.paint(bold, "drift gates") + "\n" + c.driftTable().text("  "))
	}
	_, err := io.WriteString(w, b.String()+c.alone())
	return err
}

const markNote = "`*` the interval leaves zero out; `**` it still does for the number of figures by Benjamini and Hochberg, `***` by Holm (headline figures among themselves, the others among all)."

func (c *Comparison) configuration() string {
	if len(c.Configuration) == 0 {
		return "The same.\n"
	}
	t := &table{}
	t.add("key", "before", "after")
	for _, d := range c.Configuration {
		t.add(code(d.Key), code(orAbsent(d.Old)), code(orAbsent(d.New)))
	}
	return t.markdown()
}

func orAbsent(value string) string {
	if value == "" {
		return "(absent)"
	}
	return value
}

func (c *Comparison) alone() string {
	text := ""
	for _, label := range c.OnlyBase {
		text += fmt.Sprintf("\nOnly in %s: %s\n", c.Base, label)
	}
	for _, label := range c.OnlyNext {
		text += fmt.Sprintf("\nOnly in %s: %s\n", c.Next, label)
	}
	return text
}

func (c *Comparison) driftTable() *table {
	t := &table{right: []bool{false, false, true, true}}
	t.add("fails on", "verdict", "change", percent(c.Confidence)+" % interval", "where")
	for _, r := range c.Drift {
		t.add(code(r.Condition.String()), r.status(), formatChange(r.Change.Difference.Value, r.Change.Unit),
			changeInterval(r.Change.Difference, r.Change.Unit), (&Cell{Scenario: r.Scenario, Point: r.Point}).Label())
	}
	return t
}

// Label names the cell among several.
func (c ComparedCell) Label() string { return (&Cell{Scenario: c.Scenario, Point: c.Point}).Label() }

// Scope says how the cell was compared and how much of it moved.
func (c ComparedCell) Scope() string {
	how := "independent runs of at least " + plural(c.Paths, "path", "paths")
	if c.Paired {
		how = plural(c.Paths, "shared path", "shared paths") + ", paired"
	}
	moved, sure, holm := 0, 0, 0
	for _, change := range c.Changes {
		if change.Moved() {
			moved++
		}
		if change.Certain() {
			sure++
		}
		if change.Mark() == MarkHolm {
			holm++
		}
	}
	if moved == 0 {
		return how + "; none of " + Count(int64(len(c.Changes))) + " figures differs"
	}
	return fmt.Sprintf("%s; %d of %d figures differ, %d beyond their interval, %d of them after Holm's correction", how, moved, len(c.Changes), sure, holm)
}

// Moved says whether the figure, or the interval of its difference, is not zero.
func (c Change) Moved() bool {
	return c.Difference.Known() && (c.Difference.Value != 0 || c.Difference.Low != 0 || c.Difference.High != 0)
}

// table lists the figures that moved, all or the main ones; * marks those whose
// interval leaves zero out, ! those with warnings.
func (c ComparedCell) table(confidence float64, all bool) *table {
	t := &table{right: []bool{false, true, true, true, true, true}}
	t.add("metric", "before", "after", "change", percent(confidence)+" % interval", "relative", "")
	for _, change := range c.Changes {
		if !change.Moved() || !(all || change.Headline || change.Certain()) {
			continue
		}
		mark := change.Mark()
		if len(change.Difference.Warnings) > 0 {
			mark += "!"
		}
		t.add(change.Title, Format(change.Before.Value, change.Unit), Format(change.After.Value, change.Unit),
			formatChange(change.Difference.Value, change.Unit), changeInterval(change.Difference, change.Unit), FormatRelative(change.Relative()), mark)
	}
	return t
}

// FormatRelative writes a relative change; new where there was nothing before.
func FormatRelative(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return "new"
	}
	sign := ""
	if x > 0 {
		sign = "+"
	}
	return sign + Format(x, UnitRatio)
}

type comparisonJSON struct {
	Base          string            `json:"base"`
	Next          string            `json:"next"`
	Configuration []keyJSON         `json:"configuration"`
	Cells         []comparedJSON    `json:"cells"`
	OnlyBase      []string          `json:"only_in_base"`
	OnlyNext      []string          `json:"only_in_next"`
	Drift         []driftResultJSON `json:"drift"`
	Warnings      []RunNotice       `json:"warnings"`
}

type keyJSON struct {
	Key    string `json:"key"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type comparedJSON struct {
	Scenario string       `json:"scenario"`
	Point    int32        `json:"point"`
	Paired   bool         `json:"paired"`
	Paths    int64        `json:"paths"`
	Changes  []changeJSON `json:"changes"`
}

type changeJSON struct {
	Figure     string   `json:"figure"`
	Unit       string   `json:"unit"`
	Before     *float64 `json:"before"`
	After      *float64 `json:"after"`
	Difference *float64 `json:"difference"`
	Low        *float64 `json:"low"`
	High       *float64 `json:"high"`
	Relative   *float64 `json:"relative"`
	P          float64  `json:"p_value"`
	Holm       float64  `json:"holm"`
	Hochberg   float64  `json:"benjamini_hochberg"`
	Method     string   `json:"method"`
	Warnings   []string `json:"warnings"`
}

type driftResultJSON struct {
	Condition string `json:"condition"`
	Scenario  string `json:"scenario"`
	Point     int32  `json:"point"`
	Verdict   string `json:"verdict"`
	Holds     bool   `json:"holds"`
	Failed    bool   `json:"failed"`
}

// NamedNotices are the warnings of both runs, those of one alone with its name.
func (c *Comparison) NamedNotices() []warn.Warning {
	var all []warn.Warning
	for _, n := range c.Notices {
		named, other := n.Warning, false
		for _, o := range c.Notices {
			other = other || o.Run != n.Run && o.Warning.String() == n.Warning.String() && o.Code == n.Code
		}
		if !other {
			named.Text = map[string]string{"base": "in the first run, ", "next": "in the second run, "}[n.Run] + c.nameOf(n.Run) + ": " + named.Text
		}
		all = append(all, named)
	}
	return warn.Join(all)
}

func (c *Comparison) nameOf(run string) string {
	if run == "base" {
		return c.Base
	}
	return c.Next
}

// MarshalJSON writes the whole comparison, unmoved figures included.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	out := comparisonJSON{Base: c.Base, Next: c.Next, Configuration: []keyJSON{}, Cells: []comparedJSON{},
		OnlyBase: append([]string{}, c.OnlyBase...), OnlyNext: append([]string{}, c.OnlyNext...), Drift: []driftResultJSON{}, Warnings: append([]RunNotice{}, c.Notices...)}
	for _, d := range c.Configuration {
		out.Configuration = append(out.Configuration, keyJSON{Key: d.Key, Before: d.Old, After: d.New})
	}
	for _, cell := range c.Cells {
		list := comparedJSON{Scenario: cell.Scenario, Point: cell.Point, Paired: cell.Paired, Paths: cell.Paths, Changes: []changeJSON{}}
		for _, change := range cell.Changes {
			list.Changes = append(list.Changes, change.json())
		}
		out.Cells = append(out.Cells, list)
	}
	for _, r := range c.Drift {
		out.Drift = append(out.Drift, driftResultJSON{Condition: r.Condition.String(), Scenario: r.Scenario, Point: r.Point,
			Verdict: string(r.Verdict), Holds: r.Holds, Failed: r.Failed()})
	}
	return json.Marshal(out)
}

func (c Change) json() changeJSON {
	d := c.Difference
	return changeJSON{
		Figure: c.Figure.String(), Unit: c.Unit, Before: number(c.Before.Value), After: number(c.After.Value), Difference: number(d.Value),
		Low: number(d.Low), High: number(d.High), Relative: number(c.Relative()),
		P: d.PValue(), Holm: c.Holm, Hochberg: c.Hochberg, Method: d.Method, Warnings: append([]string{}, d.Warnings...),
	}
}
