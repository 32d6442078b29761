package page

import (
	"fmt"
	"math"

	"backtest/report"
	"backtest/report/study"
	"backtest/report/threshold"
)

// heatMap is a figure over two parameters: a table whose fields are the darker,
// the more there is.
type heatMap struct {
	Caption string
	A, B    string // keys of columns and rows
	Columns []string
	Rows    []heatRow
}

type heatRow struct {
	Name   string
	Fields []heatField
}

type heatField struct {
	Value, Span string
	Class       string // h0 to h9
	Mark        string // of what stands out
}

// newHeatMap is false where the points are no map of the two axes, or the figure
// is the same everywhere on it.
func newHeatMap(s *study.Study, c *study.Scenario, f threshold.Figure, a, b int) (heatMap, bool) {
	plane, ok := c.Plane(a, b)
	if !ok {
		return heatMap{}, false
	}
	low, high := math.Inf(1), math.Inf(-1)
	each(plane, func(x, y string) {
		if m, ok := plane.Value(f, x, y); ok && !math.IsInf(m.Estimate.Value, 0) {
			low, high = math.Min(low, m.Estimate.Value), math.Max(high, m.Estimate.Value)
		}
	})
	if low >= high {
		return heatMap{}, false
	}
	names := s.ShortKeys()
	m := heatMap{A: names[a], B: names[b], Caption: "Other parameters at their present values."}
	if plane.Mean {
		m.Caption = "Means over the values of the other parameters, without intervals."
	}
	if len(s.Axes) == 2 {
		m.Caption = ""
	}
	for _, x := range plane.Columns {
		m.Columns = append(m.Columns, study.ShowValue(x, s.Axes[a].Unit))
	}
	for i := len(plane.Rows) - 1; i >= 0; i-- { // upwards, as an axis
		y := plane.Rows[i]
		row := heatRow{Name: study.ShowValue(y, s.Axes[b].Unit)}
		for _, x := range plane.Columns {
			row.Fields = append(row.Fields, newHeatField(c, plane, f, x, y, low, high))
		}
		m.Rows = append(m.Rows, row)
	}
	return m, true
}

func each(p study.Plane, visit func(x, y string)) {
	for _, x := range p.Columns {
		for _, y := range p.Rows {
			visit(x, y)
		}
	}
}

func newHeatField(c *study.Scenario, plane study.Plane, f threshold.Figure, x, y string, low, high float64) heatField {
	m, ok := plane.Value(f, x, y)
	if !ok {
		return heatField{Value: "—"}
	}
	e := m.Estimate
	field := heatField{Value: report.Format(e.Value, m.Unit), Class: fmt.Sprintf("h%d", int(9*max(0, min(1, (e.Value-low)/(high-low)))+0.5))}
	if plane.Mean {
		return field
	}
	field.Span = report.Interval(e, m.Unit)
	for _, p := range plane.Points(x, y) {
		if change, ok := p.Change(f); ok && change.Certain() {
			field.Mark = "●"
		}
		switch p.Number {
		case c.Recommended:
			field.Mark += " recommended"
		case 0:
			field.Mark += " present"
		}
	}
	return field
}
