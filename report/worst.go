package report

import (
	"sort"

	"backtest/runner/record"
)

// WorstPath is one of the paths that lost most.
type WorstPath struct {
	Path          int64
	LPLossUSD     float64
	SystemLossUSD float64
	Events        []record.EventRow // the first of them, in order
	AllEvents     int64             // how many there are
}

// How many paths, and how many events of each, are kept.
const (
	worstPaths  = 10
	worstEvents = 2000
)

func (c *Cell) worst() []WorstPath {
	lp, system := c.values(mustMetric("lp_loss_usd")), c.values(mustMetric("system_loss_usd"))
	order := make([]int, len(c.paths))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		i, j := order[a], order[b]
		if system[i] != system[j] {
			return system[i] > system[j]
		}
		return lp[i] > lp[j]
	})
	var out []WorstPath
	for _, i := range order[:min(worstPaths, len(order))] {
		out = append(out, WorstPath{Path: c.paths[i], LPLossUSD: lp[i], SystemLossUSD: system[i]})
	}
	return out
}

// addToWorst keeps an event of one of the worst paths.
func (c *Cell) addToWorst(e record.EventRow) {
	for i := range c.Worst {
		w := &c.Worst[i]
		if w.Path != e.Path {
			continue
		}
		if w.AllEvents++; len(w.Events) < worstEvents {
			w.Events = append(w.Events, e)
		}
	}
}
