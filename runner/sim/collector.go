package sim

import (
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
	last   int  // moment of the present path that was seen last, -1 before the first path
	began  bool // whether a moment of the block was seen
	mixed  bool // whether figures of the block are counted already: it has more than may wait

	figures *waiting // of the present block, and of finished ones

	// Of finished blocks, moment-major.
	ratioSums []record.RatioBins
	counters  *record.Counters
	full      bool

	positions    []record.PositionTally  // of the present block, by recorded position
	positionSums []record.PositionSketch // of finished blocks

	// The same as sketches.
	cratio []record.CRatioSketch
	series []record.SeriesSketch
}

// counterMemory is how many bytes of distributions are enough.
const counterMemory = 24 << 20

// NewCollector returns an empty collector.
func NewCollector(w *World) *Collector {
	moments := len(w.Moments)
	positions := w.start().keys
	c := &Collector{
		world: w, layout: newLayout(w), last: -1,
		ratios: make([]record.RatioBins, moments*len(w.Vaults)), ratioSums: make([]record.RatioBins, moments*len(w.Vaults)),
		cratio: make([]record.CRatioSketch, moments*len(w.Vaults)),
		tilted: newWeightedRatios(w),

		positions: make([]record.PositionTally, len(positions)), positionSums: slices.Clone(positions),
	}
	c.series = make([]record.SeriesSketch, moments*len(c.layout.names))
	c.counters = record.NewCounters(len(c.series))
	c.figures = newWaiting(len(c.series))
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
	c.figures.drop()
	if c.began {
		for i := range c.ratios {
			c.ratios[i].Reset()
		}
		clear(c.positions)
	}
	if c.tilted != nil {
		c.tilted.drop()
	}
	if c.mixed { // then no other block is there, since the collector is always full
		c.counters.Reset(counterMemory)
	}
	c.last, c.began, c.mixed = -1, false, false
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
	for i := range c.positions {
		c.positionSums[i].Merge(&c.positions[i])
	}
	if !c.figures.keep() {
		c.figures.count(c.counters)
	}
	c.mixed = false
	c.DropBlock()
	c.full = c.full || len(c.series)*record.PathsPerBlock > RowMemory || c.counters.Bytes() > counterMemory
}

// Full says whether what was gathered should be taken before another block is
// added.
func (c *Collector) Full() bool { return c.full }

// Reset empties the collector.
func (c *Collector) Reset() {
	c.DropBlock()
	c.figures.clear()
	c.counters.Reset(counterMemory)
	for i := range c.ratioSums {
		c.ratioSums[i].Reset()
	}
	for i := range c.positionSums {
		c.positionSums[i].PositionTally = record.PositionTally{}
	}
	// Sketches are wanted for a moment every few seconds, and take more memory
	// than all that is gathered.
	for i := range c.series {
		c.series[i].Values.Bins = nil
	}
	for i := range c.cratio {
		c.cratio[i].ByPosition.Bins, c.cratio[i].ByDebt.Bins = nil, nil
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
	c.figures.count(c.counters)
	for i := range c.ratioSums {
		c.ratioSums[i].Into(&c.cratio[i])
	}
	if c.tilted != nil {
		c.tilted.into(c.cratio)
	}
	b.Positions = b.Positions[:0]
	for i := range c.positionSums {
		if c.positionSums[i].Paths > 0 {
			b.Positions = append(b.Positions, c.positionSums[i])
		}
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
		c.beginPath()
	}
	c.last, c.began = moment, true
}

func (c *Collector) beginPath() {
	if !c.figures.begin() {
		c.figures.count(c.counters)
		c.figures.begin()
		c.mixed = true
	}
}

// put takes in a figure of the present path; NaN stands for one that does not
// exist now.
func (c *Collector) put(moment, figure int, value float64) {
	c.figures.put(moment*len(c.layout.names)+figure, value)
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
