package history

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A moment is a time of the file. alt is the other reading of a date such as
// 03/04/2021, which the rest of the file has to decide.
type moment struct {
	at         int64 // unix seconds
	endOfMilli bool  // the time is one millisecond (or less) before a full second
	ambiguous  bool
	alt        int64
	altOK      bool
	mainOK     bool
	short      bool    // the year has two digits
	scientific float64 // resolution in seconds of a number such as 1.70027E+12, else 0
}

// Plausible times: 1980 to 2100. The four epoch units and the two compact dates
// do not overlap within it.
const (
	earliest = 315_532_800
	latest   = 4_102_444_800
)

var (
	errZone      = errors.New("a time zone by name, which is not one offset")
	errDayNumber = errors.New("a spreadsheet's day number: rounded to 0.9 s or worse, its epoch unknown")
	errNoDate    = errors.New("a spreadsheet's minutes and seconds, the date is lost")
	errNoTime    = errors.New("no known way to write a time")
	errRange     = errors.New("a time before 1980 or after 2100")
)

const allowedTimes = "unix s, ms, µs or ns; 2006-01-02 with or without 15:04:05 and a zone offset; Jan 2, 2006; 02-Jan-06; 02.01.2006; 01/02/2006 if the file or time_format decides which is the month"

// layouts without an ambiguity; a fraction of a second is accepted by all that
// end in seconds. Without an offset a time is UTC.
var layouts = []string{
	"2006-01-02 15:04:05", "2006-01-02", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04", "2006-01-02 15:04Z07:00", "2006-01-02 03-PM", "2006-01-02 3 PM",
	"2006-01-02 15-04-05", "2006/01/02 15:04:05", "2006/01/02 15:04", "2006/01/02", "2006/1/2 15:04", "2006/1/2",
	"2006.01.02 15:04:05", "2006.01.02 15:04", "2006.01.02", "20060102 15:04:05", "20060102 150405", "20060102 15:04",
	"Jan 2, 2006", "January 2, 2006", "Jan 2, 2006 15:04:05", "Jan 2 2006", "2 Jan 2006", "2-Jan-2006", "2 January 2006",
	"2-Jan-2006 15:04:05", "2-Jan-2006 15:04", "2-Jan-06", "2-Jan-06 15:04:05", "2-Jan-06 15:04", "2 Jan 06", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
	"Jan 2, 2006, 3:04 PM", "Mon Jan 2 2006 15:04:05", "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, Jan 2, 2006",
	"02.01.2006 15:04:05", "02.01.2006 15:04:05 -0700", "02.01.2006 15:04", "02.01.2006",
}

var (
	slashed   = regexp.MustCompile(`^(\d{1,2})([/-])(\d{1,2})([/-])(\d{4}|\d{2})(?:[ T,]+(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?: ?([AaPp][Mm]))?)?$`)
	clockOnly = regexp.MustCompile(`^\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$`)
	zoneName  = regexp.MustCompile(`[0-9]\s*([A-Z]{2,5})$`)
)

// timeParser reads the cells of a time column; it tries the layout first that
// fitted the cell before.
type timeParser struct{ last string }

func (p *timeParser) parse(cell string) (moment, error) {
	text := strings.TrimSpace(cell)
	if text == "" {
		return moment{}, errNoTime
	}
	if strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && !strings.ContainsRune(".eE+", r) }) < 0 &&
		strings.Count(text, ".") <= 1 {
		return parseEpoch(text)
	}
	if early := strings.IndexAny(text, "/-:"); early >= 0 && early < 4 {
		if m := slashed.FindStringSubmatch(text); m != nil {
			return parseSlashed(m)
		}
		if clockOnly.MatchString(text) {
			return moment{}, errNoDate
		}
	}
	return p.parseText(text)
}

// parseText reads a time that is written out.
func (p *timeParser) parseText(text string) (moment, error) {
	if len(text) > 11 && text[10] == 'T' {
		text = text[:10] + " " + text[11:]
	}
	text = strings.Replace(text, " GMT+", " +", 1)
	text = strings.Replace(text, " GMT-", " -", 1)
	for _, utc := range []string{" UTC", " GMT", " Z", "UTC"} {
		text = strings.TrimSuffix(text, utc)
	}
	text = strings.TrimSuffix(text, " +0000")
	if t, err := time.Parse(p.last, text); p.last != "" && err == nil {
		return atTime(t)
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			p.last = layout
			return atTime(t)
		}
	}
	if m := zoneName.FindStringSubmatch(text); m != nil && m[1] != "AM" && m[1] != "PM" && m[1] != "Z" {
		return moment{}, errZone
	}
	return moment{}, errNoTime
}

