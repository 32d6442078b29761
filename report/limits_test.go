package report

import "testing"

func TestLiquidationRatioIsOfTheCell(t *testing.T) {
	configuration := func(more string) *Data {
		d := &Data{}
		d.Manifest.Configuration = []byte(`{"collaterals": [{"id": "ETH", "liquidation_ratio": "1.25"}, {"id": "SNX", "liquidation_ratio": 2.5}]` + more + `}`)
		return d
	}
	base, stress := &Cell{Scenario: "base"}, &Cell{Scenario: "stress"}
	set := `, "scenarios": [{"id": "stress", "set": [{"key": "collaterals[SNX].liquidation_ratio", "value": "1.6"}]}]`
	for _, c := range []struct {
		d          *Data
		cell       *Cell
		collateral string
		ratio      float64
		known      bool
	}{
		{configuration(""), base, "ETH", 1.25, true},
		{configuration(""), base, "SNX", 2.5, true},
		{configuration(""), base, "BTC", 0, false},
		{configuration(set), base, "SNX", 2.5, true},
		{configuration(set), stress, "SNX", 0, false},
		{configuration(""), &Cell{Scenario: "base", Point: 1}, "SNX", 0, false},
		{configuration(`, "governance": [{"key": "collaterals[SNX].liquidation_ratio"}]`), base, "SNX", 0, false},
		{configuration(`, "governance": [{"key": "system.min_liquidity_ratio"}]`), base, "SNX", 2.5, true},
	} {
		if ratio, known := c.d.LiquidationRatio(c.cell, c.collateral); known != c.known || known && ratio != c.ratio {
			t.Errorf("%s of %s: %v, %v, want %v, %v", c.collateral, c.cell.Scenario, ratio, known, c.ratio, c.known)
		}
	}
}
