package main

import (
	"context"

	"github.com/spf13/cobra"

	"backtest/configs"
)

func validateCommand(env Env) *cobra.Command {
	flags, effective := configFlags{}, false
	cmd := &cobra.Command{
		Use:   "validate CONFIG",
		Short: "Check a configuration: every error at once",
		Long: `Validate checks a configuration and tells every error at once, each with file,
line, key and what is allowed. A valid one is told in figures.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(_ context.Context, args []string) error {
			l, err := flags.load(env, args[0])
			if err != nil {
				return err
			}
			out := printer{w: env.Stdout}
			if effective {
				out.printf("%s", l.Effective())
			} else {
				printValid(&out, args[0], l)
			}
			return out.err
		}),
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&effective, "effective", false, "print the whole configuration with all defaults instead")
	return cmd
}

func printValid(out *printer, name string, l *configs.Loaded) {
	c := l.Config
	steps := c.Horizon.WholeSeconds() / c.Step.WholeSeconds()
	out.printf("%s is valid\n", name)
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
