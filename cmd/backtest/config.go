package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

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
func (f *configFlags) load(env Env, name string) (*configs.Loaded, error) {
	source := configs.Source{
		File: env.path(name), Sets: f.sets, Flags: map[string]string{}, Env: configEnviron(env),
		CheckExpression: checkExpression, CheckMetric: checkFigure,
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

// ownVariables are about the program and its tests, not the configuration.
var ownVariables = []string{"BACKTEST_DEBUG", "BACKTEST_TRACES", "BACKTEST_PRICES", "BACKTEST_NODE_MODULES", "BACKTEST_PICTURES"}

// configEnviron is the environment without the variables that are about the
// program; all other BACKTEST_ variables are keys of the configuration.
func configEnviron(env Env) []string {
	return slices.DeleteFunc(slices.Clone(env.Environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(ownVariables, name)
	})
}

// checkExpression refuses thresholds that no report could judge.
func checkExpression(text string) error {
	t, err := threshold.Parse(text)
	if err != nil {
		return err
	}
	return knownMetric(t.Figure)
}

// checkFigure does the same for a figure alone.
func checkFigure(text string) error {
	f, err := threshold.ParseFigure(text)
	if err != nil {
		return err
	}
	return knownMetric(f)
}

func knownMetric(f threshold.Figure) error {
	if slices.ContainsFunc(report.Metrics(), func(m report.Metric) bool { return m.Name == f.Metric }) {
		return nil
	}
	return fmt.Errorf("there is no metric %q", f.Metric)
}
