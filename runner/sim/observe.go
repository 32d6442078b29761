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
	moment := -1
	if i, ok := slices.BinarySearch(s.World.Moments, s.Step); ok && c != nil {
		moment = i
	}
	vault := 0
	for p := range s.World.Pools {
		outlook, err := s.poolOutlook(p)
		s.observeBlock(p, err)
		for ; vault < len(s.World.Vaults) && s.World.Vaults[vault].Pool == p; vault++ {
			if err != nil {
				continue
			}
			ct := s.World.Collaterals[s.World.Vaults[vault].Collateral].CT
			if o, err := s.Sys.VaultOutlook(outlook, ct); err == nil {
				s.observeVault(vault, &o, c, moment)
			}
		}
	}
	s.observeMarkets(c, moment)
	if moment >= 0 {
		for a, name := range s.World.Assets {
			c.figure(moment, "price_usd", name, "usd", s.Oracle[a])
		}
	}
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

func (s *State) observeVault(vault int, o *model.VaultOutlook, c *Collector, moment int) {
	ratio := s.observeRatios(vault, o)
	if moment < 0 {
		return
	}
	s.remember(vault, o)
	name := s.World.Vaults[vault].Name
	c.figure(moment, "vault_c_ratio", name, "ratio", ratio)
	c.figure(moment, "debt_usd", name, "usd", units.Float(o.Debt))
	c.figure(moment, "collateral_usd", name, "usd", units.FloatU(o.Value))
	s.recordRatios(vault, o, c.ratios(moment, vault))
}

// mintUsage is a vault's debt relative to what its collateral allows to mint.
func (s *State) mintUsage(o *model.VaultOutlook) float64 {
	if o.Value.IsZero() {
		return math.NaN()
	}
	issuance := units.FloatU(s.Sys.CollateralConfiguration(o.CollateralID()).IssuanceRatio)
	return units.Float(o.Debt) * issuance / units.FloatU(o.Value)
}

// observeMarkets looks for debt that no pool bears, capacity locks and the use
// of credit.
func (s *State) observeMarkets(c *Collector, moment int) {
	var unbacked fp.Int256
	for i := range s.World.Markets {
		m := &s.World.Markets[i]
		credit, err := s.Sys.WithdrawableMarketUSD(m.ID)
		need, failure := s.Sys.External(m.ID).MinimumCredit()
		debt, silent := s.Sys.MarketTotalDebt(m.ID)
		if err != nil || failure != nil || silent != nil {
			continue
		}
		s.observeLock(i, credit, need)
		use := utilisation(need, credit)
		s.Row.MaxUtilisation = greater(s.Row.MaxUtilisation, use)
		storage := s.Sys.MarketSummary(m.ID)
		outstanding := debt.Sub(storage.LastDistributed.Wide())
		if storage.TotalShares.IsZero() && outstanding.Sign() > 0 {
			unbacked = unbacked.Add(outstanding)
		}
		if moment >= 0 {
			c.figure(moment, "market_debt_usd", m.Name, "usd", units.Float(debt))
			c.figure(moment, "debt_per_share_usd", m.Name, "usd", units.FloatD27(storage.ValuePerShare))
			c.figure(moment, "credit_usd", m.Name, "usd", units.FloatU(storage.TotalShares.Wide()))
			c.figure(moment, "utilisation", m.Name, "ratio", use)
		}
	}
	if x := units.Record(unbacked); s.Row.UnbackedDebtUSD.Cmp(x) < 0 {
		s.Row.UnbackedDebtUSD = x
	}
	if moment >= 0 {
		s.observeExposure(c, moment)
		c.figure(moment, "unbacked_debt_usd", "", "usd", units.Float(unbacked))
	}
}

// observeLock records the moment at which a market comes to need more credit
// than it has.
func (s *State) observeLock(market int, credit, need fp.Uint256) {
	locked := credit.Less(need)
	if locked && !s.locked[market] {
		s.Row.CapacityLocks++
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
