package main

import (
	"fmt"
	"slices"

	"backtest/pricepaths/calibrate"
	"backtest/pricepaths/history"
)

// correlate estimates the correlations of the assets that were fitted, among those
// of one step each; why says what they could not be taken over.
func correlate(files []*history.File, results []*calibrate.Result) (all []calibrate.Correlations, why []string) {
	var steps []int64
	for _, f := range files {
		if !slices.Contains(steps, f.StepSeconds) {
			steps = append(steps, f.StepSeconds)
		}
	}
	for _, step := range steps {
		var alike []*history.File
		var assets []string
		for _, f := range files {
			own := fittedOf(f, results)
			if f.StepSeconds == step && len(own) > 0 {
				alike, assets = append(alike, f), append(assets, own...)
			}
		}
		if len(assets) < 2 {
			continue
		}
		panel, err := history.Align(unconflicted(alike), step)
		if err != nil {
			why = append(why, fmt.Sprintf("no correlations: %v", err))
			continue
		}
		if c := calibrate.Correlate(panel, assets); len(c.Pairs) > 0 {
			all = append(all, c)
		}
	}
	return all, why
}

// fittedOf lists the assets of a file that were fitted.
func fittedOf(f *history.File, results []*calibrate.Result) []string {
	return slices.DeleteFunc(slices.Clone(f.Assets), func(asset string) bool {
		return !slices.ContainsFunc(results, func(r *calibrate.Result) bool { return r.Asset == asset })
	})
}

// unconflicted takes the first of rows that contradict each other, as the fits do,
// which tell so.
func unconflicted(files []*history.File) []*history.File {
	out := make([]*history.File, len(files))
	for i, f := range files {
		first := *f
		first.Conflicting = 0
		out[i] = &first
	}
	return out
}
