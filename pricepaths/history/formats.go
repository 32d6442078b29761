package history

import (
	"slices"
	"strings"
)

// signatures tell a format by the names of its columns; the first that fits wins.
var signatures = []struct {
	format string
	fits   func(has func(...string) bool, names []string) bool
}{
	{"coingecko", func(has func(...string) bool, _ []string) bool { return has("snappedat") }},
	{"coinmarketcap", func(has func(...string) bool, _ []string) bool { return has("marketcap", "close") }},
	{"bybit", func(has func(...string) bool, _ []string) bool { return has("turnover", "close") }},
	{"binance", func(has func(...string) bool, _ []string) bool {
		return has("opentime", "closetime") || has("quoteassetvolume") || has("numberoftrades") || has("takerbuybaseassetvolume")
	}},
	{"cryptodatadownload", func(has func(...string) bool, names []string) bool {
		return has("symbol", "close") && (has("unix") || has("unixtimestamp") || has("date")) && slices.ContainsFunc(names, begins("volume"))
	}},
	{"yahoo", func(has func(...string) bool, _ []string) bool {
		return has("date", "adjclose") || has("stocksplits") || has("datetime", "adjclose")
	}},
	{"coinbase", func(has func(...string) bool, names []string) bool {
		return has("timestamp", "unixtimestamp") || strings.Contains(strings.Join(names, " "), "low high open close volume")
	}},
	{"kraken", func(has func(...string) bool, _ []string) bool {
		return has("vwap", "count") || has("close", "trades") || has("vwap", "trades")
	}},
	{"ohlc", func(_ func(...string) bool, names []string) bool {
		return slices.ContainsFunc(names, begins("high")) && slices.ContainsFunc(names, begins("low"))
	}},
}

func begins(prefix string) func(string) bool {
	return func(name string) bool { return strings.HasPrefix(name, prefix) }
}

// formatOf names the format of a header; time-price where nothing more is known.
func formatOf(names []string) string {
	has := func(wanted ...string) bool {
		for _, w := range wanted {
			if !slices.Contains(names, w) {
				return false
			}
		}
		return true
	}
	for _, s := range signatures {
		if s.fits(has, names) {
			return s.format
		}
	}
	return "time-price"
}

// barOrders are the ways in which exchanges order an unnamed bar: positions of
// high, low and close after the time; open is the remaining one.
var barOrders = []struct {
	exchange               string
	open, high, low, close int
}{
	{"open, high, low, close", 1, 2, 3, 4},
	{"open, close, high, low (Bitfinex)", 1, 3, 4, 2},
	{"low, high, open, close (Coinbase)", 3, 2, 1, 4},
}

// withoutHeader tells the columns of a file that does not name them by their
// number and by which of them are the highest and the lowest of every bar.
func withoutHeader(rows []row) (columns, error) {
	n := len(rows[0].cells)
	c := columns{fields: n, clock: -1, symbol: -1}
	switch {
	case n == 2:
		c.format, c.prices = "time-price", []column{{at: 1, certain: true}}
		return c, nil
	case n < 5 || n > 12:
		return c, &Error{Line: rows[0].line, Found: quote(strings.Join(rows[0].cells, ",")), Err: ErrUnrecognised,
			Allowed: "without a header: time and price, or time, open, high, low, close and what an exchange adds"}
	}
	c.format = map[int]string{7: "kraken", 8: "kraken", 11: "binance", 12: "binance"}[n]
	if c.format == "" {
		c.format = "ohlc"
	}
	closes, names := map[int]bool{}, []string{}
	for _, order := range barOrders {
		if fitsOrder(rows, order.open, order.high, order.low, order.close) {
			closes[order.close] = true
			names = append(names, order.exchange)
			if len(c.prices) == 0 {
				c.prices = []column{{at: order.close, certain: true}}
			}
		}
	}
	if len(closes) != 1 {
		return c, &Error{Line: rows[0].line, Found: "bars that fit " + strings.Join(append(names, "no known order"), " and "), Err: ErrAmbiguous,
			Allowed: "a header, or bars whose high and low tell the order of the columns"}
	}
	c.notes = append(c.notes, "no header; columns by their values: time, "+names[0])
	return c, nil
}

// fitsOrder tells whether high and low bound open and close in all rows that have
// four prices; a cell that is none is told when its row is read.
func fitsOrder(rows []row, open, high, low, closing int) bool {
	for _, r := range rows {
		if len(r.cells) <= 4 {
			continue
		}
		var v [5]float64
		whole := true
		for i := 1; i < 5; i++ {
			price, ok, err := parsePrice(r.cells[i])
			v[i], whole = price, whole && ok && err == nil
		}
		if !whole {
			continue
		}
		if v[high] < max(v[open], v[closing]) || v[low] > min(v[open], v[closing]) {
			return false
		}
	}
	return true
}
