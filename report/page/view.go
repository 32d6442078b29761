package page

import (
	"fmt"
	"slices"

	"backtest/internal/warn"
	"backtest/report"
)

// runView is what the body of a run's page shows.
type runView struct {
	Title      string
	Scope      string
	Asked      asked
	Question   question
	RunFacts   []fact // that may differ between two runs of the same question
	Gates      []gateView
	Verdict    string
	Class      string // good, warn or bad
	Confidence string
	Notices    []warn.Warning
	Cells      []cellView
	Left       int // cells without a section
	Overview   *overview
	Metrics    []report.Metric
	Methods    []string
	Coverage   string
	Data       pageData
}

type gateView struct {
	report.Gate
	Class, Mark, Severity string
}

func newRunView(d *report.Data, cells int) (*runView, error) {
	m := d.Manifest
	v := &runView{
		Title: d.Title(), Scope: d.Scope(), Asked: readAsked(m.Configuration), Verdict: d.Verdict(),
		Confidence: percentText(d.Confidence), Metrics: report.Metrics(), RunFacts: runFacts(m), Notices: d.Notices(), Coverage: d.Coverage,
	}
	v.Gates, v.Class = gateViews(d.Gates())
	for i := range v.Gates {
		v.Gates[i].Severity = string(d.Thresholds[i].Threshold.Severity)
	}
	question, err := newQuestion(m, v.Asked, v.Confidence)
	if err != nil {
		return nil, err
	}
	v.Question = question
	shown := d.Cells[:min(cells, len(d.Cells))]
	v.Left = len(d.Cells) - len(shown)
	limits := limitsOf(shown)
	for i, c := range shown {
		cell, data, err := newCellView(i, d, c, v.Asked, limits)
		if err != nil {
			return nil, fmt.Errorf("page: %w", err)
		}
		v.Cells, v.Data.Cells = append(v.Cells, cell), append(v.Data.Cells, data)
	}
	v.methods(d)
	v.Overview = newOverview(d)
	return v, nil
}

// gateViews tells gates to people, and how well all of them stand.
func gateViews(gates []report.Gate) (views []gateView, class string) {
	class = "good"
	for _, g := range gates {
		view := gateView{Gate: g, Class: "good", Mark: "✓"}
		switch {
		case g.Failed:
			view.Class, view.Mark = "bad", "✗"
		case g.Verdict != "pass":
			view.Class, view.Mark = "warn", "!"
		}
		if view.Class == "bad" || class == "good" {
			class = view.Class
		}
		views = append(views, view)
	}
	return views, class
}

// methods lists the estimators in use, once each.
func (v *runView) methods(d *report.Data) {
	for _, c := range d.Cells {
		for _, m := range append(slices.Clone(c.Measures), c.ByEntity...) {
			if !slices.Contains(v.Methods, m.Estimate.Method) {
				v.Methods = append(v.Methods, m.Estimate.Method)
			}
		}
	}
	slices.Sort(v.Methods)
}

// overview sets the headline figures of several cells side by side.
type overview struct {
	Titles []string
	Rows   []overviewRow
}

type overviewRow struct {
	Label  string
	Paths  string
	Values []overviewValue
}

type overviewValue struct{ Value, Interval string }

func newOverview(d *report.Data) *overview {
	if len(d.Cells) < 2 {
		return nil
	}
	o := &overview{}
	for i, c := range d.Cells {
		row := overviewRow{Label: c.Label(), Paths: report.Count(c.Paths)}
		for _, m := range c.Headline() {
			if i == 0 {
				o.Titles = append(o.Titles, m.Title)
			}
			row.Values = append(row.Values, overviewValue{report.Format(m.Estimate.Value, m.Unit), report.Interval(m.Estimate, m.Unit)})
		}
		o.Rows = append(o.Rows, row)
	}
	return o
}

// measureView is an estimate for people.
type measureView struct {
	Title, Figure, Value, Interval, N string
	Warnings                          []string
}

func measureViews(list []report.Measure) []measureView {
	var out []measureView
	for _, m := range list {
		out = append(out, measureView{m.Title, m.Figure.String(), report.Format(m.Estimate.Value, m.Unit),
			report.Interval(m.Estimate, m.Unit), report.Count(m.Estimate.N), m.Estimate.Warnings})
	}
	return out
}

// measureTable is a table of estimates, for the template of that name.
type measureTable struct {
	Caption    string
	Confidence string
	Rows       []measureView
	Left       int // rows that are not shown
}

func newMeasureTable(caption string, confidence float64, list []report.Measure) measureTable {
	shown := list[:min(mostRows, len(list))]
	return measureTable{caption, percentText(confidence), measureViews(shown), len(list) - len(shown)}
}

// chartView is a figure that a script draws.
type chartView struct {
	Kind   string // as the scripts know it
	Index  int
	Title  string
	Moment bool // with a slider for the time
}
