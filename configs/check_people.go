package configs

import (
	"slices"
	"strconv"
)

func (c *checker) people() {
	for i, lp := range c.LPs {
		c.lp(element("lps", lp.ID, i), lp)
	}
	for i, trader := range c.Traders {
		key := element("traders", trader.ID, i)
		c.distribution(key+".size_usd", trader.SizeUSD)
		c.trader(key, trader)
	}
	for i, adversary := range c.Adversaries {
		c.adversary(element("adversaries", adversary.ID, i), adversary)
	}
	for i, liquidator := range c.Liquidators {
		c.contradiction(liquidator.ToTreasury && c.Config.System.TreasuryPool == "", element("liquidators", liquidator.ID, i)+".to_treasury",
			"true without a treasury", "false, or a pool as system.treasury_pool", "system.treasury_pool")
	}
}

// adversary: it pushes a price of its market and joins with what a position
// needs at least.
func (c *checker) adversary(key string, a Adversary) {
	at := slices.IndexFunc(c.Markets, func(m Market) bool { return m.ID == a.Market })
	if at < 0 || !c.fine(element("markets", a.Market, at)) {
		return
	}
	market := c.Markets[at]
	c.contradiction(market.Kind == "scripted", key+".market", a.Market+", which is scripted", "a market of kind spot or perps")
	if market.Kind == "perps" {
		c.instrument(key, a.Instrument, market)
	} else {
		c.contradiction(a.Instrument != "", key+".instrument", "a key of perps for a market of kind "+market.Kind, "only in markets of kind perps", key+".market")
	}
}

// instrument: what belongs to a perps market names one of its instruments.
func (c *checker) instrument(key, instrument string, market Market) {
	var instruments []string
	for _, x := range market.Instruments {
		instruments = append(instruments, x.ID)
	}
	c.contradiction(instrument == "", key+".instrument", "nothing", oneOf(instruments), key+".market")
	c.contradiction(instrument != "" && !contains(instruments, instrument), key+".instrument",
		"no instrument "+shown(instrument)+" of "+market.ID, suggest(instrument, instruments), key+".market")
}

func (c *checker) lp(key string, lp LP) {
	c.stated(key, lp)
	if lp.CollateralUSD != nil {
		c.distribution(key+".collateral_usd", *lp.CollateralUSD)
	}
	if lp.CRatio != nil {
		c.distribution(key+".c_ratio", *lp.CRatio)
	}
	if lp.TargetCRatio.Sign() == 0 {
		return
	}
	c.contradiction(lp.ActBelow.Cmp(lp.TargetCRatio.Decimal) > 0, key+".act_below",
		lp.ActBelow.String(), "at most the target, "+lp.TargetCRatio.String(), key+".target_c_ratio")
	c.contradiction(lp.MintAbove.Sign() > 0 && lp.MintAbove.Cmp(lp.TargetCRatio.Decimal) < 0, key+".mint_above",
		lp.MintAbove.String(), "0, or at least the target, "+lp.TargetCRatio.String(), key+".target_c_ratio")
}

func (c *checker) distribution(key string, d Distribution) {
	c.contradiction(d.AtLeast > d.Median && d.Kind == "lognormal", key+".at_least",
		strconv.FormatFloat(d.AtLeast, 'g', -1, 64), "at most the median, "+strconv.FormatFloat(d.Median, 'g', -1, 64), key+".median")
	c.contradiction(d.Kind == "uniform" && d.From > d.To, key+".to",
		strconv.FormatFloat(d.To, 'g', -1, 64), "at least from, "+strconv.FormatFloat(d.From, 'g', -1, 64), key+".from")
}

// trader: orders to a perps market name one of its instruments, those to a spot
// market have neither instrument nor margin.
func (c *checker) trader(key string, trader Trader) {
	at := slices.IndexFunc(c.Markets, func(m Market) bool { return m.ID == trader.Market })
	if at < 0 || !c.fine(element("markets", trader.Market, at)) {
		return
	}
	market := c.Markets[at]
	if market.Kind == "perps" {
		c.instrument(key, trader.Instrument, market)
		return
	}
	c.contradiction(market.Kind == "scripted", key+".market", trader.Market+", which is scripted", "a market of kind spot or perps")
	c.contradiction(trader.Style == "funding_arbitrage", key+".style", "funding_arbitrage in a market without funding", "another style, or a market of kind perps", key+".market")
	for _, name := range []string{"instrument", "leverage", "accounts"} {
		c.contradiction(c.deviates(key+"."+name), key+"."+name, "a key of perps for a market of kind "+market.Kind, "only in markets of kind perps", key+".market")
	}
}

// deviates says whether the key was written with another value than its default.
func (c *checker) deviates(key string) bool {
	t, missing := resolve(key, c.tree)
	if missing != nil || t.node == nil {
		return false
	}
	value, allowed := t.rule.check(t.node.text)
	return allowed == "" && t.rule.scalar.plain(value) != t.rule.fallback
}
