package configs

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Effective is the whole configuration with all layers and defaults, as YAML in
// the order of the documentation. Loading it gives the same configuration. The
// caller must not change it.
func (l *Loaded) Effective() []byte { return l.effective }

// EffectiveJSON is the same as JSON.
func (l *Loaded) EffectiveJSON() []byte { return l.effectiveJSON }

// CanonicalJSON is what SHA256 is the hash of, as JSON: everything that can change
// results and nothing that cannot. Name and question are left out, files stand
// with the hash of their content instead of their name, and the order of
// correlations does not matter.
func (l *Loaded) CanonicalJSON() []byte { return l.canonical }

func (l *Loaded) write() {
	whole := written(root(), reflect.ValueOf(l.Config).Elem())
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	must(encoder.Encode(whole))
	l.effective, l.effectiveJSON = text.Bytes(), asJSON(whole)

	l.canonical = asJSON(written(root(), reflect.ValueOf(l.comparable()).Elem()))
	sum := sha256.Sum256(l.canonical)
	l.SHA256 = hex.EncodeToString(sum[:])
}

// must is for what cannot fail: encoding plain scalars into memory, merging maps.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// comparable is a copy without what does not matter for results.
func (l *Loaded) comparable() *Config {
	c := *l.Config
	c.Name, c.Question = "", ""
	hashes := map[string]string{}
	for _, in := range l.Inputs {
		hashes[in.Path] = "sha256:" + in.SHA256
	}
	if c.Prices.History != nil {
		history := *c.Prices.History
		history.Files = nil
		for _, file := range c.Prices.History.Files {
			history.Files = append(history.Files, hashes[file])
		}
		c.Prices.History = &history
	}
	c.Prices.Assets = slices.Clone(c.Prices.Assets)
	for i := range c.Prices.Assets {
		if fit := c.Prices.Assets[i].Process.Calibrate; fit != nil {
			hashed := *fit
			hashed.Files = nil
			for _, file := range fit.Files {
				hashed.Files = append(hashed.Files, hashes[file])
			}
			c.Prices.Assets[i].Process.Calibrate = &hashed
		}
	}
	c.Markets = slices.Clone(c.Markets)
	for i := range c.Markets {
		if c.Markets[i].File != "" {
			c.Markets[i].File = hashes[c.Markets[i].File]
		}
	}
	c.Prices.Correlation = sorted(c.Prices.Correlation)
	c.Prices.Stress.Correlation = sorted(c.Prices.Stress.Correlation)
	if c.Prices.Regimes != nil {
		regimes := *c.Prices.Regimes
		regimes.Correlations = slices.Clone(regimes.Correlations)
		for i, entries := range regimes.Correlations {
			regimes.Correlations[i] = sorted(entries)
		}
		c.Prices.Regimes = &regimes
	}
	return &c
}

func sorted(entries []Correlation) []Correlation {
	entries = slices.Clone(entries)
	for i := range entries {
		entries[i].Assets = slices.Sorted(slices.Values(entries[i].Assets))
	}
	slices.SortFunc(entries, func(a, b Correlation) int {
		return cmp.Or(cmp.Compare(a.Assets[0], b.Assets[0]), cmp.Compare(a.Assets[1], b.Assets[1]))
	})
	return entries
}

// written is a value as YAML nodes. Absent pointers, empty lists and texts, and
// keys of other kinds are left out.
func written(r *rule, v reflect.Value) *yaml.Node {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case r.section != nil:
		return writtenSection(r.section, v)
	case r.elem != nil:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			list.Content = append(list.Content, written(r.elem, v.Index(i)))
		}
		if r.elem.scalar != nil {
			list.Style = yaml.FlowStyle
		}
		return list
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Value: r.scalar.plain(v.Interface()), Tag: "!!str"}
	if r.scalar.bare {
		node.Tag = map[bool]string{true: "!!bool", false: "!!float"}[r.typ.Kind() == reflect.Bool]
		if _, err := strconv.ParseInt(node.Value, 10, 64); err == nil || r.typ.Kind() == reflect.Uint64 {
			node.Tag = "!!int"
		}
	}
	return node
}

func writtenSection(s *section, v reflect.Value) *yaml.Node {
	node := &yaml.Node{Kind: yaml.MappingNode}
	kind := ""
	if s.kind != nil {
		kind = v.Field(s.kind.index).String()
	}
	for _, f := range s.fields {
		value := v.Field(f.index)
		absent := value.IsZero() && (f.pointer || !f.hasFall && !f.required)
		if absent || f.elem != nil && value.Len() == 0 || f.kinds != nil && !contains(f.kinds, kind) {
			continue
		}
		inner := written(f, value)
		if f.section != nil && len(inner.Content) == 0 {
			continue
		}
		name := &yaml.Node{Kind: yaml.ScalarNode, Value: f.key, Tag: "!!str"}
		node.Content = append(node.Content, name, inner)
	}
	return node
}

// asJSON writes nodes as JSON; numbers and booleans bare, all else quoted.
func asJSON(n *yaml.Node) []byte {
	var out bytes.Buffer
	writeJSON(&out, n)
	return out.Bytes()
}

func writeJSON(out *bytes.Buffer, n *yaml.Node) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!str":
		out.WriteString(n.Value)
	case n.Kind == yaml.ScalarNode:
		text, err := json.Marshal(n.Value)
		must(err)
		out.Write(text)
	default:
		step, brackets := 1, "[]"
		if n.Kind == yaml.MappingNode {
			step, brackets = 2, "{}"
		}
		out.WriteByte(brackets[0])
		for i := 0; i < len(n.Content); i += step {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, n.Content[i])
			if step == 2 {
				out.WriteByte(':')
				writeJSON(out, n.Content[i+1])
			}
		}
		out.WriteByte(brackets[1])
	}
}
