package main

import (
	"context"

	"github.com/spf13/cobra"

	"backtest/configs"
)

func schemaCommand(env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration",
		Args:  need(0, 0, "no arguments"),
		RunE: action(func(context.Context, []string) error {
			schema, err := configs.Schema()
			if err != nil {
				return err
			}
			out := printer{w: env.Stdout}
			out.printf("%s", schema)
			return out.err
		}),
	}
}
