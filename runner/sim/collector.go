package sim

import (
	"math"

	"backtest/model"
	"backtest/runner/record"
	"backtest/runner/units"
)

// Collector gathers the distributions over the paths of a block. It belongs
// to one worker.
type Collector struct {
	world  *World
	cratio []record.CRatioSketch // moment-major, a vault each
	series []momentSeries
}

// momentSeries holds the figures of one moment, always in the same order.
type momentSeries struct {
	sketches []record.SeriesSketch
	index    map[seriesName]int
}

type seriesName struct{ figure, entity string }

// NewCollector returns an empty collector.
func NewCollector(w *World) *Collector {
	moments := len(w.Moments)
	c := &Collector{world: w, cratio: make([]record.CRatioSketch, moments*len(w.Vaults)), series: make([]momentSeries, moments)}
	for m := range moments {
		c.series[m].index = map[seriesName]int{}
		for v := range w.Vaults {
			c.cratio[m*len(w.Vaults)+v].Key = c.ratioKey(m, v)
		}
	}
	return c
}

func (c *Collector) ratioKey(moment, vault int) record.CRatioKey {
	w, step := c.world, c.world.Moments[moment]
	v := w.Vaults[vault]
	return record.CRatioKey{
		Scenario: w.Scenario, Point: w.Point, Step: int32(step), Time: w.Grid[step],
		Pool: w.Pools[v.Pool].Name, Collateral: w.Collaterals[v.Collateral].Name,
	}
}

// Reset empties the collector for the next block.
func (c *Collector) Reset() {
	for i := range c.cratio {
		s := &c.cratio[i]
		s.ByPosition.Reset()
		s.ByDebt.Reset()
		s.ZeroDebt, s.Liquidatable = 0, 0
	}
	for m := range c.series {
		for i := range c.series[m].sketches {
			c.series[m].sketches[i].Values.Reset()
		}
	}
}

// Into puts what was gathered into a block.
func (c *Collector) Into(b *record.Block) {
	b.CRatio = append(b.CRatio[:0], c.cratio...)
	b.Series = b.Series[:0]
	for m := range c.series {
		for _, s := range c.series[m].sketches {
			if s.Values.N > 0 {
				b.Series = append(b.Series, s)
			}
		}
	}
}

// figure adds a value; NaN stands for a figure that does not exist now.
func (c *Collector) figure(moment int, figure, entity, unit string, value float64) {
	if math.IsNaN(value) {
		return
	}
	m := &c.series[moment]
	i, ok := m.index[seriesName{figure, entity}]
	if !ok {
		i = len(m.sketches)
		m.index[seriesName{figure, entity}] = i
		step := c.world.Moments[moment]
		m.sketches = append(m.sketches, record.SeriesSketch{Key: record.SeriesKey{
			Scenario: c.world.Scenario, Point: c.world.Point, Step: int32(step), Time: c.world.Grid[step],
			Figure: figure, Entity: entity, Unit: unit,
		}})
	}
	m.sketches[i].Values.Add(value)
}

// ratioSketch adds positions to a C-ratio distribution.
type ratioSketch struct{ *record.CRatioSketch }

func (c *Collector) ratios(moment, vault int) ratioSketch {
	return ratioSketch{&c.cratio[moment*len(c.world.Vaults)+vault]}
}

// microUSD is the unit in which debt weighs a C-ratio.
const microUSD = 1e6

func (r ratioSketch) add(p model.Position, liquidatable bool) {
	if p.Debt.Sign() <= 0 {
		r.ZeroDebt++
		return
	}
	if liquidatable {
		r.Liquidatable++
	}
	ratio := units.FloatU(p.CRatio)
	r.ByPosition.Add(ratio)
	if weight, ok := record.Int128FromFloat(math.Round(units.Float(p.Debt) * microUSD)); ok {
		r.ByDebt.AddWeighted(ratio, weight)
	}
}
