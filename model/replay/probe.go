package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"backtest/model"
)

// probe reads a group of observed values at once. Its answer is kept for the
// step, so that the keys of one group cost one call.
type probe struct {
	run    func() ([]any, error)
	step   int
	values []string
	failed string
}

// probeKind is a family of observed keys: a pattern in which # stands for a
// number, $ for a collateral type and @ for an actor, and the fields after it.
type probeKind struct {
	pattern []string
	light   bool // storage, current in light observations too
	fields  []string
	bind    func(e *environment, b binding) func() ([]any, error)
}

// binding is what the placeholders of a pattern stand for.
type binding struct {
	ids   []uint64
	ct    model.CollateralID
	actor model.Actor
}

func (b binding) market(i int) model.MarketID   { return model.MarketID(b.ids[i]) }
func (b binding) pool(i int) model.PoolID       { return model.PoolID(b.ids[i]) }
func (b binding) account(i int) model.AccountID { return model.AccountID(b.ids[i]) }

func kind(pattern string, light bool, fields string, bind func(*environment, binding) func() ([]any, error)) probeKind {
	return probeKind{strings.Split(pattern, "/"), light, strings.Fields(fields), bind}
}

// match binds the pattern to the beginning of a key and returns the rest of
// the key, the field.
func (k *probeKind) match(e *environment, parts []string) (b binding, field string, ok bool) {
	if len(parts) <= len(k.pattern) {
		return b, "", false
	}
	for i, want := range k.pattern {
		switch want {
		case "#":
			id, err := strconv.ParseUint(parts[i], 10, 64)
			if err != nil {
				return b, "", false
			}
			b.ids = append(b.ids, id)
		case "$":
			if b.ct, ok = e.collaterals[parts[i]]; !ok {
				return b, "", false
			}
		case "@":
			if b.actor, ok = e.parseActor(parts[i]); !ok {
				return b, "", false
			}
		default:
			if parts[i] != want {
				return b, "", false
			}
		}
	}
	return b, strings.Join(parts[len(k.pattern):], "/"), true
}

// newObservation finds what a key observes.
func (e *environment) newObservation(key string) (*observation, error) {
	parts := strings.Split(key, "/")
	for i := range probeKinds {
		k := &probeKinds[i]
		b, name, ok := k.match(e, parts)
		if !ok {
			continue
		}
		field := slices.Index(k.fields, name)
		if field < 0 {
			continue
		}
		group := strings.Join(parts[:len(k.pattern)], "/") + "#" + strconv.Itoa(i)
		if err := e.checkBinding(k, b); err != nil {
			return nil, fmt.Errorf("observed %s: %w", key, err)
		}
		p, ok := e.probes[group]
		if !ok {
			p = &probe{run: k.bind(e, b)}
			e.probes[group] = p
		}
		return &observation{key: key, light: k.light, probe: p, field: field}, nil
	}
	return nil, fmt.Errorf("observed %s: unknown key", key)
}

// checkBinding refuses keys of markets that do not exist.
func (e *environment) checkBinding(k *probeKind, b binding) error {
	i := slices.Index(k.pattern, "market")
	if i < 0 || k.pattern[i+1] != "#" {
		return nil
	}
	if id := b.ids[0]; id == 0 || id > uint64(e.sys.Markets()) {
		return fmt.Errorf("market %d is not registered", id)
	}
	return nil
}

// read returns the text of one field, or how the group's call reverted.
func (p *probe) read(step, field int) (string, error) {
	if p.step != step || p.values == nil && p.failed == "" {
		p.step, p.failed = step, ""
		values, err := p.run()
		if err != nil {
			p.failed = revertedText(model.ErrorName(err))
		}
		p.values = p.values[:0]
		for _, v := range values {
			p.values = append(p.values, valueText(v))
		}
	}
	if p.failed != "" {
		return p.failed, nil
	}
	if field >= len(p.values) {
		return "", fmt.Errorf("no such field")
	}
	return p.values[field], nil
}

// static runs views on the system and takes back what they change.
func (e *environment) static(f func() []any) ([]any, error) {
	var values []any
	err := e.sys.Static(func() { values = f() })
	return values, err
}
