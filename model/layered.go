package model

import (
	"iter"
	"maps"
)

// layered is a map of which copies share what neither changes: they read
// through to base, which nobody writes to.
type layered[K comparable, V any] struct{ own, base map[K]V }

func (m *layered[K, V]) get(k K) (v V, ok bool) {
	if v, ok = m.own[k]; !ok {
		v, ok = m.base[k]
	}
	return v, ok
}

func (m *layered[K, V]) set(k K, v V) {
	if m.own == nil {
		m.own = map[K]V{}
	}
	m.own[k] = v
}

// all visits every entry once, in no order.
func (m *layered[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, v := range m.own {
			if !yield(k, v) {
				return
			}
		}
		for k, v := range m.base {
			if _, covered := m.own[k]; !covered && !yield(k, v) {
				return
			}
		}
	}
}

// manyOwn is how many entries of its own make a map too large to be kept: to
// empty it again and again would cost more than to grow another one.
const manyOwn = 1024

// copyTo gives c the same entries; all of them are shared from then on. A map
// that was itself copied and not changed since is only read, so that copies of
// it may be made at the same time.
func (m *layered[K, V]) copyTo(c *layered[K, V]) {
	switch {
	case len(m.own) == 0:
	case len(m.base) == 0:
		m.own, m.base = nil, m.own
	default:
		m.own, m.base = nil, maps.Collect(m.all())
	}
	if len(c.own) > manyOwn {
		c.own = nil
	}
	clear(c.own)
	c.base = m.base
}
