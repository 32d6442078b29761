// Package statefile writes and reads state documents: JSON, gzipped.
package statefile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	"backtest/model/state"
)

// mostBytes bounds the decoded size of a document, so that a small file cannot
// exhaust memory: a million positions take a fifth of it.
const mostBytes = 1 << 30

// Marshal returns a document as JSON text. The same state gives the same
// bytes.
func Marshal(d *state.State) ([]byte, error) {
	text, err := json.MarshalIndent(d, "", " ")
	return append(text, '\n'), err
}

// Write writes a document, gzipped. The same state gives the same bytes.
func Write(w io.Writer, d *state.State) error {
	text, err := Marshal(d)
	if err != nil {
		return err
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(text); err != nil {
		return err
	}
	return z.Close()
}

// SyntaxError is a text that is no document, and where (lines and columns from
// 1).
type SyntaxError struct {
	Line, Column int
	Err          error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %v", e.Line, e.Column, e.Err)
}

// Unwrap returns the cause.
func (e *SyntaxError) Unwrap() error { return e.Err }

// Read reads a document, gzipped or plain. A text that is none is a
// *SyntaxError. Whether the document is a state, model.Load tells.
func Read(r io.Reader) (*state.State, error) {
	text, err := readAll(r)
	if err != nil {
		return nil, err
	}
	return Unmarshal(text)
}

func readAll(r io.Reader) ([]byte, error) {
	br := bufio.NewReader(r)
	var in io.Reader = br
	if magic, _ := br.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(br)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		in = z
	}
	text, err := io.ReadAll(io.LimitReader(in, mostBytes+1))
	if err == nil && len(text) > mostBytes {
		err = fmt.Errorf("larger than %d bytes", mostBytes)
	}
	return text, err
}

// Unmarshal reads a document from JSON text. Unknown keys are errors, keys that
// are there twice too.
func Unmarshal(text []byte) (*state.State, error) {
	if err := checkKeys(text); err != nil {
		return nil, err
	}
	d := &state.State{}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(d); err != nil {
		return nil, located(text, int64(len(text)), err)
	}
	return d, nil
}

// checkKeys walks through the text as JSON and refuses keys that are twice in
// one object, of which the decoder would take the last.
func checkKeys(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	w := walker{in: in, text: text}
	if err := w.value(); err != nil {
		return err
	}
	switch _, err := in.Token(); err {
	case io.EOF:
		return nil
	case nil:
		return located(text, in.InputOffset(), errors.New("more than one JSON value"))
	default:
		return located(text, in.InputOffset(), err)
	}
}

type walker struct {
	in   *json.Decoder
	text []byte
}

func (w *walker) next() (json.Token, error) {
	t, err := w.in.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		err = located(w.text, w.in.InputOffset(), err)
	}
	return t, err
}

func (w *walker) value() error {
	t, err := w.next()
	if err != nil {
		return err
	}
	if n, ok := t.(json.Number); ok {
		return located(w.text, w.in.InputOffset(), fmt.Errorf("the number %s; integers are strings of digits", n))
	}
	open, nested := t.(json.Delim)
	var keys map[string]bool
	if nested && open == '{' {
		keys = map[string]bool{}
	}
	for nested && w.in.More() {
		if err := w.key(keys); err != nil {
			return err
		}
		if err := w.value(); err != nil {
			return err
		}
	}
	if nested {
		_, err = w.next()
	}
	return err
}

// key reads the key of an object, nothing in a list.
func (w *walker) key(keys map[string]bool) error {
	if keys == nil {
		return nil
	}
	t, err := w.next()
	if err != nil {
		return err
	}
	k, _ := t.(string)
	if keys[k] {
		return located(w.text, w.in.InputOffset(), fmt.Errorf("the key %q is there twice", k))
	}
	keys[k] = true
	return nil
}

// quotation is the first word in quotes of an error.
var quotation = regexp.MustCompile(`"[^"]*"`)

// located tells line and column of an error: the offset that it carries, or
// that to which the text was read.
func located(text []byte, read int64, err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		read = syntax.Offset
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		read = kind.Offset
	}
	if quoted := quotation.Find([]byte(err.Error())); quoted != nil && read == int64(len(text)) {
		// The decoder tells no place of these.
		if at := bytes.Index(text, quoted); at >= 0 {
			read = int64(at)
		}
	}
	read = max(0, min(read, int64(len(text))))
	before := text[:read]
	return &SyntaxError{1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n'), err}
}
