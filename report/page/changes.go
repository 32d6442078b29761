package page

import (
	"math"
	"strings"

	"backtest/report"
)

// changedFigures lists the figures that moved, of a kind.
func changedFigures(list []report.Change, caption string, of func(report.Change) bool) table {
	t := table{Caption: caption, First: "figure"}
	for _, c := range list {
		if c.Moved() && of(c) {
			t.Rows = append(t.Rows, changeRow(c))
		}
	}
	return t
}

// changeRow tells a figure before and after.
func changeRow(c report.Change) tableRow {
	return tableRow{Name: c.Title, Sub: c.Figure.String(), Values: []spanView{
		{Name: "before", Value: report.Format(c.Before.Value, c.Unit), Span: report.Interval(c.Before, c.Unit)},
		{Name: "after", Value: report.Format(c.After.Value, c.Unit), Span: report.Interval(c.After, c.Unit)},
		difference("change", c),
		{Name: "relative", Value: report.FormatRelative(c.Relative())},
	}}
}

// difference writes a change with its interval, marked where that leaves zero out.
func difference(name string, c report.Change) spanView {
	value := report.FormatChange(c.Difference.Value, c.Unit)
	if c.Difference.Value > 0 && !math.IsInf(c.Difference.Value, 0) {
		value = "+" + value
	}
	if mark := c.Mark(); mark != "" {
		value += " " + strings.Repeat("●", len(mark))
	}
	return spanView{Name: name, Value: value, Span: report.ChangeInterval(c.Difference, c.Unit)}
}
