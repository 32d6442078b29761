package main

import (
	"fmt"
	"runtime/debug"
)

// panicError is a bug that showed itself as a panic.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("internal error: %v", e.value) }

// recovering turns a panic of f into an error. Every goroutine that a command
// starts needs its own.
func recovering(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicError{value, debug.Stack()}
		}
	}()
	return f()
}

// tellPanic asks for a report. The stack is for those who look for it.
func tellPanic(env Env, e *panicError) {
	fmt.Fprintf(env.Stderr, "backtest: %v\nThis is a bug. Please report it with the command that you ran, the configuration and this line:\n  %s\n", e, versionText())
	if env.lookup("BACKTEST_DEBUG") == "1" {
		fmt.Fprintf(env.Stderr, "\n%s", e.stack)
		return
	}
	fmt.Fprintln(env.Stderr, "BACKTEST_DEBUG=1 shows where it happened.")
}
