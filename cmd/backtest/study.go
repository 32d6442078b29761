package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/report/figures"
	"backtest/report/page"
	"backtest/report/study"
	"backtest/runner"
	"backtest/runner/record"
)

func studyCommand(env Env) *cobra.Command {
	o := runOptions{format: formatFlag(record.Arrow)}
	var find findFlags
	cmd := &cobra.Command{
		Use:   "study CONFIG",
		Short: "Compare parameters on the same paths; write the table of a proposal",
		Long: `Study simulates a configuration with its present parameters and at every point
of its section study, all on the same paths, and writes study.json, sccp.md (the
table that a proposal carries) and plots. A point that cannot be simulated is
recorded with its cause, and the others go on.

CONFIG is a file, or the name of a preset such as studies/sccp-399.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error {
			return runStudy(ctx, env, args[0], o)
		}),
	}
	o.register(cmd)
	findOfStudy(env, cmd, &find, &o)
	return cmd
}

func runStudy(ctx context.Context, env Env, config string, o runOptions) error {
	l, out, err := o.load(ctx, env, config, "backtest study")
	if err != nil {
		return err
	}
	defer runner.LimitMemory(int64(o.memory))() // of the report too
	t := &teller{env: env}
	m, err := simulate(ctx, t, config, l, out, o, runner.Study)
	var failed *runner.FailedPaths
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	tellRun(env, env.shown(out), m)
	if m.Shard != nil {
		fmt.Fprintf(env.Stderr, "This is shard %s: join it with the others by backtest merge.\n", m.Shard)
		return err
	}
	if confirmed := confirm(ctx, t, config, l, out, o); confirmed != nil {
		return errors.Join(err, confirmed)
	}
	return errors.Join(err, present(ctx, t, out, o.output))
}

// confirmName is the folder, within that of a study, of the recommended point on
// fresh paths.
const confirmName = "confirm"

// confirm runs the recommended point and the present one on fresh paths, where the
// study asks for it.
func confirm(ctx context.Context, t *teller, config string, l *configs.Loaded, dir string, o runOptions) error {
	if l.Config.Study.Confirm == 0 {
		return nil
	}
	s, err := measuredStudy(dir)
	if err != nil {
		return err
	}
	point, ok := s.Recommendation()
	if !ok {
		return nil
	}
	o.output.force = true // of what an earlier study confirmed
	_, err = simulate(ctx, t, config, l, filepath.Join(dir, confirmName), o, func(ctx context.Context, l *configs.Loaded, o runner.Options) (record.Manifest, error) {
		return runner.Confirm(ctx, l, point, o)
	})
	var failed *runner.FailedPaths
	if errors.As(err, &failed) {
		return nil
	}
	return err
}

// presentStudy measures the records of a study, writes its files and prints
// the table, or study.json.
func presentStudy(ctx context.Context, t *teller, dir string, folder *record.Folder, o outputFlags) error {
	s, err := written(ctx, folder, func() (*study.Study, []record.Content, error) { return makeStudy(dir, o.svg) })
	if err != nil {
		return err
	}
	t.tell(s.Data.Notices())
	text := []byte(s.Proposal())
	if o.json {
		if text, err = s.JSON(); err != nil {
			return err
		}
	}
	out := printer{w: t.env.Stdout}
	out.printf("%s", text)
	return out.err
}

// measuredStudy measures the records of a study.
func measuredStudy(dir string) (*study.Study, error) {
	r, err := record.Open(dir)
	if err != nil {
		return nil, err
	}
	d, err := loadReport(r)
	if err != nil {
		return nil, err
	}
	causes, err := study.Causes(r)
	if err != nil {
		return nil, err
	}
	return study.New(d, causes)
}

// addConfirmed takes in what is left of the recommendation on fresh paths, if the
// folder has it.
func addConfirmed(s *study.Study, dir string) error {
	if point, ok := s.Recommendation(); !ok || point == 0 {
		return nil
	}
	r, err := record.Open(filepath.Join(dir, confirmName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	d, err := loadReport(r)
	if err != nil {
		return err
	}
	return s.Confirm(d)
}

func makeStudy(dir string, svg bool) (*study.Study, []record.Content, error) {
	s, err := measuredStudy(dir)
	if err != nil {
		return nil, nil, err
	}
	if err := addConfirmed(s, dir); err != nil {
		return nil, nil, err
	}
	summary, err := s.Data.Files()
	if err != nil {
		return nil, nil, err
	}
	tables, err := s.Files()
	if err != nil {
		return nil, nil, err
	}
	list, err := figures.Study(s)
	if err != nil {
		return nil, nil, err
	}
	pictures, err := figures.Contents(plotsDir, list, svg)
	if err != nil {
		return nil, nil, err
	}
	var content bytes.Buffer
	err = page.WriteStudy(&content, s)
	return s, slices.Concat(summary, tables, pictures, []record.Content{{Name: pageName, Bytes: content.Bytes()}}), err
}
