package history

import (
	"errors"
	"math"
	"strings"
)

// column is a column that may be one of prices, with what its rows hold.
type column struct {
	at      int    // position, from 0
	name    string // normalised header
	title   string // header as it stands
	asset   string // "" to be named by symbol or file
	certain bool   // a column of prices whatever stands in it: a cell that is none is an error

	prices, others int
	bad            *Error // the first cell that is neither a price nor blank
	times          bool   // every cell that is not blank is a time
	counter        bool   // every cell is the whole number after the one before
	last           float64
	parser         timeParser
}

// take reads the cell of a row: NaN for none. The error is of a cell that is no price.
func (c *column) take(r row) (float64, error) {
	cell := r.cells[c.at]
	price, ok, err := parsePrice(cell)
	if !c.certain {
		c.count(cell)
	}
	switch {
	case err != nil:
		e := badCell(r.line, c.at, cell, err)
		c.others++
		if c.bad == nil {
			c.bad = e
		}
		return math.NaN(), e
	case ok:
		c.prices++
	}
	return price, nil
}

func badCell(line, column int, cell string, err error) *Error {
	reason := ErrPrice
	if errors.Is(err, errDecimalComma) {
		reason = ErrAmbiguous
	}
	return &Error{Line: line, Column: column + 1, Found: quote(cell) + ", " + err.Error(), Allowed: "a positive decimal, or a blank, null or NaN for none", Err: reason}
}

// count keeps up whether the column is one of times or of row numbers.
func (c *column) count(cell string) {
	text := strings.TrimSpace(cell)
	if text == "" {
		return
	}
	first := c.prices+c.others == 0
	if first {
		c.times, c.counter = true, true
	}
	if c.times {
		_, err := c.parser.parse(text)
		c.times = err == nil
	}
	if c.counter {
		v, err := parsePlain(text)
		c.counter = err == nil && v == math.Trunc(v) && (first || v == c.last+1)
		c.last = v
	}
}

// isPriced tells whether anything in the column is a price and not a time, or the
// number of its row under a name for that.
func (c *column) isPriced() bool {
	return c.prices > 0 && !c.times && !(c.counter && isPlain(c.name))
}
