package runner

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"backtest/configs"
	"backtest/runner/record"
)

// fullest measures what a folder holds when a final file gets its name, which
// is when it is fullest.
type fullest struct {
	record.OS
	dir  string
	most *atomic.Int64
}

func (f fullest) Rename(from, to string) error {
	total := int64(0)
	_ = filepath.WalkDir(f.dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	f.most.Store(max(f.most.Load(), total))
	return f.OS.Rename(from, to)
}

// within says how far a value is from an estimate, as a factor.
func within(estimate, real float64) float64 { return max(estimate/real, real/estimate) }

// TestEstimatesHold compares estimates of processor time and disk with runs.
// Time is looked at with more patience than promised: a processor that is shared
// does less in it.
func TestEstimatesHold(t *testing.T) {
	for _, c := range []struct {
		preset string
		sets   []string
	}{
		{"quickstart", []string{"paths=256", "horizon=1d", "record.every=1h"}},
		{"quickstart", []string{"paths=100", "horizon=3d", "record.events=none"}},
		{"black-thursday", nil},
	} {
		l := load(t, c.preset, c.sets...)
		e, err := Preflight(l, 2)
		if err != nil {
			t.Fatal(err)
		}
		disk := fullest{dir: t.TempDir(), most: new(atomic.Int64)}
		before := record.ProcessorTime()
		m, err := Run(context.Background(), l, Options{Out: disk.dir, Workers: 2, FS: disk})
		if err != nil {
			t.Fatal(err)
		}
		took := record.ProcessorTime() - before
		e.Processor -= (&needs{plan: m.Plan, columns: len(m.Columns)}).presenting() // no report is made here
		t.Logf("%s %v: %+v; took %v, %d bytes on disk", c.preset, c.sets, e, took, disk.most.Load())
		if e.Paths != m.Paths || e.PathSteps != m.Steps {
			t.Errorf("%+v, want %d paths and %d steps", e, m.Paths, m.Steps)
		}
		if f := within(float64(e.DiskBytes), float64(disk.most.Load())); f > 2 {
			t.Errorf("disk is off by a factor of %.1f", f)
		}
		if f := within(e.Processor.Seconds(), took.Seconds()); f > 4 && took > time.Second/2 {
			t.Errorf("time is off by a factor of %.1f", f)
		}
	}
}

func TestEstimateGrowsWithTheRun(t *testing.T) {
	estimate := func(workers int, sets ...string) Estimate {
		e, err := Preflight(load(t, "quickstart", sets...), workers)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	base := estimate(2, "paths=1280", "horizon=1d")
	more := estimate(2, "paths=1280000", "horizon=1d")
	if f := float64(more.Elapsed) / float64(base.Elapsed); f < 50 || f > 5000 {
		t.Errorf("a thousand times the paths take %.0f times the time", f)
	}
	if f := float64(more.DiskBytes) / float64(base.DiskBytes); f < 500 || f > 1100 {
		t.Errorf("a thousand times the paths take %.0f times the disk", f)
	}
	if more.MemoryBytes < 2e9 || more.MemoryBytes > 6e9 { // the report holds every path
		t.Errorf("a report of 1280000 paths takes %d bytes", more.MemoryBytes)
	}
	wide, narrow := estimate(64, "paths=6400", "horizon=1d", "record.every=1h"), estimate(2, "paths=6400", "horizon=1d", "record.every=1h")
	if wide.MemoryBytes < 2*narrow.MemoryBytes {
		t.Errorf("64 workers take %d bytes, 2 take %d", wide.MemoryBytes, narrow.MemoryBytes)
	}
	if one := estimate(64, "paths=64", "horizon=1d"); one.Workers != 1 {
		t.Errorf("%d workers for one block", one.Workers)
	}
}

func TestEstimateOfAStudy(t *testing.T) {
	l := load(t, "quickstart", "paths=64", "horizon=12h", `study.axes=[{key: "collaterals[SNX].liquidation_ratio", values: ["200%","250%","300%"]}]`)
	run, err := Preflight(l, 1)
	if err != nil {
		t.Fatal(err)
	}
	study, err := PreflightStudy(l, 1)
	if err != nil || study.Paths != 3*run.Paths || study.DiskBytes < 2*run.DiskBytes {
		t.Errorf("%+v, of a run %+v, %v", study, run, err)
	}
}

// TestLongPathIsCut: a path that takes longer than the estimate may is cut and
// counts as the part that it is.
func TestLongPathIsCut(t *testing.T) {
	l := load(t, "quickstart", "horizon=30d", "step=1m")
	w, err := newWorlds(l, nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := identify(l, Options{}, w)
	if err != nil {
		t.Fatal(err)
	}
	world := w.open[cell{baseScenario, 0}].world
	began := time.Now()
	s, err := take(world, id, 1000, 1, 100*time.Millisecond)
	if err != nil || s.paths <= 0 || s.paths >= 1 {
		t.Fatalf("%v paths, %v", s.paths, err)
	}
	if took := time.Since(began); float64(s.each) < float64(took)*0.1/s.paths || float64(s.each) > float64(took)/s.paths {
		t.Errorf("a part of %.3f in %v makes %v a path", s.paths, took, s.each)
	}
	if more, less := s.blocks(64, 1), s.blocks(1, 1); more <= less || less <= float64(s.whole.Block) {
		t.Errorf("blocks of 64 paths, 1 and %.2f have %.0f, %.0f and %d bytes", s.paths, more, less, s.whole.Block)
	}
}

func TestGrowth(t *testing.T) {
	g := growth{exponent: newSeries, slows: seriesSlow}
	for _, bins := range []float64{300, 580, 1100} {
		g = g.next(bins)
	}
	if g.paths != 4 || g.bins != 1100 || math.Abs(g.exponent-math.Log2(1100.0/580)) > 1e-12 {
		t.Fatalf("%+v", g)
	}
	if got := g.at(4); got != 1100 {
		t.Errorf("at the same paths %v", got)
	}
	if a, b := g.at(8), g.at(1e6); a < 1900 || a > 2200 || b < a || g.at(1e12) != g.at(1e15) {
		t.Errorf("%v, %v: it must grow ever slower, and end", a, b)
	}
	if got := (growth{paths: 0.25, bins: 100, exponent: 0.6, slows: ratioSlow}).at(1); got != 400 {
		t.Errorf("a quarter of a path has 100 bins, a whole one %v", got)
	}
}

func TestMemoryLimit(t *testing.T) {
	l := load(t, "quickstart", "paths=640", "horizon=12h")
	before := debug.SetMemoryLimit(-1)
	_, err := Run(context.Background(), l, Options{Out: filepath.Join(t.TempDir(), "out"), Memory: 30 << 20})
	var input *InputError
	if !errors.As(err, &input) || input.Key != "memory" || !strings.Contains(err.Error(), "30 MiB given, this configuration needs") {
		t.Fatal(err)
	}
	m, err := Run(context.Background(), l, Options{Out: t.TempDir(), Memory: 60 << 20, Workers: 64})
	if err != nil || m.Run.Workers < 1 || m.Run.Workers >= 64 {
		t.Errorf("%d workers, %v", m.Run.Workers, err)
	}
	if after := debug.SetMemoryLimit(-1); after != before {
		t.Errorf("the limit of the process stays %d", after)
	}
	if free, err := Run(context.Background(), l, Options{Out: t.TempDir(), Workers: 64}); err != nil || free.Run.Workers != 64 {
		t.Errorf("%d workers without a limit, %v", free.Run.Workers, err)
	}
}

func TestPreflightTellsWhatIsWrong(t *testing.T) {
	l, err := configs.Load(configs.Source{Preset: "quickstart"})
	if err != nil {
		t.Fatal(err)
	}
	l.Config.Governance = []configs.Change{{Key: "system.nothing"}}
	if _, err := Preflight(l, 1); !errors.As(err, new(*InputError)) {
		t.Error(err)
	}
}
