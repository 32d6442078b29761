package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"backtest/runner"
)

func exposureCommand(env Env) *cobra.Command {
	flags, asJSON := configFlags{}, false
	cmd := &cobra.Command{
		Use:   "exposure CONFIG",
		Short: "SIP-328: shares, ranges and hedge weights of every pool in every market",
		Long: `Exposure tells what every pool bears of every market at the start of a
configuration: whether it is in range, its part of the market's shares, its
limit, how many USD of each asset it is short, and the weights of a hedge.`,
		Args: need(1, 1, "one CONFIG"),
		RunE: action(func(ctx context.Context, args []string) error {
			l, err := flags.load(ctx, env, args[0])
			if err != nil {
				return err
			}
			warnings, err := runner.Warnings(l)
			if err != nil {
				return err
			}
			(&teller{env: env}).tell(warnings)
			rows, err := abandonable(ctx, func() ([]runner.Exposure, error) { return runner.Exposures(l) })
			if err != nil {
				return err
			}
			return printExposures(env, rows, asJSON)
		}),
	}
	flags.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an array with an object a pool, market and asset")
	return cmd
}

func printExposures(env Env, rows []runner.Exposure, asJSON bool) error {
	out := printer{w: env.Stdout}
	if asJSON {
		text, err := json.MarshalIndent(rows, "", "  ")
		if err != nil {
			return err
		}
		out.printf("%s\n", text)
		return out.err
	}
	scenario := ""
	for _, row := range rows {
		if row.Scenario != scenario {
			scenario = row.Scenario
			out.printf("scenario %s\n", scenario)
		}
		out.printf("  %s\n", row)
	}
	return out.err
}
