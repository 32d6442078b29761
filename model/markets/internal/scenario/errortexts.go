package scenario

import (
	"reflect"
	"strings"
	"testing"
)

// CheckErrorTexts demands that the text of every error begins with the
// protocol's name of it and names every argument that the contracts give.
// Arguments whose names the contracts do not tell (arg0) are left out.
func CheckErrorTexts(t *testing.T, list ...error) {
	t.Helper()
	for _, err := range list {
		typ, text := reflect.TypeOf(err), err.Error()
		if !strings.HasPrefix(text, typ.Name()+": ") {
			t.Errorf("text of %s is %q", typ.Name(), text)
		}
		for i := range typ.NumField() {
			arg := typ.Field(i).Tag.Get("arg")
			if arg == "" {
				t.Errorf("%s.%s has no argument name", typ.Name(), typ.Field(i).Name)
			}
			if arg != "arg0" && !strings.Contains(text, arg+" ") {
				t.Errorf("text of %s does not tell %s: %q", typ.Name(), arg, text)
			}
		}
	}
}
