package main

import (
	"context"
	"errors"
	"fmt"

	"backtest/configs"
	"backtest/runner"
	"backtest/runner/record"
)

// Exit codes, the same for every command.
const (
	exitDone        = 0   // what was asked is done
	exitFailed      = 1   // the program failed
	exitUsage       = 2   // the command line is wrong
	exitGate        = 99  // a threshold, a drift gate or a replayed value failed
	exitInput       = 104 // configuration or input is invalid
	exitInterrupted = 105 // interrupted; what was done is kept
)

// usageError is a wrong command line.
type usageError struct {
	err  error
	hint string // the command whose help tells more
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// gateError says that the program did its work and what it was to guard does
// not hold.
type gateError struct{ reason string }

func (e *gateError) Error() string { return e.reason }

// inputError is configuration or input that cannot be used.
type inputError struct{ err error }

func (e *inputError) Error() string { return e.err.Error() }
func (e *inputError) Unwrap() error { return e.err }

func badInput(format string, args ...any) error {
	return &inputError{fmt.Errorf(format, args...)}
}

// exitCode decides what an error means for the process.
func exitCode(ctx context.Context, err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled), errors.Is(err, runner.ErrInterrupted):
		return exitInterrupted
	case is[*usageError](err):
		return exitUsage
	case is[*gateError](err):
		return exitGate
	case is[*inputError](err), is[configs.Problems](err), is[*runner.InputError](err), isRecordInput(err):
		return exitInput
	case ctx.Err() != nil:
		return exitInterrupted
	}
	return exitFailed
}

// isRecordInput says whether a folder of records is not what the command
// needs: damaged, of another question, not finished, or already taken.
func isRecordInput(err error) bool {
	return is[*record.DamagedError](err) || is[*record.VersionError](err) || is[*record.MismatchError](err) || is[*record.ExistsError](err) || is[*record.ForeignError](err) ||
		is[*record.UnfinishedError](err) || is[*record.MissingError](err) || is[*record.ShardError](err)
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
