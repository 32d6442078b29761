package sim_test

import (
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// half is a world of one pool that leaves its market when it owes more than
// half of its credit. Both vaults are worth 1,000 USD.
func half(t *testing.T, eth, gold, silver float64) (*smallworld.World, *sim.State) {
	t.Helper()
	two := func(id string, first, then float64) smallworld.Asset {
		return smallworld.Asset{ID: id, Prices: []float64{first, then}}
	}
	w := smallworld.New(t, two("ETH", 100, eth), two("GOLD", 1, gold), two("SILVER", 1, silver))
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 1.5, Liquidation: 1.25})
	w.Collateral("SILVER", 2, smallworld.Ratios{Issuance: 1.5, Liquidation: 1.25})
	w.Must(w.System().SetMinLiquidityRatio(model.Owner, smallworld.D18(2)))
	w.Spot("synth", 0, 1, func(c *spot.Config) { c.CollateralLeverage = smallworld.D18(1e6) })
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 10})
	w.Vault(0, 0)
	w.Vault(0, 1)
	w.LP("gold", 0, 1000, 500, 0)
	w.LP("silver", 1, 1000, 300, 0)
	s := w.Start()
	s.Observe(sim.NewCollector(w.World))
	w.Must(s.SetStep(1))
	return w, s
}

// TestExitsAtARebalance: what has made a pool owe more per USD of credit since
// the last recorded moment.
func TestExitsAtARebalance(t *testing.T) {
	for _, c := range []struct {
		name              string
		eth, gold, silver float64
		do                func(w *smallworld.World, s *sim.State) error
		want              string
	}{
		{"the gold fell long before it was repriced", 100, 0.5, 1, func(_ *smallworld.World, s *sim.State) error { return s.Rebalance(0) },
			"1 stop_loss_exit stale_weights/system_limit synth pool 2000 0 0.000000000000000000\n"},
		{"silver leaves", 100, 1, 1, func(w *smallworld.World, s *sim.State) error {
			return s.Delegate(1, w.LPs[1].Account, smallworld.D18(550))
		},
			"1 stop_loss_exit withdrawal/system_limit synth pool 2000 0 0.000000000000000000\n"},
		{"silver mints", 100, 1, 1, func(w *smallworld.World, s *sim.State) error {
			return s.Mint(1, w.LPs[1].Account, smallworld.D18(300))
		}, "1 stop_loss_exit minted_debt/system_limit synth pool 2000 0 0.000000000000000000\n"},
		{"the market's debt, and then governance", 300, 1, 1, func(w *smallworld.World, s *sim.State) error {
			if err := s.Rebalance(0); err != nil {
				return err
			}
			return s.Outcome(s.Sys.SetPoolConfiguration(model.Owner, 1, []model.MarketConfiguration{
				{MarketID: 1, Weight: fp.UnitU256.Uint128(), MaxDebtShareValue: smallworld.D18(0.01).Int256().Int128()},
			}))
		}, "1 stop_loss_exit price/max_debt_share_value synth pool 2000 0 0.100000000000000000\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, s := half(t, c.eth, c.gold, c.silver)
			w.Must(c.do(w, s))
			if got := rows(s); got != c.want {
				t.Errorf("events are\n%s, want\n%s", got, c.want)
			}
		})
	}
}

// A vault whose weight is out of date bears what others should: silver is worth
// ten times what it was, and gold still takes half of the market's debt.
func TestCauseStaleWeights(t *testing.T) {
	_, s := half(t, 700, 1, 10)
	if got := s.Cause(0); got != "stale_weights" {
		t.Errorf("gold: %s", got)
	}
	if got := s.Cause(1); got != "synth/price" {
		t.Errorf("silver: %s", got)
	}
}

// Debt that the next pull would bring counts before it is distributed.
func TestCauseOfOutstandingDebt(t *testing.T) {
	_, s := half(t, 700, 1, 1)
	if got := s.Cause(0); got != "synth/price" {
		t.Errorf("cause is %s", got)
	}
}
