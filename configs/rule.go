package configs

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// rule is what the tags of a field say about a value.
type rule struct {
	key      string
	index    int          // of the field in its struct
	typ      reflect.Type // pointers removed
	pointer  bool
	required bool
	fallback string // the default
	hasFall  bool
	min, max *bound
	enum     []string
	kinds    []string
	unless   string // key beside it that makes up for a required one
	ref      string
	id       bool
	label    bool // tells the elements of a list apart
	file     bool
	governed bool // governance can change it, though it is neither an amount nor a ratio
	varies   bool // may differ between scenarios and points of a study
	most     int  // elements of a list
	sized    bool // in the unit of the section around it
	unit     string
	doc      string

	scalar  *scalar  // of a single value
	elem    *rule    // of a list
	section *section // of a struct
}

// bound is an end of a range.
type bound struct {
	value     any
	text      string
	exclusive bool
}

// section is the rules of a struct's fields, in order.
type section struct {
	typ    reflect.Type
	fields []*rule
	kind   *rule // the field whose value decides which keys belong; nil without kinds
	label  *rule // the field that names an element of a list; nil if its place does
}

// root is the description of a configuration.
var root = sync.OnceValue(func() *rule { return ruleOf(reflect.TypeFor[Config](), "") })

func (s *section) field(key string) *rule {
	for _, f := range s.fields {
		if f.key == key {
			return f
		}
	}
	return nil
}

func (s *section) keys() []string {
	keys := make([]string, len(s.fields))
	for i, f := range s.fields {
		keys[i] = f.key
	}
	return keys
}

// ruleOf a type; the tag gives bounds to scalars, or to the elements of a list.
func ruleOf(t reflect.Type, tag reflect.StructTag) *rule {
	r := &rule{typ: t}
	if t.Kind() == reflect.Pointer {
		r.typ, r.pointer = t.Elem(), true
	}
	if s, ok := scalars[r.typ]; ok {
		r.scalar = &s
		r.min, r.max = boundOf(&s, tag.Get("min")), boundOf(&s, tag.Get("max"))
		r.enum, r.ref = wordsOf(tag.Get("enum")), tag.Get("ref")
		r.id, r.file = tag.Get("id") == "true", tag.Get("file") == "true"
		return r
	}
	if r.typ.Kind() == reflect.Slice {
		r.elem = ruleOf(r.typ.Elem(), tag)
		return r
	}
	r.section = sectionOf(r.typ)
	return r
}

func sectionOf(t reflect.Type) *section {
	s := &section{typ: t}
	for i := range t.NumField() {
		field := t.Field(i)
		r := fieldRule(field.Type, field.Tag)
		r.index = i
		s.fields = append(s.fields, r)
		if (r.id || r.label) && s.label == nil {
			s.label = r
		}
		if r.kinds != nil && s.kind == nil {
			s.kind = s.fields[slices.IndexFunc(s.fields, func(f *rule) bool { return f.enum != nil })]
		}
	}
	return s
}

func fieldRule(t reflect.Type, tag reflect.StructTag) *rule {
	r := ruleOf(t, tag)
	r.key = tag.Get("key")
	r.required = tag.Get("required") == "true"
	r.fallback, r.hasFall = tag.Lookup("default")
	r.kinds = wordsOf(tag.Get("kinds"))
	r.unless = tag.Get("unless")
	r.label = tag.Get("label") == "true"
	r.governed = tag.Get("governed") == "true"
	r.varies = tag.Get("varies") == "true"
	r.sized = tag.Get("sized") == "true"
	r.unit, r.doc = tag.Get("unit"), tag.Get("doc")
	r.most, _ = strconv.Atoi(tag.Get("most"))
	return r
}

func wordsOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "|")
}

func boundOf(s *scalar, text string) *bound {
	if text == "" {
		return nil
	}
	number, exclusive := strings.CutPrefix(text, "(")
	value, err := s.parse(number)
	if err != nil {
		panic("tag of a bound: " + err.Error()) // a mistake in this package, found by any test
	}
	return &bound{value, number, exclusive}
}
