package history

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func mustRead(t *testing.T, text string) *File {
	t.Helper()
	f, err := Read("folder/ETH.csv", strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func at(text string) int64 {
	t, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		panic(err)
	}
	return t.Unix()
}

// Beginnings of the exports of other sites and tools, each with the bar at
// 2021-03-04 closing at 100.5 and the next bar, a day later, at 101.5.
var kinds = []struct {
	name, format, text string
}{
	{"investing.com", "ohlc", "\"Date\",\"Price\",\"Open\",\"High\",\"Low\",\"Vol.\",\"Change %\"\n\"Mar 05, 2021\",\"101.5\",\"1\",\"1\",\"1\",\"1.2M\",\"1%\"\n\"Mar 04, 2021\",\"100.5\",\"1\",\"1\",\"1\",\"1.2M\",\"1%\"\n"},
	{"coinmarketcap export", "coinmarketcap", "\ufefftimeOpen;timeClose;timeHigh;timeLow;name;open;high;low;close;volume;marketCap;timestamp\n\"2021-03-05T00:00:00.000Z\";\"2021-03-05T23:59:59.999Z\";\"2021-03-05T10:00:00.000Z\";\"2021-03-05T11:00:00.000Z\";\"2781\";1;1;1;101.5;5;6;\"2021-03-05T23:59:59.999Z\"\n\"2021-03-04T00:00:00.000Z\";\"2021-03-04T23:59:59.999Z\";\"2021-03-04T10:00:00.000Z\";\"2021-03-04T11:00:00.000Z\";\"2781\";1;1;1;100.5;5;6;\"2021-03-04T23:59:59.999Z\"\n"},
	{"coinmarketcap, days stamped at their end", "coinmarketcap", "SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap\n1,E,ETH,2021-03-04 23:59:59,1,1,1,100.5,1,1\n2,E,ETH,2021-03-05 23:59:59,1,1,1,101.5,1,1\n"},
	{"coinmarketcap, copied table", "coinmarketcap", "Date,Open*,High,Low,Close**,Volume,Market Cap\n\"Mar 05, 2021\",\"$1\",\"$1\",\"$1\",\"$101.50\",1,1\n\"Mar 04, 2021\",\"$1\",\"$1\",\"$1\",\"$100.50\",1,1\n"},
	{"cryptodatadownload with its address", "cryptodatadownload", "https://www.CryptoDataDownload.com\nUnix Timestamp,Date,Symbol,Open,High,Low,Close,Volume\n1614902400,2021-03-05,ETHUSD,1,1,1,101.5,1\n1614816000,2021-03-04,ETHUSD,1,1,1,100.5,1\n"},
	{"cryptodatadownload without unix", "cryptodatadownload", "Date,Symbol,Open,High,Low,Close,Volume ETH,Volume USD\n2021-03-05 12-AM,ETHUSD,1,1,1,101.5,1,1\n2021-03-04 12-AM,ETHUSD,1,1,1,100.5,1,1\n"},
	{"binance in microseconds", "binance", "1614816000000000,90,110,80,100.5,1,1614902399999999,1,1,1,1,0\n1614902400000000,90,110,80,101.5,1,1614988799999999,1,1,1,1,0\n"},
	{"binance through pandas", "binance", ",Open time,Open,High,Low,Close,Volume,Close time\n0,2021-03-04,1,1,1,100.5,1,2021-03-04 23:59:59.999\n1,2021-03-05,1,1,1,101.5,1,2021-03-05 23:59:59.999\n"},
	{"only the close of the bar", "ohlc", "close_time,open,high,low,close\n1614902399999,1,1,1,100.5\n1614988799999,1,1,1,101.5\n"},
	{"kraken", "kraken", "1614816000,90,110,80,100.5,3.5,7\n1614902400,90,110,80,101.5,3.5,7\n"},
	{"kraken with vwap", "kraken", "time,open,high,low,close,vwap,volume,count\n1614816000,90,110,80,100.5,1,3.5,7\n1614902400,90,110,80,101.5,1,3.5,7\n"},
	{"coinbase candles", "coinbase", "time,low,high,open,close,volume\n1614902400,1,1,1,101.5,1\n1614816000,1,1,1,100.5,1\n"},
	{"coinbase candles without header", "ohlc", "1614902400,80,110,90,101.5,1\n1614816000,80,110,90,100.5,1\n"},
	{"bitfinex without header", "ohlc", "1614816000000,90,100.5,110,80,5\n1614902400000,90,101.5,110,80,5\n"},
	{"bitstamp with NaN", "ohlc", "Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price\n1614816000,1,1,1,100.5,1,1,1\n1614902400,1,1,1,101.5,1,1,1\n1614988800,NaN,NaN,NaN,NaN,NaN,NaN,NaN\n"},
	{"yfinance", "yahoo", "Price,Close,High,Low,Open,Volume\nTicker,ETH-USD,ETH-USD,ETH-USD,ETH-USD,ETH-USD\nDate,,,,,\n2021-03-04,100.5,1,1,1,1\n2021-03-05,101.5,1,1,1,1\n"},
	{"yahoo with zone and actions", "yahoo", "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n2021-03-04 00:00:00+00:00,1,1,1,100.5,1,0.0,0.0\n2021-03-05 00:00:00+00:00,1,1,1,101.5,1,0.0,0.0\n"},
	{"tradingview", "ohlc", "time,open,high,low,close,Volume\n2021-03-04T00:00:00Z,1,1,1,100.5,1\n2021-03-05T00:00:00Z,1,1,1,101.5,1\n"},
	{"metatrader", "ohlc", "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n2021.03.04\t00:00:00\t1\t1\t1\t100.5\t1\t1\t1\n2021.03.05\t00:00:00\t1\t1\t1\t101.5\t1\t1\t1\n"},
	{"dukascopy", "ohlc", "Gmt time,Open,High,Low,Close,Volume\n04.03.2021 00:00:00.000,1,1,1,100.5,1\n05.03.2021 00:00:00.000,1,1,1,101.5,1\n"},
	{"alpha vantage", "ohlc", "timestamp,1a. open (USD),2a. high (USD),3a. low (USD),4a. close (USD),5. volume\n2021-03-05,1,1,1,101.5,1\n2021-03-04,1,1,1,100.5,1\n"},
	{"decimal commas", "ohlc", "Date;Open;High;Low;Close\n2021-03-04;1;1;1;100,5\n2021-03-05;1;1;1;101,5\n"},
	{"compact dates", "time-price", "date,price\n20210304,100.5\n20210305,101.5\n"},
	{"day first, told by a later row", "time-price", "date,price\n04/03/2021,100.5\n05/03/2021,101.5\n06/03/2021,NaN\n06/03/2021,102\n13/03/2021,103\n"},
	{"carriage returns and blank rows", "time-price", "time,price\r\n2021-03-04,100.5\r\n\r\n,\r\n2021-03-05,101.5\r\n"},
	{"a time and a price without header", "time-price", "1614816000.0,1.005e2\n1614902400.0,1.015e2\n"},
	{"header repeated", "time-price", "time,price\n2021-03-04,100.5\ntime,price\n2021-03-05,101.5\n"},
	{"nanoseconds", "time-price", "ts,price\n1614816000000000000,100.5\n1614902400000000000,101.5\n"},
}

func TestKindsOfFiles(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			f := mustRead(t, k.text)
			if f.Format != k.format || len(f.Times) < 2 {
				t.Fatalf("format %q with %d times, want %q", f.Format, len(f.Times), k.format)
			}
			if got, want := f.Times[:2], []int64{at("2021-03-04 00:00:00"), at("2021-03-05 00:00:00")}; !reflect.DeepEqual(got, want) {
				t.Errorf("times %v, want %v", got, want)
			}
			if got := f.Closes[0][:2]; got[0] != 100.5 || got[1] != 101.5 {
				t.Errorf("closes %v", got)
			}
			if f.StepSeconds != 86400 || f.Stamp == Instant {
				t.Errorf("step %d s, %v", f.StepSeconds, f.Stamp)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("9", 200<<10)
	for _, c := range []struct {
		name, text   string
		reason       error
		line, column int
	}{
		{"empty", "", ErrUnrecognised, 0, 0},
		{"prose", "once upon a time\nthere was\n", ErrUnrecognised, 1, 0},
		{"header only", "time,price\n", ErrEmpty, 0, 0},
		{"no price anywhere", "time,price\n2021-03-04,\n", ErrEmpty, 0, 0},
		{"negative price", "time,price\n2021-03-04,1\n2021-03-05,-1\n", ErrPrice, 3, 2},
		{"zero price", "time,price\n2021-03-04,0\n", ErrPrice, 2, 2},
		{"formula", "time,price\n2021-03-04,1\n2021-03-05,=1+1\n", ErrPrice, 3, 2},
		{"hexadecimal", "time,close\n2021-03-04,0x1p3\n", ErrPrice, 2, 2},
		{"infinite", "time,close\n2021-03-04,Inf\n", ErrPrice, 2, 2},
		{"thousand or decimal", "time,price\n2021-03-04,\"1,234\"\n", ErrAmbiguous, 2, 2},
		{"bad grouping", "time,price\n2021-03-04,\"1,23,4.5\"\n", ErrPrice, 2, 2},
		{"truncated row", "time,open,price\n2021-03-04,1,1\n2021-03-05,1\n", ErrSyntax, 3, 0},
		{"too wide", "time,price\n2021-03-04,1,9\n", ErrSyntax, 2, 0},
		{"open quote", "time,price\n2021-03-04,\"1\n", ErrSyntax, 2, 0},
		{"bad time", "time,price\n2021-03-04,1\nyesterday,2\n", ErrTime, 3, 1},
		{"thirteenth month", "time,price\n2021-03-04,1\n2021-13-04,2\n", ErrTime, 3, 1},
		{"named zone", "time,price\n2021-03-04 10:00:00 EST,1\n", ErrTime, 2, 1},
		{"long ago", "time,price\n1066-10-14,1\n", ErrTime, 2, 1},
		{"month or day", "time,price\n03/04/2021,1\n04/04/2021,2\n", ErrAmbiguous, 2, 0},
		{"month and day", "time,price\n13/04/2021,1\n04/13/2021,2\n", ErrAmbiguous, 2, 0},
		{"spreadsheet day numbers", "time,price\n44197.04167,1\n", ErrSpreadsheet, 2, 1},
		{"spreadsheet clock", "time,price\n00:00.0,1\n", ErrSpreadsheet, 2, 1},
		{"spreadsheet rounding", "time,price\n1.61E+12,1\n1.62E+12,2\n", ErrSpreadsheet, 2, 0},
		{"two symbols", "date,symbol,close\n2021-03-04,ETH,1\n2021-03-04,BTC,2\n", ErrSymbols, 3, 2},
		{"injected asset", "time,=cmd(),BTC\n2021-03-04,1,2\n", ErrUnrecognised, 1, 2},
		{"asset twice", "time,BTC,BTC\n2021-03-04,1,2\n", ErrUnrecognised, 1, 3},
		{"no price column", "time,volume\n2021-03-04,1\n", ErrUnrecognised, 1, 0},
		{"unnamed bars", "1614816000,5,5,5,5,1\n1614902400,5,5,5,5,1\n1614988800,5,9,1,7,1\n", nil, 0, 0},
		{"unnamed bars that fit nothing", "1614816000,1,2,3,4,1\n", ErrAmbiguous, 1, 0},
		{"three unnamed columns", "1614816000,1,2\n", ErrUnrecognised, 1, 0},
		{"gzip", "\x1f\x8b\x08", ErrNotText, 0, 0},
		{"utf-16", "\xff\xfet\x00", ErrNotText, 0, 0},
		{"json", "[[1614816000,1]]", ErrNotText, 0, 0},
		{"nul", "time,price\n\x00", ErrNotText, 0, 0},
		{"latin-1", "time,pri\xe9\n2021-03-04,1\n", ErrNotText, 0, 0},
		{"huge line", "time,price\n2021-03-04,1" + long, ErrTooLarge, 0, 0},
		{"huge quoted record", "time,price\n2021-03-04,\"" + strings.Repeat("9\n", 100<<10), ErrTooLarge, 0, 0},
		{"columns", "time" + strings.Repeat(",a", 2000) + "\n", ErrTooLarge, 1, 0},
		{"ticker twice", "Price,Close,Close\nTicker,A,A\nDate,,\n2021-03-04,1,2\n", ErrUnrecognised, 2, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("x.csv", strings.NewReader(c.text), Options{})
			if c.reason == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var e *Error
			if !errors.Is(err, c.reason) || !errors.As(err, &e) {
				t.Fatalf("got %v, want %v", err, c.reason)
			}
			if e.File != "x.csv" || e.Line != c.line || (c.column > 0 && e.Column != c.column) {
				t.Errorf("at %s:%d:%d, want x.csv:%d:%d: %v", e.File, e.Line, e.Column, c.line, c.column, err)
			}
			if len(err.Error()) > 700 || strings.ContainsAny(err.Error(), "\x00\x1b\n") {
				t.Errorf("message not fit to print: %q", err)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	text := "time,price\n2021-03-04,1\n2021-03-05,2\n"
	for _, l := range []limits{
		{bytes: 20, record: 100, columns: 10, rows: 10},
		{bytes: 1000, record: 100, columns: 1, rows: 10},
		{bytes: 1000, record: 100, columns: 10, rows: 1},
	} {
		if _, err := read("x", strings.NewReader(text), Options{}, l); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	if _, err := ReadFile("no/such/file", Options{}); err == nil {
		t.Error("a file that does not exist was read")
	}
}

func TestScientificTimesWithAllDigits(t *testing.T) {
	f := mustRead(t, "time,price\n1.6148160E+12,1\n1.6149024E+12,2\n")
	if f.StepSeconds != 86400 || f.Times[0] != at("2021-03-04 00:00:00") {
		t.Errorf("%+v", f.Summary())
	}
}

func TestDuplicatesGapsAndNames(t *testing.T) {
	f := mustRead(t, "date,symbol,close\n2021-03-08,ETH/USD,8\n2021-03-04,ETH/USD,4\n2021-03-04,ETH/USD,4\n2021-03-05,ETH/USD,5\n2021-03-05,ETH/USD,5.5\n2021-03-06,ETH/USD,null\n")
	got := f.Summary()
	want := Summary{File: "folder/ETH.csv", Format: "time-price", Rows: 6, Unique: 3, Duplicates: 2, Conflicting: 1, Gaps: 2,
		First: "2021-03-04T00:00:00Z", Last: "2021-03-08T00:00:00Z", StepSeconds: 86400}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	conflict := Conflict{Time: at("2021-03-05 00:00:00"), Line: 6, Asset: "ETH/USD", Kept: 5, Contradicting: 5.5}
	if len(f.Conflicts) != 1 || f.Conflicts[0] != conflict {
		t.Errorf("conflicts %+v", f.Conflicts)
	}
	gap := Gap{After: at("2021-03-05 00:00:00"), Before: at("2021-03-08 00:00:00"), Missing: 2}
	if len(f.Gaps) != 1 || f.Gaps[0] != gap || f.Assets[0] != "ETH/USD" {
		t.Errorf("gaps %+v of %v", f.Gaps, f.Assets)
	}
	if plain := mustRead(t, "time,price\n2021-03-04,1\n"); plain.Assets[0] != "ETH" || plain.StepSeconds != 0 {
		t.Errorf("%v with step %d", plain.Assets, plain.StepSeconds)
	}
}

func FuzzRead(f *testing.F) {
	for _, k := range kinds {
		f.Add(k.text)
	}
	f.Add("1.61E+12,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Read("fuzz.csv", strings.NewReader(text), Options{})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if err := checkInvariants(file); err != nil {
			t.Fatal(err)
		}
	})
}

// checkInvariants is what holds for every file that was read.
func checkInvariants(f *File) error {
	if len(f.Times) == 0 || f.Unique != len(f.Times) || f.Priced != f.Unique+f.Duplicates+f.LeftOut || f.Rows < f.Priced || f.Conflicting > f.Duplicates {
		return fmt.Errorf("counts do not add up: %+v", f.Summary())
	}
	for i := 1; i < len(f.Times); i++ {
		if f.Times[i] <= f.Times[i-1] {
			return fmt.Errorf("time %d is not after the one before", i)
		}
	}
	for a, closes := range f.Closes {
		if len(closes) != len(f.Times) {
			return fmt.Errorf("%s has %d closes for %d times", f.Assets[a], len(closes), len(f.Times))
		}
		for _, c := range closes {
			if c <= 0 {
				return fmt.Errorf("%s has the close %v", f.Assets[a], c)
			}
		}
	}
	return nil
}
