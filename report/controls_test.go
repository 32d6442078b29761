package report

import (
	"math"
	"strings"
	"testing"

	"backtest/report/threshold"
	"backtest/runner/record"
)

// pricedCell has 200 paths on which the LPs lose what the price of ETH does, and
// prices that are not their expectations.
func pricedCell() *Cell {
	c := &Cell{Scenario: "base", confidence: 0.95, adjusts: true, columns: map[string][]float64{}}
	c.extra = []record.ExtraColumn{
		{Name: "eth_ratio", Figure: record.FinalPriceRatio, Asset: "ETH"}, {Name: "eth_expected", Figure: record.ExpectedPriceRatio, Asset: "ETH"},
		{Name: "btc_ratio", Figure: record.FinalPriceRatio, Asset: "BTC"}, {Name: "btc_expected", Figure: record.ExpectedPriceRatio, Asset: "BTC"},
		{Name: "attribution_price_usd", Unit: record.UnitUSD, Sum: record.LPProfit, Source: "price"},
		{Name: "attribution_fees_usd", Unit: record.UnitUSD, Sum: record.LPProfit, Source: "fees"},
	}
	for i := range 200 {
		x := math.Sin(float64(i))
		c.paths = append(c.paths, int64(i))
		for name, value := range map[string]float64{
			"steps": 10, "horizon_seconds": 100, "weight": 1, "eth_ratio": 1 + x/4, "eth_expected": 1.05, "btc_ratio": 1 + math.Cos(float64(i)), "btc_expected": math.NaN(),
			"lp_pnl_usd": 1000 * x, "attribution_price_usd": 1000*x - 3*math.Sin(float64(i*i)), "attribution_fees_usd": 3 * math.Sin(float64(i*i)), "fees_usd": math.Sin(float64(i * i)), "final_debt_usd": 50 + x, "final_collateral_usd": 100,
		} {
			c.columns[name] = append(c.columns[name], value)
		}
	}
	c.summarisePaths()
	return c
}

func TestMeansAreAdjusted(t *testing.T) {
	c := pricedCell()
	// At the expected price of ETH x is 0.2.
	if m := c.measured(t, "mean(lp_loss_usd)"); math.Abs(m.Estimate.Value+200) > 1e-9 || m.Estimate.HalfWidth() > 1e-3 {
		t.Errorf("mean loss %v, want -200 exactly", m.Estimate)
	}
	if m := c.measured(t, "capital_efficiency"); math.Abs(m.Estimate.Value-0.502) > 1e-9 {
		t.Errorf("capital efficiency %v, want 50.2 %%", m.Estimate)
	}
	if m := c.measured(t, "mean(fees_usd)"); strings.Contains(m.Estimate.Method, "control") {
		t.Errorf("fees are adjusted: %s", m.Estimate.Method)
	}
	// Fees by themselves would not be adjusted: as a part of the profit they are.
	parts := c.measured(t, "mean(attribution_price_usd)").Estimate.Value + c.measured(t, "mean(attribution_fees_usd)").Estimate.Value
	if math.Abs(parts-200) > 1e-9 {
		t.Errorf("the parts of the mean profit add up to %v, want 200", parts)
	}
	after := pricedCell()
	for i, x := range after.columns["eth_ratio"] {
		after.columns["lp_pnl_usd"][i] += 100 * x
	}
	f, _ := threshold.ParseFigure("mean(lp_loss_usd)")
	change, err := ChangeBetween(c, after, f)
	if err != nil || math.Abs(change.Difference.Value+105) > 1e-9 || change.Difference.HalfWidth() > 1e-3 {
		t.Errorf("difference %v (%v), want -105 exactly", change.Difference, err)
	}
	part := c.only(c.paths[:100])
	if m := part.measured(t, "mean(lp_loss_usd)"); math.Abs(m.Estimate.Value+200) > 1e-9 {
		t.Errorf("mean loss of half of the paths %v, want -200 exactly", m.Estimate)
	}
}

func TestMeansThatAreNotAdjusted(t *testing.T) {
	for name, change := range map[string]func(c *Cell){
		"off":      func(c *Cell) { c.adjusts = false },
		"weighted": func(c *Cell) { c.columns["weight"][3] = 2 },
		"old":      func(c *Cell) { c.extra = nil },
		"unknown":  func(c *Cell) { c.columns["eth_expected"][0] = math.NaN() },
	} {
		c := pricedCell()
		change(c)
		if c.summarisePaths(); c.controls != nil {
			t.Errorf("%s: there are controls", name)
		}
	}
	for configuration, want := range map[string]bool{
		`{}`: true, `{"control_variates": "auto"}`: true, `{"control_variates": "off"}`: false, `{"prices": {"sampling": "sobol"}}`: false, `{"prices": {"sampling": "antithetic"}}`: true,
	} {
		m := record.Manifest{Identity: record.Identity{Configuration: []byte(configuration)}}
		if got := controllable(m, "base"); got != want {
			t.Errorf("%s: %v", configuration, got)
		}
		m.Splittings = []record.Splitting{{Scenario: "base"}}
		if controllable(m, "base") {
			t.Errorf("%s: splitting is adjusted", configuration)
		}
	}
}
