package runner

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"backtest/configs"
	"backtest/pricepaths/rng"
	"backtest/runner/record"
	"backtest/runner/sim"
)

const (
	// levelShare is the share of pilot paths that shall reach the next level.
	levelShare = 0.25
	// mostLevels is how many levels there may be: beyond, the event is out of reach.
	mostLevels = 64
	// leastRepetitions are as many as make an interval.
	leastRepetitions = 20
)

// split chooses the levels of a scenario and how often it is repeated.
func (w *worlds) split(ctx context.Context, o Options, i int) error {
	v := &w.variants[i]
	if err := w.splittable(v, o); err != nil {
		return &InputError{"rare", err}
	}
	world := w.open[cell{v.scenario, 0}].world
	p := levelPilot{world: world, workers: o.Workers, paths: v.cfg.Rare.PilotPaths, event: v.cfg.Rare.Event, seed: v.cfg.Seed, ahead: lookAhead(v.cfg)}
	levels, err := p.choose(ctx)
	if err != nil {
		return err
	}
	s := &splitting{levels: levels, paths: v.cfg.Rare.LevelPaths, ahead: p.ahead, event: p.event, seed: p.seed}
	repetitions := max(leastRepetitions, (v.cfg.Paths+s.rows()-1)/s.rows())
	v.prices.paths = repetitions * s.rows()
	s.chosen = &record.Splitting{Scenario: v.scenario, Event: s.event, Levels: levels, LevelPaths: s.paths, Repetitions: repetitions,
		PilotPaths: p.ran, PilotSteps: p.steps.Load()}
	v.splitting = s
	return nil
}

// splittable tells what splitting cannot be combined with.
func (w *worlds) splittable(v *variant, o Options) error {
	switch {
	case w.study != nil:
		return errors.New("method splitting in a study: its points are compared path by path, and each would branch its paths elsewhere; allowed: method importance")
	case v.cfg.Until != nil:
		return errors.New("method splitting with a stopping rule: it counts paths, and splitting whole repetitions; allowed: paths without until, or method importance")
	case o.Shard != nil:
		return errors.New("method splitting in a shard: a path needs the others of its repetition; allowed: a run without --shard, or method importance")
	case !v.prices.generator.Branches():
		return fmt.Errorf("method splitting with prices.sampling %s or windows of a history: their paths cannot branch; allowed: prices.sampling plain, and processes that draw step by step", v.cfg.Prices.Sampling)
	}
	return nil
}

// levelPilot chooses levels so that about a quarter of the paths from one reach
// the next: from each level paths are run to the end, and the next level is the
// upper quartile of the nearest that they came (Cérou and Guyader 2007,
// "Adaptive multilevel splitting for rare event analysis"), until as many see
// the event itself. Its paths are none of the run's.
type levelPilot struct {
	world   *world
	workers int
	paths   int64 // from each level
	ahead   int
	event   string
	seed    uint64
	ran     int64
	steps   atomic.Int64
}

// ascent is how a pilot path came nearer and nearer.
type ascent struct {
	of      lineage
	steps   []int
	nearest []float64 // ascending
	event   bool
}

func (a *ascent) top() float64 {
	if len(a.nearest) == 0 {
		return math.Inf(-1)
	}
	return a.nearest[len(a.nearest)-1]
}

func (p *levelPilot) choose(ctx context.Context) (levels []float64, err error) {
	var entrances []entrance
	for len(levels) < mostLevels {
		paths, err := p.run(ctx, entrances)
		if err != nil {
			return nil, err
		}
		events, tops := 0, make([]float64, len(paths))
		for i := range paths {
			if tops[i] = paths[i].top(); paths[i].event {
				events++
			}
		}
		if float64(events) >= levelShare*float64(len(paths)) {
			return levels, nil
		}
		slices.Sort(tops)
		next := tops[int(float64(len(tops))*(1-levelShare))]
		if math.IsInf(next, -1) || len(levels) > 0 && next <= levels[len(levels)-1] {
			if events >= leastEvents { // no nearer to be come, and seen often enough
				return levels, nil
			}
			break
		}
		levels, entrances = append(levels, next), entrancesTo(next, paths)
	}
	return nil, &InputError{"rare", fmt.Errorf("no path comes nearer to %s than %d levels, the last at %v, with %d pilot paths from each", p.event, len(levels), levels, p.paths)}
}

func entrancesTo(level float64, paths []ascent) (list []entrance) {
	for _, a := range paths {
		if i, _ := slices.BinarySearch(a.nearest, level); i < len(a.nearest) {
			list = append(list, entrance{a.of, a.steps[i]})
		}
	}
	return list
}

// run runs the pilot paths from one level.
func (p *levelPilot) run(ctx context.Context, entrances []entrance) ([]ascent, error) {
	out, source := make([]ascent, p.paths), rng.New(p.seed)
	first := pilotPath + uint64(p.ran)
	p.ran += p.paths
	for i := range out {
		path := first + uint64(i)
		out[i].of = lineage{root: path}
		if len(entrances) > 0 {
			out[i].of = drawn(entrances, source, path)
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	for k := range p.workers {
		g.Go(func() error {
			w := newWorker(p.world)
			for i := k; i < len(out); i += p.workers {
				p.follow(ctx, w, first+uint64(i), &out[i])
				if ctx.Err() != nil {
					return ctx.Err()
				}
			}
			return nil
		})
	}
	return out, g.Wait()
}

// follow runs a pilot path to its end. One that fails has come as far as it has;
// the run will tell of such.
func (p *levelPilot) follow(ctx context.Context, w *worker, path uint64, a *ascent) {
	w.unseen = true
	w.trace = func(s *sim.State) error {
		if x := nearness(p.event, s); x > a.top() {
			a.nearest, a.steps = append(a.nearest, x), append(a.steps, s.Step)
		}
		return nil
	}
	err := w.branch(ctx, path, a.of, p.ahead)
	p.steps.Add(int64(w.state.Row.Steps))
	a.event = err == nil && happened(&w.state.Row, p.event)
}

// lookAhead is how many steps of prices somebody sees ahead.
func lookAhead(cfg *configs.Config) int {
	for _, t := range cfg.Traders {
		if t.Style == "informed" {
			return 1
		}
	}
	return 0
}
