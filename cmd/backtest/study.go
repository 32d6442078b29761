package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"backtest/report"
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

With --find it searches instead the smallest shock at which a metric breaks its
limit, by bisection on the same paths, with an interval; two --find make a
frontier:

  backtest study quickstart --find 'prices.assets[ETH].process.annual_volatility' \
    --multiple --from 1 --to 4 --limit 'vault_liquidation.probability <= 5%'
  backtest study failing-market --limit 'p95(lp_loss_usd) <= 2_000_000' --from 1% --to 60% \
    --find 'prices.episodes[0].drops[ETH].drop,prices.episodes[0].drops[BTC].drop'
  backtest study failing-market --limit 'p95(lp_loss_usd) <= 2_000_000' \
    --find 'prices.episodes[0].duration' --from 12h --to 72h

CONFIG is a file, or the name of a preset such as studies/sccp-399.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error {
			if len(find.keys) > 0 {
				return runFind(ctx, env, args[0], o, find)
			}
			return runStudy(ctx, env, args[0], o)
		}),
	}
	o.register(cmd)
	find.register(cmd)
	return cmd
}

func runStudy(ctx context.Context, env Env, config string, o runOptions) error {
	l, out, err := o.load(env, config, "backtest study")
	if err != nil {
		return err
	}
	defer runner.LimitMemory(int64(o.memory))() // of the report too
	t := &teller{env: env}
	m, err := simulate(ctx, t, l, out, o, runner.Study)
	var failed *runner.FailedPaths
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	tellRun(env, env.shown(out), m)
	if m.Shard != nil {
		fmt.Fprintf(env.Stderr, "This is shard %s: join it with the others by backtest merge.\n", m.Shard)
		return err
	}
	return errors.Join(err, presentStudy(ctx, t, out, o.output))
}

// presentStudy measures the records of a study, writes its files and prints
// the table, or study.json.
func presentStudy(ctx context.Context, t *teller, dir string, o outputFlags) error {
	s, err := abandonable(ctx, func() (*study.Study, error) { return writeStudy(dir, o.svg) })
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

func writeStudy(dir string, svg bool) (*study.Study, error) {
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
	s, err := study.New(d, causes)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.WriteFiles(dir), s.WriteFiles(dir)); err != nil {
		return nil, err
	}
	list, err := figures.Study(s)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	if err := page.WriteStudy(&content, s); err != nil {
		return nil, err
	}
	return s, errors.Join(report.WriteFile(filepath.Join(dir, pageName), content.Bytes()), writePlots(dir, list, svg))
}
