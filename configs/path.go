package configs

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Step is a part of a configuration key: a name, or a selector in brackets.
type Step struct {
	Name     string // of a key; empty for a selector
	Selector string // id, or index counted from 0, of an element of a list
}

var errKey = errors.New("not a configuration key")

const longestKey = 400

// ParseKey splits a configuration key such as
// markets[eth-perps].instruments[ETH].skew_scale into its steps.
func ParseKey(key string) ([]Step, error) {
	var steps []Step
	if len(key) > longestKey {
		return nil, fmt.Errorf("%.40q…: %w", key, errKey)
	}
	for rest := key; ; {
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, fmt.Errorf("%q: %w", key, errKey)
		}
		steps = append(steps, Step{Name: rest[:end]})
		rest = rest[end:]
		for strings.HasPrefix(rest, "[") {
			selector, after, closed := strings.Cut(rest[1:], "]")
			if !closed || selector == "" {
				return nil, fmt.Errorf("%q: %w", key, errKey)
			}
			steps = append(steps, Step{Selector: selector})
			rest = after
		}
		if rest == "" {
			return steps, nil
		}
		if rest[0] != '.' {
			return nil, fmt.Errorf("%q: %w", key, errKey)
		}
		rest = rest[1:]
	}
}

// hop is a resolved step: a key of a section, or an index of a list.
type hop struct {
	name  string
	index int // -1 for a key
}

// target is what a key names in a configuration.
type target struct {
	key     string // with ids instead of indices
	hops    []hop
	rule    *rule
	node    *node  // present value; nil when absent
	unit    string // of its value, which a section may give
	foreign string // kinds that it belongs to when its section is of another kind
}

// notFound tells how far a key could be followed.
type notFound struct {
	key, found, allowed string
	list                string // that lacks the element; empty if a key is unknown
}

// resolve follows a key through the rules and the present configuration, whose
// elements the selectors name.
func resolve(key string, tree *node) (target, *notFound) {
	steps, err := ParseKey(key)
	if err != nil {
		return target{}, &notFound{key: key, found: shown(key), allowed: "a key such as paths, prices.assets[ETH].initial or markets[0].kind"}
	}
	t := target{rule: root(), node: tree}
	for _, step := range steps {
		var missing *notFound
		if step.Name != "" {
			missing = t.enter(step.Name)
		} else {
			missing = t.pick(step.Selector)
		}
		if missing != nil {
			missing.key = key
			return target{}, missing
		}
	}
	return t, nil
}

// enter goes into a key of a section.
func (t *target) enter(name string) *notFound {
	if t.rule.section == nil {
		return &notFound{found: "nothing called " + shown(name) + " in " + t.key, allowed: t.shape()}
	}
	f := t.rule.section.field(name)
	if f == nil {
		return &notFound{found: "the unknown key " + shown(name), allowed: suggest(name, t.rule.section.keys())}
	}
	if kind := t.rule.section.kindOf(t.node); f.kinds != nil && !contains(f.kinds, kind) {
		t.foreign = strings.Join(f.kinds, ", ")
	}
	if !f.sized {
		t.unit = f.unit
	}
	t.key = join(t.key, name)
	t.hops = append(t.hops, hop{name, -1})
	t.rule, t.node = f, t.node.get(name)
	return nil
}

// pick goes into an element of a list.
func (t *target) pick(selector string) *notFound {
	if t.rule.elem == nil {
		return &notFound{found: "an element of " + t.key, allowed: t.shape()}
	}
	labels := t.labels()
	index := indexOf(labels, selector)
	if n, err := strconv.Atoi(selector); index < 0 && err == nil && n >= 0 && n < len(labels) {
		index = n
	}
	if index < 0 {
		return &notFound{found: "no element " + shown(selector) + " of " + t.key, allowed: oneOf(labels), list: t.key}
	}
	t.key = t.rule.elem.elementKey(t.key, t.node.items[index], index)
	t.hops = append(t.hops, hop{"", index})
	t.rule, t.node = t.rule.elem, t.node.items[index]
	return nil
}

// labels of the elements of the present list.
func (t *target) labels() []string {
	if t.node == nil {
		return nil
	}
	labels := make([]string, len(t.node.items))
	for i, item := range t.node.items {
		if labels[i] = t.rule.elem.labelOf(item); labels[i] == "" {
			labels[i] = strconv.Itoa(i)
		}
	}
	return labels
}

func (t *target) shape() string {
	switch {
	case t.rule.elem != nil:
		return t.key + "[id or index]"
	case t.rule.section != nil:
		return "one of its keys: " + strings.Join(t.rule.section.keys(), ", ")
	}
	return t.key + " itself"
}

// labelOf an element as it is written; empty when it has none.
func (r *rule) labelOf(element *node) string {
	if r.section == nil || r.section.label == nil {
		return ""
	}
	value := element.get(r.section.label.key)
	switch {
	case value == nil:
		return ""
	case value.kind == listNode:
		var parts []string
		for _, item := range value.items {
			parts = append(parts, item.text)
		}
		return strings.Join(parts, ",")
	}
	return value.text
}

// elementKey is list[label], or list[index] for elements without a usable label.
func (r *rule) elementKey(list string, element *node, index int) string {
	label := r.labelOf(element)
	if label == "" || len(label) > 140 || strings.ContainsAny(label, "[]") {
		label = strconv.Itoa(index)
	}
	return list + "[" + label + "]"
}

// kindOf the section as written, the default otherwise.
func (s *section) kindOf(n *node) string {
	if s.kind == nil {
		return ""
	}
	if value := n.get(s.kind.key); value != nil {
		return value.text
	}
	return s.kind.fallback
}

func join(parent, key string) string {
	if parent == "" {
		return key
	}
	return parent + "." + key
}
