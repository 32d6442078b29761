package main

import (
	"context"

	"github.com/spf13/cobra"
)

func reportCommand(env Env) *cobra.Command {
	o := outputFlags{}
	cmd := &cobra.Command{
		Use:   "report DIR",
		Short: "Rebuild summary, plots and page from the records",
		Long: `Report reads the records of a finished run, checks every byte of them, writes
summary, plots and page anew into the same folder, prints the summary and judges
the thresholds of the run's configuration. Of a study it writes the table of the
proposal, plots and page, and prints the table.`,
		Args: need(1, 1, "one DIR"),
		RunE: action(func(ctx context.Context, args []string) error {
			return inputFolder(present(ctx, &teller{env: env}, env.path(args[0]), o))
		}),
	}
	o.registerForms(cmd)
	o.registerCoverage(cmd)
	return cmd
}
