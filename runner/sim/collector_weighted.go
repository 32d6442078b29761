package sim

import "backtest/runner/record"

// weightedRatios are the distributions of C-ratios over paths that carry a
// likelihood ratio: each path is gathered by itself and then counts with its
// weight. It is nil for plain paths, which need no such care.
type weightedRatios struct {
	bins  record.RatioBins      // of the present path, moment and vault
	once  record.CRatioSketch   // the same, as a sketch
	block []record.CRatioSketch // of the present block, moment-major, a vault each; keys and units are the collector's
	sums  []record.CRatioSketch // of finished blocks
}

func newWeightedRatios(w *World) *weightedRatios {
	if w.Prices == nil || !w.Prices.Tilted() {
		return nil
	}
	n := len(w.Moments) * len(w.Vaults)
	return &weightedRatios{block: make([]record.CRatioSketch, n), sums: make([]record.CRatioSketch, n)}
}

// scratch is an empty place for a path's distribution.
func (r *weightedRatios) scratch() *record.RatioBins {
	r.bins.Reset()
	return &r.bins
}

// add takes in what the scratch holds, with the weight of the path.
func (r *weightedRatios) add(i int, weight float64) {
	r.bins.Into(&r.once)
	r.block[i].AddWeighted(&r.once, weight)
}

// drop forgets the present block, end adds it to those that are finished.
func (r *weightedRatios) drop() {
	for i := range r.block {
		r.block[i].Clear()
	}
}

func (r *weightedRatios) end() {
	for i := range r.block {
		r.sums[i].Merge(&r.block[i])
	}
}

func (r *weightedRatios) reset() {
	for i := range r.sums {
		r.sums[i].Clear()
	}
}

// into replaces what finished sketches hold.
func (r *weightedRatios) into(sketches []record.CRatioSketch) {
	for i := range r.sums {
		from, to := &r.sums[i], &sketches[i]
		to.ByPosition, to.ByDebt, to.ZeroDebt, to.Liquidatable = from.ByPosition, from.ByDebt, from.ZeroDebt, from.Liquidatable
	}
}
