package chaos

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// need is what a command takes, or is told to take.
type need struct {
	seconds      float64 // of processors
	memory, disk float64
}

// TestEstimates holds what validate tells against runs: a factor of two in
// memory and disk, and more patience with the time of processors, which do less
// in it the more they are shared. At length it goes through all presets.
func TestEstimates(t *testing.T) {
	questions := [][]string{{"quickstart", "--paths", "640", "--set", "horizon=2d"}, {"black-thursday"}}
	if *long {
		questions = append(questions, []string{"quickstart"}, []string{"quickstart", "--paths", "20000", "--set", "horizon=6h"},
			[]string{"quickstart", "--paths", "200", "--set", "horizon=5d", "--set", "record.every=1h", "--set", "lps[stakers].count=3000"})
		for _, preset := range presets(t) {
			questions = append(questions, []string{preset, "--paths", "16"})
		}
	}
	for _, q := range questions {
		told, took := estimated(t, q), measured(t, q)
		t.Logf("%v: told %.1f s of processors, %.0f MB, %.2f MB on disk; took %.1f s, %.0f MB, %.2f MB",
			q, told.seconds, told.memory/1e6, told.disk/1e6, took.seconds, took.memory/1e6, took.disk/1e6)
		for _, c := range []struct {
			what       string
			told, took float64
			factor     float64
		}{{"time", told.seconds, took.seconds, 3}, {"memory", told.memory, took.memory, 2}, {"disk", told.disk, took.disk, 2}} {
			if c.told > c.took*c.factor || c.took > c.told*c.factor {
				t.Errorf("%v: %s is told %g and took %g", q, c.what, c.told, c.took)
			}
		}
	}
}

// presets lists the names of all presets.
func presets(t *testing.T) []string {
	t.Helper()
	p := start(t, "init", "--list")
	p.wants(t, exitDone)
	var names []string
	for line := range strings.Lines(p.stdout.String()) {
		if name := strings.TrimSpace(line); name != "" && !strings.HasPrefix(line, " ") { // its question is indented
			names = append(names, name)
		}
	}
	if len(names) < 10 {
		t.Fatalf("only %v", names)
	}
	return names
}

// TestMemoryLimit: a run keeps to the memory that it may take, and gives the
// same bytes.
func TestMemoryLimit(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	const limit = 120 << 20
	p := start(t, small(dir, "--memory", "120MiB", "--workers", "64")...)
	p.wants(t, exitDone)
	if took := resident(p.cmd); took > limit {
		t.Errorf("%.0f MiB, limit %d", took/(1<<20), limit>>20)
	}
	wantSame(t, whole(t), dir)
	start(t, small(dir+"2", "--memory", "20MiB")...).wants(t, exitInput, "memory", "20 MiB given")
}

var figures = map[string]float64{"ms": 1e-3, "s": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "B": 1}

func estimated(t *testing.T, question []string) need {
	t.Helper()
	p := start(t, append([]string{"validate"}, question...)...)
	p.wants(t, exitDone)
	figure := func(name string) string {
		found := regexp.MustCompile(`(?m)^  ` + name + ` +(.*)$`).FindSubmatch(p.stdout.Bytes())
		if found == nil {
			t.Fatalf("no %s in %s", name, p.stdout.String())
		}
		return string(found[1])
	}
	bytesOf := func(name string) float64 {
		var value, unit string
		if _, err := fmt.Sscan(figure(name), &value, &unit); err != nil {
			t.Fatal(err)
		}
		x, err := strconv.ParseFloat(value, 64)
		if err != nil || figures[unit] == 0 {
			t.Fatalf("%s %s, %v", value, unit, err)
		}
		return x * figures[unit]
	}
	_, processors, _ := strings.Cut(figure("time"), ", ")
	d, err := time.ParseDuration(strings.TrimSuffix(processors, " of processors"))
	if err != nil {
		t.Fatal(err)
	}
	return need{d.Seconds(), bytesOf("memory"), bytesOf("disk")}
}

// measured runs, and looks at the folder every few milliseconds.
func measured(t *testing.T, question []string) need {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	command := "run"
	if strings.HasPrefix(question[0], "studies/") {
		command = "study"
	}
	p := start(t, append([]string{command, "--progress", "none", "--out", dir}, question...)...)
	done, most := make(chan struct{}), make(chan float64)
	go func() {
		largest := 0.0
		for {
			select {
			case <-done:
				most <- largest
				return
			case <-time.After(5 * time.Millisecond):
				largest = max(largest, records(dir))
			}
		}
	}()
	code := p.end(t)
	close(done)
	if code != exitDone && code != exitGate {
		t.Fatalf("%s: exit %d\n%s", p, code, p.stderr.String())
	}
	took := p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
	return need{took.Seconds(), resident(p.cmd), <-most}
}

// records is the size of the records in a folder, without the report.
func records(dir string) float64 {
	total := 0.0
	_ = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.Contains(name, ".arrow") && filepath.Base(filepath.Dir(name)) != "blocks" {
			return nil
		}
		if info, err := os.Stat(name); err == nil {
			total += float64(info.Size())
		}
		return nil
	})
	return total
}

// resident is the largest resident memory that a process had.
func resident(cmd *exec.Cmd) float64 {
	return float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) * 1024
}
