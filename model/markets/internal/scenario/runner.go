// Package scenario runs the readable scenario files of the markets' tests: one
// command on a line, what it answers on the lines after it.
//
//	# a comment
//	buyin 12 usd=1000
//	= synths 0.99, fixed 10
//
// Words without "=" are positional. A command that fails answers with its
// error. With the flag -update the answers are written into the files.
package scenario

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the answers into the scenario files")

const answer = "= "

// Command answers a line; the answer may have several lines or none.
type Command func(a *Args) (string, error)

// Run runs every file that matches the pattern, each on commands of its own,
// and compares the answers.
func Run(t *testing.T, pattern string, start func(t *testing.T) map[string]Command) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scenario files match %s: %v", pattern, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			old, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Play(string(old), start(t))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, d := range differences(string(old), got) {
				t.Error(d)
			}
		})
	}
}

// Play runs a scenario and returns it with the answers that the commands gave.
// An error is a line that cannot be understood.
func Play(text string, commands map[string]Command) (string, error) {
	var out strings.Builder
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if strings.HasPrefix(line, answer) {
			continue
		}
		out.WriteString(line + "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		got, err := call(line, commands)
		if err != nil {
			return "", fmt.Errorf("line %d: %s: %w", n+1, line, err)
		}
		for l := range strings.Lines(got) {
			out.WriteString(answer + strings.TrimSuffix(l, "\n") + "\n")
		}
	}
	return out.String(), nil
}

func call(line string, commands map[string]Command) (string, error) {
	words := strings.Fields(line)
	command, ok := commands[words[0]]
	if !ok {
		return "", fmt.Errorf("unknown command")
	}
	a := newArgs(words[1:])
	got, failed := command(a)
	if err := a.check(); err != nil {
		return "", err
	}
	if failed != nil {
		return failed.Error(), nil
	}
	return got, nil
}

// differences lists the lines in which two texts differ, at most a few.
func differences(want, got string) (list []string) {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := 0; i < max(len(w), len(g)) && len(list) < 5; i++ {
		a, b := lineAt(w, i), lineAt(g, i)
		if a != b {
			list = append(list, fmt.Sprintf("line %d:\n want %s\n got  %s", i+1, a, b))
		}
	}
	return list
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(end)"
}
