package history

import (
	"fmt"
	"math"
	"slices"
)

// Resample makes bars of stepSeconds of a file with a finer step. A bar opens at a
// whole multiple of the step since 1970 and has the close of the last of the finer
// bars in it; where that very bar is missing the coarser one is missing too, since
// its close is not known. A last bar that the file does not complete is left out.
func (f *File) Resample(stepSeconds int64) (*File, error) {
	if f.StepSeconds <= 0 || stepSeconds < f.StepSeconds || stepSeconds%f.StepSeconds != 0 {
		return nil, fmt.Errorf("%w: %s has bars of %s, a step of %s needs bars of a whole part of it", ErrMisaligned, f.Name, span(f.StepSeconds), span(stepSeconds))
	}
	out := *f
	out.Stamp, out.StepSeconds, out.Times, out.Gaps, out.Missing = BarOpen, stepSeconds, nil, nil, 0
	out.Closes = make([][]float64, len(f.Closes))
	out.Notes = append(slices.Clone(f.Notes), fmt.Sprintf("resampled from %s to %s", span(f.StepSeconds), span(stepSeconds)))
	for i := range f.Times {
		if end := f.KnownAt(i); end%stepSeconds == 0 {
			out.Times = append(out.Times, end-stepSeconds)
			for a := range f.Closes {
				out.Closes[a] = append(out.Closes[a], f.Closes[a][i])
			}
		}
	}
	if len(out.Times) == 0 {
		return nil, fmt.Errorf("%w: no bar of %s, the first of which ends at %s, completes one of %s", ErrMisaligned, f.Name, utc(f.KnownAt(0)), span(stepSeconds))
	}
	out.Unique = len(out.Times)
	out.findGaps()
	return &out, nil
}

// LogReturns are the differences of the logarithms of successive closes of asset
// a that are one step apart; the times are those of the later bar. A return over a
// gap is not the return of a step and is left out.
func (f *File) LogReturns(a int) (times []int64, returns []float64) {
	for i := 1; i < len(f.Times); i++ {
		before, now := f.Closes[a][i-1], f.Closes[a][i]
		if f.Times[i]-f.Times[i-1] == f.StepSeconds && !math.IsNaN(before) && !math.IsNaN(now) {
			times, returns = append(times, f.Times[i]), append(returns, math.Log(now/before))
		}
	}
	return times, returns
}

// LogReturns are the log returns of each asset by step, NaN where one of its two
// closes is missing: [asset][step].
func (p *Panel) LogReturns() [][]float64 {
	returns := make([][]float64, len(p.Assets))
	for a, closes := range p.Closes {
		for i := 1; i < len(closes); i++ {
			returns[a] = append(returns[a], math.Log(closes[i]/closes[i-1]))
		}
	}
	return returns
}
