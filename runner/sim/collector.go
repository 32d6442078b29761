package sim

import (
	"math"

	"backtest/runner/record"
)

// Collector gathers the distributions over the paths of a block. It belongs
// to one worker.
type Collector struct {
	world  *World
	layout layout
	ratios []record.RatioBins    // moment-major, a vault each
	cratio []record.CRatioSketch // the same, finished
	series []record.SeriesSketch // moment-major, a figure each

	// Figures of paths that are not in series yet: a row a path.
	rows  [][]float64
	empty []float64 // a row without figures
	last  int       // moment that the present row was written at last, -1 before the first path
}

// rowMemory bounds the rows that wait, in values.
const rowMemory = 4 << 20

// NewCollector returns an empty collector.
func NewCollector(w *World) *Collector {
	moments := len(w.Moments)
	c := &Collector{
		world: w, layout: newLayout(w), last: -1,
		ratios: make([]record.RatioBins, moments*len(w.Vaults)),
		cratio: make([]record.CRatioSketch, moments*len(w.Vaults)),
	}
	c.series = make([]record.SeriesSketch, moments*len(c.layout.names))
	for range c.series {
		c.empty = append(c.empty, math.NaN())
	}
	for m, step := range w.Moments {
		for v := range w.Vaults {
			c.ratios[m*len(w.Vaults)+v].Reset()
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

// Reset empties the collector for the next block.
func (c *Collector) Reset() {
	for i := range c.ratios {
		c.ratios[i].Reset()
	}
	for i := range c.series {
		c.series[i].Values.Reset()
	}
	c.rows, c.last = c.rows[:0], -1
}

// Into puts what was gathered into a block.
func (c *Collector) Into(b *record.Block) {
	c.flush()
	c.last = -1
	for i := range c.ratios {
		c.ratios[i].Into(&c.cratio[i])
	}
	b.CRatio = append(b.CRatio[:0], c.cratio...)
	b.Series = b.Series[:0]
	for i := range c.series {
		if c.series[i].Values.N > 0 {
			b.Series = append(b.Series, c.series[i])
		}
	}
}

// at begins a moment of a path; moments of a path come in order.
func (c *Collector) at(moment int) {
	if moment <= c.last || c.last < 0 {
		c.newRow()
	}
	c.last = moment
}

func (c *Collector) newRow() {
	width := len(c.series)
	if n := len(c.rows); n > 0 && (n+1)*width > rowMemory {
		c.flush()
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

// flush brings the figures of the rows into the series.
func (c *Collector) flush() {
	values := make([]float64, 0, len(c.rows))
	for i := range c.series {
		values = values[:0]
		for _, row := range c.rows {
			if x := row[i]; x == x { // not NaN: the figure existed
				values = append(values, x)
			}
		}
		c.series[i].Values.AddAll(values)
	}
	c.rows = c.rows[:0]
}

// put takes in a figure of the present path; NaN stands for one that does not
// exist now.
func (c *Collector) put(moment, figure int, value float64) {
	c.rows[len(c.rows)-1][moment*len(c.layout.names)+figure] = value
}

// bins returns the distribution of C-ratios of a vault at a moment.
func (c *Collector) bins(moment, vault int) *record.RatioBins {
	return &c.ratios[moment*len(c.world.Vaults)+vault]
}
