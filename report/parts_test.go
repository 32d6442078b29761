package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"backtest/report/threshold"
	"backtest/runner/record"
)

// partedCell is three pools' vaults on four paths: two of pool a, one of b. The
// system's columns are their sums.
func partedCell() *Cell {
	c := &Cell{confidence: 0.95, paths: []int64{0, 1, 2, 3}, Paths: 4, columns: map[string][]float64{}, tallies: tallies{}}
	add := func(name string, x record.ExtraColumn, values ...float64) {
		x.Name, x.Kind = name, record.DecimalColumn
		c.extra = append(c.extra, x)
		c.columns[name] = values
		if total := c.columns[x.Figure]; total == nil {
			c.columns[x.Figure] = slices.Clone(values)
		} else {
			for i, v := range values {
				total[i] += v
			}
		}
	}
	for i, e := range []Entity{{Pool: "a", Collateral: "ETH"}, {Pool: "a", Collateral: "SNX"}, {Pool: "b", Collateral: "ETH"}} {
		name, k := strings.ReplaceAll(e.String(), "/", "_"), float64(i+1)
		part := func(figure string) record.ExtraColumn {
			return record.ExtraColumn{Figure: figure, Pool: e.Pool, Collateral: e.Collateral}
		}
		add(name+"_pnl", part("pnl_usd"), -1*k, -2*k, -3*k, -6*k)
		add(name+"_bad", part("bad_debt_usd"), 0, 0, 0, 4*k)
		add(name+"_debt", part("final_debt_usd"), 10, 20, 30, 40)
		add(name+"_collateral", part("final_collateral_usd"), 50*k, 50*k, 50*k, 50*k)
		add(name+"_liquidations", part("vault_liquidations"), 0, k, 0, 0)
	}
	for i, m := range []string{"eth", "btc"} {
		k := float64(i + 1)
		add(m+"_unpaid", record.ExtraColumn{Figure: "unpaid_usd", Market: m}, 0, 0, 8*k, 0)
		add(m+"_used", record.ExtraColumn{Figure: "final_credit_used_usd", Market: m}, 10*k, 10*k, 20*k, 20*k)
		add(m+"_credit", record.ExtraColumn{Figure: "final_credit_usd", Market: m}, 100, 200, 100, 200)
	}
	c.columns["lp_pnl_usd"] = c.columns["pnl_usd"]
	c.summarisePaths()
	return c
}

