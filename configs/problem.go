package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is something in a configuration that is not allowed.
type Problem struct {
	File    string // file, or "--set", "environment", "--paths": where the value came from
	Line    int    // counted from 1; 0 where there is none
	Column  int    // counted from 1; 0 where there is none
	Key     string // such as prices.assets[ETH].initial; empty for the file as a whole
	Found   string
	Allowed string
}

// String writes the problem on one line, free of control characters.
func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where += ":" + strconv.Itoa(p.Line)
	}
	if p.Key != "" {
		where += ": " + p.Key
	}
	return fmt.Sprintf("%s: found %s, allowed: %s", strings.TrimPrefix(where, ": "), p.Found, p.Allowed)
}

// Problems are all problems of a configuration, in order of their place.
type Problems []Problem

// Error writes a problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// mostProblems are told; a file of garbage has thousands.
const mostProblems = 100

// collector gathers problems and remembers which keys have one, so that nothing
// is derived from a value that is wrong.
type collector struct {
	list []placed
	bad  map[string]bool
}

type placed struct {
	at origin
	Problem
}

func newCollector() *collector { return &collector{bad: map[string]bool{}} }

func (c *collector) add(at origin, key, found, allowed string) {
	c.bad[key] = true
	c.list = append(c.list, placed{at, Problem{
		File: at.file, Line: at.line, Column: at.column,
		Key: clean(key), Found: clean(found), Allowed: allowed,
	}})
}

// fine says whether no key has a problem, nor anything within it or around it.
func (c *collector) fine(keys ...string) bool {
	if len(c.bad) == 0 {
		return true
	}
	for bad := range c.bad {
		for _, key := range keys {
			if within(bad, key) || within(key, bad) {
				return false
			}
		}
	}
	return true
}

// within says whether a key is the other or in it.
func within(key, other string) bool {
	rest, ok := strings.CutPrefix(key, other)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// problems returns what was gathered, nil when nothing was.
func (c *collector) problems() Problems {
	slices.SortStableFunc(c.list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.at.layer, b.at.layer), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Key, b.Key))
	})
	var all Problems
	for _, p := range c.list {
		if len(all) == mostProblems {
			rest := fmt.Sprintf("%d more problems", len(c.list)-mostProblems)
			return append(all, Problem{File: p.File, Found: rest, Allowed: "none"})
		}
		all = append(all, p.Problem)
	}
	return all
}

// err is the problems as an error, nil when there are none.
func (c *collector) err() error {
	if all := c.problems(); all != nil {
		return all
	}
	return nil
}

// longestShown is how many characters of the user's text a problem repeats.
const longestShown = 200

// clean makes text fit for one line of a terminal.
func clean(text string) string {
	if runes := []rune(text); len(runes) > longestShown {
		text = string(runes[:longestShown]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, text)
}

// shown quotes a value that a user wrote unless it is a plain word or number.
func shown(text string) string {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) || r == ',' }) {
		return strconv.Quote(text)
	}
	return text
}
