package configs

import (
	"reflect"
	"strconv"
	"strings"
)

// decoder fills a Config from a conforming tree. It remembers where each key was
// written, and the ids that references may name.
type decoder struct {
	*collector
	where map[string]origin
	ids   map[string]ids // by what refers to them: asset, collateral, market, pool, trader, liquidator

	inputs []Input
}

// decode returns a configuration; where a value is a problem the field is zero.
func decode(tree *node, c *collector) (*Config, *decoder) {
	config := &Config{}
	d := &decoder{collector: c, where: map[string]origin{}, ids: map[string]ids{
		"asset":      namesIn(tree.get("prices").get("assets")),
		"collateral": namesIn(tree.get("collaterals")),
		"market":     namesIn(tree.get("markets")),
		"pool":       namesIn(tree.get("pools")),
		"trader":     namesIn(tree.get("traders")),
		"liquidator": namesIn(tree.get("liquidators")),
	}}
	d.where[""] = tree.origin
	d.section("", tree, root().section, reflect.ValueOf(config).Elem())
	return config, d
}

// ids of a list, in order. They are not whole where an element has none or has
// that of another, which is a problem of its own and no ground for others.
type ids struct {
	names []string
	whole bool
}

func namesIn(list *node) ids {
	if list == nil || len(list.items) == 0 {
		return ids{}
	}
	all := ids{whole: true}
	for _, item := range list.items {
		id := item.get("id")
		if id == nil || id.text == "" || contains(all.names, id.text) {
			all.whole = false
			continue
		}
		all.names = append(all.names, id.text)
	}
	return all
}

// refers says whether an id may be named.
func (all ids) refers(id string) bool { return !all.whole || contains(all.names, id) }

func (d *decoder) value(key string, n *node, r *rule, out reflect.Value) {
	d.where[key] = n.origin
	if n.kind == nullNode {
		return
	}
	if r.pointer {
		out.Set(reflect.New(r.typ))
		out = out.Elem()
	}
	switch {
	case r.section != nil:
		d.section(key, n, r.section, out)
	case r.elem != nil:
		d.items(key, n, r, out)
	default:
		d.scalar(key, n, r, out)
	}
}

func (d *decoder) scalar(key string, n *node, r *rule, out reflect.Value) {
	value, allowed := r.check(n.text)
	if allowed != "" {
		d.add(n.origin, key, shown(n.text), allowed)
		return
	}
	if r.ref != "" && !d.ids[r.ref].refers(n.text) {
		d.add(n.origin, key, "no "+r.ref+" "+shown(n.text), suggest(n.text, d.ids[r.ref].names))
		return
	}
	if r.file {
		name, ok := d.file(key, n.text, n.origin)
		if !ok {
			return
		}
		value = name
	}
	out.Set(reflect.ValueOf(value))
}

func (d *decoder) items(key string, n *node, r *rule, out reflect.Value) {
	if len(n.items) == 0 && r.required {
		d.add(n.origin, key, "an empty list", "at least one element")
		return
	}
	out.Set(reflect.MakeSlice(r.typ, len(n.items), len(n.items)))
	seen := map[string]bool{}
	for i, item := range n.items {
		within := r.elem.elementKey(key, item, i)
		d.value(within, item, r.elem, out.Index(i))
		label := r.elem.labelOf(item)
		if label != "" && seen[label] {
			d.add(item.origin, within, "a second "+shown(label), "each "+r.elem.section.label.key+" once in "+key)
		}
		seen[label] = true
	}
}

// section decodes what is there and the defaults of what is not; n is nil for a
// section that is absent as a whole.
func (d *decoder) section(key string, n *node, s *section, out reflect.Value) {
	kind, known := d.kind(n, s)
	for _, f := range s.fields {
		within, value, field := join(key, f.key), n.get(f.key), out.Field(f.index)
		belongs := f.kinds == nil || contains(f.kinds, kind)
		switch {
		case value != nil && (belongs || !known):
			d.value(within, value, f, field)
		case value != nil && value.layer >= n.get(s.kind.key).layerOr(presetLayer):
			d.add(value.origin, within, "a key of other kinds than "+s.kind.key+" "+shown(kind), "only with "+s.kind.key+" "+strings.Join(f.kinds, ", "))
		case value == nil && belongs:
			d.absent(within, n, f, field)
		}
	}
}

// layerOr is the layer of a node, or what stands for an absent one.
func (n *node) layerOr(absent int) int {
	if n == nil {
		return absent
	}
	return n.layer
}

// kind of a section, not known if it is not one of those allowed.
func (d *decoder) kind(n *node, s *section) (kind string, known bool) {
	kind = s.kindOf(n)
	return kind, s.kind != nil && contains(s.kind.enum, kind)
}

// absent gives a field its default.
func (d *decoder) absent(key string, parent *node, f *rule, out reflect.Value) {
	switch {
	case f.required && (f.unless == "" || parent.get(f.unless) == nil):
		d.add(d.near(key), key, "nothing", f.wanted())
	case f.required:
	case f.pointer:
	case f.section != nil:
		d.section(key, nil, f.section, out)
	case f.hasFall:
		value, _ := f.check(f.fallback)
		out.Set(reflect.ValueOf(value))
	}
}

// near is where a key was written, or the section around it.
func (d *decoder) near(key string) origin {
	for {
		if at, ok := d.where[key]; ok || key == "" {
			return at
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
}

// element is the key of an element of a list that has an id, or its index.
func element(list, id string, index int) string {
	if id == "" {
		id = strconv.Itoa(index)
	}
	return list + "[" + id + "]"
}
