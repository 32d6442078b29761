package configs

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Schema returns the JSON Schema (draft 2020-12) of a configuration file, made from
// the same tags as the loader's checks. What it accepts may still be refused: the
// range of a number in quotes or with a unit, references and contradictions are
// beyond it.
func Schema() ([]byte, error) {
	schema := schemaOf(root())
	schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	schema["title"] = "backtest configuration"
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the schema: %w", err)
	}
	return append(text, '\n'), nil
}

type object = map[string]any

func schemaOf(r *rule) object {
	var schema object
	switch {
	case r.section != nil:
		schema = sectionSchema(r.section)
	case r.elem != nil:
		schema = object{"type": "array", "items": schemaOf(r.elem)}
		if r.required {
			schema["minItems"] = 1
		}
		if r.most > 0 {
			schema["maxItems"] = r.most
		}
	default:
		schema = scalarSchema(r)
	}
	if text := r.description(); text != "" {
		schema["description"] = text
	}
	if r.hasFall {
		schema["default"] = r.fallbackValue()
	}
	return schema
}

// description is the documentation with unit and range.
func (r *rule) description() string {
	var parts []string
	if r.doc != "" {
		parts = append(parts, r.doc)
	}
	if span := r.span(); span != "" {
		parts = append(parts, span)
	} else if r.unit != "" {
		parts = append(parts, "in "+r.unit)
	}
	if r.kinds != nil {
		parts = append(parts, "for "+strings.Join(r.kinds, ", "))
	}
	return strings.Join(parts, "; ")
}

func (r *rule) fallbackValue() any {
	value, _ := r.check(r.fallback)
	if r.scalar.bare {
		return value
	}
	return r.fallback
}

// Texts that stand for numbers; the loader knows more about them.
const (
	numberPattern   = `^[+-]?\d+(_\d+)*(\.\d+(_\d+)*)?([eE][+-]?\d{1,3})?$`
	ratioPattern    = `^[+-]?\d+(_\d+)*(\.\d+(_\d+)*)?([eE][+-]?\d{1,3})?%?$`
	integerPattern  = `^[+-]?\d+(_\d+)*$`
	durationPattern = `^(\d{1,12}(\.\d{1,9})?[smhdwy])+$`
	timePattern     = `^(\d{1,11}|\d{4}-\d{2}-\d{2}([Tt ].*)?)$`
)

func scalarSchema(r *rule) object {
	switch {
	case r.enum != nil:
		return object{"enum": r.enum}
	case r.id:
		return object{"type": []string{"string", "integer"}, "pattern": plainName.String(), "minimum": 0}
	}
	switch r.typ {
	case reflect.TypeFor[bool]():
		return object{"enum": []any{true, false, "true", "false"}}
	case reflect.TypeFor[int64](), reflect.TypeFor[uint64]():
		return r.numeric("integer", integerPattern)
	case reflect.TypeFor[float64](), reflect.TypeFor[Decimal]():
		return r.numeric("number", numberPattern)
	case reflect.TypeFor[Initial]():
		return r.numeric("number", "^"+lastClose+"$|"+numberPattern)
	case reflect.TypeFor[Ratio]():
		return r.numeric("number", ratioPattern)
	case reflect.TypeFor[Duration]():
		return object{"type": "string", "pattern": durationPattern}
	case reflect.TypeFor[Time]():
		return object{"type": []string{"string", "integer"}, "pattern": timePattern, "minimum": 0}
	}
	return object{"type": []string{"string", "number", "boolean"}, "maxLength": longestText}
}

// numeric is a number within the bounds, or a text that looks like one.
func (r *rule) numeric(kind, pattern string) object {
	schema := object{"type": []string{kind, "string"}, "pattern": pattern}
	if r.typ.Kind() == reflect.Uint64 {
		schema["minimum"] = 0
	}
	if r.min != nil {
		schema[map[bool]string{true: "exclusiveMinimum", false: "minimum"}[r.min.exclusive]] = r.plainBound(r.min)
	}
	if r.max != nil {
		schema[map[bool]string{true: "exclusiveMaximum", false: "maximum"}[r.max.exclusive]] = r.plainBound(r.max)
	}
	return schema
}

func (r *rule) plainBound(b *bound) json.Number { return json.Number(r.scalar.plain(b.value)) }

func sectionSchema(s *section) object {
	properties, required, conditions := object{}, []string{}, []any{}
	for _, f := range s.fields {
		properties[f.key] = schemaOf(f)
		if f.required && f.kinds == nil {
			required = append(required, f.key)
		}
	}
	schema := object{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		schema["required"] = required
	}
	if s.kind != nil {
		for _, kind := range s.kind.enum {
			conditions = append(conditions, s.condition(kind))
		}
		schema["allOf"] = conditions
	}
	return schema
}

// condition is what must and must not be there for a kind.
func (s *section) condition(kind string) object {
	when := object{"properties": object{s.kind.key: object{"const": kind}}}
	if s.kind.fallback != kind {
		when["required"] = []string{s.kind.key}
	}
	required, foreign, soft, unless := []string{}, object{}, []string{}, ""
	for _, f := range s.fields {
		switch {
		case f.kinds == nil:
		case !contains(f.kinds, kind):
			foreign[f.key] = false
		case f.required && f.unless != "" && s.field(f.unless) != nil && contains(s.field(f.unless).kinds, kind):
			soft, unless = append(soft, f.key), f.unless
		case f.required:
			required = append(required, f.key)
		}
	}
	then := object{"required": required, "properties": foreign}
	if unless != "" {
		then["if"], then["else"] = object{"required": []string{unless}}, object{"required": soft}
	}
	return object{"if": when, "then": then}
}
