package runner

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/model"
	"backtest/runner/agents"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// Options say where and how a run is made; none of them changes its result.
type Options struct {
	Out      string // folder of the records
	Force    bool   // replace what the folder holds
	Resume   bool   // go on with what it holds
	Workers  int    // parallel paths; 0 is one a processor
	Memory   int64  // bytes that the process may take, fewer workers if need be; 0 is no limit
	Shard    *record.Shard
	Format   record.Format
	Version  string         // of the program
	Derived  []string       // files of the folder that are made from the records
	Inputs   []string       // files that are read, never written over
	FS       record.FS      // nil is the operating system's
	Progress func(Progress) // called about five times a second, and at the end
	Gauge    NewGauge       // measures the metric of a stopping rule

	// Warn is told what a reader of the results should know, before anything is run.
	Warn func([]warn.Warning)

	// Check looks at the extra columns of the records before anything is run; nil
	// takes all.
	Check func(columns []record.ExtraColumn) error

	extra func() agents.Agent // of tests; acts after all others
}

// Progress is how far a run is. Paths count those found done at a resume.
type Progress struct {
	Phase      string // "paths" or "writing"
	DonePaths  int64
	TotalPaths int64
	PathSteps  int64
	Failed     int64
}

// ErrInterrupted is wrapped by the error of a run that was cancelled. What was
// finished is kept, and a run with Resume goes on from there.
var ErrInterrupted = errors.New("interrupted")

// FailedPaths is the error of a run whose records are whole but hold paths
// that failed.
type FailedPaths struct{ Count int64 }

func (e *FailedPaths) Error() string {
	return fmt.Sprintf("%d paths failed; column failed of paths.arrow tells why and how to run each again", e.Count)
}

// Run simulates a configuration and writes the records into a folder.
func Run(ctx context.Context, l *configs.Loaded, o Options) (record.Manifest, error) {
	return simulate(ctx, l, o, nil)
}

// simulate runs a configuration, at every point of a study if there is one.
func simulate(ctx context.Context, l *configs.Loaded, o Options, study *record.StudyPlan) (record.Manifest, error) {
	started := time.Now()
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	defer LimitMemory(o.Memory)()
	before := liveBytes()
	w, err := newWorlds(l, study)
	if err != nil {
		return record.Manifest{}, err
	}
	if err := w.seek(ctx, o); err != nil {
		return record.Manifest{}, err
	}
	identity, err := identify(l, o, w)
	if err != nil {
		return record.Manifest{}, err
	}
	if o.Warn != nil {
		o.Warn(identity.Warnings)
	}
	if o.Check != nil {
		if err := o.Check(identity.Columns); err != nil {
			return record.Manifest{}, err
		}
	}
	rule, err := newStoppingRule(l, o, w, identity.Columns)
	if err != nil {
		return record.Manifest{}, err
	}
	if o.Workers, err = fit(w, identity, o, before); err != nil {
		return record.Manifest{}, err
	}
	store, err := record.Create(o.Out, identity, record.Options{Resume: o.Resume, Force: o.Force, Workers: o.Workers, Derived: o.Derived, Inputs: o.Inputs, FS: o.FS})
	if err != nil {
		return record.Manifest{}, err
	}
	defer store.Close() //nolint:errcheck // the lock ends with the process at the latest
	if m, ok := store.Complete(); ok {
		return m, nil
	}
	j := &job{worlds: w, store: store, options: o, columns: identity.Columns, started: time.Now(), total: identity.Plan.Paths()}
	if err := j.runUntil(ctx, rule, l.Config.OnPathFailure == "stop"); err != nil {
		return record.Manifest{}, err
	}
	j.report("writing")
	facts := record.NewFacts(started, o.Workers, j.steps.Load())
	facts.Contracts = string(model.Release23585f7)
	m, err := store.Finalize(ctx, facts)
	if ctx.Err() != nil {
		return m, fmt.Errorf("%w while writing: %w", ErrInterrupted, ctx.Err())
	}
	if err == nil && m.FailedPaths > 0 {
		err = &FailedPaths{m.FailedPaths}
	}
	return m, err
}

// identify names the question: the cells are scenarios, each at all points.
func identify(l *configs.Loaded, o Options, w *worlds) (id record.Identity, err error) {
	id = record.Identity{
		ProgramVersion: o.Version, Name: l.Config.Name, Command: "run", Study: w.study,
		Configuration: l.EffectiveJSON(), ConfigSHA256: l.SHA256, Seed: l.Config.Seed, Shard: o.Shard, Format: o.Format,
		Columns: sim.Columns(w.open[cell{w.variants[0].scenario, 0}].world.World),
	}
	id.Positions = w.positionPlan()
	points := 1
	if w.study != nil {
		id.Command, points = "study", len(w.study.Points)
	}
	for _, v := range w.variants {
		for point := range points {
			id.Plan.Cells = append(id.Plan.Cells, record.Cell{Scenario: v.scenario, Point: int32(point), Paths: v.prices.paths})
		}
		if v.chosen != nil {
			id.Tilts = append(id.Tilts, *v.chosen)
		}
		if v.splitting != nil {
			id.Splittings = append(id.Splittings, *v.splitting.chosen)
		}
	}
	id.Warnings = w.warnings()
	id.Inputs, err = w.inputs()
	return id, err
}

