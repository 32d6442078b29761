package main

import (
	"context"

	"github.com/spf13/cobra"
)

func reportCommand(env Env) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Rebuild summary and plots from the records of a run",
		Long: `Report reads the records of a finished run, checks every byte of them, writes
summary and plots anew into the same folder, prints the summary and judges the
thresholds of the run's configuration.`,
		Args: need(1, 1, "one DIR"),
		RunE: action(func(ctx context.Context, args []string) error {
			return inputFolder(present(ctx, env, env.path(args[0]), asJSON))
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON instead of text")
	return cmd
}
