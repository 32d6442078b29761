package runner

import (
	"context"
	"errors"
	"math"

	"backtest/pricepaths/rng"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// splitting estimates a rare event by fixed-effort multilevel splitting: as
// many paths are run from every level of a figure that rises on the way to the
// event, each branched from one of the entrances to that level, drawn with
// equal probability. What a path counts for, the product of the shares of paths
// that reached the levels before, makes the weighted mean of any figure of a
// path unbiased, whatever the levels (Garvels 2000, "The splitting method in
// rare event simulation", §2; Glasserman et al. 1999, "Multilevel splitting for
// estimating rare event probabilities", Operations Research 47).
//
// A branch is run from the start again: randomness is addressed, so that its
// past is the same to the bit. That costs steps, which are counted, and spares
// copies of everything that a path has in memory.
//
// The paths of a repetition depend on one another; repetitions are independent.
type splitting struct {
	levels []float64
	paths  int64 // from each level
	ahead  int   // steps of prices that somebody sees ahead
	event  string
	seed   uint64
	chosen *record.Splitting
}

func (s *splitting) stages() int64 { return int64(len(s.levels)) + 1 }

// rows is the number of paths of a repetition.
func (s *splitting) rows() int64 { return s.stages() * s.paths }

// entrance is where a path first reached a level.
type entrance struct {
	of   lineage
	step int
}

// entranceStream draws the entrance that a branch begins from.
const entranceStream = 1<<62 + 32

// drawn picks the entrance of a path.
func drawn(list []entrance, source rng.Source, path uint64) lineage {
	u := source.Uniform(path, 0, entranceStream)
	e := list[min(len(list)-1, int(u*float64(len(list))))]
	return e.of.branch(e.step, path)
}

// errReached ends a path that need not go on.
var errReached = errors.New("reached the next level")

// repetition runs all paths of a repetition, in order. After each the state of
// the worker holds its row; err is why it failed, if it did.
func (s *splitting) repetition(ctx context.Context, w *worker, number int64, each func(path uint64, l lineage, err error) error) error {
	first, source := uint64(number*s.rows()), rng.New(s.seed)
	entrances, share := []entrance{}, 1.0
	for stage := range s.stages() {
		var next []entrance
		for i := range s.paths {
			path := first + uint64(stage*s.paths+i)
			l := lineage{root: path}
			if stage > 0 && len(entrances) == 0 {
				w.absent(path)
				if err := each(path, l, nil); err != nil {
					return err
				}
				continue
			}
			if stage > 0 {
				l = drawn(entrances, source, path)
			}
			at, err := s.climb(ctx, w, path, l, stage)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			w.state.Row.Weight = float64(share * float64(s.stages()))
			if at >= 0 && err == nil { // its branches count
				w.state.Row.Weight = 0
				next = append(next, entrance{l, at})
			}
			if err := each(path, l, err); err != nil {
				return err
			}
		}
		entrances, share = next, float64(share*float64(len(next)))/float64(s.paths)
	}
	return nil
}

// climb runs a path until it reaches the next level, or to its end: a path from
// the start always, since those are plain paths and the ones that the
// distributions through time are made of. It returns the step at which the next
// level was reached, -1 if it was not.
func (s *splitting) climb(ctx context.Context, w *worker, path uint64, l lineage, stage int64) (at int, err error) {
	at, level := -1, math.Inf(1)
	if int(stage) < len(s.levels) {
		level = s.levels[stage]
	}
	w.unseen = stage > 0
	w.trace = func(st *sim.State) error {
		if at < 0 && nearness(s.event, st) >= level {
			at = st.Step
			if stage > 0 {
				return errReached
			}
		}
		return nil
	}
	err = w.branch(ctx, path, l, s.ahead)
	w.trace, w.unseen = nil, false
	if errors.Is(err, errReached) {
		w.unfinished()
		return at, nil
	}
	return at, err
}

// unfinished completes the row of a path that stopped on its way.
func (w *worker) unfinished() {
	row := &w.state.Row
	row.Steps, row.HorizonSeconds = int32(w.state.Step+1), w.state.Elapsed()
	zero(row, w.columns)
}

// absent makes the row of a path for which there is no level to begin from.
func (w *worker) absent(path uint64) {
	w.state.Row = record.NewPathRow(w.world.Scenario, w.world.Point, int64(path))
	w.state.Row.Weight = 0
	w.state.Events = w.state.Events[:0]
	zero(&w.state.Row, w.columns)
}

// lineageOf runs the repetition of a path up to it, to learn where it branched
// off.
func (s *splitting) lineageOf(ctx context.Context, w *worker, path uint64) (l lineage, err error) {
	found := errors.New("found")
	err = s.repetition(ctx, w, int64(path)/s.rows(), func(at uint64, of lineage, _ error) error {
		if at == path {
			l = of
			return found
		}
		return nil
	})
	if errors.Is(err, found) {
		return l, nil
	}
	return l, err
}
