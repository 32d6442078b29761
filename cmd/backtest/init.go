package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/runner/record"
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
			if o.list && len(args) > 0 {
				return &usageError{fmt.Errorf("--list takes no DIR, such as %q", args[0]), "backtest init"}
			}
			if o.list {
				return listPresets(env)
			}
			return runInit(env, append(args, ".")[0], o)
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.preset, "preset", "quickstart", "`name` of the configuration")
	f.BoolVar(&o.list, "list", false, "list the presets and the questions that they answer")
	f.BoolVar(&o.force, "force", false, "go on where the file is there already and is the preset, unchanged")
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
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if err := writePreset(name, path, content, o.force); err != nil {
		return err
	}
	out := printer{w: env.Stdout}
	out.printf("%s\n", name)
	command := "run"
	if l, err := configs.Load(configs.Source{Preset: o.preset}); err == nil && l.Config.Study != nil {
		command = "study"
	}
	fmt.Fprintf(env.Stderr, "Simulate it with: backtest %s %s\n", command, name)
	return out.err
}

// writePreset writes a preset under a name that is free. What is there already is
// somebody's work, unless it is the very same file.
func writePreset(name, path string, content []byte, force bool) error {
	info, err := os.Lstat(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		return record.WriteNew(path, func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		})
	}
	if !force {
		return badInput("%s is there already", name)
	}
	there, err := os.ReadFile(path)
	if err != nil || !info.Mode().IsRegular() || !bytes.Equal(there, content) {
		return badInput("%s is there already and is not the preset: it stays; move it away, or choose another folder", name)
	}
	return nil
}
