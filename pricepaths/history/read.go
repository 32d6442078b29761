package history

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ReadFile reads the price file at path; see [Read].
func ReadFile(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	defer f.Close()
	return Read(path, f)
}

// Read recognises and reads a price file. name is only used in messages and,
// without its folder and extension, as the name of an asset that the file does
// not name. Every refusal is an [*Error].
func Read(name string, r io.Reader) (*File, error) {
	return read(name, r, defaultLimits)
}

func read(name string, r io.Reader, l limits) (*File, error) {
	src := newSource(r, l)
	f, err := parse(name, src)
	if err == nil {
		return f, nil
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Err: err}
	}
	e.File = name
	return nil, e
}

// parser holds a file while it is read.
type parser struct {
	src     *source
	csv     *csv.Reader
	columns columns
	times   timeParser
	symbol  string
	bars    bars
	blank   int
	repeats int
}

// sampled is the number of rows by which a file is recognised.
const sampled = 64

func parse(name string, src *source) (*File, error) {
	buffered := bufio.NewReaderSize(src, readAhead)
	head, err := sniff(buffered)
	if err != nil {
		return nil, err
	}
	src.mark()
	p := &parser{src: src, csv: csv.NewReader(buffered)}
	p.csv.Comma, p.csv.FieldsPerRecord, p.csv.TrimLeadingSpace = delimiter(head), -1, true
	sample, err := p.sample()
	if err != nil {
		return nil, err
	}
	var skip int
	if p.columns, skip, err = recognise(sample); err != nil {
		return nil, err
	}
	if len(p.columns.prices) == 0 || len(p.columns.assets) == 0 {
		return nil, &Error{Found: "no column of prices", Allowed: "a header that names a time and a price", Err: ErrUnrecognised}
	}
	p.bars.closes = make([][]float64, len(p.columns.prices))
	if err := p.rows(sample[skip:]); err != nil {
		return nil, err
	}
	return p.finish(name)
}

// sample reads the rows by which the file is recognised.
func (p *parser) sample() ([]row, error) {
	var sample []row
	for len(sample) < sampled {
		r, err := p.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		r.cells = slices.Clone(r.cells)
		sample = append(sample, r)
	}
	p.csv.ReuseRecord = true
	return sample, nil
}

// next reads one record.
func (p *parser) next() (row, error) {
	cells, err := p.csv.Read()
	if err != nil {
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return row{}, &Error{Line: syntax.Line, Column: syntax.Column, Found: syntax.Err.Error(), Allowed: "quotes around a whole cell, closed in its row", Err: ErrSyntax}
		}
		return row{}, err
	}
	p.src.mark()
	line, _ := p.csv.FieldPos(0)
	if len(cells) > p.src.limits.columns {
		return row{}, &Error{Line: line, Found: fmt.Sprintf("%d columns", len(cells)), Allowed: fmt.Sprintf("%d", p.src.limits.columns), Err: ErrTooLarge}
	}
	return row{line, cells}, nil
}

// rows takes in the sampled rows and then the rest of the file.
func (p *parser) rows(sample []row) error {
	for _, r := range sample {
		if err := p.take(r); err != nil {
			return err
		}
	}
	for {
		r, err := p.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.take(r); err != nil {
			return err
		}
	}
}

// take reads one row of data.
func (p *parser) take(r row) error {
	c := &p.columns
	switch {
	case !slices.ContainsFunc(r.cells, func(s string) bool { return strings.TrimSpace(s) != "" }):
		p.blank++
		return nil
	case c.header != nil && slices.Equal(r.cells, c.header):
		p.repeats++
		return nil
	case !p.wide(r.cells):
		return &Error{Line: r.line, Found: fmt.Sprintf("%d columns", len(r.cells)), Allowed: fmt.Sprintf("%d, as above", c.fields), Err: ErrSyntax}
	case len(p.bars.times) >= p.src.limits.rows:
		return &Error{Line: r.line, Allowed: fmt.Sprintf("%d rows", p.src.limits.rows), Err: ErrTooLarge}
	}
	if err := p.takeSymbol(r); err != nil {
		return err
	}
	m, err := p.takeTime(r)
	if err != nil {
		return err
	}
	return p.takePrices(r, m)
}

// wide tells whether a row has its columns; what stands beyond them must be blank.
func (p *parser) wide(cells []string) bool {
	n := p.columns.fields
	return len(cells) >= n && !slices.ContainsFunc(cells[n:], func(s string) bool { return strings.TrimSpace(s) != "" })
}

func (p *parser) takeSymbol(r row) error {
	c := &p.columns
	if c.symbol < 0 {
		return nil
	}
	symbol := strings.TrimSpace(r.cells[c.symbol])
	if p.symbol == "" {
		p.symbol = strings.Clone(symbol)
	}
	if symbol != p.symbol {
		return &Error{Line: r.line, Column: c.symbol + 1, Found: quote(symbol), Allowed: "only " + quote(p.symbol) + ", as above; a file a symbol or a column a symbol", Err: ErrSymbols}
	}
	return nil
}

func (p *parser) takeTime(r row) (moment, error) {
	c := &p.columns
	cell := r.cells[c.time]
	if c.clock >= 0 {
		cell += " " + r.cells[c.clock]
	}
	m, err := p.times.parse(cell)
	if err != nil {
		reason := ErrTime
		if errors.Is(err, errDayNumber) || errors.Is(err, errNoDate) {
			reason = ErrSpreadsheet
		}
		return m, &Error{Line: r.line, Column: c.time + 1, Found: quote(cell) + ", " + err.Error(), Allowed: allowedTimes, Err: reason}
	}
	return m, nil
}

func (p *parser) takePrices(r row, m moment) error {
	p.bars.rows++
	priced := false
	for a, column := range p.columns.prices {
		price, ok, err := parsePrice(r.cells[column])
		if err != nil {
			reason := ErrPrice
			if errors.Is(err, errDecimalComma) {
				reason = ErrAmbiguous
			}
			return &Error{Line: r.line, Column: column + 1, Found: quote(r.cells[column]) + ", " + err.Error(), Allowed: "a positive decimal, or a blank, null or NaN for none", Err: reason}
		}
		p.bars.closes[a] = append(p.bars.closes[a], price)
		priced = priced || ok
	}
	if !priced {
		for a := range p.bars.closes {
			p.bars.closes[a] = p.bars.closes[a][:len(p.bars.closes[a])-1]
		}
		return nil
	}
	p.bars.add(m, r.line)
	return nil
}

// finish turns what was read into a File.
func (p *parser) finish(name string) (*File, error) {
	f := &File{Name: name, Format: p.columns.format, SHA256: p.src.sum(), Stamp: p.columns.stamp, Assets: p.assets(name), Notes: p.columns.notes}
	if p.blank > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d blank rows", p.blank))
	}
	if p.repeats > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("the header stands %d times more among the rows", p.repeats))
	}
	if err := p.bars.settle(f); err != nil {
		return nil, err
	}
	p.bars.tidy(f)
	return f, nil
}

// assets names a single asset by its symbol, or by the file.
func (p *parser) assets(name string) []string {
	if len(p.columns.assets) > 1 || p.columns.assets[0] != "" {
		return p.columns.assets
	}
	if assetName.MatchString(p.symbol) {
		return []string{p.symbol}
	}
	base := filepath.Base(name)
	return []string{strings.TrimSuffix(base, filepath.Ext(base))}
}
