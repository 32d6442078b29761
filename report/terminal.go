package report

import (
	"fmt"
	"io"
	"strings"

	"backtest/report/threshold"
)

// Style says how a terminal summary may look.
type Style struct {
	Colour bool // ANSI colours; only for a terminal, and not under NO_COLOR
}

func (s Style) paint(code, text string) string {
	if !s.Colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// ANSI codes; red and green never stand alone, a word says the same.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

// WriteText writes the compact summary that ends a run on a terminal.
func (d *Data) WriteText(w io.Writer, s Style) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", s.paint(bold, d.Title()), s.paint(dim, fmt.Sprintf("%s, seed %d", d.Scope(), d.Manifest.Seed)))
	for _, c := range d.Cells {
		b.WriteString("\n")
		if len(d.Cells) > 1 {
			b.WriteString(s.paint(bold, c.Label()) + "\n")
		}
		b.WriteString(c.text(s))
	}
	if len(d.Thresholds) > 0 {
		b.WriteString("\n" + d.thresholdText(s))
	}
	if d.Coverage != "" {
		b.WriteString("\n" + d.Coverage + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (c *Cell) text(s Style) string {
	t := measureTable(c.Headline(), c.confidence)
	t.rows[0][0] = ""
	lines := strings.SplitAfter(t.text("  "), "\n")
	lines[0] = s.paint(dim, strings.TrimSuffix(lines[0], "\n")) + "\n"
	text := strings.Join(lines, "")
	if len(c.Positions) > 0 {
		text += "\n" + c.positionTable().text("  ")
		if left := c.positionsLeft(); left != "" {
			text += s.paint(dim, "  "+left) + "\n"
		}
	}
	shown := c.warningsOf(c.Headline())
	for _, w := range shown {
		line := "  ! " + w.Text
		for i, m := range w.About {
			line += []string{": ", "; "}[min(i, 1)] + m.Title
		}
		text += s.paint(yellow, line) + "\n"
	}
	if more := len(c.Warnings()) - len(shown); more > 0 {
		text += s.paint(dim, "  "+plural(int64(more), "more warning", "more warnings")+" in "+SummaryMarkdownName) + "\n"
	}
	return text
}

func (d *Data) thresholdText(s Style) string {
	t := &table{right: []bool{false, false, true, true}}
	for _, r := range d.Thresholds {
		cells := []string{sign(r.Result), r.Threshold.String(), Format(r.Estimate.Value, r.Unit), Interval(r.Estimate, r.Unit), status(r.Result)}
		if len(d.Cells) > 1 {
			cells = append(cells, d.where(r))
		}
		t.add(cells...)
	}
	lines := strings.SplitAfter(t.text("  "), "\n")
	for i, r := range d.Thresholds {
		lines[i] = s.paint(colour(r.Result), strings.TrimSuffix(lines[i], "\n")) + "\n"
	}
	return s.paint(bold, "thresholds: "+d.Verdict()) + "\n" + strings.Join(lines, "")
}

// sign is a mark that needs no colour.
func sign(r threshold.Result) string {
	switch {
	case r.Verdict == threshold.Pass:
		return "ok"
	case r.Satisfied:
		return "ok?"
	case r.Verdict == threshold.Inconclusive:
		return "??"
	}
	return "X"
}

func colour(r threshold.Result) string {
	switch {
	case r.Verdict == threshold.Pass:
		return green
	case r.Verdict == threshold.Breach && r.Threshold.Severity == threshold.Fail:
		return red
	}
	return yellow
}
