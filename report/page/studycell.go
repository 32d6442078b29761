package page

import (
	"fmt"
	"strings"

	"backtest/report"
	"backtest/report/study"
	"backtest/report/threshold"
)

// studyCell is the section of one scenario of a study.
type studyCell struct {
	Index      int
	Label      string
	Empty      bool // the present parameters could not be simulated
	Class      string
	Reason     string // of the recommendation
	Failed     []failedPoint
	FailedLeft string // how many more failed, empty for none
	Changes    table  // that of a proposal
	Levels     table
	Best       table  // everything that changes at the recommended point
	BestName   string // empty if none is recommended, or the present one
	Front      *chartView
	Slice      *chartView
	Figures    []figureView
	Constant   []string // figures that are the same at every point
}

// mostFailures is how many failed points a page names.
const mostFailures = 50

type failedPoint struct {
	Number      int
	Name, Cause string
}

// figureView is what the parameters do to one figure.
type figureView struct {
	Index   int // among the figures of the charts
	Title   string
	Tornado gauges
	Effects gauges
	Method  string // of the effects
	Maps    []heatMap
	Left    int // maps that are not shown
}

func newStudyCell(index int, s *study.Study, c *study.Scenario, l studyLimits) (studyCell, studyCellData, error) {
	v := studyCell{Index: index, Label: c.Name, Class: "good", Reason: c.Reason}
	if c.Recommended < 0 {
		v.Class = "warn"
	}
	for i := range c.Points {
		if p := &c.Points[i]; p.Cell == nil && len(v.Failed) < mostFailures {
			v.Failed = append(v.Failed, failedPoint{p.Number, s.Short(c, p), p.Failed})
		}
	}
	if n := failures(c); n > len(v.Failed) {
		v.FailedLeft = counted(int64(n-len(v.Failed)), "more point")
	}
	if v.Empty = len(c.Points) == 0 || c.Points[0].Cell == nil; v.Empty {
		return v, studyCellData{}, nil
	}
	v.Changes, v.Levels = changeTable(s, c), levelTable(s, c)
	if c.Recommended > 0 {
		p := &c.Points[c.Recommended]
		v.BestName = s.Name(p)
		v.Best = changedFigures(p.Changes, "Figures that differ between the present and the recommended parameters; ● surely", func(report.Change) bool { return true }).cut(mostRows)
	}
	data := dataOfStudy(s, c, l.numbers)
	if len(data.Labels) > 1 && len(data.Figures) > 1 {
		v.Front = &chartView{Kind: "front", Title: "Any two figures against each other, a dot a point"}
	}
	if len(data.Labels) > 1 && len(data.Figures) > 0 {
		v.Slice = &chartView{Kind: "slice", Title: "Along a parameter"}
	}
	shown := 0
	for _, f := range s.KeyFigures() {
		m, ok := c.Points[0].Measure(f)
		switch {
		case !ok:
			continue
		case !c.Varies(f):
			v.Constant = append(v.Constant, m.Title+" ("+report.Format(m.Estimate.Value, m.Unit)+")")
			continue
		}
		v.Figures = append(v.Figures, newFigureView(shown, s, c, f, m.Title, l.maps))
		shown++
	}
	return v, data, nil
}

func newFigureView(index int, s *study.Study, c *study.Scenario, f threshold.Figure, title string, maps int) figureView {
	v := figureView{Index: index, Title: title, Tornado: tornado(s, c, f)}
	for _, e := range c.Effects {
		if e.Figure.String() == f.String() && len(s.Axes) > 1 {
			v.Effects, v.Method = effects(s, e), e.Method
		}
	}
	for a := range s.Axes {
		for b := a + 1; b < len(s.Axes); b++ {
			m, ok := newHeatMap(s, c, f, a, b)
			switch {
			case ok && len(v.Maps) < maps:
				v.Maps = append(v.Maps, m)
			case ok:
				v.Left++
			}
		}
	}
	return v
}

