// Package stats holds the statistics that a run's answers are made of: point
// estimates that always carry an interval, a sample size and their warnings.
//
// Samples are one value a path, independent of each other, with an optional
// weight a path (a likelihood ratio, for importance sampling; see Sample).
// Nothing here knows the protocol or a file.
//
// What ends in a summary has to be the same to the bit on every processor, so
// the package uses + - * / and square roots alone, with every product that
// feeds an addition rounded explicitly (float64(x*y) + z): the compiler may
// otherwise fuse the two on some processors and not on others. Special
// functions (normal and Student quantiles, binomial tails) are its own, for
// the same reason. Resampling is seeded explicitly (Bootstrap.Seed).
package stats
