package page

import (
	"fmt"

	"backtest/report"
)

// waterfall draws what the mean profit of the LPs is made of, a row a cause, each
// bar from where the one before ended; nothing when the records hold no
// attribution.
func waterfall(c *report.Cell, confidence float64) gauges {
	g := gauges{Caption: fmt.Sprintf("Mean over paths by cause, each bar from where the one before ended, with its %s %% interval", percentText(confidence)), First: "cause"}
	if len(c.Attribution) == 0 {
		return g
	}
	var sc scale
	level := 0.0
	for _, m := range c.Attribution {
		sc.reach(level, level+m.Estimate.Value, level+m.Estimate.Low, level+m.Estimate.High)
		level += m.Estimate.Value
	}
	level = 0
	for _, m := range c.Attribution {
		e, bar := m.Estimate, gauge{scale: sc}
		bar.bar(map[bool]string{true: "f2", false: "f1"}[e.Value < 0], level, level+e.Value)
		bar.whisker(level+e.Low, level+e.High)
		told := measured("", m)
		g.Rows = append(g.Rows, gaugeRow{Name: m.Title, Bar: bar.done(told.Value + " " + told.Span), Value: told.Value, Span: told.Span})
		level += e.Value
	}
	bar := gauge{scale: sc}
	bar.bar("f7", 0, level)
	total := report.Format(level, report.UnitUSD)
	g.Rows = append(g.Rows, gaugeRow{Name: "Total", Class: "strong", Bar: bar.done(total), Value: total})
	return g
}
