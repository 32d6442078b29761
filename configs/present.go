package configs

import (
	"fmt"
	"reflect"
)

// Kinds of values that an axis can have, for those who show them.
const (
	RatioValue  = "ratio"  // 1.5 is 150 %
	USDValue    = "usd"    // an amount
	NumberValue = "number" // any other number
	WholeValue  = "whole"  // a whole number
	TextValue   = "text"
)

// Present gives the value that a key of a single value has now, or its default,
// as canonical text ("" when it has neither), and the kind of value.
func (l *Loaded) Present(key string) (text, kind string, err error) {
	t, missing := resolve(key, l.tree)
	if missing != nil {
		return "", "", fmt.Errorf("%s: found %s, allowed: %s", missing.key, missing.found, missing.allowed)
	}
	if t.rule.scalar == nil {
		return "", "", fmt.Errorf("%s is not a single value", t.key)
	}
	text = t.rule.fallback
	if t.node != nil {
		text = t.node.text
	}
	return t.rule.canonical(text), t.kindOfValue(), nil
}

// PresentIn gives the value that a key has in the i-th scenario.
func (l *Loaded) PresentIn(scenario int, key string) (string, error) {
	merged, c := newLayers(l.tree), newCollector()
	for _, setting := range l.Config.Scenarios[scenario].Set {
		c.assign(merged, setting.Key, setting.Value, origin{file: "setting", layer: settingLayer})
	}
	if err := c.err(); err != nil {
		return "", err
	}
	other := Loaded{tree: merged.tree()}
	text, _, err := other.Present(key)
	return text, err
}

// SameKey says whether two spellings name the same key of the configuration.
func (l *Loaded) SameKey(a, b string) bool {
	s, missingA := resolve(a, l.tree)
	t, missingB := resolve(b, l.tree)
	return missingA == nil && missingB == nil && s.key == t.key
}

// CanonicalValue writes a value of a key as [Loaded.Present] does, so that 120% and 1.2
// are the same. What the key does not allow is left as it is.
func (l *Loaded) CanonicalValue(key, text string) string {
	t, missing := resolve(key, l.tree)
	if missing != nil || t.rule.scalar == nil {
		return text
	}
	return t.rule.canonical(text)
}

func (r *rule) canonical(text string) string {
	value, err := r.scalar.parse(text)
	if err != nil {
		return text
	}
	return r.scalar.plain(value)
}

func (t *target) kindOfValue() string {
	switch t.rule.typ {
	case reflect.TypeFor[Ratio]():
		return RatioValue
	case reflect.TypeFor[int64](), reflect.TypeFor[uint64]():
		return WholeValue
	case reflect.TypeFor[Decimal](), reflect.TypeFor[float64](), reflect.TypeFor[Initial]():
		if t.unit == "USD" {
			return USDValue
		}
		return NumberValue
	}
	return TextValue
}
