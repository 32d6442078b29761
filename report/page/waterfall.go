package page

import (
	"fmt"

	"backtest/report"
)

// waterfall draws what the mean profit of the LPs is made of; nothing when the
// records hold no attribution.
func waterfall(c *report.Cell, confidence float64) gauges {
	g := gauges{Caption: "Mean over paths by cause" + eachFrom(confidence), First: "cause"}
	if len(c.Attribution) > 0 {
		g.Rows = fall(c.Attribution, "f1", "f2")
	}
	return g
}

// eachFrom tells how to read the bars of a fall.
func eachFrom(confidence float64) string {
	return fmt.Sprintf(", each bar from where the one before ended, with its %s %% interval", percentText(confidence))
}

// fall is a row a part, each bar from where the one before ended, and a row of
// the total; up and down are the colours of the bars.
func fall(parts []report.Measure, up, down string) (rows []gaugeRow) {
	var sc scale
	level := 0.0
	for _, m := range parts {
		sc.reach(level, level+m.Estimate.Value, level+m.Estimate.Low, level+m.Estimate.High)
		level += m.Estimate.Value
	}
	level = 0
	for _, m := range parts {
		e, bar, class := m.Estimate, gauge{scale: sc}, up
		if e.Value < 0 {
			class = down
		}
		bar.bar(class, level, level+e.Value)
		bar.whisker(level+e.Low, level+e.High)
		told := measured("", m)
		rows = append(rows, gaugeRow{Name: m.Title, Bar: bar.done(told.Value + " " + told.Span), Value: told.Value, Span: told.Span})
		level += e.Value
	}
	bar := gauge{scale: sc}
	bar.bar("f7", 0, level)
	total := report.Format(level, report.UnitUSD)
	return append(rows, gaugeRow{Name: "Total", Class: "strong", Bar: bar.done(total), Value: total})
}
