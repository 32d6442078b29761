package history

import (
	"bufio"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// expectation is a row of the table that comes with the fixtures.
type expectation struct {
	name                                 string
	rows, priced, unique, dups, missing  int
	first, last, closeFirst, closeAtLast string
}

func expectations(t *testing.T, path string) []expectation {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []expectation
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		cells := strings.Split(strings.Trim(lines.Text(), "|"), "|")
		if len(cells) != 11 || !strings.HasSuffix(cells[0], ".csv") {
			continue
		}
		number := func(i int) int {
			n, err := strconv.Atoi(cells[i])
			if err != nil {
				t.Fatalf("%s: %v", cells[0], err)
			}
			return n
		}
		all = append(all, expectation{cells[0], number(1), number(3), number(4), number(5), number(6), cells[7], cells[8], cells[9], cells[10]})
	}
	return all
}

var formatOfFixture = map[string]string{
	"binance": "binance", "bybit": "bybit", "coinbase": "coinbase", "coingecko": "coingecko", "coinmarketcap": "coinmarketcap",
	"cryptodatadownload": "cryptodatadownload", "local": "binance", "yahoo": "yahoo",
}

// conflictsOfFixture counts rows whose time is taken by a row with another close.
var conflictsOfFixture = map[string]int{"cryptodatadownload": 1, "yahoo_ETH-USD_colorder": 5}

func TestFixturesImportAsExpected(t *testing.T) {
	dir := filepath.Join(sharedPrices(t), "formats")
	all := expectations(t, filepath.Join(dir, "EXPECT.md"))
	if len(all) != 12 {
		t.Fatalf("%d fixtures in the table, want 12", len(all))
	}
	for _, want := range all {
		t.Run(want.name, func(t *testing.T) {
			f, err := ReadFile(filepath.Join(dir, want.name), Options{})
			if strings.Contains(want.name, "EXCEL_MANGLED") {
				if !errors.Is(err, ErrSpreadsheet) {
					t.Fatalf("got %v, want it refused for its times", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkFixture(t, f, want)
		})
	}
}

func checkFixture(t *testing.T, f *File, want expectation) {
	t.Helper()
	const layout = "2006-01-02 15:04:05"
	got := expectation{want.name, f.Rows, f.Priced, f.Unique, f.Duplicates, f.Missing, f.First().Format(layout), f.Last().Format(layout), want.closeFirst, want.closeAtLast}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for at, text := range map[int]string{0: want.closeFirst, len(f.Times) - 1: want.closeAtLast} {
		price, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(f.Closes[0][at]/price-1) > 1e-9 {
			t.Errorf("close %d is %v, want %s", at, f.Closes[0][at], text)
		}
	}
	kind, _, _ := strings.Cut(want.name, "_")
	if f.Format != formatOfFixture[kind] {
		t.Errorf("format %q, want %q", f.Format, formatOfFixture[kind])
	}
	conflicts := 0
	for prefix, n := range conflictsOfFixture {
		if strings.HasPrefix(want.name, prefix) {
			conflicts = n
		}
	}
	if f.Conflicting != conflicts || len(f.Conflicts) != conflicts {
		t.Errorf("%d conflicting, %d listed, want %d", f.Conflicting, len(f.Conflicts), conflicts)
	}
	if (f.Stamp == Instant) != (kind == "coingecko") {
		t.Errorf("times are %v", f.Stamp)
	}
}

func TestHistoryAndStressImport(t *testing.T) {
	dir := sharedPrices(t)
	for name, want := range map[string]struct {
		format       string
		assets, rows int
	}{
		"history/BTC_1h.csv":                           {"time-price", 1, 46970},
		"history/panel_1h_BTC_ETH_LINK_SNX_SOL.csv":    {"panel", 5, 17507},
		"history/panel_1d_BTC_ETH_LINK_SNX.csv":        {"panel", 4, 1754},
		"stress/2021-05_china_ban_1h_5assets.csv":      {"panel", 5, -1},
		"stress/2020-03_covid_1d_BTC_ETH_LINK_SNX.csv": {"panel", 4, 31},
	} {
		f, err := ReadFile(filepath.Join(dir, name), Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if f.Format != want.format || len(f.Assets) != want.assets || (want.rows >= 0 && f.Unique != want.rows) || f.Duplicates != 0 || len(f.SHA256) != 64 {
			t.Errorf("%s: %+v", name, f.Summary())
		}
	}
}
