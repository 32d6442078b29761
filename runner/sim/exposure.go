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

// exposures is what the pools bear of the markets.
type exposures struct {
	made    bool
	changes uint64    // of the state that parts belong to
	parts   []part    // pool by pool, market by market
	deltas  []float64 // of each market at the present prices, USD
	list    []Delta
}

// part is a pool in a market until the state changes.
type part struct {
	share, inRange float64
	headroomUSD    float64
}

// observeExposure records what every pool bears of every market: the figures
// of SIP-328.
func (s *State) observeExposure(c *Collector, moment int) {
	x := &s.exposures
	x.make(s)
	at, i := c.layout.exposures, 0
	for p := range s.World.Pools {
		markets := s.World.Pools[p].Markets
		total := 0.0
		for k, m := range markets {
			total += abs(float64(x.parts[i+k].share * x.deltas[m]))
		}
		for _, m := range markets {
			e := &x.parts[i]
			usd := float64(e.share * x.deltas[m])
			c.put(moment, at+figureShare, e.share)
			c.put(moment, at+figureInRange, e.inRange)
			c.put(moment, at+figureHeadroom, e.headroomUSD)
			c.put(moment, at+figureExposure, usd)
			if total > 0 {
				c.put(moment, at+figureHedge, abs(usd)/total)
			}
			i++
			at += exposureFigures
		}
	}
}

func (x *exposures) make(s *State) {
	x.deltas = x.deltas[:0]
	for m := range s.World.Markets {
		x.list = s.World.Markets[m].Driver.Deltas(s.Sys, x.list[:0])
		usd := 0.0
		for i := range x.list {
			usd += units.Float(x.list[i].USD)
		}
		x.deltas = append(x.deltas, usd)
	}
	if x.made && x.changes == s.Sys.Changes() {
		return
	}
	x.made, x.changes, x.parts = true, s.Sys.Changes(), x.parts[:0]
	for p := range s.World.Pools {
		for _, m := range s.World.Pools[p].Markets {
			x.parts = append(x.parts, s.part(p, m))
		}
	}
}

func (s *State) part(pool, market int) (e part) {
	id, m := s.World.Pools[pool].ID, s.World.Markets[market].ID
	summary, entry := s.Sys.MarketSummary(m), s.Sys.MarketPoolStorage(m, id)
	if entry.Shares.IsZero() {
		return e
	}
	shares := units.FloatU(entry.Shares.Wide())
	e.inRange, e.share = 1, shares/units.FloatU(summary.TotalShares.Wide())
	if limit, in := s.Sys.RangeLimit(m, id); in {
		e.headroomUSD = float64(shares * (units.Float(limit.Wide()) - units.FloatD27(summary.ValuePerShare)))
	}
	return e
}
