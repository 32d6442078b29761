package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"backtest/runner"
	"backtest/runner/record"
)

func mergeCommand(env Env) *cobra.Command {
	o := outputFlags{}
	cmd := &cobra.Command{
		Use:   "merge DIR... --out D",
		Short: "Join the shards of one run",
		Long: `Merge joins the folders that runs with --shard I/N wrote. All shards must be
there, each once, undamaged, of the same configuration and program version. The
records and the summary are those of the unsharded run, to the byte.`,
		Args: need(1, -1, "at least one DIR"),
		RunE: action(func(ctx context.Context, args []string) error { return runMerge(ctx, env, args, o) }),
	}
	o.register(cmd)
	return cmd
}

func runMerge(ctx context.Context, env Env, args []string, o outputFlags) error {
	if o.out == "" {
		return &usageError{errors.New("--out is missing: the folder of the whole run"), "backtest merge"}
	}
	var dirs []string
	for _, dir := range expand(env, args) {
		dirs = append(dirs, env.path(dir))
	}
	started := time.Now()
	out := env.path(o.out)
	options := record.Options{Force: o.force, Derived: derivedNames(out)}
	m, err := record.Merge(ctx, dirs, out, options, record.NewFacts(started, 1, 0))
	if err != nil {
		return inputFolder(err)
	}
	tellRun(env, env.shown(out), m)
	judged := present(ctx, &teller{env: env}, out, o)
	if m.FailedPaths > 0 {
		return errors.Join(&runner.FailedPaths{Count: m.FailedPaths}, asPlain(judged))
	}
	return judged
}
