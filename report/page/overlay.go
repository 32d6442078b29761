package page

import (
	"math"

	"backtest/report"
)

// The data of the charts of a comparison, as the scripts read it.
type (
	comparisonData struct {
		Cells []comparedData `json:"cells"`
	}
	comparedData struct {
		Horizon  int64          `json:"horizon"`
		Fans     []overlayData  `json:"fans"`
		Survival []survivalPair `json:"survival"`
	}
	// overlayData is a figure through time in both runs.
	overlayData struct {
		Name   string   `json:"name"`
		Label  string   `json:"label"`
		Unit   string   `json:"unit"`
		Before bandData `json:"before"`
		After  bandData `json:"after"`
	}
	// bandData is the range of 90 % of paths and the median.
	bandData struct {
		T    []int64 `json:"t"`
		Low  numbers `json:"low"`
		Mid  numbers `json:"mid"`
		High numbers `json:"high"`
	}
	survivalPair struct {
		Title  string       `json:"title"`
		Before survivalData `json:"before"`
		After  survivalData `json:"after"`
	}
)

// dataOfComparison takes what both runs have.
func dataOfComparison(before, after *report.Cell, cells int) comparedData {
	out := comparedData{Horizon: max(before.HorizonSeconds, after.HorizonSeconds), Fans: []overlayData{}, Survival: []survivalPair{}}
	rows := fanRows(cells * max(len(before.Fans), len(after.Fans)))
	for _, f := range after.Fans {
		for _, g := range before.Fans {
			if f.Figure == g.Figure && f.Entity == g.Entity {
				now := fanOf(f, startOf(after), rows)
				out.Fans = append(out.Fans, overlayData{now.Name, now.Label, now.Unit, bandOf(fanOf(g, startOf(before), rows)), bandOf(now)})
			}
		}
	}
	curve := min(mostCurve, curveBudget/max(1, 2*cells))
	old := survivalOf(before, curve)
	for _, now := range survivalOf(after, curve) {
		for _, then := range old {
			if then.Title == now.Title {
				out.Survival = append(out.Survival, survivalPair{now.Title, then, now})
			}
		}
	}
	return out
}

func bandOf(f fanData) bandData { return bandData{f.T, f.Q[1], f.Q[4], f.Q[7]} }

// widestDrift is where a bar of a relative change ends.
const widestDrift = 3.0

// drifts draws the headline figures' changes relative to what they were.
func drifts(changes []report.Change) gauges {
	g := gauges{Caption: "Headline figures: the bar is the change relative to before, with its interval", First: "figure"}
	var sc scale
	for _, c := range changes {
		if value, low, high := relativeDrift(c); c.Headline {
			sc.reach(0, value, low, high)
		}
	}
	sc.low, sc.high = math.Max(sc.low, -widestDrift), math.Min(sc.high, widestDrift)
	for _, c := range changes {
		if !c.Headline {
			continue
		}
		told := difference("", c)
		row := gaugeRow{Name: c.Title, Sub: report.Format(c.Before.Value, c.Unit) + " → " + report.Format(c.After.Value, c.Unit), Value: told.Value, Span: told.Span}
		if !c.Moved() {
			row.Value, row.Span = "unchanged", ""
		} else if c.Certain() {
			row.Class = "strong"
		}
		bar := gauge{scale: sc}
		if value, low, high := relativeDrift(c); !math.IsNaN(value) && !math.IsInf(value, 0) && c.Moved() {
			bar.bar(map[bool]string{true: "f2", false: "f1"}[value > 0], 0, value)
			bar.whisker(low, high)
			row.Value += " (" + report.FormatRelative(value) + ")"
		}
		row.Bar = bar.done(row.Value + " " + row.Span)
		g.Rows = append(g.Rows, row)
	}
	return g
}

// relativeDrift gives a change and its interval as shares of the figure before.
func relativeDrift(c report.Change) (value, low, high float64) {
	size, d := math.Abs(c.Before.Value), c.Difference
	if size == 0 {
		return c.Relative(), math.NaN(), math.NaN()
	}
	return c.Relative(), d.Low / size, d.High / size
}
