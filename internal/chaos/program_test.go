// Package chaos tests the program from outside: processes that are killed,
// disks that fill up, folders that vanish, records that are damaged. What is
// left must always be whole, and the result the same to the byte.
//
// A plain go test does a little of everything; make chaos does it at length.
package chaos

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	kills = flag.Int("kills", 3, "number of times that a run is killed")
	long  = flag.Bool("long", false, "larger runs, and faults in more places")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the moments and places of faults")
)

// Exit codes of the program.
const (
	exitDone        = 0
	exitFailed      = 1
	exitGate        = 99 // a threshold is not kept
	exitInput       = 104
	exitInterrupted = 105
)

// program is the binary under test.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "chaos")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "backtest")
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-X main.version=chaos", "-o", program, "backtest/cmd/backtest")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
			return 1
		}
		fmt.Printf("seed %d\n", *seed)
		return m.Run()
	}())
}

// small is a run of a few blocks.
func small(out string, more ...string) []string {
	paths := "192"
	if *long {
		paths = "640"
	}
	return append([]string{"run", "quickstart", "--paths", paths, "--set", "horizon=1d", "--progress", "none", "--out", out}, more...)
}

// endless is a run that does not end before it is stopped.
func endless(out string, more ...string) []string {
	return append([]string{"run", "quickstart", "--paths", "1000000", "--set", "horizon=3d", "--progress", "none", "--out", out}, more...)
}

// process is a run of the program.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
}

func start(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(program, args...)}
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// end waits for the process and gives its exit code, -1 if a signal ended it.
func (p *process) end(t testing.TB) int {
	t.Helper()
	err := p.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}

// wants waits for the process and checks its exit code and what it says.
func (p *process) wants(t testing.TB, code int, words ...string) {
	t.Helper()
	p.end(t)
	p.wantsCode(t, code, words...)
}

// wantsCode checks a process that has ended.
func (p *process) wantsCode(t testing.TB, code int, words ...string) {
	t.Helper()
	said := p.stderr.String()
	if got := p.cmd.ProcessState.ExitCode(); got != code || strings.Contains(said, "internal error") {
		t.Fatalf("%s: exit %d, want %d\n%s", p, got, code, said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Fatalf("%s does not say %q:\n%s", p, w, said)
		}
	}
}

func (p *process) String() string { return strings.Join(p.cmd.Args[1:], " ") }

func (p *process) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// processors is the time of processors that a running process has taken, as
// Linux tells it in hundredths of a second.
func (p *process) processors(t testing.TB) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		t.Skipf("nobody tells here: %v", err)
	}
	_, fields, _ := strings.Cut(string(stat), ") ") // after the name
	var user, system int64
	if _, err := fmt.Sscan(strings.Join(strings.Fields(fields)[11:13], " "), &user, &system); err != nil {
		t.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}

// waitFor waits until a file matches the pattern.
func waitFor(t testing.TB, pattern string) {
	t.Helper()
	for range 3000 {
		if found, err := filepath.Glob(pattern); err != nil || len(found) > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("nothing matches %s", pattern)
}

// results are the bytes of a run that depend on the question alone.
func results(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"paths.arrow", "events.arrow", "cratio.arrow", "series.arrow", "summary.json", "summary.md", "junit.xml"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(content)
	}
	return files
}

func wantSame(t testing.TB, want map[string]string, dir string) {
	t.Helper()
	for name, content := range results(t, dir) {
		if content != want[name] {
			t.Fatalf("%s differs from that of an uninterrupted run (%d bytes, want %d)", name, len(content), len(want[name]))
		}
	}
	wantNoRest(t, dir)
}

// wantNoRest looks for what a finished run must not leave behind.
func wantNoRest(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(name, "-tmp") || entry.Name() == "blocks" || entry.Name() == ".lock") {
			t.Errorf("%s is left behind", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wantUnfinished: without a manifest nothing may be taken for a run.
func wantUnfinished(t testing.TB, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err == nil {
		return
	}
	p := start(t, "report", dir)
	if code := p.end(t); code != exitInput || p.stdout.Len() > 0 {
		t.Fatalf("report of an unfinished run: exit %d, %q\n%s", code, p.stdout.String(), p.stderr.String())
	}
}

// whole runs without interruption, once for all tests.
func whole(t testing.TB) map[string]string {
	t.Helper()
	if uninterrupted.files == nil {
		dir := filepath.Join(t.TempDir(), "whole")
		began := time.Now()
		start(t, small(dir)...).wants(t, exitDone)
		uninterrupted.took = time.Since(began)
		uninterrupted.files = results(t, dir)
	}
	return uninterrupted.files
}

var uninterrupted struct {
	files map[string]string
	took  time.Duration
}
