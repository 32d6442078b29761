package configs

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// bad is the base configuration with one place spoilt.
type bad struct {
	name    string
	old     string // text that occurs once in the base
	new     string // what stands there instead; § marks the line of the problem when it is not the first
	key     string
	allowed string // part of what is told to be allowed
	schema  bool   // the JSON Schema refuses it too
}

var base = func() string {
	text, err := os.ReadFile("testdata/base.yaml")
	if err != nil {
		panic(err)
	}
	return string(text)
}()

func (b bad) text() string {
	return strings.Replace(base, b.old, strings.Replace(b.new, "§", "", 1), 1)
}

// sectionLine tells the first line of the section in which something is missing.
var sectionLine = map[string]string{
	"history absent":           "  strict: false",
	"collateral without asset": "  - id: wstETH\n    issuance",
	"regimes unused":           "    mean_durations",
	"loss absent":              "  - id: leavers",
	"axis of both":             "    - key: collaterals[SNX].issuance_ratio",
}

// line on which the problem is.
func (b bad) line() int {
	if text, ok := sectionLine[b.name]; ok {
		before, _, _ := strings.Cut(b.text(), text)
		return 1 + strings.Count(before, "\n")
	}
	before, _, _ := strings.Cut(base, b.old)
	if marked, _, ok := strings.Cut(b.new, "§"); ok {
		before += marked
	}
	return 1 + strings.Count(before, "\n")
}

// expressions stands for what the caller knows about thresholds.
func expressions(_ Use, text string) error {
	if strings.Contains(text, "nonsense") {
		return errors.New("no such metric\n  nonsense")
	}
	return nil
}

func loadText(text string) (*Loaded, error) {
	return Load(Source{Bytes: []byte(text), Name: "bad.yaml", CheckExpression: expressions})
}

func TestBaseIsValid(t *testing.T) {
	if _, err := loadText(base); err != nil {
		t.Fatal(err)
	}
}

func TestBadConfigurations(t *testing.T) {
	if len(badConfigurations) < 150 {
		t.Errorf("only %d cases", len(badConfigurations))
	}
	names := map[string]bool{}
	for _, b := range badConfigurations {
		t.Run(b.name, func(t *testing.T) {
			if n := strings.Count(base, b.old); n != 1 {
				t.Fatalf("%q is %d times in the base", b.old, n)
			}
			if names[b.name] {
				t.Error("the name is used twice")
			}
			names[b.name] = true
			b.expect(t, bounded(t, b.text()))
		})
	}
}

func (b bad) expect(t *testing.T, err error) {
	t.Helper()
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("error is %v, want Problems", err)
	}
	if len(problems) != 1 {
		t.Errorf("%d problems, want one:\n%v", len(problems), err)
	}
	p := problems[0]
	if p.File != "bad.yaml" || p.Line != b.line() || p.Key != b.key || !strings.Contains(p.Allowed, b.allowed) || p.Found == "" {
		t.Errorf("got  %v\nwant bad.yaml:%d: %s … allowed: …%s…", p, b.line(), b.key, b.allowed)
	}
}

func replaceOnce(t *testing.T, text, old, new string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%q is there %d times", old, strings.Count(text, old))
	}
	return strings.Replace(text, old, new, 1)
}

// What would not fit into memory or time is refused before it is tried.
func TestSizesAreBounded(t *testing.T) {
	for name, test := range map[string]struct{ set, key string }{
		"prices of a path": {"step=1s", "horizon"},
		"records":          {"record.every=1s", "record.every"},
		"path steps":       {"paths=1000000000", "paths"},
		"accounts":         {"traders[trend].accounts=1000000", ""},
	} {
		sets := []string{test.set}
		switch name {
		case "records":
			sets = append(sets, "step=1s", "horizon=20d")
		case "path steps":
			sets = append(sets, "horizon=10y", "step=1m", "until.max_paths=1000000000")
		case "accounts":
			sets = append(sets, "traders[holders].market=perps", "traders[holders].instrument=ETH", "traders[holders].accounts=1")
			test.key = "traders[holders].accounts"
		}
		_, err := Load(Source{Bytes: []byte(base), Name: "base.yaml", Sets: sets})
		var problems Problems
		if !errors.As(err, &problems) || !slices.ContainsFunc(problems, func(p Problem) bool { return p.Key == test.key && strings.Contains(p.Allowed, "at most") }) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
