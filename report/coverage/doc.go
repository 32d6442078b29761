// Package coverage answers whether forecasts were right: it compares the
// distributions that were forecast at a series of origins with what came
// (backtesting in the sense of the supervisory literature).
//
// A forecast is the sample of losses that simulated paths gave, so its own
// noise is part of every test: the k-th of m ordered losses is exceeded with
// probability 1 - k/(m+1) exactly, whatever the law, and ranks among m + 1
// values are uniform. Tests take that probability, not the nominal one.
//
// Statistics are functions of plain slices, one file each, and cite their
// equation. Losses are positive where money was lost. P-values are exact where
// a distribution can be summed or simulated from the forecasts themselves, and
// say so; those from limit laws are named asymptotic. Origins whose horizons
// overlap are dependent: tests take every k-th origin (NonOverlapping).
package coverage
