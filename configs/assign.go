package configs

import (
	"maps"
	"slices"
	"strings"
)

// assignAll puts environment, sets and flags over the files.
func (c *collector) assignAll(l *layers, source Source) {
	for _, variable := range slices.Sorted(slices.Values(source.Env)) {
		name, value, _ := strings.Cut(variable, "=")
		if key, ok := environmentName(name); ok {
			c.assign(l, environmentKey(key, l.tree()), value, origin{file: "environment " + clean(name), layer: environmentLayer})
		}
	}
	for _, set := range source.Sets {
		key, value, ok := strings.Cut(set, "=")
		from := origin{file: "--set", layer: setLayer}
		if !ok {
			c.add(from, "", shown(set), "key=value")
			continue
		}
		c.assign(l, strings.TrimSpace(key), value, from)
	}
	for _, key := range slices.Sorted(maps.Keys(source.Flags)) {
		c.assign(l, key, source.Flags[key], origin{file: "--" + key, layer: flagLayer})
	}
}

// assign gives a key the value that a text means for it.
func (c *collector) assign(l *layers, key, text string, from origin) {
	t, missing := resolve(key, l.tree())
	if missing != nil {
		c.add(from, missing.key, missing.found, missing.allowed)
		return
	}
	value := &node{kind: scalarNode, text: text, origin: from}
	if t.rule.scalar == nil {
		if value = document([]byte(text), from, c); value != nil {
			value = c.conform(t.key, value, t.rule)
		}
	}
	if value != nil && value.kind != nullNode {
		l.assign(t, value)
	}
}

// environmentKey turns PRICES__ASSETS__ETH__INITIAL into
// prices.assets[ETH].initial. Elements of lists are named by index, or by id with
// letters of either case and _ for any other sign; what names nothing is left for
// the resolution to refuse.
func environmentKey(name string, tree *node) string {
	t := target{rule: root(), node: tree}
	key := ""
	for _, part := range strings.Split(name, "__") {
		if t.rule.elem != nil {
			part = spelt(part, t.labels())
			key += "[" + part + "]"
			if t.pick(part) != nil {
				return key
			}
			continue
		}
		part = strings.ToLower(part)
		key = join(key, part)
		if t.enter(part) != nil {
			return key
		}
	}
	return key
}

// spelt is the label that an environment variable can only hint at.
func spelt(part string, labels []string) string {
	for _, label := range labels {
		folded := strings.Map(func(r rune) rune {
			if r == '-' || r == '.' || r == ',' {
				return '_'
			}
			return r
		}, label)
		if strings.EqualFold(folded, part) {
			return label
		}
	}
	return part
}
