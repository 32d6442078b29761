package history

import (
	"fmt"
	"slices"
	"strings"
)

// shortNames are names of a price that are tickers just as well: where another
// column holds prices too, they do not tell which is meant.
var shortNames = []string{"c", "last", "value", "rate"}

// isPlain tells names that stand beside prices, or for their time or symbol, in
// the exports that are known.
func isPlain(name string) bool {
	return slices.Contains(timeNames, name) || slices.Contains(closeTimeNames, name) || slices.Contains(symbolNames, name) ||
		slices.Contains(notPrices, name) || slices.Contains(priceNames, name) || strings.Contains(name, "volume")
}

// findPrices decides which columns may hold prices: those that are stated, the
// close of bars, the one that is named a price, or all of a panel.
func (c *columns) findPrices(names []string, o Options) error {
	if len(o.Columns) > 0 {
		return c.statedPrices(names, o)
	}
	at := find(names, priceNames)
	if at < 0 || at == c.time {
		return c.panel(names)
	}
	c.prices = []column{{at: at, name: names[at], title: c.header[at], certain: true}}
	if isBar(names) {
		return nil
	}
	for i, name := range names {
		if i == at || c.isOther(i) || isPlain(name) && !slices.Contains(shortNames, names[at]) {
			continue
		}
		c.beside = append(c.beside, column{at: i, name: name, title: c.header[i]})
	}
	return nil
}

// isOther tells the columns of time and symbol.
func (c *columns) isOther(i int) bool { return i == c.time || i == c.clock || i == c.symbol }

// isBar tells a header that has open, high and low beside a close.
func isBar(names []string) bool {
	return slices.ContainsFunc(names, begins("high")) && slices.ContainsFunc(names, begins("low")) && slices.ContainsFunc(names, begins("open")) ||
		slices.Contains(names, "o") && slices.Contains(names, "h") && slices.Contains(names, "l") && slices.Contains(names, "c")
}

// statedPrices takes the columns that the options name.
func (c *columns) statedPrices(names []string, o Options) error {
	for _, title := range o.Columns {
		at, err := c.stated(title, keyColumns)
		if err != nil {
			return err
		}
		if at == c.time || c.has(title) {
			return &Error{Line: c.line, Column: at + 1, Found: quote(title), Err: ErrUnrecognised, Settle: keyColumns,
				Allowed: "each column once, and not that of the time"}
		}
		next := column{at: at, name: names[at], title: title, asset: title, certain: true}
		if len(o.Columns) == 1 && slices.Contains(priceNames, next.name) && !slices.Contains(shortNames, next.name) {
			next.asset = "" // "close" is no asset
		}
		c.prices = append(c.prices, next)
	}
	return nil
}

// panel takes every column beside time and symbol for one that may hold the
// prices of an asset.
func (c *columns) panel(names []string) error {
	for i, name := range names {
		if c.isOther(i) {
			continue
		}
		asset, closes := flattened(c.header[i])
		if !closes {
			continue // the open or volume of a table with two rows of header, written in one
		}
		if !isPlain(name) && (!assetName.MatchString(asset) || c.has(asset)) {
			return &Error{Line: c.line, Column: i + 1, Found: quote(asset), Err: ErrUnrecognised,
				Allowed: "a distinct asset a column, of letters, digits and . _ / : ( ) & + - beginning with a letter or digit"}
		}
		c.prices = append(c.prices, column{at: i, name: name, title: c.header[i], asset: asset})
	}
	return nil
}

func (c *columns) has(asset string) bool {
	return slices.ContainsFunc(c.prices, func(o column) bool { return o.asset == asset })
}

// flattened reads a header such as ('Close', 'BTC-USD'), which pandas writes for
// a table with two rows of header; other headers are the asset itself.
func flattened(header string) (asset string, closes bool) {
	text := strings.TrimSpace(header)
	inner, ok := strings.CutPrefix(text, "(")
	if !ok || !strings.HasSuffix(inner, ")") {
		return text, true
	}
	parts := strings.Split(strings.TrimSuffix(inner, ")"), ",")
	if len(parts) != 2 {
		return text, true
	}
	for i := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(parts[i]), `'"`)
	}
	if !slices.Contains(priceNames, normalise(parts[0])) && !slices.Contains(notPrices, normalise(parts[0])) && normalise(parts[0]) != "volume" {
		return text, true
	}
	return parts[1], slices.Contains(priceNames, normalise(parts[0]))
}

// judge decides by all rows which columns hold prices, and refuses what can be
// meant in more than one way.
func (c *columns) judge() (keep []int, err error) {
	for i := range c.beside {
		if b := &c.beside[i]; b.isPriced() && b.others == 0 {
			return nil, c.ambiguous(b)
		}
	}
	named := 0
	for a := range c.prices {
		if o := &c.prices[a]; o.certain || o.prices > 0 && !isPlain(o.name) {
			named++
		}
	}
	for a := range c.prices {
		switch o := &c.prices[a]; {
		case o.certain:
			keep = append(keep, a)
		case o.prices == 0 && o.others == 0:
			c.note(o, "is empty")
		case o.prices == 0:
			c.note(o, "is not numeric")
		case isPlain(o.name) && o.isPriced() && named > 0:
			return nil, c.ambiguous(o)
		case o.times:
			c.note(o, "holds times")
		case isPlain(o.name) && o.counter:
			c.note(o, "numbers the rows")
		case isPlain(o.name):
			c.note(o, "is no asset by its name")
		case o.bad != nil:
			return nil, o.bad
		default:
			keep = append(keep, a)
		}
	}
	if len(keep) == 0 {
		return nil, &Error{Line: c.line, Found: quote(strings.Join(c.header, ",")), Err: ErrUnrecognised, Settle: keyColumns,
			Allowed: "a column named close or price, or one an asset"}
	}
	return keep, nil
}

func (c *columns) note(o *column, what string) {
	text := fmt.Sprintf("column %d %s %s and was left out", o.at+1, quote(o.title), what)
	c.notes, c.dropped = append(c.notes, text), append(c.dropped, text)
}

// ambiguous refuses a column with prices whose name may mean something else.
func (c *columns) ambiguous(o *column) error {
	var others []string
	for i := range c.prices {
		if p := &c.prices[i]; p.at != o.at && (p.certain || p.prices > 0) {
			others = append(others, strings.TrimSpace(p.title))
		}
	}
	return &Error{Line: c.line, Column: o.at + 1, Err: ErrAmbiguous, Settle: keyColumns,
		Found:   fmt.Sprintf("prices in column %s beside those in %s: an asset of its own, or not", quote(strings.TrimSpace(o.title)), quote(strings.Join(others, ", "))),
		Allowed: fmt.Sprintf("the columns to take, [%s] or with %s", strings.Join(others, ", "), strings.TrimSpace(o.title))}
}
