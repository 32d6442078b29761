package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"backtest/runner"
)

// Main runs the command line args in env and returns the exit code. It is the
// whole program but for the process around it.
func Main(ctx context.Context, args []string, env Env) int {
	err := recovering(func() error { return execute(ctx, args, env) })
	if err != nil {
		tell(ctx, env, err)
	}
	return exitCode(ctx, err)
}

func execute(ctx context.Context, args []string, env Env) error {
	root := newRoot(env)
	if len(args) == 0 {
		return &usageError{errors.New("no command given"), root.Name()}
	}
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var failed *commandError
	if errors.As(err, &failed) {
		return failed.err
	}
	if err != nil && !is[*usageError](err) && !is[*panicError](err) {
		// What is not a command's own error was found before it ran.
		return &usageError{err, root.Name()}
	}
	return err
}

// commandError marks what a command returned.
type commandError struct{ err error }

func (e *commandError) Error() string { return e.err.Error() }

// newRoot puts the commands together.
func newRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:           "backtest",
		Short:         "What could happen to the pools, vaults and LPs of Synthetix V3?",
		Long:          rootHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       versionText(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err, cmd.CommandPath()}
	})
	for _, build := range commands {
		root.AddCommand(build(env))
	}
	tightenBuiltIns(root)
	return root
}

// tightenBuiltIns makes cobra's own commands refuse what they do not know
// instead of helping with something else and reporting success.
func tightenBuiltIns(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Args = func(cmd *cobra.Command, args []string) error {
				if _, rest, err := root.Find(args); err != nil || len(rest) > 0 {
					return &usageError{fmt.Errorf("no help for %q", strings.Join(args, " ")), root.Name()}
				}
				return nil
			}
		case "completion":
			for _, shell := range cmd.Commands() {
				tellWriting(shell)
			}
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				return &usageError{errors.New("a shell is needed: bash, zsh, fish or powershell"), cmd.CommandPath()}
			}
		}
	}
}

// tellWriting has a failure to write a script told as that, not as wrong usage.
func tellWriting(shell *cobra.Command) {
	if write := shell.RunE; write != nil {
		shell.RunE = func(cmd *cobra.Command, args []string) error {
			if err := write(cmd, args); err != nil {
				return &commandError{fmt.Errorf("write output: %w", err)}
			}
			return nil
		}
	}
}

// commands are all commands but those that cobra brings.
var commands = []func(Env) *cobra.Command{
	runCommand, studyCommand, findCommand, reportCommand, compareCommand, mergeCommand, replayCommand, pricesCommand, calibrateCommand,
	traceCommand, pathsCommand, coverageCommand, exposureCommand, validateCommand, snapshotCommand, importCommand, initCommand, schemaCommand, versionCommand,
}

const rootHelp = `backtest simulates the chain from market over pool and vault to LP position of
Synthetix V3 under simulated prices, exact to the wei, and tells what could
happen with honest uncertainty.

Exit codes: 0 done, 1 the program failed, 2 wrong usage (Go's runtime ends with 2
too when it dies of memory or threads: a scheduler tries that again), 99 a
threshold, a drift gate or a replayed value failed, 104 configuration or input
invalid, 105 interrupted (what was done is kept).

` + environmentHelp

// action makes a cobra action of a command's function.
func action(run func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := run(cmd.Context(), args); err != nil {
			return &commandError{err}
		}
		return nil
	}
}

// need demands a number of arguments, at most -1 meaning any, and tells what
// they are.
func need(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		var err error
		switch {
		case len(args) < least:
			err = fmt.Errorf("%s needs %s", cmd.CommandPath(), what)
		case most >= 0 && len(args) > most:
			err = fmt.Errorf("%s takes %s, not %q", cmd.CommandPath(), what, args[most:])
		default:
			return nil
		}
		return &usageError{err, cmd.CommandPath()}
	}
}

// tell writes an error for people.
func tell(ctx context.Context, env Env, err error) {
	var usage *usageError
	var crash *panicError
	switch {
	case errors.As(err, &crash):
		tellPanic(env, crash)
	case errors.Is(err, runner.ErrInterrupted):
		fmt.Fprintf(env.Stderr, "backtest: %s. Go on with the same command and --resume.\n", plainText(err.Error()))
	case exitCode(ctx, err) == exitInterrupted:
		fmt.Fprintln(env.Stderr, "backtest: interrupted")
	case errors.As(err, &usage):
		fmt.Fprintf(env.Stderr, "backtest: %s\nTry '%s --help'.\n", plainText(oneParagraph(err)), usage.hint)
	default:
		fmt.Fprintf(env.Stderr, "backtest: %s\n", plainText(err.Error()))
	}
}

// oneParagraph drops the empty lines with which cobra sets suggestions apart.
func oneParagraph(err error) string {
	var lines []string
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
