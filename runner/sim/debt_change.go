package sim

import (
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// debtChange is what the debt of a pool or a vault changed by over a path (D18
// USD), and what of it is known to come from where.
type debtChange struct {
	total   fp.Int256
	brought []bySource // by market of the pool, in their order
	book    vaultBook
}

// rounding returns what nothing else explains.
func (c *debtChange) rounding() fp.Int256 {
	rest := c.total
	for i := range c.brought {
		rest = rest.Sub(c.brought[i].total())
	}
	for _, x := range c.book.columns() {
		rest = rest.Sub(x)
	}
	return rest
}

// columns appends the values of its columns; the last is the sum of the others.
func (c *debtChange) columns(out []record.D18) []record.D18 {
	for i := range c.brought {
		for _, x := range c.brought[i] {
			out = append(out, units.Record(x))
		}
	}
	for _, x := range c.book.columns() {
		out = append(out, units.Record(x))
	}
	return append(out, units.Record(c.rounding()), units.Record(c.total))
}
