package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// expand gives the files that the arguments name, in order. An argument that
// is no file but a pattern stands for what it matches, sorted; on some systems
// the shell leaves patterns alone. What matches nothing stays, as in a shell,
// and is missed when it is opened.
func expand(env Env, args []string) []string {
	var files []string
	for _, arg := range args {
		matches, err := filepath.Glob(env.path(arg))
		if _, missing := os.Stat(env.path(arg)); missing == nil || err != nil || len(matches) == 0 {
			files = append(files, arg)
			continue
		}
		for _, path := range matches {
			files = append(files, env.shown(path))
		}
	}
	return files
}

// withoutPath drops the name from an error of the operating system, for
// messages that begin with it.
func withoutPath(err error) error {
	var named *fs.PathError
	if errors.As(err, &named) {
		return named.Err
	}
	return err
}
