package sim

import (
	"testing"

	"backtest/runner/record"
)

// Names that look alike, and names that end like a source, are told apart by what columns declare.
func TestColumnsDeclareWhatTheyAre(t *testing.T) {
	w := &World{
		Pools:       []Pool{{Name: "a", Markets: []int{0, 1}}, {Name: "a_b", Markets: []int{0}}},
		Collaterals: []Collateral{{Name: "s_usd"}},
		Markets:     []Market{{Name: "eth_price"}, {Name: "b_eth"}},
		Vaults:      []Vault{{Pool: 0, Collateral: 0}},
		Assets:      []string{"ETH"}, ByVault: true,
	}
	type identity struct{ figure, source, pool, collateral, market, asset string }
	seen, names, totals := map[identity]bool{}, map[string]bool{}, 0
	for _, x := range Columns(w) {
		id := identity{x.Figure + x.Sum, x.Source, x.Pool, x.Collateral, x.Market, x.Asset}
		if seen[id] || names[x.Name] || x.Unit == "" {
			t.Errorf("%+v is declared twice, or without a unit", x)
		}
		seen[id], names[x.Name] = true, true
		if x.Source == record.SourceTotal {
			totals++
		}
		if x.Alone() != (x.Sum != "") {
			t.Errorf("%+v", x)
		}
	}
	for _, want := range []identity{
		{record.PoolDebtChange, "fees", "a", "", "eth_price", ""}, {record.PoolDebtChange, "fees", "a_b", "", "eth_price", ""},
		{record.VaultDebtChange, "minted", "a", "s_usd", "", ""}, {record.LPProfit, "collateral_price", "", "", "", ""},
		{"min_c_ratio", "", "a", "s_usd", "", ""}, {"stop_loss_exits", "", "a_b", "", "eth_price", ""}, {record.FinalPriceRatio, "", "", "", "", "ETH"},
	} {
		if !seen[want] {
			t.Errorf("no column declares %+v", want)
		}
	}
	if totals != 3 {
		t.Errorf("%d totals, want those of two pools and a vault", totals)
	}
}
