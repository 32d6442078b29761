package history

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// bars are the rows of a file as they stand in it.
type bars struct {
	rows      int
	times     []int64
	lines     []int32
	closes    [][]float64 // [asset][row]
	alt       []int64     // the other reading of each time; nil unless a time has one
	monthOK   bool        // every ambiguous time can be read month first
	dayOK     bool
	ambiguous int     // line of the first ambiguous time
	short     bool    // a date with slashes has two digits for its year
	coarse    int     // line of the first time in scientific notation
	finest    float64 // resolution of the finest of these, seconds
	allEnds   bool    // every time is the last second or millisecond of a minute
}

// add takes the time of a row whose prices are already in.
func (b *bars) add(m moment, line int) {
	if len(b.times) == 0 {
		b.monthOK, b.dayOK, b.allEnds = true, true, true
	}
	if m.ambiguous {
		b.addAmbiguous(m, line)
	}
	if m.scientific > 0 && (b.coarse == 0 || m.scientific < b.finest) {
		b.finest = m.scientific
	}
	if m.scientific > 0 && b.coarse == 0 {
		b.coarse = line
	}
	b.allEnds = b.allEnds && (m.at%60 == 59)
	b.times = append(b.times, m.at)
	if b.alt != nil {
		b.alt = append(b.alt, m.other())
	}
	b.lines = append(b.lines, int32(min(line, math.MaxInt32)))
}

// other is the day-first reading; times that are not ambiguous have only one.
func (m moment) other() int64 {
	if m.ambiguous {
		return m.alt
	}
	return m.at
}

func (b *bars) addAmbiguous(m moment, line int) {
	b.monthOK, b.dayOK, b.short = b.monthOK && m.mainOK, b.dayOK && m.altOK, b.short || m.short
	if b.alt == nil {
		b.alt = append([]int64{}, b.times...)
		b.ambiguous = line
	}
}

// coarsest is the resolution, in seconds, from which a number in scientific
// notation cannot be a time that was merely printed so: 1609459200000 has no more
// than five zeros at its end if it is a full hour.
const coarsest = 100

// settle decides what the rows only decide together: month or day first, whether
// a spreadsheet rounded the times, and whether they are the ends of bars.
func (b *bars) settle(f *File, stated DateOrder) error {
	if len(b.times) == 0 {
		return &Error{Found: fmt.Sprintf("%d rows without a price", b.rows), Allowed: "at least one price", Err: ErrEmpty}
	}
	if b.coarse > 0 {
		if err := b.settleScientific(); err != nil {
			return err
		}
	}
	if b.ambiguous > 0 {
		if err := b.settleOrder(f, stated); err != nil {
			return err
		}
	}
	if b.allEnds {
		f.Stamp = BarClose
		for i := range b.times {
			b.times[i]++
		}
	}
	return nil
}

func (b *bars) settleScientific() error {
	shared := len(b.times) - len(distinct(b.times))
	if b.finest <= coarsest && shared == 0 {
		return nil
	}
	return &Error{Line: b.coarse, Err: ErrSpreadsheet, Allowed: "times with all their digits, from the original export",
		Found: fmt.Sprintf("scientific notation, which keeps times to %g s only, so that %d of %d rows share their time with another", b.finest, shared, len(b.times))}
}

func distinct(times []int64) []int64 {
	sorted := slices.Clone(times)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

func (b *bars) settleOrder(f *File, stated DateOrder) error {
	refuse := func(found string) error {
		return &Error{Line: b.ambiguous, Found: found, Allowed: "ISO dates (2021-04-03)", Err: ErrAmbiguous, Settle: keyTimeFormat}
	}
	monthFirst := b.monthOK
	switch {
	case !b.monthOK && !b.dayOK:
		return refuse("dates with the month first and dates with the day first")
	case stated == MonthFirst && !b.monthOK, stated == DayFirst && !b.dayOK:
		return refuse("dates that are not " + strings.ReplaceAll(string(stated), "_", " "))
	case stated != OrderOfFile:
		monthFirst = stated == MonthFirst
	case b.short:
		return refuse("dates such as 3/4/21, with two digits for the year")
	case b.monthOK == b.dayOK:
		return refuse("dates such as 03/04/2021, and none that tells the month from the day")
	}
	why := ", as a later row tells"
	if stated != OrderOfFile {
		why = ", as stated"
	}
	order := "month"
	if !monthFirst {
		b.times, order = b.alt, "day"
	}
	f.Notes = append(f.Notes, "dates have the "+order+" first"+why)
	return nil
}

// keep leaves only some of the columns, and no row without a price in them.
func (b *bars) keep(columns []int) {
	closes := make([][]float64, len(columns))
	for i, a := range columns {
		closes[i] = b.closes[a]
	}
	whole := len(columns) == len(b.closes)
	if b.closes = closes; whole {
		return
	}
	n := 0
	for i := range b.times {
		priced := false
		for a := range closes {
			closes[a][n] = closes[a][i]
			priced = priced || closes[a][i] == closes[a][i]
		}
		b.times[n], b.lines[n] = b.times[i], b.lines[i]
		if b.alt != nil {
			b.alt[n] = b.alt[i]
		}
		if priced {
			n++
		}
	}
	b.times, b.lines = b.times[:n], b.lines[:n]
	if b.alt != nil {
		b.alt = b.alt[:n]
	}
	for a := range closes {
		closes[a] = closes[a][:n]
	}
}

// tidy sorts, moves times onto the grid, drops duplicates and counts what is
// missing.
func (b *bars) tidy(f *File, tolerance time.Duration) {
	f.Rows, f.Priced = b.rows, len(b.times)
	order := b.order()
	f.StepSeconds = stepOf(b.times, order)
	grid := newGrid(b.times, f.StepSeconds, tolerance)
	f.Closes = make([][]float64, len(b.closes))
	for _, i := range order {
		at, ok := grid.snap(b.times[i])
		if !ok {
			f.leaveOut(b.times[i], grid)
			continue
		}
		if at != b.times[i] {
			f.Moved++
			b.times[i] = at
		}
		if n := len(f.Times); n > 0 && f.Times[n-1] == at {
			f.Duplicates++
			b.compare(f, i)
			continue
		}
		f.Times = append(f.Times, at)
		for a := range b.closes {
			f.Closes[a] = append(f.Closes[a], b.closes[a][i])
		}
	}
	f.Unique = len(f.Times)
	f.tellGrid(grid)
	if f.Stamp == BarClose {
		f.openFromClose()
	}
	f.findGaps()
}

// order sorts the rows by time; rows of the same time stay as they stand.
func (b *bars) order() []int32 {
	order := make([]int32, len(b.times))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return cmp.Compare(b.times[x], b.times[y]) })
	return order
}

// conflictsListed bounds the list, not the count.
const conflictsListed = 100

// compare counts a duplicate as conflicting if its prices are others.
func (b *bars) compare(f *File, i int32) {
	last := len(f.Times) - 1
	for a := range f.Closes {
		kept, other := f.Closes[a][last], b.closes[a][i]
		if kept == other || (math.IsNaN(kept) && math.IsNaN(other)) {
			continue
		}
		f.Conflicting++
		if len(f.Conflicts) < conflictsListed {
			f.Conflicts = append(f.Conflicts, Conflict{Time: b.times[i], Line: int(b.lines[i]), Asset: f.Assets[a], Kept: kept, Contradicting: other})
		}
		return
	}
}
