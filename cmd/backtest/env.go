package main

import (
	"io"
	"path/filepath"
	"strings"
)

// Env is what a command may know and touch of the world around it.
type Env struct {
	Stdin          io.Reader
	Stdout         io.Writer // results
	Stderr         io.Writer // progress and messages
	Environ        []string  // KEY=value
	Dir            string    // where relative names start; empty for the process's own folder
	StdoutTerminal bool
	StderrTerminal bool
}

// lookup returns an environment variable; the last one of a name counts, as
// for a child process.
func (e Env) lookup(name string) string {
	value := ""
	for _, entry := range e.Environ {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}

// colour says whether ANSI colours may go to a stream that is a terminal or
// not (https://no-color.org).
func (e Env) colour(terminal bool) bool {
	return terminal && e.lookup("NO_COLOR") == "" && e.lookup("TERM") != "dumb"
}

// path is where a name given by the user is found.
func (e Env) path(name string) string {
	if e.Dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(e.Dir, name)
}

// shown is the inverse of path, for messages.
func (e Env) shown(path string) string {
	if e.Dir == "" {
		return path
	}
	return strings.TrimPrefix(path, strings.TrimSuffix(e.Dir, "/")+"/")
}
