package runner

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backtest/runner/agents"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// saboteur is an agent with a bug that shows on some paths.
type saboteur struct{ path, panics uint64 }

func (saboteur) Begin(*sim.State) error { return nil }

func (a saboteur) Act(s *sim.State) error {
	switch {
	case s.Step != 3:
		return nil
	case s.Path == a.path:
		return errors.New("numeric failure")
	case s.Path == a.panics:
		var none []int
		_ = none[s.Step]
	}
	return nil
}

var briefly = []string{"paths=130", "horizon=12h"}

func sabotaged(out string) Options {
	return Options{Out: out, extra: func() agents.Agent { return saboteur{path: 5, panics: 100} }}
}

func pathRows(t *testing.T, dir string) []record.PathRow {
	t.Helper()
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []record.PathRow
	for row, err := range r.Paths() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

// TestFailedPathsAreRecorded: two paths fail, each in its own way; both are
// there with their cause, and the others as if nothing had happened.
func TestFailedPathsAreRecorded(t *testing.T) {
	l := load(t, "quickstart", briefly...)
	dir, well := t.TempDir(), t.TempDir()
	m, err := Run(context.Background(), l, sabotaged(dir))
	var failed *FailedPaths
	if !errors.As(err, &failed) || failed.Count != 2 || m.FailedPaths != 2 || !strings.Contains(err.Error(), "2 paths failed") {
		t.Fatalf("%v, %+v", err, m)
	}
	if _, err := Run(context.Background(), l, Options{Out: well}); err != nil {
		t.Fatal(err)
	}
	got, want := pathRows(t, dir), pathRows(t, well)
	if len(got) != 130 {
		t.Fatalf("%d rows", len(got))
	}
	for i, row := range got {
		switch i {
		case 5:
			if row.Failed != "numeric failure; again: backtest trace DIR --path 5" || row.Steps != 3 || row.HorizonSeconds != 3*3600 {
				t.Errorf("%+v", row)
			}
		case 100:
			if !strings.HasPrefix(row.Failed, "internal error at step 3: runtime error: index out of range") || !strings.HasSuffix(row.Failed, "--path 100") {
				t.Errorf("%+v", row)
			}
		default:
			if row.Failed != "" || row.LPPnLUSD != want[i].LPPnLUSD || row.Events != want[i].Events {
				t.Errorf("path %d: %+v, want %+v", i, row, want[i])
			}
		}
	}
}

func TestFailureStopsIfAsked(t *testing.T) {
	l := load(t, "quickstart", append([]string{"on_path_failure=stop"}, briefly...)...)
	dir := t.TempDir()
	_, err := Run(context.Background(), l, sabotaged(dir))
	if !errors.As(err, new(*FailedPaths)) || !strings.Contains(err.Error(), "on_path_failure is stop") || !strings.Contains(err.Error(), "again: backtest trace DIR --path") {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, record.ManifestName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a stopped run is taken for a finished one: %v", err)
	}
}

func TestFailureNamesScenarioAndPoint(t *testing.T) {
	row := record.NewPathRow("crash", 7, 12)
	fail(&row, []record.ExtraColumn{{Name: "a_usd", Kind: record.DecimalColumn}, {Name: "b", Kind: record.FloatColumn}}, errors.New("x"))
	if row.Failed != "x; again: backtest trace DIR --path 12 --scenario crash --point 7" || len(row.Exact) != 1 || len(row.Floats) != 1 {
		t.Errorf("%+v", row)
	}
}

// weakDisk is a slow disk whose operations fail now and then.
type weakDisk struct {
	record.OS
	fails func() bool
	count *atomic.Int64
}

var errDisk = errors.New("input/output error")

func (d weakDisk) check() error {
	time.Sleep(time.Millisecond)
	if d.count.Add(1); d.fails() {
		return errDisk
	}
	return nil
}

func (d weakDisk) Create(name string) (record.File, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	f, err := d.OS.Create(name)
	return weakFile{f, d}, err
}

func (d weakDisk) Rename(from, to string) error {
	return errors.Join(d.check(), d.OS.Rename(from, to))
}

func (d weakDisk) SyncDir(dir string) error { return errors.Join(d.OS.SyncDir(dir), d.check()) }

type weakFile struct {
	record.File
	disk weakDisk
}

func (f weakFile) Write(p []byte) (int, error) {
	if err := f.disk.check(); err != nil {
		n, _ := f.File.Write(p[:len(p)/2]) // as a disk does that runs full
		return n, err
	}
	return f.File.Write(p)
}

func (f weakFile) Sync() error { return errors.Join(f.File.Sync(), f.disk.check()) }

// TestWeakDisk resumes a run after every failure of its disk, with another
// number of workers each time, until it is done.
func TestWeakDisk(t *testing.T) {
	l := load(t, "quickstart", briefly...)
	whole, dir := t.TempDir(), t.TempDir()
	if _, err := Run(context.Background(), l, Options{Out: whole}); err != nil {
		t.Fatal(err)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	failures := 0
	for attempt := range 10 {
		at, count := 1+r.Int64N(25), new(atomic.Int64)
		disk := weakDisk{fails: func() bool { return count.Load() == at && attempt < 9 }, count: count}
		_, err := Run(context.Background(), l, Options{Out: dir, Resume: true, Workers: 1 + attempt%3, FS: disk})
		if err != nil {
			failures++
		}
		if err != nil && (!errors.Is(err, errDisk) || attempt == 9) {
			t.Fatalf("after %d failures: %v", failures, err)
		}
	}
	if failures == 0 {
		t.Error("nothing failed")
	}
	t.Logf("%d failures", failures)
	for _, table := range record.Tables() {
		want, err := os.ReadFile(filepath.Join(whole, table+".arrow"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, table+".arrow"))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s.arrow differs, %v", table, err)
		}
	}
}
