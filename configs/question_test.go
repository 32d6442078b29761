package configs

import (
	"strings"
	"testing"
)

func TestQuestion(t *testing.T) {
	base, err := Preset("quickstart")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ head, want string }{
		{"# Who is liquidated,\n# and why?\n#\n# Not this.\n", "Who is liquidated, and why?"},
		{"question: Said in a key.\n# no\n", "Said in a key."},
		{"# " + strings.Repeat("x", longestQuestion+1) + "\n\n", ""},
	} {
		_, body, _ := strings.Cut(string(base), "\n\nname:")
		l, err := Load(Source{Bytes: []byte(c.head + "name:" + body), Name: "file.yaml"})
		if err != nil {
			t.Fatal(err)
		}
		if l.Config.Question != c.want {
			t.Errorf("question of %.40q is %q, want %q", c.head, l.Config.Question, c.want)
		}
	}
}
