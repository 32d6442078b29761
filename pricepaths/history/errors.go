package history

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Why a file is refused; an [*Error] wraps exactly one of them.
var (
	ErrTooLarge     = errors.New("larger than the limit")
	ErrNotText      = errors.New("not a text table")
	ErrUnrecognised = errors.New("not recognised as a price file")
	ErrSyntax       = errors.New("malformed row")
	ErrTime         = errors.New("not a time")
	ErrSpreadsheet  = errors.New("times were rewritten by a spreadsheet")
	ErrAmbiguous    = errors.New("can be read in more than one way")
	ErrPrice        = errors.New("not a price")
	ErrSymbols      = errors.New("several symbols in one column")
	ErrEmpty        = errors.New("no prices")
)

// Error says where a price file was refused and what would have been accepted.
// Line and Column count from 1; 0 means that the place is the file as a whole.
type Error struct {
	File    string
	Line    int
	Column  int
	Found   string // what stands there, quoted and shortened
	Allowed string // what could have stood there
	Settle  string // the key of the [Options] that decides it, "" for none
	Err     error  // one of the Err values of this package, or an I/O error
}

// Error renders file:line:column, the reason, what was found and what is allowed.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
		if e.Column > 0 {
			fmt.Fprintf(&b, ":%d", e.Column)
		}
	}
	fmt.Fprintf(&b, ": %v", e.Err)
	if e.Found != "" {
		fmt.Fprintf(&b, ": found %s", e.Found)
	}
	if e.Allowed != "" {
		fmt.Fprintf(&b, "; allowed: %s", e.Allowed)
	}
	if e.Settle != "" {
		fmt.Fprintf(&b, "; %s settles it (prices.history.%s, --%s)", e.Settle, e.Settle, strings.ReplaceAll(e.Settle, "_", "-"))
	}
	return b.String()
}

// Unwrap gives the reason.
func (e *Error) Unwrap() error { return e.Err }

// quote makes a cell of an untrusted file fit for a message: escaped, so that it
// cannot drive a terminal, and short.
func quote(cell string) string {
	const most = 48
	if len(cell) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(cell[cut]) {
			cut--
		}
		cell = cell[:cut] + "…"
	}
	return fmt.Sprintf("%q", cell)
}
