package configs

import (
	"slices"
	"strconv"
)

// state: a file tells everything; by hand, nothing is told twice.
func (c *checker) state() {
	s := c.State
	if s == nil {
		c.contradiction(len(c.LPs) == 0, "lps", "nothing", "a list, such as [a, b], or positions in state", "state")
		return
	}
	byHand := s.Positions != "" || s.Perps != nil || len(s.Markets)+len(s.Pools)+len(s.Vaults) > 0 || s.MintedUSD != nil
	c.contradiction(s.File != "" && byHand, "state.file", "a file beside keys of a start by hand", "either file, or the other keys")
	c.contradiction(s.File == "" && !byHand, "state", "nothing", "file, or positions and what else is known")
	c.contradiction(len(c.LPs) == 0 && s.File == "" && s.Positions == "", "lps", "nothing", "a list, such as [a, b], or positions in state", "state")
	if s.Perps != nil {
		c.ofKind("state.perps.market", s.Perps.Market, "perps")
	}
	seen := map[string]bool{}
	for i := range s.Markets {
		key := "state.markets[" + strconv.Itoa(i) + "]"
		name := s.Markets[i].Market + "/" + s.Markets[i].Instrument
		c.contradiction(seen[name], key+".market", "a second "+shown(name), "each market and instrument once")
		seen[name] = true
		c.stateMarket(key, &s.Markets[i])
	}
	c.statePools(s)
}

// recordedPositions: a word, or how many.
func (c *checker) recordedPositions() {
	text := c.Record.Positions
	n, err := strconv.ParseInt(text, 10, 64)
	c.contradiction(text != "" && text != "start" && text != "all" && text != "none" && (err != nil || n < 1 || n > mostPositions), "record.positions",
		shown(text), "start, all, none, or a number of positions from 1")
	c.contradiction(text == "start" && c.State == nil, "record.positions", "start without a state", "all, none, or a number of positions", "state")
}

func (c *checker) statePools(s *State) {
	seen := map[string]bool{}
	for i, p := range s.Pools {
		key := "state.pools[" + strconv.Itoa(i) + "]"
		at := slices.IndexFunc(c.Pools, func(x Pool) bool { return x.ID == p.Pool })
		backs := at >= 0 && slices.ContainsFunc(c.Pools[at].Markets, func(m PoolMarket) bool { return m.Market == p.Market })
		c.contradiction(at >= 0 && !backs, key+".market", p.Market+", which the pool does not back", "a market of the pool "+p.Pool, "pools")
		c.contradiction(seen[p.Pool+"/"+p.Market], key+".pool", "a second "+shown(p.Pool+"/"+p.Market), "each pool in a market once")
		seen[p.Pool+"/"+p.Market] = true
	}
	seen = map[string]bool{}
	for i, v := range s.Vaults {
		name := v.Pool + "/" + v.Collateral
		c.contradiction(seen[name], "state.vaults["+strconv.Itoa(i)+"].pool", "a second "+shown(name), "each vault once")
		seen[name] = true
	}
}

// kindOf a market, empty for one that is not there.
func (c *checker) marketKind(id string) string {
	if i := slices.IndexFunc(c.Markets, func(m Market) bool { return m.ID == id }); i >= 0 {
		return c.Markets[i].Kind
	}
	return ""
}

func (c *checker) ofKind(key, market, kind string) {
	found := c.marketKind(market)
	c.contradiction(found != "" && found != kind, key, market+", which is "+found, "a market of kind "+kind, "markets")
}

func (c *checker) stateMarket(key string, m *StateMarket) {
	if m.Supply != nil {
		c.ofKind(key+".supply", m.Market, "spot")
		c.contradiction(c.marketKind(m.Market) == "spot" && c.initialSupply(m.Market), key+".supply",
			"a supply beside initial_supply of the market", "one of them", "markets")
	}
	traded := m.Skew.Sign() != 0 || m.OpenInterest.Sign() != 0 || m.FundingRate.Sign() != 0
	if !traded && m.Instrument == "" {
		return
	}
	if c.marketKind(m.Market) == "perps" {
		at := slices.IndexFunc(c.Markets, func(x Market) bool { return x.ID == m.Market })
		c.instrument(key, m.Instrument, c.Markets[at])
	} else {
		c.ofKind(key+".market", m.Market, "perps")
	}
	c.contradiction(c.State.Perps != nil && c.State.Perps.Market == m.Market && (m.Skew.Sign() != 0 || m.OpenInterest.Sign() != 0), key+".skew",
		"a skew beside traders one by one", "either traders in state.perps, or skew and open_interest")
	size := m.Skew.D18()
	c.contradiction(size.Abs(size).Cmp(m.OpenInterest.D18()) > 0, key+".open_interest",
		m.OpenInterest.String(), "at least the skew, "+m.Skew.String(), key+".skew")
	c.contradiction(m.OpenInterest.Sign() > 0 && m.Accounts < 2 && size.Cmp(m.OpenInterest.D18()) != 0, key+".accounts",
		strconv.FormatInt(m.Accounts, 10), "at least one for each side", key+".skew")
	for name, d := range map[string]*Distribution{".size_usd": m.SizeUSD, ".leverage": m.Leverage} {
		if d != nil {
			c.distribution(key+name, *d)
		}
	}
}

func (c *checker) initialSupply(market string) bool {
	i := slices.IndexFunc(c.Markets, func(m Market) bool { return m.ID == market })
	return i >= 0 && c.Markets[i].InitialSupply.Sign() > 0
}

// stated: a group that draws nobody acts for stated positions.
func (c *checker) stated(key string, lp LP) {
	draws := lp.Count > 0 || lp.TotalUSD.Sign() > 0
	c.contradiction(!draws && c.State == nil && !c.given(key+".count"), key+".count", "nothing", "a whole number of at least 1, total_usd, or positions in state", "state")
	c.contradiction(lp.Count > 0 && lp.TotalUSD.Sign() > 0, key+".total_usd", "a total beside a count", "one of them", key+".count")
	c.contradiction(draws && lp.CollateralUSD == nil && !c.given(key+".collateral_usd"), key+".collateral_usd", "nothing", "a section with keys", key+".count")
}
