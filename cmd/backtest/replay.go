package main

import (
	"context"
	"encoding/json"
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

TRACE is a file, plain or gzipped, or a pattern such as 'traces/*.json.gz'.`,
		Args: need(1, -1, "at least one TRACE"),
		RunE: action(func(ctx context.Context, args []string) error { return runReplay(ctx, env, args, o) }),
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "print the counts as JSON instead of text")
	cmd.Flags().IntVar(&o.workers, "workers", runtime.GOMAXPROCS(0), "traces replayed at the same time")
	o.progress.register(cmd)
	return cmd
}

type replayOptions struct {
	json     bool
	workers  int
	progress progressMode
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
	if o.workers < 1 {
		return &usageError{fmt.Errorf("--workers is %d, want at least 1", o.workers), "backtest replay"}
	}
	files := expand(env, args)
	bar := newProgress(env, o.progress, "traces")
	all, err := abandonable(ctx, func() ([]replayed, error) {
		return replayAll(ctx, env, files, o.workers, bar), ctx.Err()
	})
	bar.finish()
	if err != nil {
		return err
	}
	return reportReplay(env, all, o.json)
}

// replayAll replays the files in parallel; the answer is in their order.
func replayAll(ctx context.Context, env Env, files []string, workers int, bar progress) []replayed {
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
				all[i].result, err = replayFile(env.path(file))
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

func replayFile(path string) (replay.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return replay.Result{}, withoutPath(err)
	}
	defer f.Close()
	trace, err := replay.Read(f)
	if err != nil {
		return replay.Result{}, err
	}
	return replay.ReplayTrace(trace)
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
