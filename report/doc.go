// Package report turns the records of a run into answers: metrics with their
// intervals, verdicts on thresholds, the comparison of two runs, and the texts
// that carry them. It reads what package record wrote and nothing else.
//
// Load gives a Data: everything that summaries, pictures and pages show,
// computed once. All of it depends on the records alone, so that two runs of
// the same question summarise to the same bytes.
package report
