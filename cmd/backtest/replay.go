package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"backtest/model/replay"
)

func replayCommand(env Env) *cobra.Command {
	o := replayOptions{}
	cmd := &cobra.Command{
		Use:   "replay TRACE...",
		Short: "Replay recorded on-chain traces and compare every observed value",
		Long: `Replay runs recorded histories of the contracts through the model and compares
every value that was observed, to the wei. It prints the first difference of
each trace and a closing count, and exits with 99 on any difference, with 104
when a file cannot be understood; the other files are replayed all the same.

TRACE is a file, plain or gzipped, or a pattern such as 'traces/*.json.gz'.

With --at K --save-state FILE the state after step K of one history is written
to FILE, and with --start FILE the history goes on from there. With --start DIR, a
start folder of snapshot, TRACE is a recorded deployment: what was recorded after
the folder's block is applied and compared.`,
		Args: need(1, -1, "at least one TRACE"),
		RunE: action(func(ctx context.Context, args []string) error { return runReplay(ctx, env, args, o) }),
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "print the counts as JSON instead of text")
	cmd.Flags().IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "traces replayed at the same time")
	cmd.Flags().IntVar(&o.at, "at", -1, "`step` after which --save-state takes the state, from 0")
	cmd.Flags().StringVar(&o.save, "save-state", "", "`file` to write the state after step --at of one trace to")
	cmd.Flags().StringVar(&o.start, "start", "", "`file` of a state, or a start folder, to begin one trace from")
	o.progress.register(cmd)
	return cmd
}

type replayOptions struct {
	json        bool
	workers     int
	at          int
	save, start string
	progress    progressMode
}

// check refuses flags that do not go together.
func (o *replayOptions) check(files int) error {
	switch {
	case o.workers < 1:
		return fmt.Errorf("--workers is %d, want at least 1", o.workers)
	case (o.at >= 0) != (o.save != ""):
		return errors.New("--at and --save-state go together")
	case o.save != "" && o.start != "":
		return errors.New("--save-state takes a history from its beginning, not from --start")
	case files != 1 && (o.save != "" || o.start != ""):
		return errors.New("--save-state and --start take one trace")
	}
	return nil
}

// player replays a trace.
type player func(*replay.Trace) (replay.Result, error)

// saving replays a trace up to a step and writes the state.
func (o *replayOptions) saving(env Env) player {
	return func(t *replay.Trace) (replay.Result, error) {
		d, result, err := replay.StateAt(t, o.at)
		if err == nil {
			err = writeState(env, o.save, d)
		}
		return result, err
	}
}

// replayed is what came of one file.
type replayed struct {
	file   string
	result replay.Result
	err    error
}

// replayCount is the closing count, and all that --json prints.
type replayCount struct {
	Traces       int `json:"traces"`
	Steps        int `json:"steps"`
	Observations int `json:"observations"`
	Mismatches   int `json:"mismatches"`
}

func runReplay(ctx context.Context, env Env, args []string, o replayOptions) error {
	files := expand(env, args)
	if err := o.check(len(files)); err != nil {
		return &usageError{err, "backtest replay"}
	}
	play := replay.ReplayTrace
	read := func(path string) (replay.Result, error) { return replayFile(path, play) }
	switch {
	case o.save != "":
		if err := newFile(env, o.save); err != nil {
			return err
		}
		play = o.saving(env)
	case o.start != "" && isFolder(env, o.start):
		folder, err := readStartFolder(env, o.start)
		if err != nil {
			return err
		}
		read = folder.replay
	case o.start != "":
		d, err := readState(env, o.start)
		if err != nil {
			return err
		}
		play = func(t *replay.Trace) (replay.Result, error) { return replay.ReplayFrom(t, d) }
	}
	bar := newProgress(env, o.progress, "traces")
	all, err := abandonable(ctx, func() ([]replayed, error) {
		return replayAll(ctx, env, files, o.workers, read, bar), ctx.Err()
	})
	bar.finish()
	if err != nil {
		return err
	}
	return reportReplay(env, all, o.json)
}

// replayAll replays the files in parallel; the answer is in their order.
func replayAll(ctx context.Context, env Env, files []string, workers int, read func(path string) (replay.Result, error), bar progress) []replayed {
	all := make([]replayed, len(files))
	var g errgroup.Group
	g.SetLimit(workers)
	var done atomic.Int64
	for i, file := range files {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			all[i].file = file
			all[i].err = recovering(func() (err error) {
				all[i].result, err = read(env.path(file))
				return err
			})
			bar.update(amount{done: done.Add(1), total: int64(len(files))})
			return nil
		})
	}
	// Each file carries its own error.
	_ = g.Wait()
	return all
}

func replayFile(path string, play player) (replay.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return replay.Result{}, withoutPath(err)
	}
	defer f.Close()
	trace, err := replay.Read(f)
	if err != nil {
		return replay.Result{}, err
	}
	return play(trace)
}

// reportReplay prints the differences and the count, and decides the outcome.
// A difference is the stronger finding: it wins over a bad file.
func reportReplay(env Env, all []replayed, asJSON bool) error {
	out, messages := printer{w: env.Stdout}, printer{w: env.Stderr}
	var count replayCount
	bad := 0
	for _, r := range all {
		if is[*panicError](r.err) {
			return fmt.Errorf("%s: %w", r.file, r.err)
		}
		if r.err != nil {
			bad++
			messages.printf("backtest: %s: %v\n", r.file, r.err)
		} else {
			count.Traces++
		}
		count.Steps += r.result.Steps
		count.Observations += r.result.Observations
		count.Mismatches += r.result.Mismatches
		if r.result.First != nil && !asJSON {
			out.printf("%s: %v\n", r.file, r.result.First)
		}
	}
	if asJSON {
		text, err := json.Marshal(count)
		if err != nil {
			return err
		}
		out.printf("%s\n", text)
	} else {
		out.printf("%s, %s, %s, %d mismatches\n", counted(count.Traces, "trace"), counted(count.Steps, "step"),
			counted(count.Observations, "observation"), count.Mismatches)
	}
	switch {
	case out.err != nil:
		return out.err
	case count.Mismatches > 0:
		return &gateError{fmt.Sprintf("%s from what was recorded", counted(count.Mismatches, "difference"))}
	case bad > 0:
		return badInput("%d of %d files could not be replayed", bad, len(all))
	}
	return nil
}
