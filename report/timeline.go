package report

import (
	"sort"

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

// EventRates tell how often the events of one kind happen, in equal parts of the
// horizon.
type EventRates struct {
	Kind string
	Rate []float64 // events a path and day, the mean over paths
}

// timelineParts is the number of equal parts of a horizon: whole days where that
// makes a curve, since what people do once a day would else come and go between
// the parts.
func timelineParts(horizonSeconds int64) int64 {
	if days := horizonSeconds / 86400; days >= 14 && days <= 120 && horizonSeconds%86400 == 0 {
		return days
	}
	return 60
}

// addToTimeline counts an event of the path at an index of the cell.
func (c *Cell) addToTimeline(e record.EventRow, path int) {
	parts, weight := timelineParts(c.HorizonSeconds), 1.0
	if c.weights != nil {
		weight = c.weights[path]
	}
	part := min(parts-1, max(0, int64(e.Step))*parts/(c.Steps+1))
	for i := range c.Timeline {
		if c.Timeline[i].Kind == e.Kind {
			c.Timeline[i].Rate[part] += weight
			return
		}
	}
	rates := EventRates{Kind: e.Kind, Rate: make([]float64, parts)}
	rates.Rate[part] += weight
	c.Timeline = append(c.Timeline, rates)
}

// finishTimeline turns counts into rates.
func (c *Cell) finishTimeline() {
	sort.Slice(c.Timeline, func(i, j int) bool { return c.Timeline[i].Kind < c.Timeline[j].Kind })
	paths := float64(c.Paths)
	if c.weights != nil {
		paths = 0
		for _, w := range c.weights {
			paths += w
		}
	}
	for _, t := range c.Timeline {
		days := float64(c.HorizonSeconds) / 86400 / float64(len(t.Rate))
		for i := range t.Rate {
			t.Rate[i] /= paths * days
		}
	}
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
		out = append(out, SurvivalCurve{Event: s.event, Title: mustMetric(s.event).Title, Points: c.curve(lives)})
	}
	return out
}

func (c *Cell) curve(lives []stats.Lifetime) []stats.SurvivalPoint {
	if c.groups != nil {
		return stats.GroupedSurvival(lives, c.groups, c.confidence)
	}
	return stats.Survival(lives, c.confidence)
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
