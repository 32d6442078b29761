package history

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Panel is the closes of several assets on one grid of bars.
type Panel struct {
	Assets      []string
	StepSeconds int64
	Times       []int64     // unix seconds, ascending, every step from the first to the last, bar open; the closes are known StepSeconds later
	Closes      [][]float64 // [asset][time]; NaN where the asset has none

	// Synonyms are other names of the assets: those of the files that were joined.
	Synonyms map[string]string
}

// ErrMisaligned is the error of [Align] and [Join].
var ErrMisaligned = errors.New("files cannot be aligned")

// Align brings all assets of the files to common bars of a step, from the first
// bar that all have begun with to the last one that none has ended before. Files
// of the same assets are joined first, see [Join]; those of a finer step are
// resampled. A stepSeconds of 0 demands one common step. Prices of [Instant]
// files are taken as the close of the bar that ends there, so that nothing is
// known before it could be. Bars that are missing stay missing, as NaN.
func Align(files []*File, stepSeconds int64) (*Panel, error) {
	files, err := Join(files)
	if err != nil {
		return nil, err
	}
	step, err := commonStep(files, stepSeconds)
	if err != nil {
		return nil, err
	}
	p := &Panel{StepSeconds: step, Synonyms: map[string]string{}}
	first, last := int64(math.MinInt64), int64(math.MaxInt64)
	var resampled []*File
	for _, f := range files {
		if f.StepSeconds != step {
			if f, err = f.Resample(step); err != nil {
				return nil, err
			}
		}
		resampled = append(resampled, f)
		first, last = max(first, f.opens(0)), min(last, f.opens(len(f.Times)-1))
	}
	if err := samePhase(resampled, step); err != nil {
		return nil, err
	}
	if first > last {
		return nil, noOverlap(resampled)
	}
	for t := first; t <= last; t += step {
		p.Times = append(p.Times, t)
	}
	for _, f := range resampled {
		if err := p.add(f); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// opens is the open of a bar: what an [Instant] file has at a time closes there.
func (f *File) opens(i int) int64 { return f.KnownAt(i) - f.StepSeconds }

// add lays the closes of a file onto the grid.
func (p *Panel) add(f *File) error {
	for a, asset := range f.Assets {
		if slices.Contains(p.Assets, asset) {
			return fmt.Errorf("%w: %s is in more than one of them", ErrMisaligned, asset)
		}
		closes := make([]float64, len(p.Times))
		for i := range closes {
			closes[i] = math.NaN()
		}
		for i := range f.Times {
			if at := (f.opens(i) - p.Times[0]) / p.StepSeconds; f.opens(i) >= p.Times[0] && at < int64(len(closes)) {
				closes[at] = f.Closes[a][i]
			}
		}
		p.Assets, p.Closes = append(p.Assets, asset), append(p.Closes, closes)
	}
	for other, asset := range f.Synonyms {
		p.Synonyms[other] = asset
	}
	return nil
}

// Column is the index of an asset by its name or a synonym of it, -1 without.
func (p *Panel) Column(name string) int {
	if at := slices.Index(p.Assets, name); at >= 0 {
		return at
	}
	if asset, ok := p.Synonyms[name]; ok {
		return slices.Index(p.Assets, asset)
	}
	return -1
}

func commonStep(files []*File, step int64) (int64, error) {
	stated := step != 0
	if !stated && len(files) > 0 {
		step = files[0].StepSeconds
	}
	for _, f := range files {
		switch {
		case f.StepSeconds <= 0:
			return 0, fmt.Errorf("%w: %s has a single bar, and so no step", ErrMisaligned, f.Name)
		case f.Conflicting > 0:
			return 0, fmt.Errorf("%w: %s has %d duplicates that contradict each other, the first in line %d", ErrMisaligned, f.Name, f.Conflicting, f.Conflicts[0].Line)
		case f.StepSeconds != step && !stated:
			return 0, fmt.Errorf("%w: %s has a step of %s, %s one of %s; state the step to resample to", ErrMisaligned, files[0].Name, span(step), f.Name, span(f.StepSeconds))
		}
	}
	if step <= 0 {
		return 0, fmt.Errorf("%w: no files", ErrMisaligned)
	}
	return step, nil
}

// samePhase demands bars that end at the same times: closes that are known at
// other times are not the prices of one moment.
func samePhase(files []*File, step int64) error {
	for _, f := range files {
		if a, b := files[0].opens(0)%step, f.opens(0)%step; a != b {
			return fmt.Errorf("%w: the bars of %s open %s after whole steps of %s, those of %s %s after", ErrMisaligned,
				files[0].Name, span(a), span(step), f.Name, span(b))
		}
	}
	return nil
}

func noOverlap(files []*File) error {
	begun, ended := files[0], files[0]
	for _, f := range files {
		if f.opens(0) > begun.opens(0) {
			begun = f
		}
		if f.opens(len(f.Times)-1) < ended.opens(len(ended.Times)-1) {
			ended = f
		}
	}
	return fmt.Errorf("%w: their spans do not overlap, %s ends at %s and %s begins at %s; files of one asset are joined under one name (%s, or names that differ by their date alone)",
		ErrMisaligned, ended.Name, utc(ended.opens(len(ended.Times)-1)), begun.Name, utc(begun.opens(0)), keyTicker)
}
