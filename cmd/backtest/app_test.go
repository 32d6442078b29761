package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"backtest/configs"
	"backtest/runner"
	"backtest/runner/record"
)

// asProgram makes the test binary behave as the program itself, so that tests
// can send it signals.
const asProgram = "TEST_BINARY_IS_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
	}
	os.Exit(m.Run())
}

// brokenWriter fails, or panics, at the first byte.
type brokenWriter struct{ panics bool }

func (w brokenWriter) Write([]byte) (int, error) {
	if w.panics {
		panic("a bug")
	}
	return 0, errors.New("no space left on device")
}

func TestPanicIsABugReport(t *testing.T) {
	for _, debugging := range []bool{false, true} {
		var stderr bytes.Buffer
		env := Env{Stdout: brokenWriter{panics: true}, Stderr: &stderr}
		if debugging {
			env.Environ = []string{"BACKTEST_DEBUG=1"}
		}
		code := Main(context.Background(), []string{"version"}, env)
		if code != exitFailed || !strings.Contains(stderr.String(), "internal error: a bug") || !strings.Contains(stderr.String(), "Please report it") {
			t.Errorf("exit %d: %s", code, stderr.String())
		}
		if strings.Contains(stderr.String(), "goroutine ") != debugging {
			t.Errorf("BACKTEST_DEBUG %v: %s", debugging, stderr.String())
		}
	}
}

func TestFullDiskIsAFailure(t *testing.T) {
	dir := inputs(t)
	for _, line := range []string{"version", "replay agrees.json", "replay --json agrees.json", "prices prices.csv", "prices prices.csv --json",
		"calibrate prices.csv", "calibrate prices.csv --json", "validate quickstart", "schema", "init --list", "init new"} {
		var stderr bytes.Buffer
		code := Main(context.Background(), strings.Fields(line), Env{Stdout: brokenWriter{}, Stderr: &stderr, Dir: dir})
		if code != exitFailed || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%s: exit %d, %s", line, code, stderr.String())
		}
	}
}

func TestExitCodes(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	plain := errors.New("plain")
	tests := []struct {
		name string
		ctx  context.Context
		err  error
		want int
	}{
		{"nothing", context.Background(), nil, exitDone},
		{"a failure", context.Background(), plain, exitFailed},
		{"a failure after an interrupt", done, plain, exitInterrupted},
		{"nothing after an interrupt", done, nil, exitDone},
		{"interrupt", context.Background(), fmt.Errorf("x: %w", context.Canceled), exitInterrupted},
		{"interrupted run", context.Background(), fmt.Errorf("x: %w", runner.ErrInterrupted), exitInterrupted},
		{"usage", context.Background(), &usageError{plain, "backtest"}, exitUsage},
		{"gate", context.Background(), &gateError{"x"}, exitGate},
		{"input", context.Background(), badInput("x: %w", plain), exitInput},
		{"configuration", context.Background(), fmt.Errorf("x: %w", configs.Problems{{}}), exitInput},
		{"prices", context.Background(), &runner.InputError{Key: "prices", Err: plain}, exitInput},
		{"damaged", context.Background(), &record.DamagedError{}, exitInput},
		{"other version", context.Background(), &record.VersionError{}, exitInput},
		{"other question", context.Background(), &record.MismatchError{}, exitInput},
		{"taken", context.Background(), &record.ExistsError{}, exitInput},
		{"unfinished", context.Background(), &record.UnfinishedError{}, exitInput},
		{"shards", context.Background(), &record.ShardError{}, exitInput},
		{"in use", context.Background(), &record.LockedError{}, exitFailed},
		{"failed paths", context.Background(), &runner.FailedPaths{Count: 1}, exitFailed},
		{"failed paths and a gate", context.Background(), errors.Join(&runner.FailedPaths{Count: 1}, asPlain(&gateError{"x"})), exitFailed},
	}
	for _, test := range tests {
		if got := exitCode(test.ctx, test.err); got != test.want {
			t.Errorf("%s: exit %d, want %d", test.name, got, test.want)
		}
	}
}

