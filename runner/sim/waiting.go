package sim

import "backtest/runner/record"

// waiting are figures of paths that are not counted yet: a column a figure, so
// that they are counted in the order in which they lie. Neighbouring places of a column
// are written by paths that follow each other, while a near cache still has them.
type waiting struct {
	room     int // values of a column
	stride   int
	values   []float64
	n        []uint16 // values in a column
	finished []uint16 // those of finished blocks
	paths    int
	kept     int // paths of finished blocks
}

// RowMemory bounds the figures that wait, and RowsWait is of how many paths they are
// worth a pass over all counters.
const (
	RowMemory = 4 << 20
	RowsWait  = 256
)

// unevenness keeps columns from beginning a power of two apart, where they would
// share a few sets of the caches.
const unevenness = 16

func newWaiting(figures int) *waiting {
	w := &waiting{room: max(1, min(RowsWait+record.PathsPerBlock, RowMemory/max(figures, 1)))}
	w.stride = w.room + unevenness
	w.values = make([]float64, w.stride*figures)
	w.n, w.finished = make([]uint16, figures), make([]uint16, figures)
	return w
}

// begin makes place for a path; false when there is none.
func (w *waiting) begin() bool {
	if w.paths == w.room {
		return false
	}
	w.paths++
	return true
}

// put adds a figure of the present path; NaN stands for one that does not exist.
func (w *waiting) put(figure int, x float64) {
	if x == x {
		w.values[figure*w.stride+int(w.n[figure])] = x
		w.n[figure]++
	}
}

// drop forgets the paths of the present block.
func (w *waiting) drop() {
	copy(w.n, w.finished)
	w.paths = w.kept
}

// keep finishes the present block, and says whether there is place for another.
func (w *waiting) keep() bool {
	copy(w.finished, w.n)
	w.kept = w.paths
	return w.paths+record.PathsPerBlock <= w.room
}

// count moves all figures into counters.
func (w *waiting) count(c *record.Counters) {
	for i, n := range w.n {
		c.Add(i, w.values[i*w.stride:][:n])
	}
	w.clear()
}

// clear forgets all paths.
func (w *waiting) clear() {
	clear(w.n)
	clear(w.finished)
	w.paths, w.kept = 0, 0
}
