package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"backtest/report/coverage"
	"backtest/runner"
	"backtest/runner/record"
)

func coverageCommand(env Env) *cobra.Command {
	o := runOptions{format: formatFlag(record.Arrow)}
	cmd := &cobra.Command{
		Use:   "coverage CONFIG",
		Short: "Were the forecasts right? Rolling forecasts against what came",
		Long: `Coverage forecasts the world of a configuration at every origin of its section
coverage with what was known then, through each price model, and compares the
forecasts with what the same world met along the recorded prices. It writes
coverage.json and coverage.md and prints the latter.

  backtest coverage coverage/eth-snx --set 'prices.history.files=[prices.csv]'
  backtest coverage my.yaml --set coverage.every=7d --set 'coverage.models=[gbm,merton]'

Origins are kept one by one: --resume goes on with those that are missing, and
--shard I/N computes every N-th; shards that are copied into one folder are
judged by backtest coverage --resume there.

CONFIG is a file, or the name of a preset (see backtest init --list).`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error { return runCoverage(ctx, env, args[0], o) }),
	}
	o.register(cmd)
	return cmd
}

func runCoverage(ctx context.Context, env Env, config string, o runOptions) error {
	l, out, err := o.load(env, config, "backtest coverage")
	if err != nil {
		return err
	}
	bar := newProgress(env, o.progress, "paths")
	c, err := runner.NewCoverage(l, runner.Options{
		Out: out, Force: o.output.force, Resume: o.resume, Workers: o.workers, Memory: int64(o.memory), Shard: o.shard.Shard,
		Format: record.Format(o.format), Version: recordedVersion(),
		Progress: func(p runner.Progress) {
			bar.update(amount{phase: p.Phase, done: p.DonePaths, total: p.TotalPaths, steps: p.PathSteps, failed: p.Failed})
		},
	})
	if err != nil {
		return err
	}
	if err := writePlan(out, c.Plan(), o.resume || o.output.force); err != nil {
		return err
	}
	err = c.Run(ctx)
	bar.finish()
	if err != nil {
		return err
	}
	return presentCoverage(ctx, env, out, o)
}

// writePlan puts the plan into a folder that holds none, or the same one.
func writePlan(dir string, plan record.CoveragePlan, again bool) error {
	old, err := record.ReadCoverage(dir)
	switch {
	case err == nil && old.ConfigSHA256 != plan.ConfigSHA256:
		return badInput("%s holds the coverage of another configuration, allowed: another folder by --out", dir)
	case err == nil && !again:
		return badInput("%s holds a coverage already, allowed: --resume to go on with it, --force to compute it anew", dir)
	}
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		return err
	}
	return commitInto(dir, ofPlan, record.Content{Name: record.CoverageFile, Bytes: append(text, '\n')})
}

// presentCoverage judges the records of a folder, writes the files and prints the
// verdict.
func presentCoverage(ctx context.Context, env Env, dir string, o runOptions) error {
	r, err := abandonable(ctx, func() (*coverage.Report, error) {
		records, err := coverage.ReadRecords(dir)
		if err != nil {
			return nil, err
		}
		return coverage.New(records), nil
	})
	var missing *coverage.MissingError
	if errors.As(err, &missing) && o.shard.Shard != nil {
		fmt.Fprintf(env.Stderr, "This is shard %s: copy the folders origins of all shards together and judge them by --resume.\n", o.shard.Shard)
		return nil
	}
	if err != nil {
		return err
	}
	text, err := r.JSON()
	if err != nil {
		return err
	}
	markdown := []byte(r.Markdown())
	if err := commitInto(dir, ofCoverage, record.Content{Name: "coverage.json", Bytes: text}, record.Content{Name: "coverage.md", Bytes: markdown}); err != nil {
		return err
	}
	if !o.output.json {
		text = markdown
	}
	out := printer{w: env.Stdout}
	out.printf("%s", text)
	return out.err
}

// isCoverage says whether a folder holds a coverage.
func isCoverage(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, record.CoverageFile))
	return !errors.Is(err, fs.ErrNotExist)
}
