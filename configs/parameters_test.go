package configs

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestParameters: the document on what the owners of markets set tells unit,
// range, default and governance of every key of spot and perps markets as they
// are.
func TestParameters(t *testing.T) {
	const file = "../docs/parameters.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	keys := marketKeys()
	for number, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, " | ")
		if len(cells) != 6 || !strings.HasPrefix(cells[1], "`") {
			continue
		}
		key := strings.Trim(cells[1], "`")
		r, ok := keys[key]
		if !ok {
			t.Errorf("%s:%d: no key %s", file, number+1, key)
			continue
		}
		listed[key] = true
		if want := cells[0] + " | " + columns(key, r); line != want {
			t.Errorf("%s:%d: found\n%s\nwant\n%s", file, number+1, line, want)
		}
	}
	for key, r := range keys {
		if !listed[key] {
			t.Errorf("%s lacks\n| | %s", file, columns(key, r))
		}
	}
}

// marketKeys are the rules of all single values of spot and perps markets.
func marketKeys() map[string]*rule {
	keys := map[string]*rule{}
	var walk func(key string, r *rule)
	walk = func(key string, r *rule) {
		switch {
		case r.kinds != nil && !contains(r.kinds, "spot") && !contains(r.kinds, "perps"):
		case r.section != nil:
			for _, f := range r.section.fields {
				walk(join(key, f.key), f)
			}
		case r.elem != nil:
			walk(key+"[]", r.elem)
		default:
			keys[key] = r
		}
	}
	walk("markets", root().section.field("markets"))
	return keys
}

// columns of a key in the table: itself, unit, range, default, governance.
func columns(key string, r *rule) string {
	governance := "–"
	if (target{key: key, rule: r}).governed() {
		governance = "yes"
	}
	fallback := "–"
	switch {
	case r.required:
		fallback = "required"
	case r.hasFall:
		fallback = r.fallback
	}
	return fmt.Sprintf("`%s` | %s | %s | %s | %s |", key, unitOf(r), rangeOf(r), fallback, governance)
}

func unitOf(r *rule) string {
	switch {
	case r.unit != "":
		return r.unit
	case r.ref != "":
		return "id of a " + r.ref
	case r.typ == reflect.TypeFor[Ratio]():
		return "ratio"
	case r.typ == reflect.TypeFor[Duration]():
		return "time"
	case r.typ == reflect.TypeFor[string]():
		return "text"
	}
	return "number"
}

func rangeOf(r *rule) string {
	if r.enum != nil {
		return strings.Join(r.enum, ", ")
	}
	if r.min == nil && r.max == nil {
		return "–"
	}
	var ends []string
	if r.min != nil {
		ends = append(ends, map[bool]string{true: "above ", false: "from "}[r.min.exclusive]+r.min.text)
	}
	if r.max != nil {
		ends = append(ends, map[bool]string{true: "below ", false: "to "}[r.max.exclusive]+r.max.text)
	}
	return strings.Join(ends, " ")
}
