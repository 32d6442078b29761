package configs

// checker finds values that are each allowed and contradict each other.
type checker struct {
	*Config
	*decoder
	hooks Source
	tree  *node
}

// contradiction is a problem of key, unless one of the keys that it was concluded
// from has a problem of its own.
func (c *checker) contradiction(holds bool, key, found, allowed string, concludedFrom ...string) {
	if holds && c.fine(key) && c.fine(concludedFrom...) {
		c.add(c.near(key), key, found, allowed)
	}
}

// given says whether the key was written, in any layer.
func (c *checker) given(key string) bool {
	_, ok := c.where[key]
	return ok
}

// contradictions finds all of them; those between the variants of a world are
// looked for only in a whole configuration.
func (c *checker) contradictions(variants bool) {
	c.times()
	c.sizes()
	c.prices()
	c.history()
	c.episodes()
	c.collateralTypes()
	c.marketsAndPools()
	c.state()
	c.recordedPositions()
	c.people()
	c.terms()
	c.changes()
	c.outcome()
	c.rare()
	c.controls()
	c.coverage()
	if variants {
		c.study()
	}
}
