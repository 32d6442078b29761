package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/runner"
)

type validateOptions struct {
	config    configFlags
	effective bool
	workers   int
}

func validateCommand(env Env) *cobra.Command {
	o := validateOptions{}
	cmd := &cobra.Command{
		Use:   "validate CONFIG",
		Short: "Check a configuration: every error at once",
		Long: `Validate checks a configuration and tells every error at once, each with file,
line, key and what is allowed. Of a valid one it tells the size, and estimates
time, memory and disk from two seconds of trying.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error {
			l, err := o.config.load(ctx, env, args[0])
			if err != nil {
				return err
			}
			if o.effective {
				out := printer{w: env.Stdout}
				out.printf("%s", l.Effective())
				return out.err
			}
			return runValidate(ctx, env, args[0], l, o)
		}),
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.effective, "effective", false, "print the whole configuration with all defaults instead")
	f.IntVar(&o.workers, "workers", 0, "estimate for so many paths at the same time; 0 is one a processor")
	return cmd
}

func runValidate(ctx context.Context, env Env, name string, l *configs.Loaded, o validateOptions) error {
	preflight := runner.Preflight
	if l.Config.Study != nil {
		preflight = runner.PreflightStudy
	}
	e, err := abandonable(ctx, func() (runner.Estimate, error) { return preflight(l, o.workers) })
	if err != nil {
		return err
	}
	if err := checkFigures(l, e.Columns); err != nil {
		return err
	}
	(&teller{env: env}).tell(e.Warnings)
	out := printer{w: env.Stdout}
	printValid(&out, name, l)
	if l.Config.State != nil {
		standing, err := runner.Standings(l)
		if err != nil {
			return err
		}
		printStanding(&out, standing)
	}
	printEstimate(&out, e)
	return out.err
}

func printEstimate(out *printer, e runner.Estimate) {
	out.printf("estimate for this machine as busy as it is now, within a factor of 2\n")
	out.printf("  %-12s%s, %s, %s\n", "work", counted(e.Paths, "path"), counted(e.PathSteps, "path-step"), counted(e.Workers, "worker"))
	out.printf("  %-12s%s, %s of processors\n", "time", e.Elapsed.Round(estimateResolution), e.Processor.Round(estimateResolution))
	out.printf("  %-12s%s\n", "memory", bytesText(e.MemoryBytes))
	out.printf("  %-12s%s\n", "disk", bytesText(e.DiskBytes))
}

// estimateResolution is as fine as an estimate of time is told.
const estimateResolution = 100 * time.Millisecond

func printValid(out *printer, name string, l *configs.Loaded) {
	c := l.Config
	steps := c.Horizon.WholeSeconds() / c.Step.WholeSeconds()
	out.printf("%s is valid\n", plainText(name))
	out.printf("  %-12s%s\n", "name", c.Name)
	out.printf("  %-12s%s of %s of %s, %s\n", "size", counted(c.Paths, "path"), counted(steps, "step"), durationText(c.Step.Duration),
		counted(max(len(c.Scenarios), 1), "scenario"))
	out.printf("  %-12s%s, %s, %s, %s, %s\n", "system",
		counted(len(c.Prices.Assets), "asset"), counted(len(c.Collaterals), "collateral"), counted(len(c.Markets), "market"),
		counted(len(c.Pools), "pool"), counted(len(c.LPs), "LP group"))
	out.printf("  %-12s%d\n", "seed", c.Seed)
	out.printf("  %-12s%s\n", "sha256", l.SHA256)
	for _, in := range l.Inputs {
		out.printf("  %-12s%s, sha256 %s\n", "input", in.Path, in.SHA256)
	}
}