func (c *Cell) measured(t *testing.T, text string) Measure {
	t.Helper()
	f, err := threshold.ParseFigure(text)
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Measure(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (c *Cell) read(t *testing.T, text string) float64 {
	t.Helper()
	m := c.measured(t, text)
	if !(m.Estimate.Low <= m.Estimate.Value && m.Estimate.Value <= m.Estimate.High) {
		t.Errorf("%s is %v in [%v, %v]", text, m.Estimate.Value, m.Estimate.Low, m.Estimate.High)
	}
	return m.Estimate.Value
}

func TestFiguresByEntity(t *testing.T) {
	c := partedCell()
	for text, want := range map[string]float64{
		"mean(lp_loss_usd[a/ETH])": 3, "mean(lp_loss_usd[a/SNX])": 6, "mean(lp_loss_usd[b/ETH])": 9,
		"mean(lp_loss_usd[a])": 9, "mean(lp_loss_usd[ETH])": 12, "mean(lp_loss_usd)": 18,
		"var95(lp_loss_usd[a/SNX])":            12,
		"bad_debt_usd[b/ETH].probability":      0.25,
		"mean(bad_debt_usd[b/ETH])":            3,
		"mean(bad_debt_usd)":                   6,
		"vault_liquidation[a/SNX].probability": 0.25,
		"mean(vault_liquidation[a])":           0.75,
		"capital_efficiency[a/ETH]":            25. / 50,
		"capital_efficiency[a]":                50. / 150,
		"capital_efficiency":                   75. / 300,
		"mean(unpaid_usd[btc])":                4,
		"mean(unpaid_usd)":                     6,
		"credit_use[eth]":                      15. / 150,
		"credit_use":                           45. / 300,
	} {
		if got := c.read(t, text); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
	m, _ := metricByName("lp_loss_usd", nil)
	if got := strings.Join(c.entities(m), " "); got != "a a/ETH a/SNX b/ETH" {
		t.Errorf("entities are %s", got)
	}
	for text, want := range map[string]string{
		"mean(lp_loss_usd[typo])": "name no such", "mean(lp_loss_usd[eth])": "only for a, a/ETH, a/SNX, b/ETH", "mean(fees_usd[a])": "whole system",
	} {
		f, _ := threshold.ParseFigure(text)
		if _, err := c.Measure(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// Extremes by entity fold, passing over paths without any.
func TestExtremesByEntity(t *testing.T) {
	c := partedCell()
	nan := math.NaN()
	for name, x := range map[string]record.ExtraColumn{
		"a_ratio": {Figure: "min_c_ratio", Pool: "a", Collateral: "ETH"}, "a_other": {Figure: "min_c_ratio", Pool: "a", Collateral: "SNX"},
		"b_use": {Figure: "max_utilisation", Market: "btc"}, "e_use": {Figure: "max_utilisation", Market: "eth"},
	} {
		x.Name = name
		c.extra = append(c.extra, x)
	}
	c.columns["a_ratio"], c.columns["a_other"] = []float64{2, nan, 3, 1.5}, []float64{1.2, 4, nan, 9}
	c.columns["b_use"], c.columns["e_use"] = []float64{0.5, 0.25, nan, 0}, []float64{0, 0.5, 0.25, 1}
	for text, want := range map[string]float64{
		"p50(min_vault_c_ratio[a/ETH])": 2, "p50(min_vault_c_ratio[a/SNX])": 4, "p50(min_vault_c_ratio[a])": 1.5,
		"mean(max_utilisation[btc])": 0.25, "p50(max_utilisation[eth])": 0.25,
	} {
		if got := c.read(t, text); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
}

// Differences by entity are paired: two points of a study, the second of which
// loses one more USD in one vault on every path.
func TestDifferencesByEntity(t *testing.T) {
	before, after := partedCell(), partedCell()
	for i := range after.columns["a_SNX_pnl"] {
		after.columns["a_SNX_pnl"][i]--
		after.columns["a_SNX_debt"][i] += 5
	}
	difference := func(text string) float64 {
		f, _ := threshold.ParseFigure(text)
		change, err := ChangeBetween(before, after, f)
		if err != nil {
			t.Fatal(err)
		}
		return change.Difference.Value
	}
	for text, want := range map[string]float64{
		"mean(lp_loss_usd[a/SNX])": 1, "mean(lp_loss_usd[a])": 1, "mean(lp_loss_usd[b/ETH])": 0, "capital_efficiency[a/SNX]": 0.05, "credit_use": 0,
	} {
		if got := difference(text); math.Abs(got-want) > 1e-12 {
			t.Errorf("difference of %s is %v, want %v", text, got, want)
		}
	}
	old := partedCell()
	old.extra = nil
	for text, want := range map[string]bool{"mean(lp_loss_usd)": true, "mean(lp_loss_usd[a/SNX])": false, "credit_use": false} {
		if f, _ := threshold.ParseFigure(text); old.offers(f) != want || !after.offers(f) {
			t.Errorf("records without parts offer %s: %v", text, old.offers(f))
		}
	}
}

// A figure that cannot be other than zero is no reason to warn; another one is.
func TestZeroThatHasToBe(t *testing.T) {
	c := partedCell()
	c.extra = append(c.extra, record.ExtraColumn{Name: "funding_usd", Unit: record.UnitUSD, Zero: true}, record.ExtraColumn{Name: "flow_usd", Unit: record.UnitUSD})
	c.columns["funding_usd"], c.columns["flow_usd"] = make([]float64, 4), make([]float64, 4)
	for name, want := range map[string]bool{"funding_usd": false, "flow_usd": true} {
		f, _ := threshold.ParseFigure("mean(" + name + ")")
		m, err := c.Measure(f)
		if err != nil || slices.Contains(m.Estimate.Warnings, "zero on every path") != want {
			t.Errorf("%s: %v, %v", name, m.Estimate.Warnings, err)
		}
	}
}
