package configs

import (
	"maps"
	"slices"

	"github.com/spf13/viper"
)

// layers merges the layers of a configuration: sections key by key, lists and
// single values as a whole. It is a viper, kept from its habits: it sees known
// keys only, for it turns every key to lower case; lists and scalars are opaque
// to it, so that it neither converts numbers nor renames what is in a list.
type layers struct{ viper *viper.Viper }

// mark is the key under which a section keeps its place in the file. A section
// without it and without keys would be lost in merging.
const mark = "$"

func newLayers(base *node) *layers {
	l := &layers{viper.New()}
	if base != nil {
		l.merge(base)
	}
	return l
}

// merge puts a conforming layer over the ones before.
func (l *layers) merge(n *node) {
	must(l.viper.MergeConfigMap(sections(n)))
}

// assign puts one value over the layers before; the target was resolved against
// their tree. Where the way leads through a list, the list is replaced by a copy
// with the one element changed.
func (l *layers) assign(t target, value *node) {
	for i := range t.hops {
		if t.hops[i].index >= 0 {
			value = replaced(l.tree().at(t.hops[:i]), t.hops[i:], value)
			t.hops = t.hops[:i]
			break
		}
	}
	for i := len(t.hops) - 1; i >= 0; i-- {
		holder := &node{kind: mapNode}
		value = holder.with(t.hops[i].name, value)
	}
	l.merge(value)
}

// at follows hops down; nil when the way ends before.
func (n *node) at(hops []hop) *node {
	for _, h := range hops {
		switch {
		case n == nil:
			return nil
		case h.index < 0:
			n = n.get(h.name)
		default:
			n = n.items[h.index]
		}
	}
	return n
}

// replaced returns a copy of n in which the value stands at the end of the hops.
func replaced(n *node, hops []hop, value *node) *node {
	if len(hops) == 0 {
		return value
	}
	if index := hops[0].index; index >= 0 {
		return n.withItem(index, replaced(n.items[index], hops[1:], value))
	}
	if n == nil {
		n = &node{kind: mapNode, origin: value.origin}
	}
	return n.with(hops[0].name, replaced(n.get(hops[0].name), hops[1:], value))
}

// tree is the merged configuration.
func (l *layers) tree() *node { return unsections(l.viper.AllSettings()) }

// sections turns nested sections into the maps that viper merges.
func sections(n *node) map[string]any {
	m := map[string]any{}
	if n.file != "" {
		m[mark] = &node{kind: mapNode, origin: n.origin}
	}
	for _, e := range n.entries {
		if e.node.kind == mapNode {
			m[e.name] = sections(e.node)
		} else {
			m[e.name] = e.node
		}
	}
	return m
}

// unsections is the inverse of sections.
func unsections(m map[string]any) *node {
	n := &node{kind: mapNode}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		switch value := m[name].(type) {
		case *node:
			if name == mark {
				n.origin = value.origin
				continue
			}
			n.entries = append(n.entries, entry{name, value.origin, value})
		case map[string]any:
			section := unsections(value)
			n.entries = append(n.entries, entry{name, section.origin, section})
		}
	}
	return n
}
