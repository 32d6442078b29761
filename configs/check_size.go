package configs

import "fmt"

// What a run may ask of memory and time. A worker keeps the prices of a path: 8
// bytes an asset and step.
const (
	mostPathSteps  = 100_000_000_000_000
	mostPrices     = 20_000_000
	mostPositions  = 10_000_000
	mostAccounts   = 1_000_000
	mostRecords    = 1_000_000
	mostStudyCells = 1_000_000 // points and scenarios together
)

// times: steps must divide what is counted in steps.
func (c *checker) times() {
	step := c.Step.WholeSeconds()
	if step <= 0 {
		return
	}
	c.contradiction(c.Horizon.WholeSeconds() < step || c.Horizon.WholeSeconds()%step != 0, "horizon",
		c.Horizon.Plain(), "a whole number of steps of "+c.Step.Plain(), "step")
	every := c.Record.Every.WholeSeconds()
	c.contradiction(every < step || every%step != 0, "record.every",
		c.Record.Every.Plain(), "a whole number of steps of "+c.Step.Plain(), "step")
}

// steps of a path; 0 when they are not known for a problem.
func (c *checker) steps() int64 {
	if c.Step.WholeSeconds() <= 0 {
		return 0
	}
	return c.Horizon.WholeSeconds() / c.Step.WholeSeconds()
}

func (c *checker) sizes() {
	steps := c.steps()
	c.contradiction(c.Paths > 0 && steps > mostPathSteps/c.Paths, "paths",
		fmt.Sprintf("%d paths of %d steps", c.Paths, steps), fmt.Sprintf("paths times steps at most %d", int64(mostPathSteps)), "horizon", "step")
	c.contradiction(steps*int64(len(c.Prices.Assets)) > mostPrices, "horizon",
		fmt.Sprintf("%d steps of %d assets", steps, len(c.Prices.Assets)), fmt.Sprintf("steps times assets at most %d", mostPrices), "step", "prices.assets")
	if every := c.Record.Every.WholeSeconds(); every > 0 {
		c.contradiction(c.Horizon.WholeSeconds()/every > mostRecords, "record.every",
			fmt.Sprintf("%d recorded steps", c.Horizon.WholeSeconds()/every), fmt.Sprintf("at most %d in the horizon", mostRecords), "horizon")
	}
	c.total("lps", "count", len(c.LPs), mostPositions, func(i int) (string, int64) { return c.LPs[i].ID, c.LPs[i].Count })
	c.total("traders", "accounts", len(c.Traders), mostAccounts, func(i int) (string, int64) { return c.Traders[i].ID, c.Traders[i].Accounts })
}

// total: the sum of a key over a list is bounded; told at the element that goes
// over it.
func (c *checker) total(list, key string, count int, most int64, of func(int) (id string, n int64)) {
	sum := int64(0)
	for i := range count {
		id, n := of(i)
		if sum += n; sum > most {
			c.contradiction(true, element(list, id, i)+"."+key,
				fmt.Sprintf("%d up to here", sum), fmt.Sprintf("at most %d in all %s together", most, list))
			return
		}
	}
}