// changeTable is the table of a proposal: new minus old, with intervals.
func changeTable(s *study.Study, c *study.Scenario) table {
	t := table{
		Caption: fmt.Sprintf("New minus old, with its %s %% interval; ● where that leaves zero out. More VaR or LaR is more loss. pp: percentage points.", percentText(s.Data.Confidence)),
		Label:   "Changes against the present parameters", First: "parameter: old → new", Tight: true,
	}
	base := &c.Points[0]
	for _, p := range s.Shown(c) {
		row := pointRow(c, p, fromTo(s, p, base))
		for _, f := range s.Columns() {
			m, _ := base.Measure(f)
			row.Values = append(row.Values, changeSpan("Δ "+m.Title, p, f))
		}
		t.Rows = append(t.Rows, row)
	}
	if all := len(c.Points) - 1 - failures(c); len(t.Rows) < all {
		t.Caption += fmt.Sprintf(" Shown are %d of %d points: those on the front, and the recommended one.", len(t.Rows), all)
	}
	return t
}

func failures(c *study.Scenario) (n int) {
	for i := range c.Points {
		if c.Points[i].Cell == nil {
			n++
		}
	}
	return n
}

// fromTo tells what a point changes, a line a parameter.
func fromTo(s *study.Study, p, base *study.Point) string {
	var lines []string
	for a, key := range s.ShortKeys() {
		if p.Values[a] != base.Values[a] {
			unit := s.Axes[a].Unit
			lines = append(lines, key+": "+unbroken(study.ShowValue(base.Values[a], unit)+" → "+study.ShowValue(p.Values[a], unit)))
		}
	}
	return strings.Join(lines, "\n")
}

// unbroken keeps short words on one line.
func unbroken(text string) string {
	if len(text) > 30 {
		return text
	}
	return strings.ReplaceAll(text, " ", "\u00a0")
}

// pointRow begins a row about a point: marks tell what it is.
func pointRow(c *study.Scenario, p *study.Point, name string) tableRow {
	row := tableRow{Name: name}
	switch {
	case p.Number == c.Recommended && p.Number > 0:
		row.Class, row.Sub = "strong", "recommended"
	case p.Number == c.Recommended:
		row.Class, row.Sub = "strong", "recommended: leave them"
	case p.OnFront:
		row.Sub = "on the front"
	}
	if !p.Keeps {
		row.Sub = joined(row.Sub, "breaks a constraint")
	}
	return row
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + ", " + b
}

func changeSpan(name string, p *study.Point, f threshold.Figure) spanView {
	c, ok := p.Change(f)
	switch d := c.Difference; {
	case !ok || !d.Known():
		return spanView{Name: name, Value: "none"}
	case d.Value == 0 && d.Low == 0 && d.High == 0:
		return spanView{Name: name, Value: "0"}
	}
	return difference(name, c)
}

// levelTable tells what the key figures are at each point.
func levelTable(s *study.Study, c *study.Scenario) table {
	t := table{Caption: "What the figures are at each point", First: "parameters", Tight: true}
	for _, p := range append([]*study.Point{&c.Points[0]}, s.Shown(c)...) {
		row := pointRow(c, p, strings.ReplaceAll(s.Short(c, p), ", ", "\n"))
		for _, f := range s.Columns() {
			m, _ := p.Measure(f)
			row.Values = append(row.Values, measured(m.Title, m))
		}
		for _, l := range p.Limits {
			v := spanView{Name: l.Threshold.String(), Value: "✓ " + string(l.Verdict), Span: report.Interval(l.Estimate, l.Unit), Class: "good"}
			if !l.Satisfied {
				v.Value, v.Class = "✗ "+string(l.Verdict), "bad"
			}
			if l.Reason != "" {
				v.Value, v.Span = "✗ not defined", l.Reason
			}
			row.Values = append(row.Values, v)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
