package runner

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"backtest/configs"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// statedTable is a file of people as they stand: columns by name, in any order,
// each cell with its place. It collects everything that is wrong.
type statedTable struct {
	name    string
	columns []string
	rows    []statedRow
	faults  []string
	more    int // faults that are not told
}

type statedRow struct {
	cells []string
	at    []string // of each cell, "line 7, column 12"
}

// mostFaults are told of one file.
const mostFaults = 100

// mostStatedRows bounds the memory that a file can take.
const mostStatedRows = 10_000_000

func (t *statedTable) fault(place, format string, args ...any) {
	if len(t.faults) == mostFaults {
		t.more++
		return
	}
	t.faults = append(t.faults, t.name+": "+place+": "+fmt.Sprintf(format, args...))
}

// err returns what was found under a configuration key, nil for nothing.
func (t *statedTable) err(key string) error {
	if len(t.faults) == 0 {
		return nil
	}
	if t.more > 0 {
		t.faults = append(t.faults, fmt.Sprintf("%s: %d more", t.name, t.more))
	}
	return &InputError{key, errors.New(strings.Join(t.faults, "\n"))}
}

// readStated reads a file with the required columns, and optional ones; what a
// person adds for reading only is passed over.
func readStated(path string, required, optional, ignored []string) *statedTable {
	t := &statedTable{name: filepath.Base(path)}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".arrow", ".feather", ".ipc", ".parquet":
		t.readColumns(path)
	default:
		t.readCSV(path)
	}
	if len(t.faults) > 0 {
		return t
	}
	for i, c := range t.columns {
		switch {
		case slices.Index(t.columns, c) != i:
			t.fault("header", "the column %q is there twice", c)
		case !slices.Contains(slices.Concat(required, optional, ignored), c):
			t.fault("header", "found the column %q, allowed: %s", c, strings.Join(slices.Concat(required, optional, ignored), ", "))
		}
	}
	for _, c := range required {
		if !slices.Contains(t.columns, c) {
			t.fault("header", "the column %q is missing", c)
		}
	}
	if len(t.rows) == 0 {
		t.fault("line 2, column 1", "found no rows, allowed: at least one")
	}
	return t
}

func (t *statedTable) readCSV(path string) {
	f, err := os.Open(path)
	if err != nil {
		t.fault("file", "%v", err)
		return
	}
	defer f.Close() //nolint:errcheck // only read
	in := csv.NewReader(skipMark(f))
	in.ReuseRecord = true
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.csvFault(err)
			return
		}
		if t.columns == nil {
			t.columns = trimmed(cells)
			continue
		}
		row := statedRow{cells: trimmed(cells), at: make([]string, len(cells))}
		for i := range cells {
			line, column := in.FieldPos(i)
			row.at[i] = fmt.Sprintf("line %d, column %d", line, column)
		}
		if t.rows = append(t.rows, row); len(t.rows) > mostStatedRows {
			t.fault(row.at[0], "more than %d rows", mostStatedRows)
			return
		}
	}
}

// skipMark passes over the mark that some programs begin a text with.
func skipMark(f io.ReadSeeker) io.Reader {
	var mark [3]byte
	if n, _ := io.ReadFull(f, mark[:]); n < 3 || mark != [3]byte{0xef, 0xbb, 0xbf} {
		_, _ = f.Seek(0, io.SeekStart) // a failure shows at the next read
	}
	return f
}

func (t *statedTable) csvFault(err error) {
	if place, ok := errors.AsType[*csv.ParseError](err); ok {
		t.fault(fmt.Sprintf("line %d, column %d", place.Line, place.Column), "%v", place.Err)
		return
	}
	t.fault("file", "%v", err)
}

func trimmed(cells []string) []string {
	list := make([]string, len(cells))
	for i, c := range cells {
		list[i] = strings.TrimSpace(c)
	}
	return list
}

func (t *statedTable) readColumns(path string) {
	header, rows, err := record.ReadText(path)
	if err != nil {
		t.fault("file", "%v", err)
		return
	}
	t.columns = trimmed(header)
	for i, cells := range rows {
		row := statedRow{cells: cells, at: make([]string, len(cells))}
		for c := range cells {
			row.at[c] = fmt.Sprintf("line %d, column %d", i+1, c+1)
		}
		t.rows = append(t.rows, row)
	}
}

// cell returns a cell and its place; a column that is not there is empty.
func (t *statedTable) cell(row *statedRow, column string) (text, at string) {
	if i := slices.Index(t.columns, column); i >= 0 && i < len(row.cells) {
		return row.cells[i], row.at[i]
	}
	return "", row.at[0]
}

// place is the place of a cell for a fault of the row as a whole.
func (t *statedTable) place(row *statedRow, column string) string {
	_, at := t.cell(row, column)
	return at + ": " + column
}

// number reads an exact decimal number as D18.
func (t *statedTable) number(row *statedRow, column string, signed bool) fp.Int256 {
	text, at := t.cell(row, column)
	d, err := configs.ParseDecimal(text)
	switch {
	case err != nil:
		t.fault(at, "%s: found %q, allowed: a plain decimal number of at most 18 decimals", column, clipText(text))
	case !signed && d.Sign() < 0:
		t.fault(at, "%s: found %s, allowed: 0 or more", column, clipText(text))
	default:
		return units.FromBig(d.D18())
	}
	return fp.Int256{}
}

var plainNumber = regexp.MustCompile(`^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$`)

// rounded reads a decimal number with any number of decimals, rounded towards
// zero at the 18th: prices and sizes that somebody computed.
func (t *statedTable) rounded(row *statedRow, column string, signed bool) fp.Int256 {
	text, at := t.cell(row, column)
	r, ok := new(big.Rat), len(text) <= 80 && plainNumber.MatchString(text)
	if ok {
		_, ok = r.SetString(text)
	}
	scaled := new(big.Int)
	if ok {
		scaled.Quo(scaled.Mul(r.Num(), big.NewInt(1e18)), r.Denom())
	}
	switch {
	case !ok || scaled.BitLen() > 126:
		t.fault(at, "%s: found %q, allowed: a plain decimal number", column, clipText(text))
	case !signed && scaled.Sign() < 0:
		t.fault(at, "%s: found %s, allowed: 0 or more", column, clipText(text))
	default:
		return units.FromBig(scaled)
	}
	return fp.Int256{}
}

// id reads the number of an account.
func (t *statedTable) id(row *statedRow, column string) uint64 {
	text, at := t.cell(row, column)
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil || id == 0 || id >= 1<<63 || strconv.FormatUint(id, 10) != text {
		t.fault(at, "%s: found %q, allowed: a whole number from 1 to 2^63-1", column, clipText(text))
		return 0
	}
	return id
}

// word reads the name of something that there is.
func word[T any](t *statedTable, row *statedRow, column string, known map[string]T) (v T, name string, ok bool) {
	text, at := t.cell(row, column)
	v, ok = known[text]
	if !ok {
		t.fault(at, "%s: found %q, allowed: %s", column, clipText(text), namesOf(known))
	}
	return v, text, ok
}

func namesOf[T any](known map[string]T) string {
	var names []string
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) > 20 {
		return strings.Join(names[:20], ", ") + fmt.Sprintf(" and %d more", len(names)-20)
	}
	return strings.Join(names, ", ")
}

// clipText shortens what a message repeats.
func clipText(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return text
}
