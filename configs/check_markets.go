package configs

import "slices"

// spot: PROTOCOL.md §13.2.
func (c *checker) spot(key string, market Market) {
	if w := market.Wrapper; w != nil {
		sum := w.WrapFee.D18()
		c.contradiction(sum.Add(sum, w.UnwrapFee.D18()).Sign() < 0, key+".wrapper.unwrap_fee",
			w.UnwrapFee.String(), "a sum of wrap and unwrap fee of at least 0", key+".wrapper.wrap_fee")
	}
	for i, f := range market.TransactorFees {
		at := slices.IndexFunc(c.Traders, func(t Trader) bool { return t.ID == f.Trader })
		c.contradiction(at >= 0 && c.Traders[at].Market != market.ID, element(key+".transactor_fees", f.Trader, i)+".trader",
			f.Trader+", who trades elsewhere", "a trader of "+market.ID, element("traders", f.Trader, at)+".market")
	}
}

// perps: PROTOCOL.md §13.3.
func (c *checker) perps(key string, market Market) {
	c.contradiction(market.Keeper.Min.Cmp(market.Keeper.Max) > 0, key+".keeper_reward.min",
		market.Keeper.Min.Plain(), "at most the maximum, "+market.Keeper.Max.String(), key+".keeper_reward.max")
	c.contradiction(market.Interest.LowGradient.Cmp(market.Interest.HighGradient) > 0, key+".interest.low_gradient",
		market.Interest.LowGradient.Plain(), "at most the high gradient, "+market.Interest.HighGradient.String(), key+".interest.high_gradient")
	for i, m := range market.Margins {
		c.contradiction(c.kindOf(m.Synth) != "spot", element(key+".margins", m.Synth, i)+".synth",
			m.Synth+", which has no synth", "a market of kind spot", element("markets", m.Synth, c.place(m.Synth))+".kind")
	}
}

// place of a market in the list, -1 when there is none of the id.
func (c *checker) place(market string) int {
	return slices.IndexFunc(c.Markets, func(m Market) bool { return m.ID == market })
}

func (c *checker) kindOf(market string) string {
	if i := c.place(market); i >= 0 {
		return c.Markets[i].Kind
	}
	return ""
}

// terms: how traders trade must be something that their market offers.
func (c *checker) terms() {
	for i, t := range c.Traders {
		at := c.place(t.Market)
		if at < 0 || !c.fine(element("markets", t.Market, at)) {
			continue
		}
		market, key := c.Markets[at], element("traders", t.ID, i)
		c.execution(key, t, market)
		c.margin(key, t, market)
		names := make([]string, len(market.Referrers))
		for k, r := range market.Referrers {
			names[k] = r.ID
		}
		c.contradiction(t.Referrer != "" && !contains(names, t.Referrer), key+".referrer",
			"no referrer "+shown(t.Referrer)+" of "+market.ID, suggest(t.Referrer, names), key+".market")
	}
}

func (c *checker) execution(key string, t Trader, market Market) {
	lacks := map[string]bool{"async": market.Settlement == nil, "wrapper": market.Wrapper == nil}[t.Execution]
	allowed := "atomic, or a market with a settlement"
	if t.Execution == "wrapper" {
		allowed = "atomic, or a market with a wrapper"
	}
	c.contradiction(lacks, key+".execution", t.Execution+" in "+market.ID, allowed, key+".market")
}

func (c *checker) margin(key string, t Trader, market Market) {
	if t.Margin == "" {
		return
	}
	names := make([]string, len(market.Margins))
	for k, m := range market.Margins {
		names[k] = m.Synth
	}
	c.contradiction(!contains(names, t.Margin), key+".margin",
		t.Margin+", which is no margin of "+market.ID, suggest(t.Margin, names), key+".market")
	c.contradiction(t.Accounts == 0, key+".margin", "a synth for aggregate flow", "USD, or individual accounts", key+".accounts")
}
