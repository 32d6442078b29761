package model

import (
	"iter"
	"maps"
)

// layered is a map of which clones share what neither changes: they read
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

// clone returns a map with the same entries; all of them are shared from then
// on. A map that was itself cloned and not changed since is only read, so that
// its clones may be made at the same time.
func (m *layered[K, V]) clone() layered[K, V] {
	switch {
	case len(m.own) == 0:
	case len(m.base) == 0:
		m.own, m.base = nil, m.own
	default:
		m.own, m.base = nil, maps.Collect(m.all())
	}
	return layered[K, V]{base: m.base}
}