func atTime(t time.Time) (moment, error) {
	return within(t.Unix(), t.Nanosecond())
}

// within checks the range and notes a bar's end written as 23:59:59.999.
func within(seconds int64, nanos int) (moment, error) {
	if seconds < earliest || seconds > latest {
		return moment{}, errRange
	}
	return moment{at: seconds, mainOK: true, endOfMilli: nanos >= 999_000_000}, nil
}

// parseEpoch reads a number: seconds, ms, µs or ns since 1970 by its size, or a
// compact date.
func parseEpoch(text string) (moment, error) {
	if strings.ContainsAny(text, "eE") {
		return parseScientific(text)
	}
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return moment{}, errNoTime
	}
	switch {
	case n >= earliest && n <= latest:
		return within(n, fractionNanos(fraction))
	case n >= earliest*1e3 && n <= latest*1e3:
		return within(n/1e3, int(n%1e3)*1e6)
	case n >= earliest*1e6 && n <= latest*1e6:
		return within(n/1e6, int(n%1e6)*1e3)
	case n >= earliest*1e9 && n <= latest*1e9:
		return within(n/1e9, int(n%1e9))
	case n >= 20_000 && n < 80_000:
		return moment{}, errDayNumber
	case fraction == "" && len(whole) == 8:
		return compact("20060102", whole)
	case fraction == "" && len(whole) == 12:
		return compact("200601021504", whole)
	case fraction == "" && len(whole) == 14:
		return compact("20060102150405", whole)
	}
	return moment{}, errRange
}

func compact(layout, text string) (moment, error) {
	t, err := time.Parse(layout, text)
	if err != nil {
		return moment{}, errNoTime
	}
	return atTime(t)
}

func fractionNanos(fraction string) int {
	f, err := strconv.ParseFloat("0."+fraction, 64)
	if fraction == "" || err != nil {
		return 0
	}
	return int(f * 1e9)
}

// parseScientific reads 1.70027E+12, the way a spreadsheet shows a number that is
// too wide for its column, and notes how coarse it is.
func parseScientific(text string) (moment, error) {
	value, err := parsePlain(text)
	if err != nil || value < earliest || value > latest*1e9 {
		return moment{}, errNoTime
	}
	mantissa, exponent, _ := strings.Cut(strings.ToUpper(text), "E")
	_, decimals, _ := strings.Cut(mantissa, ".")
	power, err := strconv.Atoi(exponent)
	if err != nil {
		return moment{}, errNoTime
	}
	unit := 1.0
	for value > latest {
		value, unit = value/1e3, unit*1e3
	}
	m, err := within(int64(value), 0)
	m.scientific = math.Max(math.Pow10(power-len(decimals))/unit, math.SmallestNonzeroFloat64)
	return m, err
}

// parseSlashed reads 03/04/2021 both ways.
func parseSlashed(m []string) (moment, error) {
	if m[2] != m[4] {
		return moment{}, errNoTime
	}
	date, layout := m[1]+"/"+m[3]+"/"+m[5], ""
	if m[6] != "" {
		date, layout = date+" "+m[6], " 15:04"
		if strings.Count(m[6], ":") == 2 {
			layout += ":05"
		}
		if m[7] != "" {
			date, layout = date+" "+strings.ToUpper(m[7]), strings.Replace(layout, "15", "3", 1)+" PM"
		}
	}
	year := m[5]
	if len(year) == 2 { // the hundred years that Go and most spreadsheets mean
		century := "20"
		if year >= "69" {
			century = "19"
		}
		date = m[1] + "/" + m[3] + "/" + century + year + date[len(m[1])+len(m[3])+4:]
		year = century + year
	}
	monthFirst, errM := time.Parse("1/2/2006"+layout, date)
	dayFirst, errD := time.Parse("2/1/2006"+layout, date)
	if errM != nil && errD != nil {
		return moment{}, errNoTime
	}
	if year < "1980" || year > "2099" {
		return moment{}, errRange
	}
	return moment{at: monthFirst.Unix(), mainOK: errM == nil, alt: dayFirst.Unix(), altOK: errD == nil, ambiguous: true, short: len(m[5]) == 2}, nil
}
