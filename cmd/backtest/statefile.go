package main

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"backtest/model/state"
	"backtest/model/state/statefile"
	"backtest/runner/record"
)

// writeState writes a state document into a new file: whole, or not at all.
func writeState(env Env, name string, d *state.State) error {
	if err := newFile(env, name); err != nil {
		return err
	}
	return record.WriteNew(env.path(name), func(w io.Writer) error { return statefile.Write(w, d) })
}

// newFile refuses a name that is taken.
func newFile(env Env, name string) error {
	if _, err := os.Lstat(env.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return badInput("%s: there is such a file already; name another, or remove it", name)
	}
	return nil
}

// readState reads a state document.
func readState(env Env, name string) (*state.State, error) {
	f, err := os.Open(env.path(name))
	if err != nil {
		return nil, badInput("%s: %w", name, withoutPath(err))
	}
	defer f.Close() //nolint:errcheck // only read
	d, err := statefile.Read(f)
	if err != nil {
		return nil, badInput("%s: %w", name, err)
	}
	return d, nil
}
