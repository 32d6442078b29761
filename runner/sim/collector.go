package sim

import (
	"math"
	"slices"

	"backtest/runner/record"
)

// Collector gathers the distributions over the paths of some blocks, and
// those of the present block apart until it is finished. It belongs to one worker.
type Collector struct {
	world  *World
	layout layout

	// Of the present block: the distributions of C-ratios, moment-major, a vault
	// each; where paths carry weights, tilted has those of all blocks instead.
	ratios []record.RatioBins
	tilted *weightedRatios
	// Figures of paths that are not among the counters yet, a row a path. The
	// first ones are of finished blocks.
	rows     [][]float64
	finished int
	empty    []float64 // a row without figures
	last     int       // moment that the present row was written at last, -1 before the first path
	began    bool      // whether a moment of the block was seen
	mixed    bool      // whether some of its figures are among those of finished blocks: its rows would take too much memory

	// Of finished blocks, moment-major.
	ratioSums []record.RatioBins
	counters  *record.Counters
	full      bool

	// The same as sketches, and the figures of a block.
	cratio []record.CRatioSketch
	series []record.SeriesSketch
	values [together][]float64
}

// rowMemory bounds the rows that wait, in values, and rowsWait is how many of them
// are worth a pass over all counters; counterMemory is how many bytes of
// distributions are enough.
const (
	rowMemory     = 4 << 20
	rowsWait      = 256
	counterMemory = 24 << 20
)

// together is how many figures are taken from a row at a time: those that share
// a line of the cache.
const together = 8

// NewCollector returns an empty collector.
func NewCollector(w *World) *Collector {
	moments := len(w.Moments)
	c := &Collector{
		world: w, layout: newLayout(w), last: -1,
		ratios: make([]record.RatioBins, moments*len(w.Vaults)), ratioSums: make([]record.RatioBins, moments*len(w.Vaults)),
		cratio: make([]record.CRatioSketch, moments*len(w.Vaults)),
		tilted: newWeightedRatios(w),
	}
	c.series = make([]record.SeriesSketch, moments*len(c.layout.names))
	c.counters = record.NewCounters(len(c.series))
	for range c.series {
		c.empty = append(c.empty, math.NaN())
	}
	for m, step := range w.Moments {
		for v := range w.Vaults {
			c.ratios[m*len(w.Vaults)+v].Reset()
			c.ratioSums[m*len(w.Vaults)+v].Reset()
			s := &c.cratio[m*len(w.Vaults)+v]
			s.Key, s.DebtUnit = w.ratioKey(step, v), w.weight(v).unit()
		}
		for i, n := range c.layout.names {
			c.series[m*len(c.layout.names)+i].Key = record.SeriesKey{
				Scenario: w.Scenario, Point: w.Point, Step: int32(step), Time: w.Grid[step],
				Figure: n.figure, Entity: n.entity, Unit: n.unit,
			}
		}
	}
	return c
}

func (w *World) ratioKey(step, vault int) record.CRatioKey {
	v := w.Vaults[vault]
	return record.CRatioKey{
		Scenario: w.Scenario, Point: w.Point, Step: int32(step), Time: w.Grid[step],
		Pool: w.Pools[v.Pool].Name, Collateral: w.Collaterals[v.Collateral].Name,
	}
}

// DropBlock forgets the present block.
func (c *Collector) DropBlock() {
	c.rows, c.last = c.rows[:c.finished], -1
	if c.began {
		for i := range c.ratios {
			c.ratios[i].Reset()
		}
	}
	if c.tilted != nil {
		c.tilted.drop()
	}
	if c.mixed { // then no other block is there, since the collector is always full
		c.counters.Reset(counterMemory)
	}
	c.began, c.mixed = false, false
}

// EndBlock adds the present block to those that are finished.
func (c *Collector) EndBlock() {
	if !c.began {
		return
	}
	for i := range c.ratios {
		c.full = c.ratioSums[i].Merge(&c.ratios[i]) || c.full
	}
	if c.tilted != nil {
		c.tilted.end()
	}
	if c.finished = len(c.rows); c.finished >= rowsWait || c.finished*len(c.series) > rowMemory/4 {
		c.flush()
	}
	c.mixed = false
	c.DropBlock()
	c.full = c.full || len(c.series)*record.PathsPerBlock > rowMemory || c.counters.Bytes() > counterMemory
}

// Full says whether what was gathered should be taken before another block is
// added.
func (c *Collector) Full() bool { return c.full }

// Reset empties the collector.
func (c *Collector) Reset() {
	c.finished = 0
	c.DropBlock()
	c.counters.Reset(counterMemory)
	for i := range c.ratioSums {
		c.ratioSums[i].Reset()
	}
	if c.tilted != nil {
		c.tilted.reset()
	}
	c.full = false
}

// Into gives a block all that was gathered, the present block included. It is
// void after the next call.
func (c *Collector) Into(b *record.Block) {
	c.EndBlock()
	c.flush()
	for i := range c.ratioSums {
		c.ratioSums[i].Into(&c.cratio[i])
	}
	if c.tilted != nil {
		c.tilted.into(c.cratio)
	}
	b.CRatio = append(b.CRatio[:0], c.cratio...)
	b.Series = b.Series[:0]
	for i := range c.series {
		if c.counters.N(i) > 0 {
			c.counters.Into(i, &c.series[i].Values)
			b.Series = append(b.Series, c.series[i])
		}
	}
}

// at begins a moment of a path; moments of a path come in order.
func (c *Collector) at(moment int) {
	if moment <= c.last || c.last < 0 {
		c.newRow()
	}
	c.last, c.began = moment, true
}

func (c *Collector) newRow() {
	width := len(c.series)
	if n := len(c.rows); n > 0 && (n+1)*width > rowMemory {
		c.flush()
		c.mixed = true
	}
	n := len(c.rows)
	if n < cap(c.rows) {
		c.rows = c.rows[:n+1]
	} else {
		c.rows = append(c.rows, nil)
	}
	if c.rows[n] == nil {
		c.rows[n] = make([]float64, width)
	}
	copy(c.rows[n], c.empty)
}

// flush adds the figures of the rows to the counters.
func (c *Collector) flush() {
	for k := range c.values {
		c.values[k] = slices.Grow(c.values[k][:0], len(c.rows))[:len(c.rows)]
	}
	for from := 0; from < len(c.series); from += together {
		width := min(together, len(c.series)-from)
		var n [together]int
		for _, row := range c.rows {
			for k, x := range row[from : from+width] {
				c.values[k][n[k]] = x
				if x == x { // not NaN: the figure existed
					n[k]++
				}
			}
		}
		for k := range width {
			c.counters.Add(from+k, c.values[k][:n[k]])
		}
	}
	c.rows, c.finished = c.rows[:0], 0
}

// put takes in a figure of the present path; NaN stands for one that does not
// exist now.
func (c *Collector) put(moment, figure int, value float64) {
	c.rows[len(c.rows)-1][moment*len(c.layout.names)+figure] = value
}

// ratiosAt has a function gather the C-ratios of a vault at a moment of a path with
// a weight.
func (c *Collector) ratiosAt(moment, vault int, weight float64, gather func(bins *record.RatioBins)) {
	i := moment*len(c.world.Vaults) + vault
	if c.tilted == nil {
		gather(&c.ratios[i])
		return
	}
	gather(c.tilted.scratch())
	c.tilted.add(i, weight)
}
