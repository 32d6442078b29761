package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/report"
)

type initOptions struct {
	preset string
	list   bool
	force  bool
}

func initCommand(env Env) *cobra.Command {
	o := initOptions{}
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented configuration to start from",
		Args:  need(0, 1, "at most one DIR"),
		RunE: action(func(_ context.Context, args []string) error {
			if o.list {
				return listPresets(env)
			}
			return runInit(env, append(args, ".")[0], o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.preset, "preset", "quickstart", "`name` of the configuration")
	f.BoolVar(&o.list, "list", false, "list the presets and the questions that they answer")
	f.BoolVar(&o.force, "force", false, "replace a file that is there")
	return cmd
}

func listPresets(env Env) error {
	out := printer{w: env.Stdout}
	for i, p := range configs.Presets() {
		if i > 0 {
			out.printf("\n")
		}
		out.printf("%s\n  %s\n", p.Name, p.Question)
	}
	return out.err
}

func runInit(env Env, dir string, o initOptions) error {
	content, err := configs.Preset(o.preset)
	if err != nil {
		return &usageError{err, "backtest init"}
	}
	name := filepath.Join(dir, filepath.Base(o.preset)+".yaml")
	path := env.path(name)
	if _, err := os.Lstat(path); !o.force && !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return err
		}
		return badInput("%s is there already; --force replaces it", name)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := report.WriteFile(path, content); err != nil {
		return err
	}
	out := printer{w: env.Stdout}
	out.printf("%s\n", name)
	fmt.Fprintf(env.Stderr, "Simulate it with: backtest run %s\n", name)
	return out.err
}
