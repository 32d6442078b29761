package sim

import (
	fp "backtest/model/fixedpoint"
	"backtest/runner/units"
)

// Delta is how much a market's debt moves with an asset: the change (D18 USD)
// per unit of relative change of the price (PROTOCOL.md §8.3).
type Delta struct {
	Asset int // into World.Assets
	USD   fp.Int256
}

// exposure is a pool in a market at a moment, USD.
type exposure struct {
	name                  string // pool/market
	share, inRange        float64
	headroomUSD, shortUSD float64
}

// observeExposure records what every pool bears of every market: the figures
// of SIP-328.
func (s *State) observeExposure(c *Collector, moment int) {
	for p := range s.World.Pools {
		var rows []exposure
		total := 0.0
		for _, m := range s.World.Pools[p].Markets {
			e := s.exposure(p, m)
			rows = append(rows, e)
			total += abs(e.shortUSD)
		}
		for _, e := range rows {
			c.figure(moment, "pool_share", e.name, "ratio", e.share)
			c.figure(moment, "pool_in_range", e.name, "ratio", e.inRange)
			c.figure(moment, "pool_headroom_usd", e.name, "usd", e.headroomUSD)
			c.figure(moment, "pool_exposure_usd", e.name, "usd", e.shortUSD)
			if total > 0 {
				c.figure(moment, "hedge_weight", e.name, "ratio", abs(e.shortUSD)/total)
			}
		}
	}
}

func (s *State) exposure(pool, market int) exposure {
	m := &s.World.Markets[market]
	id := s.World.Pools[pool].ID
	e := exposure{name: s.World.Pools[pool].Name + "/" + m.Name}
	storage, entry := s.Sys.MarketStorage(m.ID), s.Sys.MarketPoolStorage(m.ID, id)
	if entry.Shares.IsZero() {
		return e
	}
	e.inRange = 1
	e.share = units.FloatU(entry.Shares.Wide()) / units.FloatU(storage.TotalShares.Wide())
	for _, n := range storage.InRange {
		if n.Pool == id {
			room := units.Float(n.Priority.Wide().Neg()) - units.FloatD27(storage.ValuePerShare)
			e.headroomUSD = float64(units.FloatU(entry.Shares.Wide()) * room)
		}
	}
	for _, d := range m.Driver.Deltas(s.Sys) {
		e.shortUSD += float64(e.share * units.Float(d.USD))
	}
	return e
}
