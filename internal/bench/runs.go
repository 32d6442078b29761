package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"backtest/configs"
	"backtest/runner"
)

// runPaths is how many paths of the standard world make a run.
const runPaths = 4096

// runs are whole runs of the standard world: with and without their records by
// the time of processors, and on one core and on two by the clock.
func runs(folder string) ([]*contestant, error) {
	file := filepath.Join(folder, "watch.yaml")
	alone, err := engineRun(file, runPaths, nil)
	if err != nil {
		return nil, err
	}
	l, err := configs.Load(configs.Source{File: file, Sets: []string{fmt.Sprintf("paths=%d", runPaths)}})
	if err != nil {
		return nil, err
	}
	const records, cores = "watch, records of a run", "watch, workers of a run"
	return []*contestant{
		{group: records, name: "observed and forgotten", unit: "path-step", reference: true, run: alone},
		{group: records, name: "recorded", unit: "path-step", run: func() (float64, error) {
			return timed(func() (int, error) { return recorded(l, 1) })
		}},
		{group: cores, name: "1", unit: "path-step by the clock", reference: true, run: func() (float64, error) { return elapsed(l, 1) }},
		{group: cores, name: "2", unit: "path-step by the clock", run: func() (float64, error) { return elapsed(l, 2) }},
	}, nil
}

// recorded is a run into a folder of its own; it returns how many steps it had.
func recorded(l *configs.Loaded, workers int) (steps int, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, fmt.Errorf("a folder for a run: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m, err := runner.Run(context.Background(), l, runner.Options{Out: dir, Force: true, Workers: workers})
	if err != nil {
		return 0, err
	}
	return int(m.Steps), nil
}

// elapsed returns what a step of a run takes by the clock.
func elapsed(l *configs.Loaded, workers int) (float64, error) {
	began := time.Now()
	steps, err := recorded(l, workers)
	if err != nil {
		return 0, err
	}
	return float64(time.Since(began)) / float64(steps), nil
}
