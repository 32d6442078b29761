package history

import (
	"fmt"
	"slices"
	"strings"
)

// recognise finds the columns from the first rows and tells how many of these
// are not data.
func recognise(rows []row, o Options) (columns, int, error) {
	for i, r := range rows {
		switch {
		case isHeader(r.cells) || isStated(r.cells, o):
			c, skip, err := withHeader(rows[i:], o)
			if err == nil && i > 0 {
				c.notes = append(c.notes, fmt.Sprintf("%d lines before the header", i))
				c.remark(rows[:i])
			}
			return c, i + skip, err
		case isData(r.cells):
			c, err := withoutHeader(rows[i:])
			if err == nil && i > 0 {
				c.notes = append(c.notes, fmt.Sprintf("%d lines before the first row of data were left out", i))
			}
			if err == nil && len(o.Columns) > 0 {
				err = &Error{Line: r.line, Found: "a file without a header", Allowed: "a header that names them", Settle: keyColumns, Err: ErrUnrecognised}
			}
			return c, i, err
		}
	}
	e := &Error{Allowed: "a header that names a time and a price, or rows that begin with a time", Err: ErrUnrecognised, Settle: keyTimeColumn}
	if len(rows) > 0 {
		e.Line, e.Found = rows[0].line, quote(strings.Join(rows[0].cells, ","))
	}
	return columns{}, 0, e
}

// isStated tells the header that has what the options name.
func isStated(cells []string, o Options) bool {
	has := func(header string) bool {
		return slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) == header })
	}
	return o.TimeColumn != "" && has(o.TimeColumn)
}

// remark takes the source from the lines before a header, where it names itself.
func (c *columns) remark(before []row) {
	for _, r := range before {
		if strings.Contains(strings.ToLower(strings.Join(r.cells, " ")), "cryptodatadownload") {
			c.format = "cryptodatadownload"
		}
	}
}

// withHeader reads the names of the columns; skip counts the rows of the header.
func withHeader(rows []row, o Options) (c columns, skip int, err error) {
	if isTickerHeader(rows[0].cells) && len(rows) > 2 && normalise(rows[1].cells[0]) == "ticker" && len(o.Columns) == 0 {
		return tickerColumns(rows)
	}
	sample := rows[1:]
	names := normaliseAll(rows[0].cells)
	c = columns{fields: len(names), header: rows[0].cells, line: rows[0].line, clock: -1, symbol: symbolColumn(names, sample)}
	if err := c.findTime(names, sample, o); err != nil {
		return c, 0, err
	}
	c.format = formatOf(names)
	if c.format == "coingecko" {
		c.stamp = Instant
	}
	return c, 1, c.findPrices(names, o)
}

// findTime takes the stated column of the time, or the one that is named and
// filled as one.
func (c *columns) findTime(names []string, sample []row, o Options) error {
	if o.TimeColumn == "" {
		c.timeColumn(names, sample)
		return nil
	}
	at, err := c.stated(o.TimeColumn, keyTimeColumn)
	if err != nil {
		return err
	}
	rank := 0
	if slices.Contains(closeTimeNames, names[at]) {
		rank = len(timeNames)
	}
	c.setTime(at, rank, names)
	return nil
}

// stated finds a column by the header that the options name.
func (c *columns) stated(header, key string) (int, error) {
	at := slices.IndexFunc(c.header, func(cell string) bool { return strings.TrimSpace(cell) == header })
	if at < 0 {
		return 0, &Error{Line: c.line, Found: quote(strings.Join(c.header, ",")), Err: ErrUnrecognised, Settle: key,
			Allowed: "a header with " + quote(header)}
	}
	return at, nil
}

// symbolColumn is the column of symbols: named as one, and without prices.
func symbolColumn(names []string, sample []row) int {
	at := find(names, symbolNames)
	for _, r := range sample {
		if at >= 0 && at < len(r.cells) {
			if _, ok, err := parsePrice(r.cells[at]); ok && err == nil {
				return -1
			}
		}
	}
	return at
}

// isTickerHeader tells the first of the three header rows of yfinance.
func isTickerHeader(cells []string) bool {
	names := normaliseAll(cells)
	return len(names) > 1 && names[0] == "price" && slices.Contains(names[1:], "close")
}

// tickerColumns reads the header of yfinance: Price,Close,…; Ticker,ETH-USD,…; Date,,….
func tickerColumns(rows []row) (columns, int, error) {
	c := columns{format: "yahoo", fields: len(rows[0].cells), clock: -1, symbol: -1, header: rows[0].cells, line: rows[0].line}
	for i, name := range normaliseAll(rows[0].cells) {
		if name != "close" || i >= len(rows[1].cells) {
			continue
		}
		asset := strings.TrimSpace(rows[1].cells[i])
		if !assetName.MatchString(asset) || c.has(asset) {
			return c, 0, &Error{Line: rows[1].line, Column: i + 1, Found: quote(asset), Allowed: "a distinct ticker a column", Err: ErrUnrecognised}
		}
		c.prices = append(c.prices, column{at: i, asset: asset, name: "close", certain: true})
	}
	skip := 2
	if strings.HasPrefix(normalise(rows[2].cells[0]), "date") {
		skip = 3
	}
	return c, skip, nil
}
