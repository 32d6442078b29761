package history

import (
	"fmt"
	"slices"
	"time"
)

// Stamp says what the times written in a file mean. The times of a [File] are
// bar opens whatever the file wrote, but for Instant.
type Stamp int

const (
	// BarOpen: the time is the open of its bar; the close is known one step later.
	BarOpen Stamp = iota
	// BarClose: the file wrote the close of the bar; [File.Times] holds the open.
	BarClose
	// Instant: the price is the price at that very time, as CoinGecko exports it:
	// what stands at 00:00 of a day is the close of the day before.
	Instant
)

// String names the stamp.
func (s Stamp) String() string {
	return [...]string{"bar open", "bar close", "instant"}[s]
}

// Gap is a run of bars that a file does not have.
type Gap struct {
	After   int64 `json:"after"`   // time of the last bar before, unix seconds
	Before  int64 `json:"before"`  // time of the first bar after, unix seconds
	Missing int   `json:"missing"` // bars between the two
}

// Conflict is a time for which a file gives different prices. The row that
// stands first in the file is the one that is kept.
type Conflict struct {
	Time                int64
	Line                int // of the row that was not kept
	Asset               string
	Kept, Contradicting float64
}

// File is what a price file holds, sorted and without duplicates.
type File struct {
	Name   string
	Format string // binance, bybit, coinbase, coingecko, coinmarketcap, cryptodatadownload, kraken, yahoo, ohlc, time-price, panel
	SHA256 string // of the file's bytes, hexadecimal; empty for [FromColumns]

	Rows        int // data rows
	Priced      int // rows with at least one price
	Unique      int // distinct times with a price
	Duplicates  int // priced rows whose time another row has: Priced - Unique
	Conflicting int // of the duplicates, those with another price
	Missing     int // bars missing between the first and the last

	Conflicts []Conflict // the first hundred
	Gaps      []Gap      // all, ascending

	StepSeconds int64 // the most common distance of two times; 0 with fewer than two
	Stamp       Stamp
	Assets      []string
	Times       []int64     // unix seconds, ascending, bar open (see Stamp)
	Closes      [][]float64 // [asset][time], in the file's quote currency; NaN where the file has none
	Notes       []string    // what the reader decided and a reader of the result should know

	Moved   int // times that were not on the grid of the steps and were moved onto it
	LeftOut int // rows that were left out, for times too far from the grid

	// Synonyms are other names of the assets: those of the files that were joined.
	Synonyms map[string]string

	changes      []string
	firstLeftOut int64
	byFile       bool // the only asset has the name of the file
}

// Changes are what reading changed or left out: moved times, rows and columns
// that were not taken, missing bars.
func (f *File) Changes() []string {
	out := slices.Clone(f.changes)
	if f.Conflicting > 0 {
		out = append(out, fmt.Sprintf("%s with other prices than one before of the same time, the first in line %d", counted(f.Conflicting, "row"), f.Conflicts[0].Line))
	}
	if f.Missing > 0 {
		out = append(out, fmt.Sprintf("%s missing in %s, the first after %s", counted(f.Missing, "bar"), counted(len(f.Gaps), "gap"), utc(f.Gaps[0].After)))
	}
	return out
}

// counted writes a number of things.
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// change notes something that was changed or left out.
func (f *File) change(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	f.changes, f.Notes = append(f.changes, text), append(f.Notes, text)
}

// KnownAt is the time, in unix seconds, from which the price of bar i is known.
// A strategy that uses it earlier looks ahead.
func (f *File) KnownAt(i int) int64 {
	if f.Stamp == Instant {
		return f.Times[i]
	}
	return f.Times[i] + f.StepSeconds
}

// First is the time of the first bar, UTC.
func (f *File) First() time.Time { return time.Unix(f.Times[0], 0).UTC() }

// Last is the time of the last bar, UTC.
func (f *File) Last() time.Time { return time.Unix(f.Times[len(f.Times)-1], 0).UTC() }

// Summary is what `backtest prices --json` tells of a file.
type Summary struct {
	File        string `json:"file"`
	Format      string `json:"format"`
	Rows        int    `json:"rows"`
	Unique      int    `json:"unique"`
	Duplicates  int    `json:"duplicates"`
	Conflicting int    `json:"conflicting"`
	Gaps        int    `json:"gaps"`     // missing bars
	Moved       int    `json:"moved"`    // times moved onto the grid
	LeftOut     int    `json:"left_out"` // times too far from the grid
	First       string `json:"first"`
	Last        string `json:"last"`
	StepSeconds int64  `json:"step_seconds"`
}

// Summary condenses the file; times are RFC 3339 in UTC.
func (f *File) Summary() Summary {
	return Summary{
		File: f.Name, Format: f.Format, Rows: f.Rows, Unique: f.Unique, Duplicates: f.Duplicates,
		Conflicting: f.Conflicting, Gaps: f.Missing, Moved: f.Moved, LeftOut: f.LeftOut, StepSeconds: f.StepSeconds,
		First: f.First().Format(time.RFC3339), Last: f.Last().Format(time.RFC3339),
	}
}
