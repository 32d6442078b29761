package configs

import "strconv"

// conform takes from a layer what cannot be merged with others. Unknown and
// repeated keys are dropped, empty values and values of another shape than their
// key has become empty nodes. Every one is a problem, told once: empty nodes are
// passed over from then on.
func (c *collector) conform(key string, n *node, r *rule) *node {
	switch {
	case n.kind == nullNode:
		c.add(n.origin, key, "nothing", r.wanted())
	case r.section != nil && n.kind == mapNode:
		return c.conformSection(key, n, r.section)
	case r.elem != nil && n.kind == listNode:
		return c.conformList(key, n, r)
	case r.scalar != nil && n.kind == scalarNode:
		return n
	default:
		c.add(n.origin, key, n.found(), r.wanted())
	}
	return &node{kind: nullNode, origin: n.origin}
}

func (c *collector) conformSection(key string, n *node, s *section) *node {
	kept := &node{kind: mapNode, origin: n.origin}
	for _, e := range n.entries {
		within := join(key, e.name)
		f := s.field(e.name)
		switch {
		case f == nil:
			c.add(e.at, within, "an unknown key", suggest(e.name, s.keys()))
		case kept.get(e.name) != nil:
			c.add(e.at, within, "the key a second time", "each key once")
		default:
			kept.entries = append(kept.entries, entry{e.name, e.at, c.conform(within, e.node, f)})
		}
	}
	return kept
}

func (c *collector) conformList(key string, n *node, r *rule) *node {
	if r.most > 0 && len(n.items) > r.most {
		c.add(n.origin, key, strconv.Itoa(len(n.items))+" elements", "at most "+strconv.Itoa(r.most))
		return &node{kind: nullNode, origin: n.origin}
	}
	kept := &node{kind: listNode, origin: n.origin}
	for i, item := range n.items {
		kept.items = append(kept.items, c.conform(r.elem.elementKey(key, item, i), item, r.elem))
	}
	return kept
}

// wanted tells the shape of a value, and the type and range of a single one.
func (r *rule) wanted() string {
	switch {
	case r.elem != nil:
		return "a list, such as [a, b]"
	case r.section != nil:
		return "a section with keys " + oneOf(r.section.keys())
	case r.enum != nil:
		_, allowed := r.check("")
		return allowed
	case r.id:
		_, allowed := r.check("")
		return allowed
	}
	return r.allowed()
}
