package runner

import (
	"context"

	"backtest/configs"
	"backtest/runner/record"
)

// Meter runs paths of a configuration and gathers of them what a run does, but
// writes nothing: it measures what a path costs.
type Meter struct {
	w    *worker
	done int
}

// NewMeter builds the world of a configuration, of its first scenario if there
// are any.
func NewMeter(l *configs.Loaded) (*Meter, error) {
	w, err := newWorlds(l, nil)
	if err != nil {
		return nil, err
	}
	return &Meter{w: newWorker(w.open[cell{w.variants[0].scenario, 0}].world)}, nil
}

// Path runs a path and returns how many steps it had.
func (m *Meter) Path(index uint64) (steps int, err error) {
	if m.done++; m.done%record.PathsPerBlock == 0 {
		m.w.collect.EndBlock()
		if m.w.collect.Full() {
			m.w.collect.Reset()
		}
	}
	err = m.w.path(context.Background(), index)
	return int(m.w.state.Row.Steps), err
}

// Plain makes the meter take every step, also those in which nothing happens.
func (m *Meter) Plain() { m.w.resters = nil }
