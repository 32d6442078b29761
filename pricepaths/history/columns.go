package history

import (
	"regexp"
	"slices"
	"strings"
)

// columns says where a file keeps what; -1 is nowhere.
type columns struct {
	format string
	fields int // of every row
	time   int
	clock  int // time of day, where the date stands by itself
	symbol int
	stamp  Stamp
	prices []column // whose cells are kept
	beside []column // whose cells are only counted, to see whether they are prices too
	header []string // nil without one
	line   int      // of the header
	notes  []string

	dropped []string // of the notes, those on columns that were left out
}

// row is a record of the file with its place.
type row struct {
	line  int
	cells []string
}

var (
	enumeration = regexp.MustCompile(`^\d+[a-z]?\. `) // Alpha Vantage: "4a. close (USD)"
	assetName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._/:()&+-]{0,63}$`)
)

// normalise makes the names of columns comparable: "Adj Close**" is "adjclose".
func normalise(name string) string {
	name = enumeration.ReplaceAllString(strings.ToLower(strings.TrimSpace(name)), "")
	return strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') {
			return r
		}
		return -1
	}, name)
}

// Names of the time column by preference: the open of the bar, then numbers
// (which have no zone), then text, last of all the close of the bar.
var timeNames = []string{
	"opentime", "timeopen", "opentimestamp", "timeperiodstart", "starttime", "startat",
	"timestampunix", "unixtimestamp", "unix", "unixtime", "epoch", "timestampms", "mts", "ts",
	"timestamp", "time", "datetime", "date", "snappedat", "dateutc", "timeutc", "datetimeutc", "utc", "gmttime",
	"blocktime", "blocktimestamp", "minute", "hour", "day", "blockdate", "week", "month", "t", "localtime", "",
}

var closeTimeNames = []string{"closetime", "timeclose", "closetimestamp", "timeperiodend", "endtime"}

// Names of the price column by preference.
var priceNames = []string{
	"close", "closeusd", "closeusdt", "closelast", "closeprice", "priceclose", "closingprice",
	"last", "lastprice", "price", "priceusd", "value", "rate", "c", "adjclose", "adjustedclose",
}

var symbolNames = []string{"symbol", "pair", "ticker", "asset", "instrument", "instrumentname", "symbolid", "coin"}

// notPrices are the columns that stand beside prices and are none themselves.
var notPrices = []string{
	"open", "high", "low", "o", "h", "l", "v", "vol", "vwap", "sno", "name", "index", "ignore", "turnover", "trades", "count",
	"change", "returns", "return", "marketcap", "circulatingsupply", "dividends", "stocksplits", "capitalgains", "openinterest", "openint",
	"nr", "row", "rownumber", "rowid", "unnamed0", "vw", "n", "timehigh", "timelow", "amount", "adjustedvolume", "spread", "tickvol", "id",
}

// find is the position of the first of the names that the header has, or -1.
func find(header []string, names []string) int {
	for _, name := range names {
		if i := slices.Index(header, name); i >= 0 {
			return i
		}
	}
	return -1
}

func normaliseAll(cells []string) []string {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = normalise(c)
	}
	return names
}

// isHeader tells the names of columns from data and from remarks: a time by
// name, something beside it, and no cell that is itself a time.
func isHeader(cells []string) bool {
	if len(cells) < 2 {
		return false
	}
	names := normaliseAll(cells)
	var p timeParser
	for _, c := range cells {
		if _, err := p.parse(c); err == nil {
			return false
		}
	}
	named := find(names, timeNames[:len(timeNames)-1]) >= 0 || find(names, closeTimeNames) >= 0
	return named || (names[0] == "" && find(names, priceNames) >= 0) || isTickerHeader(cells)
}

// isData tells a row of data: it begins with a time and goes on. Whether what
// follows are prices is not asked, so that a bad first cell is told and not taken
// for a remark.
func isData(cells []string) bool {
	if len(cells) < 2 {
		return false
	}
	var p timeParser
	_, err := p.parse(cells[0])
	return err == nil
}

// timeColumn picks the column of the time: the most preferred one in which the
// sample really has times.
func (c *columns) timeColumn(names []string, sample []row) {
	candidates := append(slices.Clone(timeNames), closeTimeNames...)
	first := -1
	for rank, name := range candidates {
		i := slices.Index(names, name)
		if i < 0 {
			continue
		}
		if first < 0 {
			first = i
			c.setTime(i, rank, names)
		}
		if hasTimes(sample, i) {
			c.setTime(i, rank, names)
			return
		}
	}
}

func (c *columns) setTime(column, rank int, names []string) {
	c.time, c.stamp, c.clock = column, BarOpen, -1
	if rank >= len(timeNames) {
		c.stamp = BarClose
	}
	if names[column] == "date" && column+1 < len(names) && names[column+1] == "time" {
		c.clock = column + 1
	}
}

// hasTimes looks at the first cell of the column that is not empty.
func hasTimes(sample []row, column int) bool {
	var p timeParser
	for _, r := range sample {
		if column < len(r.cells) && strings.TrimSpace(r.cells[column]) != "" {
			m, err := p.parse(r.cells[column])
			return err == nil && m.scientific <= coarsest
		}
	}
	return false
}
