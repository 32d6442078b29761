package configs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func laughs() string {
	text := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		text += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	return text
}

var badDocuments = []struct {
	name, text, found, allowed string
	line                       int
}{
	{"empty", "", "nothing", "a YAML document", 1},
	{"comment only", "# nothing\n", "nothing", "a YAML document", 1},
	{"null", "~\n", "nothing", "a section", 1},
	{"word", "configuration\n", "configuration", "a section", 1},
	{"list", "- a\n- b\n", "a list", "a section", 1},
	{"two documents", "name: a\n---\nname: b\n", "more than one document", "one YAML document", 2},
	{"second document broken", "name: a\n---\n[\n", "more than one document", "one YAML document", 0},
	{"tab", "name: a\nprices:\n\t- x\n", "text that is not YAML", "a YAML document", 3},
	{"open bracket", "name: [a\n", "text that is not YAML", "a YAML document", 0},
	{"open quote", "name: \"a\n", "text that is not YAML", "a YAML document", 0},
	{"Latin-1", "name: caf\xe9\n", "bytes that are not UTF-8", "UTF-8 text", 0},
	{"UTF-16", "\xff\xfen\x00a\x00", "bytes that are not UTF-8", "UTF-8 text", 0},
	{"binary", "\x7fELF\x02\x01\x01\x00\x00", "text that is not YAML", "a YAML document", 0},
	{"NUL", "name: a\x00b\n", "text that is not YAML", "a YAML document", 0},
	{"unknown anchor", "name: *nobody\n", "text that is not YAML", "a YAML document", 0},
	{"anchor in itself", "name: &a [*a]\n", "more than 24 levels", "no anchor within itself", 0},
	{"billion laughs", laughs(), "more than 100000 values", "with the aliases expanded", 0},
	{"deep flow", "name: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "\n", "more than 24 levels", "fewer levels", 0},
	{"deep flow not closed", "name: " + strings.Repeat("{a: ", 20000), "text that is not YAML", "a YAML document", 0},
	{"deep blocks", deepBlocks(200), "more than 24 levels", "fewer levels", 0},
	{"many marks", strings.Repeat("- - - - - - - - - -\n", 20000), "marks that may start a value", "at most 100000", 0},
	{"many commas", "a: [" + strings.Repeat(",", 200_000) + "]", "marks that may start a value", "at most 100000", 0},
	{"huge", strings.Repeat("x", largestFile+1), "4194305 bytes", "at most 4194304 bytes", 0},
	{"many keys", manyKeys(1000), "more than 200 keys", "fewer keys", 0},
	{"merged keys", "<<: [" + strings.Repeat("{a: 1}, ", 3) + "{b: 2}]\nc: &c\n  <<: 5\n", "<< with 5", "an alias of a section", 0},
	{"merge of itself", "a: &a\n  <<: *a\n", "more than 24 levels", "no anchor within itself", 0},
	{"key that is a list", "[a, b]: c\n", "a key that is not a word", "words as keys", 1},
	{"own tag", "name: !secret x\n", "the tag !secret", "no tags", 1},
}

func deepBlocks(levels int) string {
	var text strings.Builder
	for i := range levels {
		fmt.Fprintf(&text, "%sa:\n", strings.Repeat(" ", i))
	}
	return text.String()
}

func manyKeys(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "k%d: 1\n", i)
	}
	return text.String()
}

func TestBadDocuments(t *testing.T) {
	for _, bad := range badDocuments {
		t.Run(bad.name, func(t *testing.T) {
			err := bounded(t, bad.text)
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error is %v", err)
			}
			p := problems[0]
			if !strings.Contains(p.Found, bad.found) || !strings.Contains(p.Allowed, bad.allowed) || bad.line > 0 && p.Line != bad.line || len(err.Error()) > 100_000 {
				t.Errorf("got %v", p)
			}
		})
	}
}

// The largest file that is read at all takes little time and memory.
func TestLargestDocuments(t *testing.T) {
	for name, text := range map[string]string{
		"list":     "name: [" + strings.Repeat("a,", mostMarks-10) + "]",
		"unknown":  "name: a\nlps:\n" + strings.Repeat("- {x: 1}\n", mostMarks/6),
		"comment":  "#" + strings.Repeat("x", largestFile-10) + "\nname: a\n",
		"text":     "name: " + strings.Repeat("x", largestFile-10) + "\n",
		"comments": strings.Repeat("#\n", mostMarks-1) + "name: a\n",
		"anchors":  "name: [" + strings.Repeat("&a x,", mostMarks/2-10) + "]",
	} {
		t.Run(name, func(t *testing.T) {
			if err := bounded(t, text); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestAnchorsAreAllowed(t *testing.T) {
	text := strings.Replace(base, "      size_usd:\n      value: 10000", "", 1)
	text = strings.Replace(text, "    size_usd:\n      value: 10000", "    size_usd: &size\n      value: 10000", 1)
	text = strings.Replace(text, "    size_usd:\n      value: 1000\n", "    size_usd:\n      <<: *size\n", 1)
	loaded, err := loadText(text)
	if err != nil {
		t.Fatal(err)
	}
	if got := loaded.Config.Traders[1].SizeUSD.Value; got != 10000 {
		t.Errorf("merged value is %v", got)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	_, err := loadText("name: a\nlps:\n" + strings.Repeat("- {x: 1}\n", 900))
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != mostProblems+1 || !strings.Contains(problems[mostProblems].Found, "more problems") {
		t.Errorf("%d problems, last %v", len(problems), problems[len(problems)-1])
	}
}

func TestProblemsAreFreeOfControlCharacters(t *testing.T) {
	_, err := loadText("\"\\e[31mevil\\u2028\": 1\nname: \"x\\r\\ny\\u202e\"\n")
	for _, r := range err.Error() {
		if r < ' ' && r != '\n' || r == 0x2028 || r == 0x202e || r == 0x1b {
			t.Fatalf("control character %U in %q", r, err.Error())
		}
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge.yaml")
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, 1<<40); err != nil {
		t.Fatal(err)
	}
	for file, found := range map[string]string{
		filepath.Join(dir, "absent.yaml"): "no such file",
		dir:                               "not a file",
		"/dev/zero":                       "not a file",
		huge:                              "bytes",
		filepath.Join(huge, "x"):          "not a directory",
	} {
		_, err := Load(Source{File: file})
		var problems Problems
		if !errors.As(err, &problems) || len(problems) != 1 || !strings.Contains(problems[0].Found, found) || problems[0].File != file {
			t.Errorf("%s: %v", file, err)
		}
	}
}
