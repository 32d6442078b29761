package model

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected output of the scenario files")

// TestScenarios runs the files in testdata: blocks of commands, a line of
// dashes, and what they print, up to an empty line. A comment starts with #.
func TestScenarios(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rewriteScenario(string(text))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if line, want := firstDifference(string(text), got); line != 0 {
				t.Errorf("%s:%d: %s", path, line, want)
			}
		})
	}
}

// rewriteScenario runs a scenario and returns it with the output that it has.
func rewriteScenario(text string) (string, error) {
	w := newWorld()
	var out strings.Builder
	for i, block := range strings.Split(strings.TrimRight(text, "\n"), "\n\n") {
		if i > 0 {
			out.WriteString("\n")
		}
		input, _, expects := strings.Cut(block, "\n----\n")
		input = strings.TrimSuffix(input, "\n----")
		out.WriteString(input + "\n")
		printed, err := w.runBlock(input)
		if err != nil {
			return "", fmt.Errorf("block %d: %w", i+1, err)
		}
		if printed == "" && !expects {
			continue
		}
		if printed == "" {
			printed = "ok\n"
		}
		out.WriteString("----\n" + printed)
	}
	return out.String(), nil
}

// runBlock executes lines and returns what they print: results, errors, and
// the pools that moved in or out of range.
func (w *world) runBlock(input string) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(input) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		w.told.Events = w.told.Events[:0]
		out, err := w.run(line)
		if err != nil && strings.Contains(err.Error(), errUsage.Error()) {
			return "", err
		}
		if err != nil {
			out = err.Error()
		}
		for _, e := range w.told.Events {
			if e.Kind < DebtDistributed {
				b.WriteString(w.describe(e) + "\n")
			}
		}
		if out != "" {
			b.WriteString(out + "\n")
		}
	}
	return b.String(), nil
}

func (w *world) describe(e Event) string {
	kind := map[EventKind]string{PoolBumpedOut: "is bumped out of", PoolBumpedIn: "is bumped into",
		PoolRebalancedOut: "is rebalanced out of", PoolRebalancedIn: "is rebalanced into"}[e.Kind]
	text := fmt.Sprintf("! p%d %s %s: limit %s, %s shares", e.Pool, kind, w.names[e.Market-1], d18(e.Limit), d18(e.Shares))
	if !e.Debt.IsZero() {
		text += ", takes " + d18(e.Debt) + " along"
	}
	return text
}

func firstDifference(want, got string) (line int, message string) {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return i + 1, fmt.Sprintf("want %q, got %q", x, y)
		}
	}
	return 0, ""
}

// TestScenarioRunnerSeesDifferences guards the runner itself.
func TestScenarioRunnerSeesDifferences(t *testing.T) {
	const text = "account a1\n\nshow account a1 USD\n----\navailable 1\n"
	got, err := rewriteScenario(text)
	if err != nil || got != "account a1\n\nshow account a1 USD\n----\navailable 0\n" {
		t.Fatalf("%q, %v", got, err)
	}
	if line, _ := firstDifference(text, got); line != 5 {
		t.Errorf("difference in line %d, want 5", line)
	}
	if _, err := rewriteScenario("deposit a1\n"); err == nil {
		t.Error("a line that is too short was accepted")
	}
	if _, err := rewriteScenario("dance a1\n"); err == nil {
		t.Error("an unknown command was accepted")
	}
}
