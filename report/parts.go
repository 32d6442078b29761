package report

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"backtest/report/threshold"
	"backtest/runner/record"
)

// entityOf tells what a column is a part for, nothing if it is no part.
func entityOf(x record.ExtraColumn) Entity {
	if x.Alone() {
		return Entity{}
	}
	return Entity{Pool: x.Pool, Collateral: x.Collateral, Market: x.Market, Position: x.Position, Group: x.Group}
}

// isPart says whether a column is an entity's part of a figure.
func isPart(x record.ExtraColumn, figure string) bool { return !x.Alone() && x.Figure == figure }

// parted lists the entities that the records split a metric by, sorted: vaults,
// markets or markets of a pool, and pools of several if there are several pools.
func (c *Cell) parted(m Metric) []string {
	if len(m.Parts) == 0 {
		return nil
	}
	var names []string
	members := map[string]int{}
	for _, x := range c.extra {
		if isPart(x, m.Parts[0]) {
			names = append(names, entityOf(x).String())
			if x.Position != "" || x.Group != "" {
				continue
			}
			if x.Pool != "" {
				members[x.Pool]++
			}
		}
	}
	for pool, n := range members {
		if n > 1 && len(members) > 1 && !slices.Contains(names, pool) {
			names = append(names, pool)
		}
	}
	sort.Strings(names)
	return slices.Compact(names)
}

// fold makes one number of those of two entities; nil adds them up.
type fold func(a, b float64) float64

// least and greatest pass over NaN, which stands for none.
func least(a, b float64) float64 {
	if math.IsNaN(a) || b < a {
		return b
	}
	return a
}

func greatest(a, b float64) float64 {
	if math.IsNaN(a) || b > a {
		return b
	}
	return a
}

func (f fold) of(a, b float64) float64 {
	if f == nil {
		return a + b
	}
	return f(a, b)
}

// partsOf folds the parts of a metric that a selector means, all of them if it
// is empty: a column for each of the metric's. It is nil when there are none.
func (c *Cell) partsOf(m Metric, selector string) [][]float64 {
	var out [][]float64
	for _, figure := range m.Parts {
		var total []float64
		for _, x := range c.extra {
			if isPart(x, figure) && (selector == "" || entityOf(x).selected(selector)) {
				if total == nil {
					total = append([]float64{}, c.columns[x.Name]...)
					continue
				}
				for i, value := range c.columns[x.Name] {
					total[i] = m.fold.of(total[i], value)
				}
			}
		}
		if total == nil {
			return nil
		}
		out = append(out, total)
	}
	return out
}

// whole gives the columns of a metric of the whole system; one without columns
// of its own is the sum of its parts.
func (c *Cell) whole(m Metric) [][]float64 {
	if len(m.Columns) == 0 {
		return c.partsOf(m, "")
	}
	out := make([][]float64, len(m.Columns))
	for k, name := range m.Columns {
		out[k] = c.columns[name]
	}
	return out
}

// inputs gives the columns of a metric of what a selector means.
func (c *Cell) inputs(m Metric, selector string) ([][]float64, error) {
	switch columns := c.partsOf(m, selector); {
	case selector == "" && c.measurable(m):
		return c.whole(m), nil
	case selector == "":
		return nil, fmt.Errorf("%s: the records do not have it", m.Name)
	case columns != nil:
		return columns, nil
	case !c.knows(selector):
		return nil, fmt.Errorf("%s[%s]: the records name no such pool, vault or market", m.Name, selector)
	}
	if names := c.parted(m); len(names) > 0 {
		return nil, fmt.Errorf("%s has no part for [%s], only for %s", m.Name, selector, strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("%s is a metric of the whole system in these records: it has no [%s]", m.Name, selector)
}

// measurable says whether the records have a metric at all: those of an older
// version may lack what is made of parts only.
func (c *Cell) measurable(m Metric) bool {
	if m.extra && slices.ContainsFunc(m.Columns, func(name string) bool { return !c.recorded(name) }) {
		return false
	}
	return m.cRatio || len(m.Columns) > 0 || len(c.parted(m)) > 0
}

// recorded says whether the records have a column: each of those of every version,
// or an extra one.
func (c *Cell) recorded(column string) bool {
	return slices.Contains(columnsOfAll, column) || slices.ContainsFunc(c.extra, func(x record.ExtraColumn) bool { return x.Name == column })
}

// columnsOfAll are the columns that records of every version have.
var columnsOfAll = func() (names []string) {
	for _, m := range metrics {
		if !m.extra {
			names = append(names, m.Columns...)
		}
	}
	return names
}()

// offers says whether a figure of another run can be measured here too.
func (c *Cell) offers(f threshold.Figure) bool {
	m, err := metricByName(f.Metric, c.extra)
	switch {
	case err != nil || f.Selector == "":
		return err == nil && c.measurable(m)
	case m.cRatio:
		return c.knows(f.Selector)
	}
	return c.knows(f.Selector) && (len(m.Kinds) > 0 || c.partsOf(m, f.Selector) != nil)
}
