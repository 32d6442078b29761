package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEnvironment: keys are set by BACKTEST_SET_…, as before by BACKTEST_… with a
// word about it; what others put into the environment is told and ignored.
func TestEnvironment(t *testing.T) {
	dir := t.TempDir()
	effective := []string{"validate", "quickstart", "--effective"}
	tests := []struct {
		variable, want, told string
		code                 int
	}{
		{"BACKTEST_SET_SEED=5", "\nseed: 5\n", "", exitDone},
		{"BACKTEST_SEED=5", "\nseed: 5\n", "BACKTEST_SET_", exitDone},
		{"BACKTEST_PORT=tcp://10.0.0.1:80", "\nseed: ", "ignored variables of the environment, none of which sets a key (BACKTEST_SET_…): BACKTEST_PORT\n", exitDone},
		{"BACKTEST_SERVICE_HOST=10.0.0.1", "\nseed: ", "BACKTEST_SERVICE_HOST", exitDone},
		{"BACKTEST_SET_SEDE=5", "", "BACKTEST_SET_SEDE", exitInput},
		{"BACKTEST_RPC_URL=http://secret", "\nseed: ", "", exitDone},
	}
	for _, test := range tests {
		o := run(t, dir, effective, test.variable)
		if o.code != test.code || !strings.Contains(o.stdout, test.want) || !strings.Contains(o.stderr, test.told) || (o.stderr == "") != (test.told == "") {
			t.Errorf("%s: exit %d\n%s\n%.200s", test.variable, o.code, o.stderr, o.stdout)
		}
	}
	if o := run(t, dir, []string{"--help"}); !strings.Contains(o.stdout, "BACKTEST_SET_") || !strings.Contains(o.stdout, "dies of memory") {
		t.Errorf("the help tells neither of the environment nor of exit code 2 of a dying runtime:\n%s", o.stdout)
	}
}

// TestInterruptWhileReadingAPipe: nobody writes to it, and an interrupt ends the
// command all the same.
func TestInterruptWhileReadingAPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	// Somebody holds it open without a word, so that opening it is not what waits.
	held, err := os.OpenFile(filepath.Join(dir, "pipe"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	for _, args := range [][]string{{"run", "pipe"}, {"run", "-"}, {"validate", "pipe"}, {"paths", "pipe"}, {"prices", "pipe"}} {
		ctx, cancel := context.WithCancel(context.Background())
		silent, writer := io.Pipe()
		done := make(chan int, 1)
		go func() {
			done <- Main(ctx, args, Env{Stdin: silent, Stdout: io.Discard, Stderr: io.Discard, Dir: dir})
		}()
		time.AfterFunc(50*time.Millisecond, cancel)
		select {
		case code := <-done:
			if code != exitInterrupted && args[0] != "prices" { // which refuses a pipe at once
				t.Errorf("%v: exit %d", args, code)
			}
		case <-time.After(time.Minute):
			t.Errorf("%v: the interrupt waits for the pipe", args)
		}
		_ = writer.Close()
	}
}

// TestNamesAreNoEscapeCodes: what a name holds is printed, not obeyed.
func TestNamesAreNoEscapeCodes(t *testing.T) {
	dir := t.TempDir()
	evil := "a\x1b]0;owned\x07\x1b[2Jb\u009b1m.csv"
	put(t, "time,ETH\n", dir, evil)
	for _, args := range [][]string{{"prices", evil}, {"calibrate", evil}, {"run", evil}, {"report", evil}, {"validate", evil}, {"init", evil + "/x"}, {"compare", evil, evil}} {
		if o := run(t, dir, args); strings.ContainsAny(o.stdout+o.stderr, "\x1b\x07\u009b") {
			t.Errorf("%v: %q", args, o.stdout+o.stderr)
		}
	}
}

// TestSmallMistakes of command lines, each with its own answer.
func TestSmallMistakes(t *testing.T) {
	dir := t.TempDir()
	if o := run(t, dir, []string{"init", "--list", "x"}); o.code != exitUsage {
		t.Errorf("init --list x: %+v", o)
	}
	if o := run(t, dir, []string{"--version"}); o.code != exitDone || !strings.HasPrefix(o.stdout, "backtest ") {
		t.Errorf("--version: %+v", o)
	}
	if o := run(t, dir, []string{"init", "--preset", "studies/sccp-399"}); o.code != exitDone || !strings.Contains(o.stderr, "backtest study sccp-399.yaml") {
		t.Errorf("init of a study: %+v", o)
	}
	var stderr strings.Builder
	if code := Main(context.Background(), []string{"completion", "bash"}, Env{Stdout: full{}, Stderr: &stderr}); code != exitFailed {
		t.Errorf("completion to a full disk: exit %d, %s", code, stderr.String())
	}
	mustRun(t, dir, with(small, "--out", "r")...)
	for _, point := range []string{"7", "-1"} {
		if o := run(t, dir, []string{"trace", "r", "--path", "1", "--point", point}); o.code != exitInput || !strings.Contains(o.stderr, "point") {
			t.Errorf("trace --point %s of a plain run: exit %d, %s", point, o.code, o.stderr)
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestModesFollowTheUmask: who asks for files of his own gets them.
func TestModesFollowTheUmask(t *testing.T) {
	before := syscall.Umask(0o077)
	defer syscall.Umask(before)
	dir := t.TempDir()
	mustRun(t, dir, with(small, "--out", "r")...)
	mustRun(t, dir, "compare", "r", "r", "--html", "page.html")
	for _, name := range []string{"r/summary.json", "r/report.html", "r/paths.arrow", "r/manifest.json", "r/files.json", "r/plots/survival.png", "page.html"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v", name, info.Mode())
		}
	}
}
