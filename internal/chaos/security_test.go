package chaos

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestNamesStayInTheFolder: no name in a configuration leads out of the output
// folder.
func TestNamesStayInTheFolder(t *testing.T) {
	root := t.TempDir()
	work := filepath.Join(root, "work")
	if err := os.Mkdir(work, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"name", "markets[spot-eth].id", "pools[main].id", "lps[thin].id", "collaterals[ETH].id", "scenarios"} {
		for _, name := range []string{"../escaped", "..", ".", "a/b", "/tmp/escaped", `a\b`, "a\x00b", "-x"} {
			set := key + "=" + name
			if key == "scenarios" {
				set = "scenarios=[{id: '" + name + "', set: [{key: step, value: 1h}]}]"
			}
			if strings.ContainsRune(set, 0) {
				continue // no argument of a process can hold it
			}
			p := &process{cmd: exec.Command(program, "run", "quickstart", "--paths", "64", "--set", "horizon=1h", "--set", set)}
			p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = work, &p.stdout, &p.stderr
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			p.wants(t, exitInput)
		}
	}
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if name != root && name != work {
			t.Errorf("%s was written", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoNetwork watches the sockets of a run. Libraries bring code that could
// open some.
func TestNoNetwork(t *testing.T) {
	calls := filepath.Join(t.TempDir(), "calls")
	trace := exec.Command("strace", "-f", "-qq", "-e", "trace=network,execve", "-o", calls, program)
	trace.Args = append(trace.Args, small(filepath.Join(t.TempDir(), "out"), "--set", "horizon=6h")...)
	if out, err := trace.CombinedOutput(); err != nil {
		t.Skipf("strace does not run here: %v %s", err, out)
	}
	content, err := os.ReadFile(calls)
	if err != nil || !strings.Contains(string(content), "execve(") {
		t.Fatalf("nothing was traced: %q, %v", content, err)
	}
	for line := range strings.Lines(string(content)) {
		if !strings.Contains(line, "execve(") && !strings.Contains(line, "---") && !strings.Contains(line, "+++") {
			t.Errorf("the program calls %s", line)
		}
	}
}

// TestNoNetworkPackages: nothing of the project reaches others but the client that
// a command with --rpc asks a node with, and its tests.
func TestNoNetworkPackages(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "backtest/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out), "\n")
	if len(lines) < 20 {
		t.Fatalf("only %d packages", len(lines))
	}
	for _, line := range lines {
		if strings.HasPrefix(line, "backtest/internal/chain/rpc ") || strings.HasPrefix(line, "backtest/internal/chain/chaintest ") {
			continue
		}
		for _, name := range []string{"net", "net/http", "net/rpc", "net/smtp", "crypto/tls"} {
			if slices.Contains(strings.Fields(line), name) {
				t.Errorf("%s imports %s", strings.Fields(line)[0], name)
			}
		}
	}
}
