package runner

import (
	"context"
	"fmt"

	"backtest/pricepaths"
	"backtest/pricepaths/portable"
	"backtest/runner/agents"
	"backtest/runner/record"
	"backtest/runner/sim"
)

// worker runs the paths of one world, one after the other, on memory of its
// own.
type worker struct {
	world   *world
	state   *sim.State
	scratch *pricepaths.Scratch
	agents  []agents.Agent
	resters []agents.Rester // the same; nil if no step of this world is ever quiet
	collect *sim.Collector
	columns []record.ExtraColumn
	broken  bool                   // by a bug in the last path
	passed  int                    // quiet steps so far
	look    int                    // step at which to look at the context next
	trace   func(*sim.State) error // called after every step, if not nil
	unseen  bool                   // whether paths stay out of the distributions
}

func newWorker(w *world) *worker {
	k := &worker{
		world:   w,
		state:   sim.NewState(w.World),
		scratch: w.Prices.NewScratch(),
		agents:  w.agents(),
		collect: sim.NewCollector(w.World),
		columns: sim.Columns(w.World),
	}
	if k.state.Steady() {
		k.resters = agents.Resters(k.agents)
	}
	return k
}

// path runs one path. What it did is in the state; an error is a cause that
// ended it early.
func (w *worker) path(ctx context.Context, index uint64) error {
	return w.along(ctx, index, nil, func() *pricepaths.Path { return w.world.Prices.Fill(index, w.scratch) })
}

// branch runs the path of a lineage, which is recorded under an index. Some
// steps of prices are known ahead.
func (w *worker) branch(ctx context.Context, index uint64, l lineage, ahead int) error {
	return w.along(ctx, index, l.acts(), func() *pricepaths.Path {
		return w.world.Prices.FillSpliced(l.root, l.prices(ahead), w.scratch)
	})
}

// along runs a path along prices, with the draws of the branches that it took.
func (w *worker) along(ctx context.Context, index uint64, acts []pricepaths.Splice, fill func() *pricepaths.Path) (err error) {
	// A bug must not take the other paths along. It is recorded with the path,
	// which can be run again by itself.
	defer func() {
		if r := recover(); r != nil {
			w.broken = true
			err = fmt.Errorf("internal error at step %d: %v", w.state.Step, r)
		}
	}()
	if w.broken {
		w.state, w.broken = sim.NewState(w.world.World), false
	}
	w.look = 0
	prices := fill()
	w.state.Branches(acts)
	if err := w.state.Begin(index, prices); err != nil {
		return err
	}
	w.state.Row.Weight = portable.Exp(prices.LogWeight)
	for _, a := range w.agents {
		if err := a.Begin(w.state); err != nil {
			return err
		}
	}
	if err := w.state.Open(); err != nil {
		return err
	}
	for step := 0; step < len(w.world.Grid); {
		if step, err = w.advance(ctx, step); err != nil {
			return err
		}
	}
	if err := w.state.CatchUp(); err != nil {
		return err
	}
	for _, a := range w.agents {
		if c, ok := a.(agents.Closer); ok {
			if err := c.End(w.state); err != nil {
				return err
			}
		}
	}
	if err := w.state.Finish(); err != nil {
		return err
	}
	return w.state.RecordPositions(w.observer())
}

// stepsPerLook is how many steps pass between looks at the context.
const stepsPerLook = 64

// advance takes a step, or passes over the quiet ones that begin with it, and
// returns the next.
func (w *worker) advance(ctx context.Context, step int) (next int, err error) {
	if step >= w.look {
		w.look = step + stepsPerLook
		if ctx.Err() != nil {
			return step, ctx.Err()
		}
	}
	if step > 0 {
		if next := w.pass(step); next > step {
			return next, nil
		}
		if err := w.state.SetStep(step); err != nil {
			return step, err
		}
	}
	for _, a := range w.agents {
		if err := a.Act(w.state); err != nil {
			return step, err
		}
	}
	w.state.Observe(w.observer())
	if w.trace != nil {
		err = w.trace(w.state)
	}
	return step + 1, err
}

// observer takes the distributions of a path, nil if they are not wanted.
func (w *worker) observer() *sim.Collector {
	if w.unseen {
		return nil
	}
	return w.collect
}

// pass takes steps that need not be taken one by one: in which nobody acts.
func (w *worker) pass(step int) (next int) {
	if w.resters == nil || w.trace != nil {
		return step
	}
	next = agents.Pass(w.state, w.observer(), w.resters, step, len(w.world.Grid))
	w.passed += next - step
	return next
}

// block runs the paths of a block; the collector has their distributions. The
// error is the context's; a path that fails is a row with its cause.
func (w *worker) block(ctx context.Context, spec record.BlockSpec, b *record.Block) (steps, failed int64, err error) {
	w.begin(spec, b)
	for i := range spec.Paths {
		err := w.path(ctx, uint64(spec.FirstPath)+uint64(i))
		if ctx.Err() != nil {
			return steps, failed, ctx.Err()
		}
		if err != nil {
			failed++
		}
		steps += w.take(b, err)
	}
	return steps, failed, nil
}

// begin empties a block.
func (w *worker) begin(spec record.BlockSpec, b *record.Block) {
	w.collect.DropBlock()
	b.Index, b.Paths, b.Events = spec.Index, b.Paths[:0], b.Events[:0]
}

// take adds the path that has ended, with an error if it failed, to a block.
func (w *worker) take(b *record.Block, err error) (steps int64) {
	row := &w.state.Row
	if err != nil {
		row.Steps = int32(w.state.Step)
		row.HorizonSeconds = w.state.Elapsed()
		fail(row, w.columns, err)
	}
	row.Events = int64(len(w.state.Events))
	b.Paths = append(b.Paths, *row)
	b.Events = append(b.Events, w.state.Events...)
	return int64(row.Steps)
}

// fail marks a path as failed, with the cause and the command that runs it
// again. Extra columns that were not reached are zero.
func fail(row *record.PathRow, columns []record.ExtraColumn, cause error) {
	row.Failed = fmt.Sprintf("%v; again: backtest trace DIR --path %d", cause, row.Path)
	if row.Scenario != baseScenario {
		row.Failed += " --scenario " + row.Scenario
	}
	if row.Point != 0 {
		row.Failed += fmt.Sprintf(" --point %d", row.Point)
	}
	zero(row, columns)
}

// zero fills the extra columns of a path that does not reach its end.
func zero(row *record.PathRow, columns []record.ExtraColumn) {
	row.Exact, row.Floats = nil, nil
	for _, c := range columns {
		if c.Kind == record.DecimalColumn {
			row.Exact = append(row.Exact, record.D18{})
		} else {
			row.Floats = append(row.Floats, 0)
		}
	}
}
