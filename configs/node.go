package configs

// origin is where a value was written.
type origin struct {
	file         string
	line, column int
	layer        int    // higher layers go before lower ones
	dir          string // where relative file names in the value start
}

// Layers in order of precedence.
const (
	presetLayer = iota
	fileLayer
	environmentLayer
	setLayer
	flagLayer
	settingLayer // of a scenario or a study, on top of a whole configuration
)

// moved is another place in the same file; values that are not in a file have one
// place for all that is in them.
func (o origin) moved(line, column int) origin {
	if o.layer <= fileLayer {
		o.line, o.column = line, column
	}
	return o
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	listNode
	mapNode
)

// node is a value of a configuration before it is decoded. Scalars keep their
// text: the type they must have is known only at decoding, and no digit is lost
// on the way.
type node struct {
	kind    nodeKind
	text    string
	items   []*node // of a list
	entries []entry // of a map, in order
	origin
}

type entry struct {
	name string
	at   origin // of the name
	node *node
}

// get returns the value of a key, nil when absent or n is nil.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.name == name {
			return e.node
		}
	}
	return nil
}

// with returns a copy of a map in which the key has the value.
func (n *node) with(name string, value *node) *node {
	c := *n
	c.entries = make([]entry, 0, len(n.entries)+1)
	for _, e := range n.entries {
		if e.name != name {
			c.entries = append(c.entries, e)
		}
	}
	c.entries = append(c.entries, entry{name, value.origin, value})
	return &c
}

// withItem returns a copy of a list in which the element has the value.
func (n *node) withItem(index int, value *node) *node {
	c := *n
	c.items = append([]*node(nil), n.items...)
	c.items[index] = value
	return &c
}

func (n *node) found() string {
	switch n.kind {
	case nullNode:
		return "nothing"
	case listNode:
		return "a list"
	case mapNode:
		return "a section"
	}
	return shown(n.text)
}
