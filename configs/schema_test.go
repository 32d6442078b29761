package configs

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// instance is a YAML text as JSON has it.
func instance(t *testing.T, content []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(content, &value); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSchemaAcceptsPresets(t *testing.T) {
	schema := compiledSchema(t)
	for _, preset := range Presets() {
		content, err := Preset(preset.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance(t, content)); err != nil {
			t.Errorf("%s: %v", preset.Name, err)
		}
		loaded, err := Load(Source{Preset: preset.Name})
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(instance(t, loaded.Effective())); err != nil {
			t.Errorf("%s, effective: %v", preset.Name, err)
		}
	}
}

// Every case that the loader refuses for a type, a range or an unknown key is
// refused by the schema too.
func TestSchemaRefusesBadConfigurations(t *testing.T) {
	schema := compiledSchema(t)
	checked := 0
	for _, bad := range badConfigurations {
		if !bad.schema {
			continue
		}
		checked++
		text := bad.text()
		if err := schema.Validate(instance(t, []byte(text))); err == nil {
			t.Errorf("%s: the schema accepts %s", bad.name, bad.key)
		}
	}
	if checked < 80 {
		t.Errorf("only %d cases checked", checked)
	}
}

// Every key of the schema has the default that the loader gives it.
func TestSchemaDefaults(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct {
			Default any `json:"default"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"seed": 1.0, "paths": 1000.0, "horizon": "30d", "step": "1h", "confidence": "95%", "on_path_failure": "record"} {
		if got := schema.Properties[key].Default; got != want {
			t.Errorf("default of %s is %v, want %v", key, got, want)
		}
	}
	if !strings.Contains(string(text), `"description": "price at the start; more than 0 and at most 1e12 (USD)"`) {
		t.Error("descriptions lack documentation, range or unit")
	}
}