// job is a run in progress.
type job struct {
	worlds  *worlds
	store   *record.Store
	options Options
	columns []record.ExtraColumn
	started time.Time
	total   int64
	steps   atomic.Int64
	failed  atomic.Int64
	done    atomic.Int64

	mu       sync.Mutex
	reported time.Time
}

// run computes missing blocks. They are dealt in order to whichever worker is
// free, by themselves or as the repetition that they belong to; a block is the
// same whoever computes it.
func (j *job) run(ctx context.Context, missing []record.BlockSpec, stopOnFailure bool) error {
	j.worlds.expect(missing)
	left := int64(0)
	for _, b := range j.store.Missing() {
		left += int64(b.Paths)
	}
	if j.options.Shard == nil {
		j.done.Store(j.total - left)
	} else {
		j.total = left
	}
	queue := make(chan []record.BlockSpec)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(queue)
		for _, together := range j.worlds.together(missing) {
			select {
			case queue <- together:
			case <-ctx.Done():
				return nil
			}
		}
		return nil
	})
	for range min(j.options.Workers, max(len(missing), 1)) {
		g.Go(func() error { return j.work(ctx, queue, stopOnFailure) })
	}
	err := g.Wait()
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w; %d of %d paths are kept", ErrInterrupted, j.done.Load(), j.total)
	}
	return err
}

func (j *job) work(ctx context.Context, queue <-chan []record.BlockSpec, stopOnFailure bool) (err error) {
	done := newKept(j.store, j.started)
	defer func() {
		if failed := done.write(); err == nil || failed != nil && errors.Is(err, context.Canceled) {
			err = failed
		}
	}()
	var w *worker
	finish := func(spec record.BlockSpec, steps, failed int64) error {
		if block := done.next(); failed > 0 && stopOnFailure {
			return stopping(block, failed)
		}
		if err := done.add(); err != nil {
			return err
		}
		j.finish(spec, steps, failed)
		return nil
	}
	for specs := range queue {
		spec := specs[0]
		world, err := j.worlds.get(spec)
		if err != nil {
			if err := j.fail(spec, err, stopOnFailure); err != nil {
				return err
			}
			continue
		}
		if w == nil || w.world != world {
			w = newWorker(world)
			if j.options.extra != nil {
				w.agents = append(w.agents, j.options.extra())
			}
			if err := done.gatherFrom(w.collect); err != nil {
				return err
			}
		}
		if s := j.worlds.splitting(spec); s != nil {
			err = s.blocks(ctx, w, specs, done.next, finish)
		} else {
			var steps, failed int64
			if steps, failed, err = w.block(ctx, spec, done.next()); err == nil {
				err = finish(spec, steps, failed)
			}
		}
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// stopping is the error of a run that ends with its first failures.
func stopping(block *record.Block, failed int64) error {
	return fmt.Errorf("on_path_failure is stop: %w: %s", &FailedPaths{failed}, firstFailure(block))
}

// fail writes a block whose world cannot be built.
func (j *job) fail(spec record.BlockSpec, cause error, stopOnFailure bool) error {
	block := failure(spec, j.columns, cause)
	if stopOnFailure {
		return stopping(block, int64(spec.Paths))
	}
	if err := j.store.Write(block); err != nil {
		return err
	}
	j.finish(spec, 0, int64(spec.Paths))
	return nil
}

// finish counts a block.
func (j *job) finish(spec record.BlockSpec, steps, failed int64) {
	j.worlds.done(spec)
	j.steps.Add(steps)
	j.failed.Add(failed)
	j.done.Add(int64(spec.Paths))
	j.tick()
}

func firstFailure(b *record.Block) string {
	for _, r := range b.Paths {
		if r.Failed != "" {
			return fmt.Sprintf("path %d: %s", r.Path, r.Failed)
		}
	}
	return ""
}

// progressInterval is the least time between two reports of progress.
const progressInterval = 200 * time.Millisecond

func (j *job) tick() {
	j.mu.Lock()
	late := time.Since(j.reported) >= progressInterval || j.done.Load() == j.total
	if late {
		j.reported = time.Now()
	}
	j.mu.Unlock()
	if late {
		j.report("paths")
	}
}

func (j *job) report(phase string) {
	if j.options.Progress != nil {
		j.options.Progress(Progress{phase, j.done.Load(), j.total, j.steps.Load(), j.failed.Load()})
	}
}
