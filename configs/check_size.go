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
	positions, accounts := int64(0), int64(0)
	for i, lp := range c.LPs {
		positions += lp.Count
		c.contradiction(positions > mostPositions, element("lps", lp.ID, i)+".count",
			fmt.Sprintf("%d positions up to here", positions), fmt.Sprintf("at most %d positions in all lps together", mostPositions))
	}
	for i, trader := range c.Traders {
		accounts += trader.Accounts
		c.contradiction(accounts > mostAccounts, element("traders", trader.ID, i)+".accounts",
			fmt.Sprintf("%d accounts up to here", accounts), fmt.Sprintf("at most %d accounts of all traders together", mostAccounts))
	}
}
