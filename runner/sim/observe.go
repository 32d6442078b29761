package sim

import (
	"errors"
	"math"
	"slices"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/runner/record"
	"backtest/runner/units"
)

// Observe looks at the whole system at the end of a step, without touching it.
// A vault whose markets do not answer is passed over: nobody can read its debt
// then. At a recorded moment the collector gets the distributions too.
func (s *State) Observe(c *Collector) {
	moment := s.moment(c)
	vault := 0
	for p := range s.World.Pools {
		pool := s.poolOutlook(p)
		s.observeBlock(p, pool.err)
		if moment >= 0 && pool.err == nil {
			s.rememberPool(p, &pool.outlook)
		}
		for ; vault < len(s.World.Vaults) && s.World.Vaults[vault].Pool == p; vault++ {
			if l := s.look(vault); l.err == nil {
				s.observeVault(vault, l, c, moment)
			}
		}
	}
	s.observeMarkets(c, moment)
	if moment >= 0 {
		for a := range s.World.Assets {
			c.put(moment, c.layout.prices+a, s.Oracle[a])
		}
	}
}

// moment returns the recorded moment of the present step, -1 when it is none,
// and tells the collector.
func (s *State) moment(c *Collector) int {
	if c == nil || s.quiet.next[s.Step] != s.Step {
		return -1
	}
	i, _ := slices.BinarySearch(s.World.Moments, s.Step)
	c.at(i)
	return i
}

// observeBlock records from when until when the debt of a pool cannot be
// pulled: one of its markets, or a bump that the protocol refuses, reverts
// every operation.
func (s *State) observeBlock(pool int, err error) {
	if blocked := err != nil; blocked != s.blockedPools[pool] {
		s.blockedPools[pool] = blocked
		s.quiet.made = false
		kind, cause := record.KindPoolUnblocked, ""
		if blocked {
			kind, cause = record.KindPoolBlocked, model.ErrorName(firstCause(err))
		}
		e := s.event(kind, cause)
		e.Pool, e.Market = s.World.Pools[pool].Name, s.silentMarket(pool)
		s.block(pool, blocked, e.Market == "")
		s.add(e)
	}
}

// firstCause returns the first of several failures that the protocol collects.
func firstCause(err error) error {
	var several model.Errors
	for errors.As(err, &several) {
		failed := slices.IndexFunc(several.Errors, func(e error) bool { return e != nil })
		if failed < 0 {
			break
		}
		err = several.Errors[failed]
	}
	return err
}

// silentMarket names the first market of a pool that does not answer, if one
// does not.
func (s *State) silentMarket(pool int) string {
	for _, m := range s.World.Pools[pool].Markets {
		if _, err := s.Sys.MarketTotalDebt(s.World.Markets[m].ID); err != nil {
			return s.World.Markets[m].Name
		}
	}
	return ""
}

func (s *State) observeVault(vault int, l *vaultLook, c *Collector, moment int) {
	o := &l.outlook
	x := s.observeRatios(vault, l)
	if moment < 0 {
		return
	}
	s.remember(vault, o, x.debt)
	at := c.layout.vaults + vault*vaultFigures
	c.put(moment, at+figureVaultRatio, x.ratio())
	c.put(moment, at+figureDebt, x.debt)
	c.put(moment, at+figureCollateral, x.value)
	c.ratiosAt(moment, vault, s.Row.Weight, func(bins *record.RatioBins) { s.recordRatios(vault, o, bins) })
}

// sizes are what a vault owes and is worth, USD.
type sizes struct{ debt, value float64 }

func sizesOf(o *model.VaultOutlook) sizes { return sizes{units.Float(o.Debt), units.FloatU(o.Value)} }

// ratio returns the C-ratio, NaN without debt.
func (x sizes) ratio() float64 {
	if !(x.debt > 0) {
		return math.NaN()
	}
	return x.value / x.debt
}

// mintUsage is the debt relative to what the collateral allows to mint.
func (x sizes) mintUsage(issuance float64) float64 {
	if x.value == 0 {
		return math.NaN()
	}
	return float64(x.debt*issuance) / x.value
}

// observeMarkets looks for debt that no pool bears, capacity locks and the use
// of credit.
func (s *State) observeMarkets(c *Collector, moment int) {
	var unbacked fp.Int256
	for i := range s.World.Markets {
		o, err := s.Sys.MarketOutlook(s.World.Markets[i].ID)
		if err != nil {
			continue
		}
		s.observeLock(i, o.Credit, o.Need)
		use := utilisation(o.Need, o.Credit)
		s.used(i, use)
		if o.TotalShares.IsZero() && o.Outstanding.Sign() > 0 {
			unbacked = unbacked.Add(o.Outstanding)
			m := &s.parts.markets[i]
			m.unbacked = fp.MaxInt(m.unbacked, o.Outstanding)
		}
		if moment >= 0 {
			at := c.layout.markets + i*marketFigures
			c.put(moment, at+figureMarketDebt, units.Float(o.Debt))
			c.put(moment, at+figureDebtPerShare, units.FloatD27(o.ValuePerShare))
			c.put(moment, at+figureCredit, units.FloatU(o.TotalShares.Wide()))
			c.put(moment, at+figureUtilisation, use)
		}
	}
	if !unbacked.IsZero() {
		if x := units.Record(unbacked); s.Row.UnbackedDebtUSD.Cmp(x) < 0 {
			s.Row.UnbackedDebtUSD = x
		}
	}
	if moment >= 0 {
		s.observeExposure(c, moment)
		c.put(moment, c.layout.unbacked, units.Float(unbacked))
	}
}

// observeLock records the moment at which a market comes to need more credit
// than it has.
func (s *State) observeLock(market int, credit, need fp.Uint256) {
	locked := credit.Less(need)
	if locked && !s.locked[market] {
		s.Row.CapacityLocks++
		s.parts.markets[market].locks++
		s.first(&s.Row.FirstCapacityLockSeconds)
		e := s.event(record.KindCapacityLocked, "minimum_credit")
		e.Market = s.World.Markets[market].Name
		e.AmountUSD = units.RecordU(need.Sub(credit))
		s.add(e)
	} else if !locked && s.locked[market] {
		e := s.event(record.KindCapacityUnlocked, "minimum_credit")
		e.Market = s.World.Markets[market].Name
		s.add(e)
	}
	s.quiet.made = s.quiet.made && locked == s.locked[market]
	s.locked[market] = locked
}

// utilisation is the credit that a market needs relative to what it has.
func utilisation(need, credit fp.Uint256) float64 {
	switch {
	case need.IsZero():
		return 0
	case credit.IsZero():
		return math.NaN()
	}
	return units.FloatU(need) / units.FloatU(credit)
}

// lesser and greater pass over NaN.
func lesser(a, b float64) float64 {
	if math.IsNaN(a) || b < a {
		return b
	}
	return a
}

func greater(a, b float64) float64 {
	if math.IsNaN(a) || b > a {
		return b
	}
	return a
}
