package history

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// panelWith is a panel of two assets by the hour in which one cell of the second
// is another text.
func panelWith(row int, cell string) string {
	var b strings.Builder
	b.WriteString("time,ETH,BTC\n")
	for i := range 200 {
		btc := fmt.Sprint(60000 + i*7%50)
		if i == row {
			btc = cell
		}
		fmt.Fprintf(&b, "%d,%d,%s\n", noon+3600*i, 3000+i*3%20, btc)
	}
	return b.String()
}

// A bad cell is refused with its place and text wherever it stands: among the
// first rows, by which a file is recognised, as among the last.
func TestBadCellsAreToldWhereverTheyStand(t *testing.T) {
	for _, cell := range []string{"0", "--", `"93,000"`, "93000.50 USD", "-5", "=1+1"} {
		for _, row := range []int{0, 1, 9, 63, 64, 199} {
			_, err := Read("p.csv", strings.NewReader(panelWith(row, cell)), Options{})
			var e *Error
			if !errors.As(err, &e) || e.Line != row+2 || e.Column != 3 || !strings.Contains(e.Found, strings.Trim(cell, `"`)) {
				t.Errorf("%s in row %d: got %v, want it refused at %d:3", cell, row, err, row+2)
			}
		}
	}
	for _, row := range []int{0, 5, 100} {
		f, err := Read("p.csv", strings.NewReader(panelWith(row, "NaN")), Options{})
		if err != nil || len(f.Assets) != 2 {
			t.Errorf("a blank in row %d: %v", row, err)
		}
	}
}

// The only column of a file is judged by the same rule, with a header or without.
func TestBadCellsOfOneColumn(t *testing.T) {
	for name, text := range map[string]string{
		"asset":          "time,ETH\n2021-03-04,1\n2021-03-05,--\n2021-03-06,2\n",
		"first row":      "2021-03-03,n.a.\n2021-03-05,1\n2021-03-06,2\n",
		"bars":           "1614816000,90,110,80,100.5,1\n1614902400,90,110,80,?,1\n1614988800,90,110,80,100.5,1\n",
		"first of bars":  "1614816000,90,110,80,?,1\n1614902400,90,110,80,100,1\n",
		"named as price": "time,price\n2021-03-04,1\n2021-03-05,--\n",
	} {
		var e *Error
		if _, err := Read("x.csv", strings.NewReader(text), Options{}); !errors.As(err, &e) || e.Line == 0 || e.Column == 0 || !errors.Is(err, ErrPrice) {
			t.Errorf("%s: got %v, want the bad cell with line and column", name, err)
		}
	}
}

// Columns that are no prices in any row are left out and told.
func TestColumnsWithoutPricesAreTold(t *testing.T) {
	f := mustRead(t, "nr,time,ETH,exchange,empty\n0,2021-03-04,1,kraken,\n1,2021-03-05,2,kraken,\n2,2021-03-06,3,,\n")
	if fmt.Sprint(f.Assets) != "[ETH]" {
		t.Errorf("assets %v", f.Assets)
	}
	notes := strings.Join(f.Notes, "\n")
	for _, want := range []string{`"nr" numbers the rows`, `"exchange" is not numeric`, `"empty" is empty`} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q do not tell %s", notes, want)
		}
	}
}

// A ticker that is a word of the reader neither vanishes nor replaces the others:
// which is meant is stated, or the file refused.
func TestTickersThatAreWords(t *testing.T) {
	for _, word := range []string{"ID", "C", "T", "Pair", "VOL", "Last", "COIN", "DAY", "Amount", "O", "Rate"} {
		text := "timestamp,ETH," + word + "\n1709596800,3019.385,0.30882\n1709600400,3020.387,0.30414\n1709604000,3021.1,0.31\n"
		_, err := Read("x.csv", strings.NewReader(text), Options{})
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, ErrAmbiguous) || e.Settle != "columns" || !strings.Contains(err.Error(), "--columns") {
			t.Errorf("%s: got %v, want it refused with the key that settles it", word, err)
		}
		f, err := Read("x.csv", strings.NewReader(text), Options{Columns: []string{"ETH", word}})
		if err != nil || fmt.Sprint(f.Assets) != "[ETH "+word+"]" || f.Closes[1][0] != 0.30882 {
			t.Errorf("%s stated: %+v, %v", word, f, err)
		}
		if f, err = Read("x.csv", strings.NewReader(text), Options{Columns: []string{word}}); err != nil || f.Closes[0][0] != 0.30882 || len(f.Assets) != 1 {
			t.Errorf("%s alone: %+v, %v", word, f, err)
		}
	}
}

