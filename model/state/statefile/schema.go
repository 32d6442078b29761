package statefile

import (
	"encoding/json"
	"reflect"
	"strings"

	fp "backtest/model/fixedpoint"
	"backtest/model/state"
)

type object = map[string]any

// integers are the types that documents write as decimal strings.
var integers = map[reflect.Type]string{
	reflect.TypeFor[fp.Uint256](): "integer from 0 to 2^256-1; amounts, prices and ratios are D18",
	reflect.TypeFor[fp.Int256]():  "integer from -2^255 to 2^255-1; amounts, prices and rates are D18",
	reflect.TypeFor[fp.Uint128](): "integer from 0 to 2^128-1; amounts are D18",
	reflect.TypeFor[fp.Int128]():  "integer from -2^127 to 2^127-1; amounts are D18",
	reflect.TypeFor[fp.D27]():     "integer from -2^127 to 2^127-1, D27",
	reflect.TypeFor[state.ID]():   "id, integer from 0 to 2^64-1",
}

// Schema returns the JSON Schema (draft 2020-12) of a state document, made from
// the same structures that are written. What it accepts may still be refused:
// widths of integers and references are beyond it.
func Schema() ([]byte, error) {
	definitions := object{}
	root := schemaOf(reflect.TypeFor[state.State](), "", definitions)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "backtest state"
	root["description"] = "The whole state of the protocol, format " + state.Format + ", for the contracts of " + state.Release +
		". Integers are decimal strings, what is absent is 0, keys are in ascending order."
	root["$defs"] = definitions
	text, err := json.MarshalIndent(root, "", "  ")
	return append(text, '\n'), err
}

func schemaOf(t reflect.Type, options string, definitions object) object {
	text, isInteger := integers[t]
	switch {
	case isInteger:
		return object{"type": "string", "pattern": pattern(text), "description": text}
	case strings.Contains(options, "string"):
		return object{"type": "string", "pattern": pattern("integer from 0"), "description": "integer from 0 to 2^64-1; times are Unix seconds"}
	}
	switch t.Kind() {
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem(), "", definitions)}
	case reflect.Pointer:
		return schemaOf(t.Elem(), "", definitions)
	}
	if _, known := definitions[t.Name()]; !known {
		definitions[t.Name()] = object{} // a placeholder, should one contain itself
		definitions[t.Name()] = structSchema(t, definitions)
	}
	return object{"$ref": "#/$defs/" + t.Name()}
}

func pattern(text string) string {
	if strings.Contains(text, "from -") {
		return "^-?[0-9]+$"
	}
	return "^[0-9]+$"
}

func structSchema(t reflect.Type, definitions object) object {
	properties, required := object{}, []string{}
	for i := range t.NumField() {
		key, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		properties[key] = schemaOf(t.Field(i).Type, options, definitions)
		if !strings.Contains(options, "omit") {
			required = append(required, key)
		}
	}
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}
