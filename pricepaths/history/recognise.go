package history

import (
	"fmt"
	"slices"
	"strings"
)

// recognise finds the columns from the first rows and tells how many of these
// are not data.
func recognise(rows []row) (columns, int, error) {
	for i, r := range rows {
		switch {
		case isHeader(r.cells):
			c, skip, err := withHeader(rows[i:])
			if err == nil && i > 0 {
				c.notes = append(c.notes, fmt.Sprintf("%d lines before the header", i))
				c.remark(rows[:i])
			}
			return c, i + skip, err
		case isData(r.cells):
			c, err := withoutHeader(rows[i:])
			return c, i, err
		}
	}
	e := &Error{Allowed: "a header that names a time and a price, or rows that begin with a time", Err: ErrUnrecognised}
	if len(rows) > 0 {
		e.Line, e.Found = rows[0].line, quote(strings.Join(rows[0].cells, ","))
	}
	return columns{}, 0, e
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
func withHeader(rows []row) (c columns, skip int, err error) {
	if isTickerHeader(rows[0].cells) && len(rows) > 2 && normalise(rows[1].cells[0]) == "ticker" {
		return tickerColumns(rows)
	}
	names, sample := normaliseAll(rows[0].cells), rows[1:]
	c = columns{fields: len(names), header: rows[0].cells, clock: -1, symbol: find(names, symbolNames)}
	c.timeColumn(names, sample)
	c.format = formatOf(names)
	if c.format == "coingecko" {
		c.stamp = Instant
	}
	if i := find(names, priceNames); i >= 0 && i != c.time {
		c.prices, c.assets = []int{i}, []string{""}
	} else if err := c.panelColumns(names, rows[0], sample); err != nil {
		return c, 0, err
	}
	return c, 1, nil
}

// panelColumns takes every column that is not known to be something else, and
// in which the sample has numbers, as the price of an asset.
func (c *columns) panelColumns(names []string, header row, sample []row) error {
	for i, name := range names {
		beside := slices.Contains(timeNames, name) || slices.Contains(closeTimeNames, name) || slices.Contains(symbolNames, name) ||
			slices.Contains(notPrices, name) || strings.Contains(name, "volume")
		if i == c.time || beside {
			continue
		}
		if !hasPrices(sample, i) {
			c.notes = append(c.notes, fmt.Sprintf("column %d %s is not numeric and was left out", i+1, quote(header.cells[i])))
			continue
		}
		asset := strings.TrimSpace(header.cells[i])
		if !assetName.MatchString(asset) || slices.Contains(c.assets, asset) {
			return &Error{Line: header.line, Column: i + 1, Found: quote(asset), Err: ErrUnrecognised,
				Allowed: "a distinct asset a column, of letters, digits and . _ / : ( ) & + - beginning with a letter or digit"}
		}
		c.prices, c.assets = append(c.prices, i), append(c.assets, asset)
	}
	if len(c.prices) == 0 {
		return &Error{Line: header.line, Found: quote(strings.Join(header.cells, ",")), Allowed: "a column named close or price, or one an asset", Err: ErrUnrecognised}
	}
	if len(c.prices) > 1 {
		c.format = "panel"
	}
	return nil
}

// hasPrices tells whether the column has only prices and blanks, and not only blanks.
func hasPrices(sample []row, column int) bool {
	priced := false
	for _, r := range sample {
		if column >= len(r.cells) {
			continue
		}
		_, ok, err := parsePrice(r.cells[column])
		if err != nil {
			return false
		}
		priced = priced || ok
	}
	return priced
}

// isTickerHeader tells the first of the three header rows of yfinance.
func isTickerHeader(cells []string) bool {
	names := normaliseAll(cells)
	return len(names) > 1 && names[0] == "price" && slices.Contains(names[1:], "close")
}

// tickerColumns reads the header of yfinance: Price,Close,…; Ticker,ETH-USD,…; Date,,….
func tickerColumns(rows []row) (columns, int, error) {
	c := columns{format: "yahoo", fields: len(rows[0].cells), clock: -1, symbol: -1, header: rows[0].cells}
	for i, name := range normaliseAll(rows[0].cells) {
		if name != "close" || i >= len(rows[1].cells) {
			continue
		}
		asset := strings.TrimSpace(rows[1].cells[i])
		if !assetName.MatchString(asset) || slices.Contains(c.assets, asset) {
			return c, 0, &Error{Line: rows[1].line, Column: i + 1, Found: quote(asset), Allowed: "a distinct ticker a column", Err: ErrUnrecognised}
		}
		c.prices, c.assets = append(c.prices, i), append(c.assets, asset)
	}
	skip := 2
	if strings.HasPrefix(normalise(rows[2].cells[0]), "date") {
		skip = 3
	}
	return c, skip, nil
}
