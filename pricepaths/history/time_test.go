package history

import (
	"errors"
	"strings"
	"testing"
)

func TestTimesAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"2021-03-04 05:06:07":              "2021-03-04 05:06:07",
		"2021-03-04T05:06:07Z":             "2021-03-04 05:06:07",
		"2021-03-04T05:06:07.250+02:00":    "2021-03-04 03:06:07",
		"2021-03-04 05:06:07 -0500":        "2021-03-04 10:06:07",
		"2021-03-04 05:06:07+00:00":        "2021-03-04 05:06:07",
		"2021-03-04 05:06:07 UTC":          "2021-03-04 05:06:07",
		"2021-03-04 05-PM":                 "2021-03-04 17:00:00",
		"20210304050607":                   "2021-03-04 05:06:07",
		"202103040506":                     "2021-03-04 05:06:00",
		"20210304":                         "2021-03-04 00:00:00",
		"1614834367":                       "2021-03-04 05:06:07",
		"1614834367.5":                     "2021-03-04 05:06:07",
		"1614834367123":                    "2021-03-04 05:06:07",
		"1614834367123456":                 "2021-03-04 05:06:07",
		"1614834367123456789":              "2021-03-04 05:06:07",
		"03/25/2021":                       "2021-03-25 00:00:00",
		"3/25/2021 5:06":                   "2021-03-25 05:06:00",
		"3/25/2021 5:06:07 PM":             "2021-03-25 17:06:07",
		"04.03.2021 05:06:07.000 GMT+0100": "2021-03-04 04:06:07",
		"Mar 4, 2021":                      "2021-03-04 00:00:00",
		"4 Mar 2021":                       "2021-03-04 00:00:00",
	} {
		var p timeParser
		if m, err := p.parse(text); err != nil || m.at != at(want) {
			t.Errorf("%q is %d, want %d: %v", text, m.at, at(want), err)
		}
	}
}

func TestTimesThatAreNone(t *testing.T) {
	for text, want := range map[string]error{
		"": errNoTime, "soon": errNoTime, "2021-02-30": errNoTime, "20211304": errNoTime, "31/31/2021": errNoTime, "1/2-2021": errNoTime,
		"12": errRange, "2150-01-01": errRange, "01/02/1066": errRange, "44197": errDayNumber, "12:30": errNoDate,
		"2021-03-04 05:06:07 CEST": errZone, "1.6E+1": errNoTime, "1e9e9": errNoTime, "99999999999999999999": errNoTime,
	} {
		var p timeParser
		if _, err := p.parse(text); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", text, err, want)
		}
	}
}

func TestPricesAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]float64{
		" 1.5 ": 1.5, "1.5e-3": 0.0015, "$1,234.56": 1234.56, "1.234,56": 1234.56, "1,234,567": 1234567, "12,5": 12.5, "€ 7": 7, "12.345.678,9": 12345678.9,
	} {
		if got, ok, err := parsePrice(text); got != want || !ok || err != nil {
			t.Errorf("%q is %v (%v, %v), want %v", text, got, ok, err, want)
		}
	}
	for _, text := range []string{"1,23,456", "1234,567.8", "1.2.3", ",5.", "--1", "1e999", "1_000", ",123,456"} {
		if got, _, err := parsePrice(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

func TestSingleBarThatIsStampedAtItsEnd(t *testing.T) {
	f := mustRead(t, "close_time,close\n1614902399999,5\n1614902399999,6\n")
	if f.Stamp != BarClose || f.Stamp.String() != "bar close" || len(f.Conflicts) != 1 || !strings.Contains(strings.Join(f.Notes, " "), "single bar") {
		t.Errorf("%+v", f)
	}
}

func TestMessagesAreShortAndHarmless(t *testing.T) {
	for _, cell := range []string{strings.Repeat("é", 100), "\x1b[31mred", "a\nb"} {
		if q := quote(cell); len(q) > 120 || strings.ContainsAny(q, "\x1b\n") {
			t.Errorf("%q", q)
		}
	}
	e := &Error{File: "a.csv", Line: 3, Column: 2, Found: `"x"`, Allowed: "y", Err: ErrPrice}
	if got, want := e.Error(), `a.csv:3:2: not a price: found "x"; allowed: y`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
