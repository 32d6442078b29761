package state

import (
	"fmt"
	"strings"
)

// Problem is something in a document that cannot be a state.
type Problem struct {
	Path string // of the value: pools[0].vaults[1].positions[3].account
	Text string
}

func (p Problem) String() string { return p.Path + ": " + p.Text }

// InvalidError is a document that is no state, with all that was found.
type InvalidError struct{ Problems []Problem }

func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "not a state: " + strings.Join(lines, "; ")
}

// UnsavedError is a part of a system that no document can hold.
type UnsavedError struct{ What string }

func (e *UnsavedError) Error() string { return "no document can hold " + e.What }

// Checker collects the problems of a document.
type Checker struct{ problems []Problem }

// Add tells a problem at a path.
func (c *Checker) Add(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{path, fmt.Sprintf(format, args...)})
}

// Err returns what was found, nil if nothing was.
func (c *Checker) Err() error {
	if len(c.problems) == 0 {
		return nil
	}
	return &InvalidError{c.problems}
}

// At returns the path of an element of a list.
func At(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// Distinct tells keys of a list that stand there twice; name is the place of
// the key within an element, ".id".
func Distinct[T any, K comparable](c *Checker, path string, list []T, name string, key func(T) K) {
	seen := make(map[K]bool, len(list))
	for i, x := range list {
		k := key(x)
		if seen[k] {
			c.Add(At(path, i)+name, "%v is there twice", k)
		}
		seen[k] = true
	}
}
