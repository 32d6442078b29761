package figures

import (
	"fmt"
	"strconv"

	"backtest/report"
	"backtest/report/stats"
)

// caption says how many paths of which run a picture shows.
func caption(d *report.Data, c *report.Cell) string {
	text := fmt.Sprintf("%s, %s: n = %d paths of %s, seed %d.", d.Manifest.Name, c.Label(), c.Paths, report.Format(float64(c.HorizonSeconds), report.UnitSeconds), d.Manifest.Seed)
	if c.Weighted {
		text += fmt.Sprintf(" Weighted paths, effective n = %.0f.", c.EffectivePaths)
	}
	if c.Failed > 0 {
		text += fmt.Sprintf(" Left out: %d failed.", c.Failed)
	}
	return text
}

// told writes an estimate with its interval and its warnings.
func told(name string, e stats.Estimate, unit string) string {
	text := fmt.Sprintf(" %s %s, %s %% interval %s.", name, report.Format(e.Value, unit),
		strconv.FormatFloat(100*e.Confidence, 'f', -1, 64), report.Interval(e, unit))
	for _, w := range e.Warnings {
		text += " Warning: " + w + "."
	}
	return text
}

// warned tells the first warning of some estimates, and how many have one.
func warned(list []stats.Estimate) string {
	first, n := "", 0
	for _, e := range list {
		if len(e.Warnings) > 0 {
			if n++; first == "" {
				first = e.Warnings[0]
			}
		}
	}
	switch {
	case n == 0:
		return ""
	case n == 1:
		return " Warning: " + first + "."
	}
	return fmt.Sprintf(" Warning at %d of %d: %s.", n, len(list), first)
}
