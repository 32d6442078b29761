package runner

import (
	"math"

	"backtest/pricepaths/portable"
	"backtest/runner/sim"
	"backtest/runner/units"
)

// nearness tells how near a path is to an event after a step: 0 where it is
// about to happen, below 0 elsewhere. It is minus the distance left over the
// square root of the steps left, since that is how far a random walk gets: near
// the end a path has to be nearer. Which figure is chosen decides how much work
// splitting saves, and does not bias what it estimates.
func nearness(event string, s *sim.State) float64 {
	left := len(s.World.Grid) - 1 - s.Step
	distance := distanceTo(event, s)
	switch {
	case math.IsNaN(distance) || math.IsInf(distance, 1):
		return math.Inf(-1)
	case distance <= 0:
		return 0
	case left == 0:
		return math.Inf(-1)
	}
	return -distance / math.Sqrt(float64(left))
}

// distanceTo is how far a path is from an event: for liquidations and bad debt
// the logarithm of the smallest C-ratio over its limit, for debt that nobody
// takes the credit that is not in use, as a share, for a stop-loss the debt per
// share that is left to it (USD).
func distanceTo(event string, s *sim.State) float64 {
	switch event {
	case "liquidation", "position_liquidation":
		return ratioDistance(s, func(v int) (ratio, limit float64) {
			o, err := s.Outlook(v)
			if err != nil {
				return math.NaN(), 1
			}
			return s.WorstRatio(v, &o), liquidationRatio(s, v)
		})
	case "vault_liquidation":
		return ratioDistance(s, func(v int) (ratio, limit float64) { return vaultRatio(s, v), liquidationRatio(s, v) })
	case "bad_debt":
		return ratioDistance(s, func(v int) (ratio, limit float64) { return vaultRatio(s, v), 1 })
	case "stop_loss_exit":
		return stopLossDistance(s)
	}
	return 1 - s.Row.MaxUtilisation
}

func ratioDistance(s *sim.State, of func(vault int) (ratio, limit float64)) float64 {
	nearest := math.Inf(1)
	for v := range s.World.Vaults {
		if ratio, limit := of(v); ratio > 0 && limit > 0 {
			nearest = min(nearest, portable.Log(ratio/limit))
		}
	}
	return nearest
}

// vaultRatio is the C-ratio of a vault, NaN where nobody can read it or it has
// no debt.
func vaultRatio(s *sim.State, vault int) float64 {
	o, err := s.Outlook(vault)
	if err != nil {
		return math.NaN()
	}
	return sim.VaultRatio(&o)
}

func liquidationRatio(s *sim.State, vault int) float64 {
	_, ct := s.VaultID(vault)
	return units.FloatU(s.Sys.CollateralConfiguration(ct).LiquidationRatio)
}

func stopLossDistance(s *sim.State) float64 {
	nearest := math.Inf(1)
	for _, m := range s.World.Markets {
		storage := s.Sys.MarketStorage(m.ID)
		value := units.FloatD27(storage.ValuePerShare)
		for _, node := range storage.InRange { // priority is minus the limit
			nearest = min(nearest, -units.Float(node.Priority.Wide())-value)
		}
	}
	return nearest
}
