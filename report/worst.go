package report

import (
	"sort"

	"backtest/runner/record"
)

// WorstPath is one of the paths that cost most.
type WorstPath struct {
	Path          int64
	LPLossUSD     float64
	SystemLossUSD float64
	Events        []record.EventRow // the first of them, in order
	AllEvents     int64             // how many there are
}

// How many paths, at most how many of them for the system's loss, and how many
// events of each, are kept.
const (
	worstPaths  = 12
	worstSystem = 6
	worstEvents = 2000
)

// worst lists the paths that cost the system most, as far as they cost it
// anything, then those that cost the LPs most, each once. Of equal ones the
// first counts as worse.
func (c *Cell) worst() []WorstPath {
	lp, system := c.values(mustMetric("lp_loss_usd")), c.values(mustMetric("system_loss_usd"))
	var out []WorstPath
	seen := map[int]bool{}
	take := func(i int) {
		if c.weights != nil && c.weights[i] == 0 {
			return // its branches went on to the end
		}
		if !seen[i] {
			seen[i] = true
			out = append(out, WorstPath{Path: c.paths[i], LPLossUSD: lp[i], SystemLossUSD: system[i]})
		}
	}
	for _, i := range largestFirst(system)[:min(worstSystem, len(system))] {
		if system[i] > 0 {
			take(i)
		}
	}
	for _, i := range largestFirst(lp) {
		if len(out) == worstPaths {
			break
		}
		take(i)
	}
	return out
}

// largestFirst gives the places of values from the largest to the smallest.
func largestFirst(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return values[order[a]] > values[order[b]] })
	return order
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
