package sim_test

import (
	"math"
	"testing"

	"backtest/model"
	fp "backtest/model/fixedpoint"
	"backtest/model/markets/spot"
	"backtest/runner/internal/smallworld"
	"backtest/runner/sim"
)

// goldAndSilver has a pool of two vaults, each worth 1,000 USD, behind 10
// synths of ETH.
func goldAndSilver(t *testing.T, eth, silver []float64) (*smallworld.World, *sim.State) {
	t.Helper()
	flat := make([]float64, len(eth))
	for i := range flat {
		flat[i] = 1
	}
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: eth}, smallworld.Asset{ID: "GOLD", Prices: flat}, smallworld.Asset{ID: "SILVER", Prices: silver})
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 1.5, Liquidation: 1.25})
	w.Collateral("SILVER", 2, smallworld.Ratios{Issuance: 1.5, Liquidation: 1.25})
	w.Must(w.System().SetMinLiquidityRatio(model.Owner, smallworld.D18(2)))
	w.Spot("synth", 0, 10, func(c *spot.Config) { c.CollateralLeverage = smallworld.D18(1e6) })
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 10})
	w.Vault(0, 0)
	w.Vault(0, 1)
	w.LP("gold", 0, 1000, 500, 2000)
	w.LP("silver", 1, 1000, 300, 0)
	w.ByVault = true
	return w, w.Start()
}

// checkColumns compares columns of the finished path, as far as they are named,
// with wanted amounts (USD), all to a billionth.
func checkColumns(t *testing.T, w *smallworld.World, s *sim.State, want map[string]float64) {
	t.Helper()
	w.Must(s.Finish())
	found := 0
	for i, c := range sim.AttributionColumns(w.World) {
		x, ok := want[c.Name]
		if !ok {
			continue
		}
		found++
		if got := s.Row.Exact[i].Float64(); math.Abs(got-x) > 1e-9 {
			t.Errorf("%s is %v, want %v", c.Name, got, x)
		}
	}
	if found != len(want) {
		t.Errorf("%d columns of %d", found, len(want))
	}
}

// TestVaultsTakeByTheirSharesOfTheMoment: silver becomes three times as much
// worth, which counts from when its vault is repriced.
func TestVaultsTakeByTheirSharesOfTheMoment(t *testing.T) {
	w, s := goldAndSilver(t, []float64{100, 110, 120, 128}, []float64{1, 1, 3, 3})
	w.Must(s.SetStep(1))
	w.Must(s.Rebalance(0)) // 100 by 1,000 and 1,000
	w.Must(s.SetStep(2))
	w.Must(s.Rebalance(1)) // 100 by the same
	w.Must(s.Mint(1, w.LPs[1].Account, smallworld.D18(40)))
	w.Must(s.Burn(0, w.LPs[0].Account, smallworld.D18(30)))
	w.Must(s.SetStep(3))
	w.Must(s.Distribute(0)) // 80 by 1,000 and 3,000, which wait
	checkColumns(t, w, s, map[string]float64{
		"vault_debt_pool_gold_synth_price_usd": 120, "vault_debt_pool_silver_synth_price_usd": 160,
		"vault_debt_pool_gold_synth_funding_usd": 0, "vault_debt_pool_silver_synth_trader_flow_usd": 0,
		"vault_debt_pool_gold_minted_usd": 0, "vault_debt_pool_silver_minted_usd": 40,
		"vault_debt_pool_gold_burned_usd": -30, "vault_debt_pool_silver_burned_usd": 0,
		"vault_debt_pool_gold_rounding_usd": 0, "vault_debt_pool_silver_rounding_usd": 0,
		"vault_debt_pool_gold_total_usd": 90, "vault_debt_pool_silver_total_usd": 200,
		"pool_debt_pool_synth_price_usd": 280, "pool_debt_pool_minted_usd": 40, "pool_debt_pool_burned_usd": -30, "pool_debt_pool_total_usd": 290,
	})
}

