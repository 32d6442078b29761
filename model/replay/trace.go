package replay

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// formatVersion is the version of the trace format that this package reads.
const formatVersion = "1"

// maxTraceBytes bounds the decoded size of one trace, so that a small
// compressed file cannot exhaust memory.
const maxTraceBytes = 1 << 26

// Trace is a recorded history.
type Trace struct {
	Format      string `json:"format"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Setup       Setup  `json:"setup"`
	Steps       []Step `json:"steps"`
}

// Setup is the environment before the first step.
type Setup struct {
	Timestamp string  `json:"timestamp"`
	Tokens    []Token `json:"tokens"`
}

// Token is a token that exists, with its number of decimals.
type Token struct {
	ID       string `json:"id"`
	Decimals string `json:"decimals"`
}

// Step is one transaction and what was observed after it. Observed holds only
// what changed since the last observation of a key.
type Step struct {
	Index    int                        `json:"i"`
	Op       string                     `json:"op"`
	Args     map[string]json.RawMessage `json:"args"`
	Now      string                     `json:"now"`
	OK       bool                       `json:"ok"`
	Revert   *Revert                    `json:"revert"`
	Returns  map[string]json.RawMessage `json:"returns"`
	Obs      string                     `json:"obs"`
	Observed map[string]json.RawMessage `json:"observed"`
}

// Revert is the error that a transaction failed with.
type Revert struct {
	Error string                     `json:"error"`
	Args  map[string]json.RawMessage `json:"args"`
}

// InputError is a trace that cannot be read or understood. Step is -1 when the
// fault is not in a step.
type InputError struct {
	Step int
	Op   string
	Err  error
}

func (e *InputError) Error() string {
	if e.Step < 0 {
		return e.Err.Error()
	}
	return fmt.Sprintf("step %d (%s): %v", e.Step, e.Op, e.Err)
}

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }

func badFile(format string, args ...any) error {
	return &InputError{Step: -1, Err: fmt.Errorf(format, args...)}
}

// Read decodes a trace, plain or gzipped. Every error is an *InputError.
func Read(r io.Reader) (*Trace, error) {
	br := bufio.NewReader(r)
	var in io.Reader = br
	if magic, _ := br.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		zr, err := gzip.NewReader(br)
		if err != nil {
			return nil, badFile("gzip: %w", err)
		}
		in = zr
	}
	in = &limitedReader{r: in, left: maxTraceBytes}
	var t Trace
	d := json.NewDecoder(in)
	if err := d.Decode(&t); err != nil {
		return nil, badFile("not a whole JSON trace: %w", err)
	}
	// What follows the object must be empty, and a gzip checksum must hold.
	if _, err := d.Token(); err != io.EOF {
		if err == nil {
			err = errors.New("more than one JSON value")
		}
		return nil, badFile("after the trace: %w", err)
	}
	return &t, t.check()
}

func (t *Trace) check() error {
	if t.Format != formatVersion {
		return badFile("format version %q, want %q", t.Format, formatVersion)
	}
	for i, s := range t.Steps {
		var err error
		switch {
		case s.Index != i:
			err = fmt.Errorf("index %d, want %d", s.Index, i)
		case s.Obs != "none" && s.Obs != "light" && s.Obs != "full":
			err = fmt.Errorf("obs is %q, want none, light or full", s.Obs)
		case s.OK == (s.Revert != nil):
			err = errors.New("a step either succeeds or carries a revert")
		}
		if err != nil {
			return &InputError{i, s.Op, err}
		}
	}
	return nil
}

// limitedReader fails, rather than ends, past its limit.
type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("larger than %d bytes", int64(maxTraceBytes))
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}