func TestInterruptsReachCommandsThatCompute(t *testing.T) {
	dir := inputs(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, line := range []string{"replay agrees.json", "prices prices.csv", "calibrate prices.csv", "run quickstart"} {
		o := runContext(t, ctx, dir, strings.Fields(line))
		if o.code != exitInterrupted || !strings.Contains(o.stderr, "interrupted") {
			t.Errorf("%s: %+v", line, o)
		}
	}
}

// TestSignals starts the program itself and interrupts it.
func TestSignals(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0], "run", "quickstart", "--paths", "100000", "--out", "out")
			cmd.Dir, cmd.Env = dir, append(os.Environ(), asProgram+"=1")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, filepath.Join(dir, "out", "blocks"))
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			var exit *exec.ExitError
			// How soon is measured in processors' time, by the tests from outside: a busy machine proves nothing.
			if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted || !strings.Contains(stderr.String(), "--resume") {
				t.Errorf("%v: %s", err, stderr.String())
			}
		})
	}
}

func waitFor(t *testing.T, name string) {
	t.Helper()
	for range 12000 {
		if _, err := os.Stat(name); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not appear", name)
}

func TestVersionOf(t *testing.T) {
	info := func(module string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: module}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	tests := []struct {
		release string
		info    *debug.BuildInfo
		want    string
	}{
		{"v1.2.3", info("(devel)", revision), "v1.2.3"},
		{"", nil, "devel"},
		{"", info("v0.9.0"), "v0.9.0"},
		{"", info("(devel)"), "devel"},
		{"", info("(devel)", revision), "devel-0123456789ab"},
		{"", info("", revision, modified), "devel-0123456789ab+modified"},
	}
	for _, test := range tests {
		if got := versionOf(test.release, test.info); got != test.want {
			t.Errorf("versionOf(%q, %v) is %q, want %q", test.release, test.info, got, test.want)
		}
	}
	if o := run(t, "", []string{"version"}); o.code != exitDone || !strings.HasPrefix(o.stdout, "backtest ") {
		t.Errorf("%+v", o)
	}
}

func TestColourOnlyOnATerminal(t *testing.T) {
	tests := []struct {
		environ  []string
		terminal bool
		want     bool
	}{
		{nil, true, true},
		{nil, false, false},
		{[]string{"NO_COLOR=1"}, true, false},
		{[]string{"NO_COLOR="}, true, true},
		{[]string{"TERM=dumb"}, true, false},
		{[]string{"TERM=dumb", "TERM=xterm"}, true, true},
	}
	for _, test := range tests {
		if got := (Env{Environ: test.environ}).colour(test.terminal); got != test.want {
			t.Errorf("%v, terminal %v: colour %v", test.environ, test.terminal, got)
		}
	}
}

func TestSchemaIsPrinted(t *testing.T) {
	want, err := configs.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if o := run(t, "", []string{"schema"}); o.code != exitDone || o.stdout != string(want) {
		t.Errorf("exit %d: %.200s", o.code, o.stdout)
	}
}

func TestPresetsAreListedAndWritten(t *testing.T) {
	dir := t.TempDir()
	if o := run(t, dir, []string{"init", "--preset", "nothing"}); o.code != exitUsage || !strings.Contains(o.stderr, "quickstart") {
		t.Errorf("an unknown preset: %+v", o)
	}
	list := mustRun(t, dir, "init", "--list").stdout
	for _, p := range configs.Presets() {
		if !strings.Contains(list, p.Name+"\n  "+p.Question) {
			t.Errorf("%s is not listed", p.Name)
		}
		want, err := configs.Preset(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSpace(mustRun(t, dir, "init", "new", "--preset", p.Name, "--force").stdout)
		if content(t, dir, name) != string(want) {
			t.Errorf("%s differs from the preset", name)
		}
	}
}

func TestDurationText(t *testing.T) {
	tests := map[time.Duration]string{
		time.Hour: "1h", 90 * time.Minute: "1h30m", 30 * time.Minute: "30m", 10 * time.Second: "10s", 48 * time.Hour: "2d", 36 * time.Hour: "36h",
		time.Hour + time.Second: "1h0m1s", 0: "0s",
	}
	for d, want := range tests {
		if got := durationText(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// TestValidateEstimates: the figures are those of the machine, so that only
// their names can be compared.
func TestValidateEstimates(t *testing.T) {
	leisurely(t)
	o := mustRun(t, t.TempDir(), "validate", "quickstart", "--paths", "200", "--set", "horizon=1d", "--workers", "1")
	for _, want := range []string{"quickstart is valid\n", "200 paths of 24 steps of 1h, 1 scenario\n", "200 paths, ", "path-steps, 1 worker\n", "  time ", "  memory ", "  disk "} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("no %q in\n%s", want, o.stdout)
		}
	}
}
