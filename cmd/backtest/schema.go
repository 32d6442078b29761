package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/model/state/statefile"
)

// schemas are the documents that have one, by name.
var schemas = map[string]func() ([]byte, error){"": configs.Schema, "state": statefile.Schema}

func schemaCommand(env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [state]",
		Short: "Print the JSON Schema of the configuration, or of a saved state",
		Args:  need(0, 1, "nothing, or state"),
		RunE: action(func(_ context.Context, args []string) error {
			make, known := schemas[strings.Join(args, " ")]
			if !known {
				return &usageError{fmt.Errorf("there is no schema of %q; there is one of state, and without a name that of the configuration", args[0]), "backtest schema"}
			}
			schema, err := make()
			if err != nil {
				return err
			}
			out := printer{w: env.Stdout}
			out.printf("%s", schema)
			return out.err
		}),
	}
}
