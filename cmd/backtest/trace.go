package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/runner"
	"backtest/runner/record"
)

type traceOptions struct {
	path     int64
	scenario string
	point    int32
	at       int
	save     string
}

func traceCommand(env Env) *cobra.Command {
	o := traceOptions{}
	cmd := &cobra.Command{
		Use:   "trace DIR --path N",
		Short: "Run one path of a run again, everything recorded, step by step",
		Long: `Trace runs a path of the run or study in DIR again and prints everything that
happens, step by step: prices, markets, vaults with their worst position, and
events. The path is the same as in the run, to the bit.

With --at S --save-state FILE the whole state at the end of step S is written
to FILE, so that what happens next can be studied from there.`,
		Args: need(1, 1, "one DIR"),
		RunE: action(func(ctx context.Context, args []string) error { return runTrace(ctx, env, args[0], o) }),
	}
	f := cmd.Flags()
	f.Int64Var(&o.path, "path", -1, "`number` of the path, from 0")
	f.StringVar(&o.scenario, "scenario", "", "`name` of the scenario (default the first)")
	f.Int32Var(&o.point, "point", 0, "`number` of the parameter point of a study")
	f.IntVar(&o.at, "at", -1, "`step` whose state --save-state takes, from 0")
	f.StringVar(&o.save, "save-state", "", "`file` to write the state at the end of step --at to")
	return cmd
}

func runTrace(ctx context.Context, env Env, dir string, o traceOptions) error {
	if o.path < 0 {
		return &usageError{errors.New("--path is missing: the number of a path, from 0"), "backtest trace"}
	}
	if (o.at >= 0) != (o.save != "") {
		return &usageError{errors.New("--at and --save-state go together"), "backtest trace"}
	}
	if o.save != "" {
		if err := newFile(env, o.save); err != nil {
			return err
		}
	}
	r, err := record.Open(env.path(dir))
	if err != nil {
		return inputFolder(err)
	}
	m := r.Manifest()
	l, err := recordedConfig(r)
	if err != nil {
		return err
	}
	if m.ProgramVersion != recordedVersion() {
		fmt.Fprintf(env.Stderr, "backtest: the run was made by version %s, this is %s: the path may differ\n", m.ProgramVersion, recordedVersion())
	}
	q := runner.TraceQuestion{Scenario: o.scenario, Point: o.point, Path: o.path, SaveAt: o.at}
	saved, err := runner.Trace(ctx, l, m.Study, q, env.Stdout)
	if err != nil || saved == nil {
		return err
	}
	saved.Source.Run = m.ConfigSHA256
	return writeState(env, o.save, saved)
}

// recordedConfig loads the configuration that a run recorded. The files that it
// names must still hold what they held.
func recordedConfig(r *record.Reader) (*configs.Loaded, error) {
	m := r.Manifest()
	name := filepath.Join(r.Dir(), record.ManifestName)
	l, err := configs.Load(configs.Source{Bytes: m.Configuration, Name: name})
	if err != nil {
		return nil, err
	}
	if l.SHA256 != m.ConfigSHA256 {
		return nil, badInput("%s: the files that the configuration names no longer hold what they held in the run", name)
	}
	return l, nil
}
