package configs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// With returns the configuration with other values for some keys: a point of a
// study. Keys are written as for --set: names joined by dots, elements of lists in
// brackets by id (a pool's market or collateral by its name, a correlation by its
// assets, as in prices.correlation[BTC,ETH].value) or by index from 0. Values are
// texts; lists and sections as YAML in one line. Relative names of files start at
// the working directory. The error is [Problems].
func (l *Loaded) With(settings ...Setting) (*Config, error) {
	c := newCollector()
	config := l.variant(c, settings, nil)
	return config, c.err()
}

// Scenario returns the configuration of the i-th scenario, with further settings
// over it.
func (l *Loaded) Scenario(i int, settings ...Setting) (*Config, error) {
	c := newCollector()
	scenario := l.Config.Scenarios[i]
	config := l.variant(c, slices.Concat(scenario.Set, settings), l.origins(i))
	return config, c.err()
}

// origins are where a scenario's settings were written.
func (l *Loaded) origins(i int) []origin {
	scenario := l.Config.Scenarios[i]
	from := make([]origin, len(scenario.Set))
	for j := range from {
		from[j] = l.where[element(element("scenarios", scenario.ID, i)+".set", "", j)+".value"]
		from[j].layer = settingLayer
	}
	return from
}

func (l *Loaded) variant(c *collector, settings []Setting, from []origin) *Config {
	merged := newLayers(l.tree)
	for i, setting := range settings {
		at := origin{file: "setting", layer: settingLayer}
		if i < len(from) {
			at = from[i]
		}
		c.assign(merged, setting.Key, setting.Value, at)
	}
	if len(c.list) > 0 {
		return nil
	}
	config, _ := l.validate(merged.tree(), c, false)
	if len(c.list) > 0 {
		return nil
	}
	return config
}

// mostVariantNodes bounds the time that checking every scenario takes.
const mostVariantNodes = 500_000

// scenarios checks each as a whole configuration and tells its problems at the
// place of the scenario.
func (l *Loaded) scenarios(c *collector, tree *node) {
	if nodes := tree.size() * len(l.Config.Scenarios); nodes > mostVariantNodes {
		c.add(l.where["scenarios"], "scenarios", fmt.Sprintf("%d values in all scenarios together", nodes), fmt.Sprintf("at most %d", mostVariantNodes))
		return
	}
	for i, scenario := range l.Config.Scenarios {
		key, own, from := element("scenarios", scenario.ID, i), newCollector(), l.origins(i)
		l.variant(own, scenario.Set, from)
		for _, p := range own.list {
			j := slices.Index(from, p.at)
			if j < 0 {
				j = len(from) - 1
			}
			c.add(from[j], element(key+".set", "", j), p.Key+" with "+p.Found, p.Allowed)
		}
	}
}

// size is the number of values in a tree.
func (n *node) size() int {
	size := 1
	for _, item := range n.items {
		size += item.size()
	}
	for _, e := range n.entries {
		size += e.node.size()
	}
	return size
}

// freshSeed is how far the seed of fresh paths is from that of the others.
const freshSeed = 1_000_003

// Fresh loads the configuration again with so many paths, of which none is one of
// its own: their seed is another one.
func (l *Loaded) Fresh(paths int64) (*Loaded, error) {
	source := l.source
	if source.Flags = maps.Clone(source.Flags); source.Flags == nil {
		source.Flags = map[string]string{}
	}
	source.Flags["paths"], source.Flags["seed"] = strconv.FormatInt(paths, 10), strconv.FormatUint(l.Config.Seed+freshSeed, 10)
	return Load(source)
}
