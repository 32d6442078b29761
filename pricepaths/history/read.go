package history

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// ReadFile reads the price file at path; see [Read].
func ReadFile(path string, o Options) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	defer f.Close()
	return Read(path, f, o)
}

// Read recognises and reads a price file. name is only used in messages and,
// without its folder and extension, as the name of an asset that neither the
// file nor the options name. Every refusal is an [*Error].
func Read(name string, r io.Reader, o Options) (*File, error) {
	return read(name, r, o, defaultLimits)
}

func read(name string, r io.Reader, o Options, l limits) (*File, error) {
	src, err := newSource(r, l)
	if err == nil {
		var f *File
		if f, err = parse(name, src, o); err == nil {
			return f, nil
		}
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
	options Options
	csv     *csv.Reader
	columns columns
	times   timeParser
	symbol  string
	bars    bars
	blank   int
	repeats int
	others  int // rows of other symbols than the one that is stated
}

// sampled is the number of rows by which a file is recognised.
const sampled = 64

func parse(name string, src *source, o Options) (*File, error) {
	buffered := bufio.NewReaderSize(src, readAhead)
	head, err := sniff(buffered)
	if err != nil {
		return nil, err
	}
	src.mark()
	var text io.Reader = buffered
	if oldLines(head) {
		text = lines{buffered}
	}
	p := &parser{src: src, options: o, csv: csv.NewReader(text)}
	p.csv.Comma, p.csv.FieldsPerRecord, p.csv.TrimLeadingSpace = delimiter(head), -1, true
	sample, err := p.sample()
	if err != nil {
		return nil, err
	}
	var skip int
	if p.columns, skip, err = recognise(sample, o); err != nil {
		return nil, err
	}
	p.bars.closes = make([][]float64, len(p.columns.prices))
	p.symbol = o.Ticker
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
	if own, err := p.takeSymbol(r); err != nil || !own {
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

// takeSymbol tells whether a row is of the asset that the file is read for.
func (p *parser) takeSymbol(r row) (bool, error) {
	c := &p.columns
	if c.symbol < 0 {
		return true, nil
	}
	symbol := strings.TrimSpace(r.cells[c.symbol])
	if p.symbol == "" {
		p.symbol = strings.Clone(symbol)
	}
	switch {
	case symbol == p.symbol:
		return true, nil
	case p.options.Ticker != "":
		p.others++
		return false, nil
	}
	return false, &Error{Line: r.line, Column: c.symbol + 1, Found: quote(symbol), Err: ErrSymbols, Settle: keyTicker,
		Allowed: "only " + quote(p.symbol) + ", as above; a file a symbol, a column a symbol, or the symbol to take"}
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

// takePrices reads the prices of a row. A cell that is none is an error where the
// column is known to be one of prices; of other columns it is remembered until
// all of their rows are known.
func (p *parser) takePrices(r row, m moment) error {
	p.bars.rows++
	priced := false
	for a := range p.columns.prices {
		c := &p.columns.prices[a]
		price, err := c.take(r)
		if err != nil && c.certain {
			return err
		}
		p.bars.closes[a] = append(p.bars.closes[a], price)
		priced = priced || price == price
	}
	for i := range p.columns.beside {
		_, _ = p.columns.beside[i].take(r) // its tally counts
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
	keep, err := p.columns.judge()
	if err != nil {
		return nil, err
	}
	p.bars.keep(keep)
	f := &File{Name: name, Format: p.columns.format, Stamp: p.columns.stamp, Notes: p.columns.notes, changes: p.columns.dropped}
	if f.SHA256, err = p.src.sum(); err != nil {
		return nil, err
	}
	p.name(f, name, keep)
	if p.blank > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("%d blank rows", p.blank))
	}
	if p.repeats > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("the header stands %d times more among the rows", p.repeats))
	}
	if p.others > 0 {
		f.change("%d rows of other symbols than %s were left out", p.others, quote(p.options.Ticker))
	}
	if err := p.bars.settle(f, p.options.TimeFormat); err != nil {
		return nil, err
	}
	p.bars.tidy(f, p.options.Tolerance)
	return f, nil
}

// name names the assets: by the header, and a single one by the options, its
// symbol, or the file.
func (p *parser) name(f *File, name string, keep []int) {
	for _, a := range keep {
		f.Assets = append(f.Assets, p.columns.prices[a].asset)
	}
	if len(f.Assets) != 1 || f.Assets[0] != "" {
		if len(f.Assets) > 1 {
			f.Format = "panel"
		}
		return
	}
	f.Assets[0] = p.options.single(stem(name))
	if assetName.MatchString(p.symbol) {
		f.Assets[0] = p.symbol
	}
	f.byFile = p.symbol == ""
}
