package state

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// structs visits every structure of the document once.
func structs(t reflect.Type, visit func(reflect.Type)) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Slice, reflect.Pointer:
			walk(t.Elem())
		case reflect.Struct:
			if t.PkgPath() != reflect.TypeFor[State]().PkgPath() || seen[t] {
				return
			}
			seen[t] = true
			visit(t)
			for i := range t.NumField() {
				walk(t.Field(i).Type)
			}
		}
	}
	walk(t)
}

// TestKeys: keys are in ascending order, in the house's spelling, and every
// integer goes as a string.
func TestKeys(t *testing.T) {
	n := 0
	structs(reflect.TypeFor[State](), func(s reflect.Type) {
		n++
		var keys []string
		for i := range s.NumField() {
			f := s.Field(i)
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			keys = append(keys, key)
			if !strings.EqualFold(key, f.Name) {
				t.Errorf("%s.%s is called %q", s.Name(), f.Name, key)
			}
			text := f.Type.Implements(reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]())
			if number := f.Type.Kind() >= reflect.Int && f.Type.Kind() <= reflect.Float64; number && !text && !strings.Contains(options, "string") {
				t.Errorf("%s.%s would be a number of JSON", s.Name(), f.Name)
			}
		}
		if !slices.IsSorted(keys) {
			slices.Sort(keys)
			t.Errorf("%s: the keys are not in order, want %v", s.Name(), keys)
		}
	})
	if n < 25 {
		t.Errorf("only %d structures", n)
	}
}
