package main

import (
	"fmt"
	"math"
	"strings"

	"backtest/report"
	"backtest/report/figures"
	"backtest/runner"
)

// pictures draws the frontier of two shocks, one of each scenario; none of a
// single shock.
func (f *findFlags) pictures(rows []frontierRow, shocks [2]runner.Shock, paths int64) ([]*figures.Figure, error) {
	var out []*figures.Figure
	for i, found := range rows[0].Found {
		name, title := "frontier", "The smallest shock that breaks "+f.limit
		if len(rows[0].Found) > 1 {
			name, title = name+"_"+found.Scenario, title+", "+found.Scenario
		}
		first, firstScale := f.axis(0, shocks[0])
		second, secondScale := f.axis(1, shocks[1])
		var points []figures.FrontierPoint
		for _, row := range rows {
			answer := row.Found[i]
			p := figures.FrontierPoint{Second: *row.Second / secondScale, Value: math.NaN(), Low: end(answer.Low, firstScale), High: end(answer.High, firstScale)}
			if answer.Reached {
				p.Value = answer.Value / firstScale
			}
			points = append(points, p)
		}
		caption := fmt.Sprintf("%s, the same at every shock; bisection to within %s; a line along the worst edge: nothing breaks the limit. Upwards %s; to the right %s.",
			counted(paths, "path"), f.shown(0, math.Abs(found.Within)), strings.Join(shocks[0].Keys, ", "), strings.Join(shocks[1].Keys, ", "))
		picture, err := figures.Frontier(name, title, caption, first, second, points)
		if err != nil {
			return nil, err
		}
		out = append(out, picture)
	}
	return out, nil
}

// longestLabel fits along the shorter side of a picture.
const longestLabel = 30

// short leaves out the sections that a long key lies in, but for the name of the
// last thing in a list, which two shocks may differ by: the caption has it whole.
func short(key string) string {
	rest := key
	for len(rest) > longestLabel {
		_, after, ok := strings.Cut(rest, ".")
		if !ok {
			rest = rest[:longestLabel] + "…"
			break
		}
		rest = after
	}
	if open := strings.LastIndex(key, "["); open >= 0 && !strings.Contains(rest, "[") {
		name, _, _ := strings.Cut(key[open+1:], "]")
		return name + ": " + rest
	}
	return rest
}

func end(x *float64, scale float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x / scale
}

// axis tells how a shock is written along an axis, and what one of it is.
func (f *findFlags) axis(i int, s runner.Shock) (axis figures.Shock, scale float64) {
	scale = 1
	axis.Label = short(s.Keys[0])
	if n := len(s.Keys); n > 1 {
		axis.Label += fmt.Sprintf(" of %d keys", n)
	}
	switch longest := math.Max(s.From, s.To); {
	case s.Time && longest >= 4*86400:
		axis.Label, scale = axis.Label+" (days)", 86400
	case s.Time && longest >= 2*3600:
		axis.Label, scale = axis.Label+" (hours)", 3600
	case s.Time:
		axis.Label, scale = axis.Label+" (minutes)", 60
	case s.Multiple:
		axis.Label += " (multiple)"
	case strings.HasSuffix(f.from[i], "%"):
		axis.Unit = report.UnitRatio
	}
	axis.Mild, axis.Worst = s.From/scale, s.To/scale
	return axis, scale
}