// TestVaultsAtAReentry: the pool owes 0.4 a dollar and leaves at 0.1 more. New
// collateral brings it back, and the same command pulls what nobody bore until
// then, by the new shares.
func TestVaultsAtAReentry(t *testing.T) {
	w, s := goldAndSilver(t, []float64{100, 150}, []float64{1, 1})
	w.Must(s.SetStep(1))
	w.Must(s.Distribute(0)) // 200 of 500
	w.Must(s.Delegate(0, w.LPs[0].Account, smallworld.D18(3000)))
	checkColumns(t, w, s, map[string]float64{
		"vault_debt_pool_gold_synth_price_usd": 100 + 225, "vault_debt_pool_silver_synth_price_usd": 100 + 75,
		"vault_debt_pool_gold_rounding_usd": 0, "vault_debt_pool_silver_rounding_usd": 0,
		"vault_debt_pool_gold_total_usd": 325, "vault_debt_pool_silver_total_usd": 175,
		"pool_debt_pool_synth_price_usd": 500,
	})
}

// TestVaultsOfLiquidations: what is repaid leaves a vault, and what the treasury
// takes over is its vault's.
func TestVaultsOfLiquidations(t *testing.T) {
	w := smallworld.New(t, smallworld.Asset{ID: "ETH", Prices: []float64{100, 100}}, smallworld.Asset{ID: "GOLD", Prices: []float64{1, 0.5}})
	w.Collateral("GOLD", 1, smallworld.Ratios{Issuance: 1.5, Liquidation: 1.25})
	w.Spot("synth", 0, 1, nil)
	w.Pool("pool", smallworld.Share{Market: 0, Weight: 1, Max: 10})
	w.Pool("reserve")
	w.Vault(0, 0)
	w.Vault(1, 0)
	w.LP("a", 0, 1000, 600, 0)
	w.LP("b", 0, 1000, 500, 0)
	w.LP("c", 1, 1000, 0, 0)
	treasury := w.Account()
	w.Must(w.System().SetConfig(model.Owner, model.ConfigTreasuryAccountID, fp.U256(uint64(treasury))))
	w.Must(w.System().SetConfig(model.Owner, model.ConfigTreasuryPoolID, fp.U256(2)))
	w.Treasury, w.ByVault = 2, true
	s := w.Start()
	w.Must(s.SetStep(1))
	_, err := s.LiquidateToTreasury(0, w.LPs[0].Account, "test")
	w.Must(err)
	rich := model.Named("rich")
	w.Must(s.Sys.FundWallet(model.USD, rich, smallworld.D18(100)))
	_, err = s.LiquidateVault(rich, 0, w.LPs[2].Account, smallworld.D18(100), "test")
	w.Must(err)
	checkColumns(t, w, s, map[string]float64{
		"vault_debt_pool_gold_treasury_usd": -600, "vault_debt_reserve_gold_treasury_usd": 600,
		"vault_debt_pool_gold_vault_liquidation_usd": -100, "vault_debt_reserve_gold_vault_liquidation_usd": 0,
		"vault_debt_pool_gold_total_usd": -700, "vault_debt_reserve_gold_total_usd": 600,
		"vault_debt_pool_gold_rounding_usd": 0, "vault_debt_reserve_gold_rounding_usd": 0,
		"pool_debt_pool_treasury_usd": -600, "pool_debt_reserve_total_usd": 600,
	})
}

// Nobody pays for what is not asked for.
func TestVaultsAreNotAccountedForUnasked(t *testing.T) {
	w, _ := goldAndSilver(t, []float64{100, 100}, []float64{1, 1})
	with := len(sim.AttributionColumns(w.World))
	w.ByVault = false
	if without := len(sim.AttributionColumns(w.World)); with != without+2*(4+4+2) {
		t.Errorf("%d columns with vaults, %d without", with, without)
	}
	s := w.Path(0)
	w.Must(s.Rebalance(0))
	checkColumns(t, w, s, map[string]float64{"pool_debt_pool_total_usd": 0})
}
