package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew from what the program does")

// outcome is what a command line came to.
type outcome struct {
	code           int
	stdout, stderr string
}

// run runs a command line in a folder, with further environment variables.
func run(t testing.TB, dir string, args []string, environ ...string) outcome {
	t.Helper()
	return runContext(t, context.Background(), dir, args, environ...)
}

func runContext(t testing.TB, ctx context.Context, dir string, args []string, environ ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Main(ctx, args, Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Environ: environ, Dir: dir})
	return outcome{code, stdout.String(), stderr.String()}
}

// inputs is a fresh folder with the input files.
func inputs(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "input"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestGolden runs the command lines of each golden file, in order and in one
// folder, and compares all that they print. Lines of stderr begin with "! ",
// an exit code other than 0 stands after "? ".
func TestGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := inputs(t)
			var got strings.Builder
			for _, line := range commandLines(string(want)) {
				got.WriteString("$ " + line + "\n" + transcript(run(t, dir, strings.Fields(line)[1:]), dir) + "\n")
			}
			if *update {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			wantSameLines(t, got.String(), string(want))
		})
	}
}

// wantSameLines tells the first line that differs, and the command above it.
func wantSameLines(t *testing.T, got, want string) {
	t.Helper()
	command := ""
	wanted := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if strings.HasPrefix(line, "$ ") {
			command = line
		}
		if i >= len(wanted) || line != wanted[i] {
			t.Errorf("%s\ngot  %q\nwant %q\nRun the test with -update if the change is meant.", command, line, strings.Join(wanted[min(i, len(wanted)):min(i+1, len(wanted))], ""))
			return
		}
	}
	if len(wanted) > strings.Count(got, "\n")+1 {
		t.Errorf("%s prints less than before", command)
	}
}

// commandLines gives the lines that begin with "$ ", without that.
func commandLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "$ "); ok {
			lines = append(lines, strings.TrimSpace(command))
		}
	}
	return lines
}

var passing = regexp.MustCompile(`, [0-9.]+ s, [0-9.e+]+ path-steps/s`)

// transcript writes an outcome as golden files have it, without what differs
// from time to time.
func transcript(o outcome, dir string) string {
	var b strings.Builder
	b.WriteString(o.stdout)
	if o.stdout != "" && !strings.HasSuffix(o.stdout, "\n") {
		b.WriteString("(no newline)\n")
	}
	for line := range strings.Lines(o.stderr) {
		b.WriteString("! " + line)
	}
	if o.code != exitDone {
		b.WriteString("? " + strconv.Itoa(o.code) + "\n")
	}
	return passing.ReplaceAllString(strings.ReplaceAll(b.String(), dir, "DIR"), "")
}

// TestEveryCommandHasHelp and refuses what it does not know.
func TestEveryCommandHasHelp(t *testing.T) {
	root := newRoot(Env{Stdout: io.Discard, Stderr: io.Discard})
	if len(root.Commands()) < 10 {
		t.Fatalf("only %d commands", len(root.Commands()))
	}
	for _, cmd := range root.Commands() {
		name := cmd.Name()
		for _, args := range [][]string{{name, "--help"}, {"help", name}} {
			if o := run(t, "", args); o.code != exitDone || o.stderr != "" || !strings.Contains(o.stdout, "Usage:") {
				t.Errorf("%v: %+v", args, o)
			}
		}
		if name == "help" {
			continue
		}
		if o := run(t, "", []string{name, "--nonsense"}); o.code != exitUsage || o.stdout != "" || !strings.Contains(o.stderr, "Try 'backtest "+name+" --help'.") {
			t.Errorf("%s --nonsense: %+v", name, o)
		}
	}
}
