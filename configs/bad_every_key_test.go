package configs

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// leaf is a single value of the base configuration.
type leaf struct {
	key  string
	rule *rule
	node *node
}

func leaves(key string, n *node, r *rule) []leaf {
	var all []leaf
	for _, e := range n.entries {
		if f := r.section.field(e.name); f != nil {
			all = append(all, leaves(join(key, e.name), e.node, f)...)
		}
	}
	for i, item := range n.items {
		all = append(all, leaves(r.elem.elementKey(key, item, i), item, r.elem)...)
	}
	if n.kind == scalarNode {
		all = append(all, leaf{key, r, n})
	}
	return all
}

// spoilt is the base with another text in the place of a value.
func (l leaf) spoilt(text string) string {
	lines := strings.Split(base, "\n")
	line := lines[l.node.line-1]
	rest := line[l.node.column-1:]
	end := strings.IndexAny(rest, ",]")
	if end < 0 || rest[0] == '"' || !strings.Contains(line, ": [") {
		end = len(rest)
	}
	lines[l.node.line-1] = line[:l.node.column-1] + text + rest[end:]
	return strings.Join(lines, "\n")
}

// spoiling texts that the rule refuses.
func (l leaf) spoilings() []string {
	texts := []string{"~", "{x: 1}", `"\0"`}
	if l.rule.typ.Kind() != reflect.String || l.rule.enum != nil || l.rule.id || l.rule.ref != "" { // all but free text
		texts = append(texts, `"§ nonsense"`, ".nan", "-.inf", "!!binary aGk=")
	}
	for _, text := range []string{"-1000000000000", "1e30", "1e400", "30", "-1d", "1000y"} {
		if _, allowed := l.rule.check(text); allowed != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// Every key of the base is spoilt in every way; the problem names the key, the
// line, what was found and what is allowed.
func TestEveryKeyIsChecked(t *testing.T) {
	c := newCollector()
	tree := document([]byte(base), origin{}, c)
	cases := 0
	for _, l := range leaves("", tree, root()) {
		for _, text := range l.spoilings() {
			cases++
			_, err := loadText(l.spoilt(text))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Errorf("%s: %s is accepted: %v", l.key, text, err)
				continue
			}
			// A label is part of its own key, and what refers to it has a problem too.
			if !slices.ContainsFunc(problems, func(p Problem) bool {
				own := p.Key == l.key || l.rule.label || l.rule.id || strings.HasPrefix(l.key, "prices.correlation") || strings.HasPrefix(l.key, "prices.regimes.correlations") || strings.HasPrefix(text, "!!")
				return own && p.Line == l.node.line && p.Found != "" && p.Allowed != ""
			}) {
				t.Errorf("%s (line %d) with %s gives\n%v", l.key, l.node.line, text, err)
			}
		}
	}
	if cases < 1000 {
		t.Errorf("only %d cases", cases)
	}
	t.Logf("%d cases", cases)
}

// The base uses every key that there is, but those that exclude others in it.
func TestBaseIsComplete(t *testing.T) {
	tree := document([]byte(base), origin{}, newCollector())
	used := map[string]bool{}
	for _, l := range leaves("", tree, root()) {
		used[fmt.Sprintf("%p", l.rule)] = true
	}
	left := map[string]bool{"prices.history": true, "study.points": true, "markets.file": true, "prices.assets.process.column": true, "rare.level_paths": true,
		"state.file": true, "state.positions": true, "state.perps": true, "state.markets.supply": true,
		"coverage": true} // with rare and until; coverage_test.go has its keys
	left["prices.correlation_stress.towards"] = true // beside the correlations that are gone towards
	left["prices.assets.process.uncertainty"], left["prices.parameter_uncertainty"] = true, true
	left["prices.replicates"], left["prices.common_jumps.size_correlation"] = true, true
	left["prices.assets.process.calibrate"], left["prices.assets.process.initial_volatility"] = true, true
	var visit func(key string, r *rule)
	visit = func(key string, r *rule) {
		switch {
		case left[key]:
		case r.section != nil:
			for _, f := range r.section.fields {
				visit(join(key, f.key), f)
			}
		case r.elem != nil:
			visit(key, r.elem)
		case !used[fmt.Sprintf("%p", r)] && !distributionPart(key):
			t.Errorf("%s is not in the base", key)
		}
	}
	visit("", root())
}

// distributionPart: each use of a distribution has one kind.
func distributionPart(key string) bool {
	return strings.Contains(key, "size_usd.") || strings.Contains(key, "leverage.") || strings.Contains(key, "c_ratio.") || strings.Contains(key, "collateral_usd.")
}
