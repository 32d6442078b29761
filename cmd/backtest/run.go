package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/report"
	"backtest/runner"
	"backtest/runner/record"
)

type runOptions struct {
	config   configFlags
	output   outputFlags
	workers  int
	memory   sizeFlag
	shard    shardFlag
	format   formatFlag
	resume   bool
	progress progressMode
}

func runCommand(env Env) *cobra.Command {
	o := runOptions{format: formatFlag(record.Arrow)}
	cmd := &cobra.Command{
		Use:   "run CONFIG",
		Short: "Simulate a configuration; write records, summary and plots",
		Long: `Run simulates the paths of a configuration on every core, writes the records,
the summary and the plots into a folder, and prints the summary. The same
configuration and seed give the same bytes, whatever the number of workers,
shards and interruptions.

CONFIG is a file, or the name of a preset (see backtest init --list).`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error { return runRun(ctx, env, args[0], o) }),
	}
	o.register(cmd)
	o.output.registerCoverage(cmd)
	return cmd
}

// register adds the flags that run and study share.
func (o *runOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	o.config.register(cmd)
	o.output.register(cmd)
	f.IntVar(&o.workers, "workers", 0, "paths computed at the same time; 0 is one a processor")
	f.Var(&o.memory, "memory", "most memory to take, such as 2GiB, with fewer workers if need be (default no limit)")
	f.Var(&o.shard, "shard", "compute share `I/N` of the paths, for backtest merge")
	f.Var(&o.format, "format", "format of the records: arrow or parquet")
	f.BoolVar(&o.resume, "resume", false, "go on with what the folder holds of this run")
	o.progress.register(cmd)
}

func runRun(ctx context.Context, env Env, config string, o runOptions) error {
	l, out, err := o.load(ctx, env, config, "backtest run")
	if err != nil {
		return err
	}
	if _, err := o.output.verdict(env); err != nil {
		return err // before anything is computed
	}
	defer runner.LimitMemory(int64(o.memory))() // of the report too
	t := &teller{env: env}
	m, err := simulate(ctx, t, config, l, out, o, runner.Run)
	var failed *runner.FailedPaths
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	tellRun(env, env.shown(out), m)
	if m.Shard != nil {
		fmt.Fprintf(env.Stderr, "This is shard %s: join it with the others by backtest merge.\n", m.Shard)
		return err
	}
	judged := present(ctx, t, out, o.output)
	if failed != nil {
		// Figures without the failed paths are no answer to be judged.
		return errors.Join(err, asPlain(judged))
	}
	return judged
}

// load reads the configuration and says where the results go.
func (o *runOptions) load(ctx context.Context, env Env, config, command string) (l *configs.Loaded, out string, err error) {
	if o.workers < 0 {
		return nil, "", &usageError{fmt.Errorf("--workers is %d, want at least 0", o.workers), command}
	}
	if l, err = o.config.load(ctx, env, config); err != nil {
		return nil, "", err
	}
	return l, o.output.dir(env, filepath.Join("out", l.Config.Name)), nil
}

// simulation is runner.Run or runner.Study.
type simulation func(context.Context, *configs.Loaded, runner.Options) (record.Manifest, error)

// simulate runs the paths and shows progress.
func simulate(ctx context.Context, t *teller, config string, l *configs.Loaded, out string, o runOptions, run simulation) (record.Manifest, error) {
	bar := newProgress(t.env, o.progress, "paths")
	defer bar.finish()
	return run(ctx, l, runner.Options{
		Out: out, Force: o.output.force, Resume: o.resume, Workers: o.workers, Memory: int64(o.memory), Shard: o.shard.Shard,
		Format: record.Format(o.format), Version: recordedVersion(), Derived: derivedNames(out), Inputs: filesRead(t.env, config, l), Gauge: newGauge, Warn: t.tell,
		Check: func(columns []record.ExtraColumn) error { return checkFigures(l, columns) },
		Progress: func(p runner.Progress) {
			bar.update(amount{phase: p.Phase, done: p.DonePaths, total: p.TotalPaths, steps: p.PathSteps, failed: p.Failed})
		},
	})
}

// newGauge measures the metric of a stopping rule as reports do.
func newGauge(metric string, seed uint64, dependent int64, columns []record.ExtraColumn) (runner.Gauge, error) {
	return report.NewGauge(metric, seed, dependent, columns)
}

// tellRun tells where the records are and how fast they came.
func tellRun(env Env, out string, m record.Manifest) {
	fmt.Fprintf(env.Stderr, "%s in %s", counted(m.Paths, "path"), plainText(out))
	if m.Run.PathSteps > 0 && m.Run.ElapsedSeconds > 0 {
		fmt.Fprintf(env.Stderr, ", %.1f s, %.3g path-steps/s", m.Run.ElapsedSeconds, m.Run.PathStepsPerSecond)
	}
	fmt.Fprintln(env.Stderr)
}

// shardFlag is a share of the paths, written I/N.
type shardFlag struct{ *record.Shard }

// String writes the share; empty for the whole.
func (s *shardFlag) String() string {
	if s.Shard == nil {
		return ""
	}
	return s.Shard.String()
}

// Set reads I/N, or I+1/N with an I that counts from 0, as array jobs of some
// schedulers do. Variables of the environment stand for their values: such
// jobs tell the index in one, and where there is no shell nobody else would.
func (s *shardFlag) Set(text string) error {
	index, count, cut := strings.Cut(os.ExpandEnv(text), "/")
	index, fromZero := strings.CutSuffix(index, "+1")
	i, errI := strconv.Atoi(index)
	n, errN := strconv.Atoi(count)
	if fromZero {
		i++
	}
	if !cut || errI != nil || errN != nil || i < 1 || i > n {
		return errors.New("want I/N with 1 <= I <= N, such as 3/8")
	}
	s.Shard = &record.Shard{Index: i, Count: n}
	return nil
}

// Type is what the help calls a value.
func (*shardFlag) Type() string { return "I/N" }

// formatFlag is the format of the records.
type formatFlag record.Format

// String, Set and Type make it a flag.
func (f *formatFlag) String() string { return string(*f) }

// Set takes a format by its name.
func (f *formatFlag) Set(text string) error {
	switch format := record.Format(text); format {
	case record.Arrow, record.Parquet:
		*f = formatFlag(format)
		return nil
	}
	return errors.New("want arrow or parquet")
}

// Type is what the help calls a value.
func (*formatFlag) Type() string { return "format" }
