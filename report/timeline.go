package report

import (
	"backtest/report/stats"
	"backtest/runner/record"
)

// Fan is a figure of an entity through time: quantiles over paths.
type Fan struct {
	Figure string // such as vault_c_ratio
	Entity string // "" for the whole system
	Unit   string
	Rows   []record.SeriesRow // in order of step
}

func (c *Cell) addToFan(row record.SeriesRow) {
	for i := range c.Fans {
		if c.Fans[i].Figure == row.Figure && c.Fans[i].Entity == row.Entity {
			c.Fans[i].Rows = append(c.Fans[i].Rows, row)
			return
		}
	}
	c.Fans = append(c.Fans, Fan{Figure: row.Figure, Entity: row.Entity, Unit: row.Unit, Rows: []record.SeriesRow{row}})
}

// TimelineBins is the number of equal parts of the horizon in which events are
// counted.
const TimelineBins = 60

// EventCounts counts the events of one kind, over all paths, in equal parts of
// the horizon.
type EventCounts struct {
	Kind   string
	Counts [TimelineBins]int64
}

func (c *Cell) addToTimeline(e record.EventRow) {
	bin := int64(0)
	if c.Steps > 0 {
		bin = min(TimelineBins-1, max(0, int64(e.Step))*TimelineBins/(c.Steps+1))
	}
	for i := range c.Timeline {
		if c.Timeline[i].Kind == e.Kind {
			c.Timeline[i].Counts[bin]++
			return
		}
	}
	counts := EventCounts{Kind: e.Kind}
	counts.Counts[bin]++
	c.Timeline = append(c.Timeline, counts)
}

// SurvivalCurve is the share of paths that have seen no event of a kind yet.
type SurvivalCurve struct {
	Event  string // the metric of the event
	Title  string
	Points []stats.SurvivalPoint
}

var survivalEvents = []struct{ event, column string }{
	{"stop_loss_exit", "first_stop_loss_exit_seconds"},
	{"position_liquidation", "first_position_liquidation_seconds"},
	{"vault_liquidation", "first_vault_liquidation_seconds"},
	{"capacity_lock", "first_capacity_lock_seconds"},
	{"insufficient_liquidity", "first_insufficient_liquidity_seconds"},
}

func (c *Cell) survival() []SurvivalCurve {
	var out []SurvivalCurve
	for _, s := range survivalEvents {
		lives := make([]stats.Lifetime, len(c.paths))
		for i, first := range c.columns[s.column] {
			lives[i] = stats.Lifetime{Seconds: int64(c.columns["horizon_seconds"][i]), Weight: 1}
			if c.weights != nil {
				lives[i].Weight = c.weights[i]
			}
			if happened(first) {
				lives[i].Seconds, lives[i].Observed = int64(first), true
			}
		}
		out = append(out, SurvivalCurve{Event: s.event, Title: mustMetric(s.event).Title, Points: stats.Survival(lives, c.confidence)})
	}
	return out
}

// happened tells a time from the mark, or the null, of one that never came.
func happened(seconds float64) bool { return seconds >= 0 }

func mustMetric(name string) Metric {
	m, err := metricByName(name, nil)
	if err != nil {
		panic(err) // a name in this package's own table
	}
	return m
}
