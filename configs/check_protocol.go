package configs

import "slices"

// collateralTypes: PROTOCOL.md §13.1.
func (c *checker) collateralTypes() {
	for i, ct := range c.Collaterals {
		key := element("collaterals", ct.ID, i)
		c.contradiction(ct.IssuanceRatio.Cmp(ct.LiquidationRatio.Decimal) < 0, key+".issuance_ratio",
			ct.IssuanceRatio.String(), "at least the liquidation ratio, "+ct.LiquidationRatio.String(), key+".liquidation_ratio")
		c.contradiction(ct.MinDelegation.Cmp(ct.LiquidationReward) < 0, key+".min_delegation",
			ct.MinDelegation.Plain(), "at least the liquidation reward, "+ct.LiquidationReward.String(), key+".liquidation_reward")
		c.contradiction(ct.Asset == "" && !c.ids["asset"].refers(ct.ID), key+".asset",
			"nothing, and no asset "+shown(ct.ID), oneOf(c.ids["asset"].names), key+".id")
	}
}

func (c *checker) marketsAndPools() {
	for i, market := range c.Markets {
		key := element("markets", market.ID, i)
		c.contradiction(market.FailFrom.Duration > 0 && market.FailFor.Duration == 0, key+".fail_for",
			"nothing", "how long the market fails, since fail_from is given", key+".fail_from")
		switch market.Kind {
		case "perps":
			c.perps(key, market)
		case "spot":
			c.spot(key, market)
		}
	}
	for i, pool := range c.Pools {
		c.marketOrder(element("pools", pool.ID, i), pool)
	}
}

// marketOrder: the protocol numbers markets as they are registered and takes the
// markets of a pool in ascending order only (PROTOCOL.md §5.6).
func (c *checker) marketOrder(key string, pool Pool) {
	last := -1
	for i, market := range pool.Markets {
		place := slices.Index(c.ids["market"].names, market.Market)
		c.contradiction(place >= 0 && place < last, element(key+".markets", market.Market, i),
			market.Market+" after a market that is registered later", "the order of markets: "+oneOf(c.ids["market"].names), "markets")
		last = max(last, place)
	}
}
