package runner

import (
	"errors"
	"math"

	"backtest/pricepaths/history"
)

// align brings price files to common bars. Bars that are missing stay missing,
// as NaN: the price paths leave out windows and returns that touch them, and a
// replay over them is refused there.
func align(files []*history.File, stepSeconds int64) (*history.Panel, error) {
	p, err := history.Align(files, history.AlignOptions{StepSeconds: stepSeconds})
	if !errors.Is(err, history.ErrMissingBars) {
		return p, err
	}
	return alignWithGaps(files, stepSeconds)
}

// alignWithGaps covers the span that all files share.
func alignWithGaps(files []*history.File, stepSeconds int64) (*history.Panel, error) {
	p := &history.Panel{StepSeconds: stepSeconds}
	first, last := int64(math.MinInt64), int64(math.MaxInt64)
	var closes []map[int64]float64 // of each asset, by the time from which it is known
	for _, f := range files {
		if f.StepSeconds != stepSeconds {
			var err error
			if f, err = f.Resample(stepSeconds); err != nil {
				return nil, err
			}
		}
		n := len(f.Times)
		first, last = max(first, f.KnownAt(0)), min(last, f.KnownAt(n-1))
		for a, asset := range f.Assets {
			p.Assets = append(p.Assets, asset)
			at := make(map[int64]float64, n)
			for i := range f.Times {
				at[f.KnownAt(i)] = f.Closes[a][i]
			}
			closes = append(closes, at)
		}
	}
	p.Closes = make([][]float64, len(p.Assets))
	for t := first; t <= last; t += stepSeconds {
		p.Times = append(p.Times, t-stepSeconds)
		for a := range p.Assets {
			c, ok := closes[a][t]
			if !ok {
				c = math.NaN()
			}
			p.Closes[a] = append(p.Closes[a], c)
		}
	}
	if len(p.Times) == 0 {
		return nil, history.ErrMisaligned
	}
	return p, nil
}
