package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"backtest/configs"
	"backtest/report"
	"backtest/report/threshold"
)

// configFlags are the flags that change a configuration. Their values stay
// text: the configuration knows what is allowed and says so.
type configFlags struct {
	sets        []string
	paths, seed string
}

func (f *configFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.sets, "set", nil, "set a configuration `key=value`; repeatable")
	flags.StringVar(&f.paths, "paths", "", "`number` of paths")
	flags.StringVar(&f.seed, "seed", "", "seed of all randomness, a `number`")
}

// load reads and validates a configuration: a file, or a preset by its name
// where there is no such file.
func (f *configFlags) load(ctx context.Context, env Env, name string) (*configs.Loaded, error) {
	// A pipe may never say anything: an interrupt does not wait for it.
	return abandonable(ctx, func() (*configs.Loaded, error) { return f.read(env, name) })
}

func (f *configFlags) read(env Env, name string) (*configs.Loaded, error) {
	source := configs.Source{
		File: env.path(name), Sets: f.sets, Flags: map[string]string{}, Env: configEnviron(env),
		CheckExpression: checkExpression,
	}
	switch info, err := os.Stat(source.File); {
	case name == "-":
		source.File, source.Name, source.Dir = "", "standard input", env.path(".")
		if source.Bytes, err = readConfig(env.Stdin); err != nil {
			return nil, badInput("reading the configuration: %v", err)
		}
	case errors.Is(err, fs.ErrNotExist) && isPreset(name):
		source.File, source.Preset = "", name
	case err == nil && info.Mode()&fs.ModeNamedPipe != 0:
		if source.Bytes, err = readPipe(source.File); err != nil {
			return nil, badInput("reading the configuration: %v", err)
		}
		source.File, source.Name, source.Dir = "", name, env.path(".")
	}
	for key, value := range map[string]string{"paths": f.paths, "seed": f.seed} {
		if value != "" {
			source.Flags[key] = value
		}
	}
	return configs.Load(source)
}

// readPipe reads a configuration that can be read once, such as <(command).
func readPipe(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readConfig(f)
}

// mostConfig is more than any configuration has: the loader tells what is too much.
const mostConfig = 8 << 20

// readConfig reads a configuration that is no file; never nil, so that nothing
// at all is told as an empty configuration.
func readConfig(from io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(from, mostConfig))
	return append([]byte{}, content...), err
}

func isPreset(name string) bool {
	return slices.ContainsFunc(configs.Presets(), func(p configs.PresetInfo) bool { return p.Name == name })
}

// checkExpression refuses what no report could answer.
func checkExpression(use configs.Use, text string) error {
	_, err := report.Check(report.Use(use), text, nil)
	return err
}

// checkFlag does the same for an expression in a flag. What cannot be read is a
// wrong command line, what asks for something that is not there is invalid input.
func checkFlag(use report.Use, flag, text, command string) (threshold.Threshold, error) {
	t, err := report.Check(use, text, nil)
	var wrong *report.ExpressionError
	switch {
	case errors.As(err, &wrong):
		return t, badInput("%s %q: %w, allowed: %s", flag, text, err, wrong.Allowed())
	case err != nil:
		return t, &usageError{err, command}
	}
	return t, nil
}
