package page

import (
	"math"
	"strconv"

	"backtest/report/study"
	"backtest/report/threshold"
)

// mostSwings is how many points a tornado shows.
const mostSwings = 24

// tornado draws how much points change a figure, the most first.
func tornado(s *study.Study, c *study.Scenario, f threshold.Figure) gauges {
	points := c.Swings(f)
	shown := points[:min(mostSwings, len(points))]
	g := gauges{Caption: "Difference to the present parameters, largest first, with its " + percentText(s.Data.Confidence) + " % interval", First: "parameter"}
	if left := len(points) - len(shown); left > 0 {
		g.Left = counted(int64(left), "smaller difference")
	}
	var sc scale
	for _, p := range shown {
		change, _ := p.Change(f)
		sc.reach(0, change.Difference.Value, change.Difference.Low, change.Difference.High)
	}
	for _, p := range shown {
		change, _ := p.Change(f)
		d := change.Difference
		bar := gauge{scale: sc}
		bar.bar(map[bool]string{true: "f2", false: "f1"}[d.Value > 0], 0, d.Value)
		bar.whisker(d.Low, d.High)
		told := difference("", change)
		g.Rows = append(g.Rows, gaugeRow{Name: s.Short(c, p), Bar: bar.done(told.Value + " " + told.Span), Value: told.Value, Span: told.Span})
	}
	return g
}

// effects draws the share of variance that each parameter is responsible for: by
// itself the dark part, with its interactions the whole.
func effects(s *study.Study, e study.Effects) gauges {
	g := gauges{Caption: "Share of the variance over the design: alone (dark), and with interactions (all)", First: "parameter"}
	names := s.ShortKeys()
	sc := scale{0, 1}
	for a, axis := range e.Axes {
		bar := gauge{scale: sc}
		row := gaugeRow{Name: names[a], Value: shareText(axis.First) + " alone"}
		if axis.Total.Value >= 0 { // known
			bar.bar("f6", 0, axis.Total.Value)
			row.Span = shareText(axis.Total) + " with interactions"
		}
		bar.bar("f1", 0, axis.First.Value)
		if axis.First.Low < axis.First.High {
			bar.whisker(axis.First.Low, axis.First.High)
		}
		row.Bar = bar.done(row.Value + ", " + row.Span)
		g.Rows = append(g.Rows, row)
	}
	for _, p := range e.Pairs {
		bar := gauge{scale: sc}
		bar.bar("f6", 0, p.Share)
		row := gaugeRow{Name: shortKey(s, p.Keys[0]) + " × " + shortKey(s, p.Keys[1]), Value: percent(p.Share), Span: "together, beyond each alone"}
		row.Bar = bar.done(row.Value)
		g.Rows = append(g.Rows, row)
	}
	return g
}

func shareText(s study.Share) string {
	text := percent(s.Value)
	if s.Low < s.High {
		text += " [" + percent(s.Low) + ", " + percent(s.High) + "]"
	}
	return text
}

// percent writes a share to a tenth of a per cent: more is not in it.
func percent(share float64) string {
	if math.IsNaN(share) {
		return "none"
	}
	return strconv.FormatFloat(100*share+0, 'f', 1, 64) + " %"
}

func shortKey(s *study.Study, key string) string {
	for a, axis := range s.Axes {
		if axis.Key == key {
			return s.ShortKeys()[a]
		}
	}
	return key
}
