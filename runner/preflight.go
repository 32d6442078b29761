package runner

import (
	"fmt"
	"runtime"
	"time"

	"backtest/configs"
	"backtest/internal/warn"
	"backtest/runner/record"
)

// Estimate is what a run will need, to within a factor of two, on this machine
// and as busy as it is now.
type Estimate struct {
	Paths       int64 // of all scenarios and points together
	PathSteps   int64
	Workers     int
	Elapsed     time.Duration // with the report
	Processor   time.Duration // of all processors together; other processes do not matter to it
	MemoryBytes int64         // largest resident memory of the process
	DiskBytes   int64         // in the output folder when it is fullest: blocks and what is made of them

	Columns  []record.ExtraColumn // of the records
	Warnings []warn.Warning
}

const (
	// preflightTime is how long paths are run for an estimate, on processors that
	// have nothing else to do.
	preflightTime = 2 * time.Second
	// preflightWorlds is how many worlds are tried; others count as their mean.
	preflightWorlds = 4
)

// Preflight estimates a run by running a few of its paths for about two seconds,
// longer on a busy machine.
// The errors are those with which the run would not start; workers below 1
// stand for one a processor.
func Preflight(l *configs.Loaded, workers int) (Estimate, error) { return preflight(l, workers, nil) }

// PreflightStudy estimates the study of a configuration that has one.
func PreflightStudy(l *configs.Loaded, workers int) (Estimate, error) {
	plan, err := studyPlan(l)
	if err != nil {
		return Estimate{}, err
	}
	return preflight(l, workers, plan)
}

func preflight(l *configs.Loaded, workers int, study *record.StudyPlan) (Estimate, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	before := liveBytes()
	w, err := newWorlds(l, study)
	if err != nil {
		return Estimate{}, err
	}
	id, err := identify(l, Options{}, w)
	if err != nil {
		return Estimate{}, err
	}
	n, err := sampleWorlds(w, id, workers, before)
	if err != nil {
		return Estimate{}, err
	}
	e := n.estimate(workers)
	e.Columns, e.Warnings = id.Columns, id.Warnings
	return e, nil
}

// pilotCandidates is about how many tilts a pilot run tries.
const pilotCandidates = 7

// pilotPaths is about how many paths choose the tilts of importance sampling.
func (w *worlds) pilotPaths() (paths int64) {
	for _, v := range w.variants {
		if v.cfg.Rare != nil {
			paths += pilotCandidates * v.cfg.Rare.PilotPaths
		}
	}
	return paths
}

// sampleWorlds tries worlds spread evenly over the cells of the plan. before is
// the memory in use before they were made.
func sampleWorlds(w *worlds, id record.Identity, workers int, before int64) (*needs, error) {
	n := &needs{plan: id.Plan, open: len(w.variants), study: w.study != nil, columns: len(id.Columns), pilots: w.pilotPaths(), shards: 1}
	if id.Shard != nil {
		n.shards = int64(id.Shard.Count)
	}
	n.world = max(liveBytes()-before, 0) / int64(len(w.variants))
	var specs []record.BlockSpec
	count := min(len(id.Plan.Cells), preflightWorlds)
	for i := range count {
		c := id.Plan.Cells[i*len(id.Plan.Cells)/count]
		specs = append(specs, record.BlockSpec{Scenario: c.Scenario, Point: c.Point, Paths: int(c.Paths)})
	}
	w.expect(specs)
	for _, spec := range specs {
		world, err := w.get(spec)
		if err != nil {
			continue // its paths fail, each with this cause, and take no time
		}
		n.steps = max(n.steps, int64(len(world.Grid)))
		s, err := take(world, id, int64(spec.Paths), workers, preflightTime/time.Duration(count))
		if err != nil {
			return nil, fmt.Errorf("estimate: %w", err)
		}
		n.samples = append(n.samples, s)
		w.done(spec)
	}
	return n, nil
}
