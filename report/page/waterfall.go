package page

import (
	"fmt"
	"html/template"
	"math"

	"backtest/report"
)

// waterfall draws what the mean profit of the LPs is made of, a row a cause;
// empty when the records hold no attribution.
func waterfall(c *report.Cell) template.HTML {
	if len(c.Attribution) == 0 {
		return ""
	}
	const row, left, plot, right = 32.0, 150.0, 240.0, 100.0
	d := &drawing{width: left + plot + right, height: row*float64(len(c.Attribution)+1) + 10}
	low, high, level := 0.0, 0.0, 0.0
	for _, m := range c.Attribution {
		for _, x := range []float64{level + m.Estimate.Value, level + m.Estimate.Low, level + m.Estimate.High} {
			if !math.IsInf(x, 0) && !math.IsNaN(x) {
				low, high = math.Min(low, x), math.Max(high, x)
			}
		}
		level += m.Estimate.Value
	}
	total := level
	if high == low {
		high = low + 1
	}
	at := func(x float64) float64 { return left + (x-low)/(high-low)*plot }
	d.line("rule", at(0), 0, at(0), d.height)
	level = 0
	for i, m := range c.Attribution {
		y, e := row*float64(i)+6, m.Estimate
		class := "f1"
		if e.Value < 0 {
			class = "f2"
		}
		told := report.Format(e.Value, m.Unit) + " " + report.Interval(e, m.Unit)
		d.text("", "end", left-10, y+16, short(m.Title, 21))
		d.rect(class, at(math.Min(level, level+e.Value)), y, math.Abs(at(level+e.Value)-at(level)), row-12, m.Title+": "+told)
		if !math.IsInf(e.Low, 0) && !math.IsInf(e.High, 0) {
			d.line("ink", at(level+e.Low), y+(row-12)/2, at(level+e.High), y+(row-12)/2)
		}
		d.text("quiet", "start", left+plot+10, y+16, report.Format(e.Value, m.Unit))
		level += e.Value
	}
	y := row*float64(len(c.Attribution)) + 6
	d.text("", "end", left-10, y+16, "Total")
	d.rect("f7", at(math.Min(0, total)), y, math.Abs(at(total)-at(0)), row-12, "Total: "+report.Format(total, report.UnitUSD))
	d.text("", "start", left+plot+10, y+16, report.Format(total, report.UnitUSD))
	return d.done("slim", fmt.Sprintf("Mean profit of the LPs by cause, in all %s", report.Format(total, report.UnitUSD)))
}