// A price with another unexplained column of prices is not told from a panel.
func TestPriceBesideAnAsset(t *testing.T) {
	text := "time,price,ETH\n2021-03-04,1,3\n2021-03-05,2,4\n"
	if _, err := Read("x.csv", strings.NewReader(text), Options{}); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("got %v", err)
	}
	if f, err := Read("x.csv", strings.NewReader(text), Options{Columns: []string{"price"}}); err != nil || f.Assets[0] != "x" {
		t.Errorf("%+v, %v", f, err)
	}
	if f := mustRead(t, "time,price,exchange\n2021-03-04,1,a\n2021-03-05,2,b\n"); len(f.Assets) != 1 {
		t.Errorf("a text beside a price: %v", f.Assets)
	}
}

func TestStatedColumnsThatAreNotThere(t *testing.T) {
	text := "time,ETH,BTC\n2021-03-04,1,3\n2021-03-05,2,4\n"
	for _, o := range []Options{
		{Columns: []string{"SNX"}}, {TimeColumn: "at"}, {Columns: []string{"ETH", "ETH"}}, {Columns: []string{"time"}},
	} {
		var e *Error
		if _, err := Read("x.csv", strings.NewReader(text), o); !errors.As(err, &e) || e.Settle == "" || e.Line != 1 {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if f, err := Read("x.csv", strings.NewReader("when,ETH\n2021-03-04,1\n2021-03-05,2\n"), Options{TimeColumn: "when"}); err != nil || f.Assets[0] != "ETH" {
		t.Errorf("%+v, %v", f, err)
	}
}

// A header of two rows that pandas wrote in one names field and ticker.
func TestFlattenedHeader(t *testing.T) {
	f := mustRead(t, "Date,\"('Close', 'BTC-USD')\",\"('Close', 'ETH-USD')\",\"('Volume', 'ETH-USD')\"\n2024-03-05,60000,3000,5\n2024-03-06,61000,3100,6\n")
	if fmt.Sprint(f.Assets) != "[BTC-USD ETH-USD]" || f.Closes[1][1] != 3100 {
		t.Errorf("%v %v", f.Assets, f.Closes)
	}
}

// The symbol to take is stated where a file holds several.
func TestStatedTicker(t *testing.T) {
	text := "hour,symbol,price\n2024-03-05 00:00:00.000 UTC,WETH,3000\n2024-03-05 00:00:00.000 UTC,WBTC,60000\n2024-03-05 01:00:00.000 UTC,WETH,3010\n2024-03-05 01:00:00.000 UTC,WBTC,60010\n"
	if _, err := Read("dune.csv", strings.NewReader(text), Options{}); !errors.Is(err, ErrSymbols) || !strings.Contains(err.Error(), "ticker") {
		t.Errorf("got %v", err)
	}
	f, err := Read("dune.csv", strings.NewReader(text), Options{Ticker: "WBTC"})
	if err != nil || f.Assets[0] != "WBTC" || f.Closes[0][1] != 60010 || f.Unique != 2 {
		t.Fatalf("%+v, %v", f, err)
	}
	if notes := strings.Join(f.Notes, "\n"); !strings.Contains(notes, "2 rows of other symbols") {
		t.Errorf("notes %q", notes)
	}
	if f, err = Read("x.csv", strings.NewReader("time,price\n2021-03-04,1\n"), Options{Ticker: "ETH"}); err != nil || f.Assets[0] != "ETH" {
		t.Errorf("%+v, %v", f, err)
	}
}
