package history

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Join says what [Align] does with a time that one of the files does not have.
type Join int

const (
	// Complete refuses: every file must have every bar of the common span.
	Complete Join = iota
	// Inner keeps the times that all files have and counts what it leaves out.
	Inner
	// Forward carries the last close forward for at most MaxFill bars and counts
	// them; it refuses longer gaps.
	Forward
)

// AlignOptions are the ways to deal with what files do not share. The zero value
// accepts only files that agree on everything.
type AlignOptions struct {
	Join            Join
	MaxFill         int   // bars, for Forward
	StepSeconds     int64 // files with finer steps are resampled; 0 demands one common step
	AcceptConflicts bool  // keep the first of duplicates that contradict each other
}

// Panel is the closes of several assets at common times.
type Panel struct {
	Assets      []string
	StepSeconds int64
	Times       []int64     // unix seconds, ascending, bar open; the closes are known StepSeconds later
	Closes      [][]float64 // [asset][time], none missing
	Filled      []int       // closes that were carried forward, an asset each
	Dropped     int         // times that some but not all of the assets have, left out by Inner
}

// Errors of [Align].
var (
	ErrMisaligned  = errors.New("files cannot be aligned")
	ErrMissingBars = errors.New("bars are missing")
)

// Align brings all assets of the files to common bar opens, from the first time
// that all have to the last one. Prices of [Instant] files are taken as the close
// of the bar that ends there, so that nothing is known before it could be.
func Align(files []*File, o AlignOptions) (*Panel, error) {
	if len(files) == 0 {
		return nil, fmt.Errorf("%w: no files", ErrMisaligned)
	}
	step, err := commonStep(files, o)
	if err != nil {
		return nil, err
	}
	p := &Panel{StepSeconds: step}
	var columns []column
	for _, f := range files {
		if f.Conflicting > 0 && !o.AcceptConflicts {
			return nil, fmt.Errorf("%w: %s has %d duplicates that contradict each other, the first in line %d", ErrMisaligned, f.Name, f.Conflicting, f.Conflicts[0].Line)
		}
		if f.StepSeconds != step {
			if f, err = f.Resample(step); err != nil {
				return nil, err
			}
		}
		for a, asset := range f.Assets {
			if slices.Contains(p.Assets, asset) {
				return nil, fmt.Errorf("%w: %s is in more than one of them", ErrMisaligned, asset)
			}
			p.Assets = append(p.Assets, asset)
			columns = append(columns, f.column(a))
		}
	}
	p.Closes, p.Filled = make([][]float64, len(columns)), make([]int, len(columns))
	return p, p.join(columns, o)
}

func commonStep(files []*File, o AlignOptions) (int64, error) {
	step := o.StepSeconds
	if step == 0 {
		step = files[0].StepSeconds
	}
	for _, f := range files {
		if f.StepSeconds != step && o.StepSeconds == 0 {
			return 0, fmt.Errorf("%w: %s has a step of %d s, %s one of %d s; state the step to resample to", ErrMisaligned, files[0].Name, step, f.Name, f.StepSeconds)
		}
	}
	if step <= 0 {
		return 0, fmt.Errorf("%w: a single bar has no step", ErrMisaligned)
	}
	return step, nil
}

// column is the bar opens and closes of one asset, without blanks.
type column struct {
	file   string
	times  []int64
	closes []float64
}

func (f *File) column(a int) column {
	c := column{file: f.Name}
	for i, t := range f.Times {
		if f.Stamp == Instant {
			t -= f.StepSeconds
		}
		if price := f.Closes[a][i]; !math.IsNaN(price) {
			c.times, c.closes = append(c.times, t), append(c.closes, price)
		}
	}
	return c
}

// join walks the grid of the common span once, all columns side by side.
func (p *Panel) join(columns []column, o AlignOptions) error {
	first, last, err := span(columns)
	if err != nil {
		return err
	}
	grid := union(columns, first, last)
	if o.Join != Inner {
		grid = wholeGrid(first, last, p.StepSeconds)
	}
	next := make([]int, len(columns))
	closes := make([]float64, len(columns))
	for _, t := range grid {
		missing := -1
		for a := range columns {
			if err := p.at(t, a, &columns[a], &next[a], &closes[a], o); err != nil {
				if o.Join != Inner {
					return err
				}
				missing = a
			}
		}
		if missing >= 0 {
			p.Dropped++
			continue
		}
		p.Times = append(p.Times, t)
		for a, price := range closes {
			p.Closes[a] = append(p.Closes[a], price)
		}
	}
	if len(p.Times) == 0 {
		return fmt.Errorf("%w: no time that all have", ErrMisaligned)
	}
	return nil
}

// at finds the close of column a for the bar that opens at t.
func (p *Panel) at(t int64, a int, c *column, next *int, price *float64, o AlignOptions) error {
	for *next < len(c.times) && c.times[*next] <= t {
		*next++
	}
	i := *next - 1
	if i >= 0 && c.times[i] == t {
		*price = c.closes[i]
		return nil
	}
	if o.Join == Forward && i >= 0 && t-c.times[i] <= int64(o.MaxFill)*p.StepSeconds {
		*price = c.closes[i]
		p.Filled[a]++
		return nil
	}
	return fmt.Errorf("%w: %s has no %s at %s", ErrMissingBars, c.file, p.Assets[a], time.Unix(t, 0).UTC().Format(time.RFC3339))
}

// span is the times between which every column has begun and not ended.
func span(columns []column) (first, last int64, err error) {
	first, last = math.MinInt64, math.MaxInt64
	for _, c := range columns {
		if len(c.times) == 0 {
			return 0, 0, fmt.Errorf("%w: %s has an asset without a price", ErrMisaligned, c.file)
		}
		first, last = max(first, c.times[0]), min(last, c.times[len(c.times)-1])
	}
	if first > last {
		return 0, 0, fmt.Errorf("%w: their spans do not overlap", ErrMisaligned)
	}
	return first, last, nil
}

func wholeGrid(first, last, step int64) []int64 {
	var grid []int64
	for t := first; t <= last; t += step {
		grid = append(grid, t)
	}
	return grid
}

func union(columns []column, first, last int64) []int64 {
	var all []int64
	for _, c := range columns {
		for _, t := range c.times {
			if t >= first && t <= last {
				all = append(all, t)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
