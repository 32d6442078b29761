package report

import (
	"slices"
	"sort"
	"strings"

	"backtest/runner/record"
)

// Entity is what an event happened to: a market in a pool, a vault, a market.
// Parts that do not apply are empty. A position and a group of LPs stand alone:
// what happened to them happened to their vaults too.
type Entity struct {
	Pool, Collateral, Market string
	Position, Group          string
}

// String joins the parts, as thresholds select them: main/SNX, main/perps.
func (e Entity) String() string {
	var parts []string
	for _, part := range []string{e.Pool, e.Collateral, e.Market, e.Position, e.Group} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

// selected says whether a selector means the entity: by its whole name or by
// one of its parts.
func (e Entity) selected(selector string) bool {
	if e.Position != "" || e.Group != "" {
		return selector == e.String()
	}
	return selector != "" && (selector == e.String() || selector == e.Pool || selector == e.Collateral || selector == e.Market)
}

// tally is what events of one kind did to one entity, on paths that had some,
// in order.
type tally struct {
	entity Entity
	paths  []pathTally
}

type pathTally struct {
	path       int64
	count, usd float64
}

// add counts an event; those of a path come together.
func (t *tally) add(path int64, usd float64) {
	if n := len(t.paths); n == 0 || t.paths[n-1].path != path {
		t.paths = append(t.paths, pathTally{path: path})
	}
	last := &t.paths[len(t.paths)-1]
	last.count++
	last.usd += usd
}

// addTo adds what every path had, its number or its USD, to the values of some
// paths in order.
func (t *tally) addTo(values []float64, usd bool, paths []int64) {
	i := 0
	for _, had := range t.paths {
		for i < len(paths) && paths[i] < had.path {
			i++
		}
		switch {
		case i == len(paths):
			return
		case paths[i] != had.path:
		case usd:
			values[i] += had.usd
		default:
			values[i] += had.count
		}
	}
}

// tallies of one cell by kind of event.
type tallies map[string][]*tally

func (t tallies) add(e record.EventRow) {
	entity := Entity{Pool: e.Pool, Collateral: e.Collateral, Market: e.Market}
	var found *tally
	for _, have := range t[e.Kind] {
		if have.entity == entity {
			found = have
		}
	}
	if found == nil {
		found = &tally{entity: entity}
		t[e.Kind] = append(t[e.Kind], found)
	}
	found.add(e.Path, e.AmountUSD.Float64())
}

// names lists the entities that events of these kinds happened to, sorted.
func (t tallies) names(kinds []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, kind := range kinds {
		for _, have := range t[kind] {
			if name := have.entity.String(); name != "" && !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	sort.Strings(out)
	return out
}

// values sums, for each of the paths, the events of the kinds that a selector
// means: their number, or their USD. Paths without such an event have 0.
func (t tallies) values(kinds []string, selector string, usd bool, paths []int64) []float64 {
	values := make([]float64, len(paths))
	for _, kind := range kinds {
		for _, have := range t[kind] {
			if have.entity.selected(selector) {
				have.addTo(values, usd, paths)
			}
		}
	}
	return values
}

// knows says whether a selector means something that the records name, so that
// a misspelt one does not count as having no events.
func (c *Cell) knows(selector string) bool {
	for _, row := range c.CRatios {
		if (Entity{Pool: row.Pool, Collateral: row.Collateral}).selected(selector) {
			return true
		}
	}
	for _, fan := range c.Fans {
		if selector == fan.Entity || slices.Contains(strings.Split(fan.Entity, "/"), selector) {
			return true
		}
	}
	for _, column := range c.extra {
		if entityOf(column).selected(selector) {
			return true
		}
	}
	for _, list := range c.tallies {
		for _, have := range list {
			if have.entity.selected(selector) {
				return true
			}
		}
	}
	return false
}
