package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/report"
	"backtest/report/coverage"
	"backtest/report/figures"
	"backtest/report/page"
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
	l, out, err := o.load(ctx, env, config, "backtest coverage")
	if err != nil {
		return err
	}
	bar := newProgress(env, o.progress, "paths")
	defer bar.finish()
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
	columns, err := c.Columns()
	if err != nil {
		return err
	}
	if err := checkCoverageMetrics(l, columns); err != nil {
		return err
	}
	gates, err := coverageGates(l, c.Plan())
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
	return presentCoverage(ctx, env, out, o, gates)
}

// checkCoverageMetrics refuses metrics that the records will not have path by path,
// before the first origin is computed.
func checkCoverageMetrics(l *configs.Loaded, columns []record.ExtraColumn) error {
	var problems configs.Problems
	for i, metric := range l.Config.Coverage.Metrics {
		if err := report.CheckSample(metric, columns); err != nil {
			problems = append(problems, l.Problem(fmt.Sprintf("coverage.metrics[%d]", i), metric+": "+err.Error(), "a metric of one path, such as lp_loss_usd"))
		}
	}
	if problems != nil {
		return problems
	}
	return nil
}

// coverageGates reads the thresholds of the section coverage and checks that the
// plan has what they look at, before anything is computed.
func coverageGates(l *configs.Loaded, plan record.CoveragePlan) ([]coverage.Gate, error) {
	var gates []coverage.Gate
	var problems configs.Problems
	for i, text := range l.Config.Coverage.Thresholds {
		g, err := coverage.ParseGate(text)
		if err == nil {
			err = g.Asked(plan.Metrics, plan.Horizons, plan.Levels)
		}
		if err != nil {
			found, allowed, _ := strings.Cut(strings.TrimPrefix(err.Error(), "found "), ", allowed: ")
			problems = append(problems, l.Problem(fmt.Sprintf("coverage.thresholds[%d]", i), found, allowed))
			continue
		}
		gates = append(gates, g)
	}
	if problems != nil {
		return nil, problems
	}
	return gates, nil
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
func presentCoverage(ctx context.Context, env Env, dir string, o runOptions, gates []coverage.Gate) error {
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
	judged := r.Judge(gates)
	files, err := coverageFiles(r, judged, o.output.svg)
	if err != nil {
		return err
	}
	if err := commitInto(dir, ofCoverage, files...); err != nil {
		return err
	}
	out := printer{w: env.Stdout}
	if o.output.json {
		out.printf("%s", files[0].Bytes)
	} else {
		out.printf("%s", files[1].Bytes)
	}
	if out.err != nil {
		return out.err
	}
	if err := annotate(env, judged, r.Verdict); err != nil {
		return err
	}
	return judge("thresholds are", judged)
}

// coverageFiles makes everything that is written of a coverage: coverage.json and
// coverage.md first, then page, test cases and pictures.
func coverageFiles(r *coverage.Report, judged []report.Gate, svg bool) ([]record.Content, error) {
	text, err := r.JSON()
	if err != nil {
		return nil, err
	}
	var content, junit bytes.Buffer
	if err := page.WriteCoverage(&content, r); err != nil {
		return nil, err
	}
	if err := report.WriteJUnit(&junit, "coverage of "+r.Plan.Name, judged); err != nil {
		return nil, err
	}
	list, err := figures.Coverage(r)
	if err != nil {
		return nil, err
	}
	pictures, err := figures.Contents(plotsDir, list, svg)
	return append([]record.Content{
		{Name: "coverage.json", Bytes: text}, {Name: "coverage.md", Bytes: []byte(r.Markdown())},
		{Name: pageName, Bytes: content.Bytes()}, {Name: report.JUnitName, Bytes: junit.Bytes()},
	}, pictures...), err
}

// verdict reads what the folder of --coverage says; empty without the flag.
func (f *outputFlags) verdict(env Env) (string, error) {
	if f.coverage == "" {
		return "", nil
	}
	return verdictOf(env.path(f.coverage))
}

// verdictOf is what a coverage folder says of its forecasts, for the foot of
// other reports.
func verdictOf(dir string) (string, error) {
	content, err := os.ReadFile(filepath.Join(dir, "coverage.json"))
	var said struct{ Verdict string }
	if err == nil {
		err = json.Unmarshal(content, &said)
	}
	if err != nil || said.Verdict == "" {
		return "", badInput("--coverage %s: no verdict is there (%v), allowed: a folder that backtest coverage wrote", dir, err)
	}
	return said.Verdict, nil
}
