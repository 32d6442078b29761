package runner

import (
	"backtest/configs"
	"backtest/runner/sim"
)

// staleness tells when the published price of an asset is older than a market
// tolerates.
type staleness struct {
	latency   int64 // seconds by which the oracle is late
	heartbeat int64 // seconds; 0 is none
	always    bool  // every step is published
}

func newStaleness(c *configs.Config) staleness {
	o := &c.Prices.Oracle
	return staleness{
		latency:   o.Latency * c.Step.WholeSeconds(),
		heartbeat: o.Heartbeat.WholeSeconds(),
		always:    o.DeviationThreshold.Sign() == 0 && o.Heartbeat.Duration == 0,
	}
}

// stale reports whether the price is older than a tolerance in seconds; 0
// tolerates any age.
func (x staleness) stale(s *sim.State, asset int, tolerance uint64) bool {
	if tolerance == 0 {
		return false
	}
	age := x.latency
	if !x.always {
		age += s.OracleAge(asset, x.heartbeat)
	}
	return age > int64(tolerance)
}
