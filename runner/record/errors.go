package record

import (
	"fmt"
	"strings"
)

// DamagedError says that a file is not what was written, or not of this format: truncated, altered, foreign.
type DamagedError struct {
	File   string
	Reason string
}

// Error implements error.
func (e *DamagedError) Error() string { return fmt.Sprintf("%s is damaged: %s", e.File, e.Reason) }

// VersionError says that a manifest, and the records with it, are of another format, which an older or newer program wrote.
type VersionError struct {
	File    string
	Version int
}

// Error implements error.
func (e *VersionError) Error() string {
	age := "an older"
	if e.Version > FormatVersion {
		age = "a newer"
	}
	return fmt.Sprintf("%s is of %s version of this program (records of format %d, this one reads and writes %d): "+
		"read the folder with that version, or run its configuration again", e.File, age, e.Version, FormatVersion)
}

// MismatchError says that two folders, or a folder and a configuration, are not the same question.
type MismatchError struct {
	Dir         string
	Differences []Difference
}

// Error implements error: one line a difference.
func (e *MismatchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s holds another run:", e.Dir)
	for _, d := range e.Differences {
		fmt.Fprintf(&b, "\n  %s: %s, now %s", d.Key, orNone(d.Old), orNone(d.New))
	}
	return b.String()
}

func orNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// ExistsError says that a folder already holds records and neither Resume nor Force was asked for.
type ExistsError struct {
	Dir  string
	File string
}

// Error implements error.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s already holds %s: resume it, force it, or choose another folder", e.Dir, e.File)
}

// LockedError says that another process is running into the folder.
type LockedError struct {
	Dir    string
	Holder string // what the holder wrote of itself
}

// Error implements error.
func (e *LockedError) Error() string {
	return fmt.Sprintf("%s is in use by another run (%s)", e.Dir, orNone(e.Holder))
}

// UnfinishedError says that a folder holds a run that did not end.
type UnfinishedError struct {
	Dir     string
	Done    int64 // whole blocks
	Planned int64
}

// Error implements error.
func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("%s holds an unfinished run (%d of %d blocks done): resume it first", e.Dir, e.Done, e.Planned)
}

// MissingError says which blocks a run lacks.
type MissingError struct {
	Dir    string
	Blocks []int64
}

// Error implements error.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s lacks %d blocks, the first of them %d", e.Dir, len(e.Blocks), e.Blocks[0])
}

// ShardError says what is wrong with a set of shards: one of them missing, given twice, or cut differently.
type ShardError struct{ Reason string }

// Error implements error.
func (e *ShardError) Error() string { return "shards do not make a run: " + e.Reason }

func blockError(spec BlockSpec, format string, args ...any) error {
	return fmt.Errorf("record: block %d (%q, point %d): "+format, append([]any{spec.Index, spec.Scenario, spec.Point}, args...)...)
}
