package report

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"backtest/runner/record"
)

// Every metric is in the unit that the columns it is made of declare, or is an event or a ratio of two of one unit.
func TestMetricsAreInTheUnitsOfTheirColumns(t *testing.T) {
	declared := map[string]string{}
	for _, x := range record.PathColumns() {
		declared[x.Name] = x.Unit
	}
	for _, m := range Metrics() {
		if m.extra {
			continue // of columns that each run declares
		}
		for _, name := range m.Columns {
			want := m.Unit
			if m.ratioOf {
				want = UnitUSD
			}
			if unit, known := declared[name]; !known || unit != want {
				t.Errorf("%s is in %s, its column %s is in %q (known: %v)", m.Name, m.Unit, name, unit, known)
			}
		}
	}
}

func TestEveryNumericColumnHasAUnit(t *testing.T) {
	units := []string{UnitUSD, UnitRatio, UnitSeconds, UnitCount}
	bare := []string{"scenario", "point", "path", "failed"}
	for _, x := range record.PathColumns() {
		if slices.Contains(units, x.Unit) == slices.Contains(bare, x.Name) {
			t.Errorf("column %s has unit %q", x.Name, x.Unit)
		}
	}
}

// An expression is judged by what metrics declare, before anything is computed, wherever it is taken.
func TestExpressionsAreCheckedByUnit(t *testing.T) {
	all := []Use{ForThreshold, ForConstraint, ForSearch, ForDrift}
	judged := []Use{ForThreshold, ForConstraint}
	for _, c := range []struct {
		text  string
		right []Use // where it is taken
		hint  string
	}{
		{"var95(lp_loss_usd) < 5%", []Use{ForDrift}, "an amount of USD"},
		{"p99(bad_debt_usd) < 5% of collateral", judged, "an amount of USD"},
		{"p99(bad_debt_usd) < 50_000", all, ""},
		{"mean(stop_loss_exit) <= 5%", []Use{ForDrift}, "a number such as"},
		{"mean(stop_loss_exit) <= 5% of collateral", nil, "a number such as"},
		{"p50(first_vault_liquidation_seconds) > 5%", []Use{ForDrift}, "a number of seconds"},
		{"mean(first_vault_liquidation_seconds) > 5", nil, "p99"},
		{"vault_liquidation.probability <= 1%", all, ""},
		{"vault_liquidation.probability <= 0.01", all, ""},
		{"vault_liquidation <= 1% of collateral", nil, "a percentage such as"},
		{"capital_efficiency >= 20%", all, ""},
		{"p5(capital_efficiency) >= 20%", nil, "ratio(capital_efficiency)"},
		{"p5(c_ratio) > 1.6", []Use{ForThreshold, ForConstraint, ForDrift}, "made of paths"},
		{"p5(c_ratio[main/SNX]) > 1.6", []Use{ForThreshold, ForConstraint, ForDrift}, "made of paths"},
		{"es99(min_vault_c_ratio) > 1", nil, "p99"},
		{"var(lp_loss_usd) > 1", nil, "var95"},
		{"vault_liquidatoin.probability < 1%", nil, "did you mean vault_liquidation?"},
		{"mean(lp_los_usd) < 1", nil, "did you mean lp_loss_usd?"},
	} {
		for _, use := range all {
			_, err := Check(use, c.text, nil)
			var wrong *ExpressionError
			switch {
			case slices.Contains(c.right, use) && err != nil:
				t.Errorf("%s %q: %v", use, c.text, err)
			case !slices.Contains(c.right, use) && (!errors.As(err, &wrong) || !strings.Contains(wrong.Allowed(), c.hint)):
				t.Errorf("%s %q: %+v, want %q", use, c.text, err, c.hint)
			}
		}
	}
	for text, taken := range map[string]bool{"capital_efficiency": true, "p5(c_ratio)": false, "bad_debt_usd[main].mean": false, "median(fees_usd)": false} {
		if _, err := Check(ForStopping, text, nil); (err == nil) != taken {
			t.Errorf("stopping rule %q: %v", text, err)
		}
	}
	if _, err := Check(ForObjective, "p5(c_ratio[main])", nil); err != nil {
		t.Error(err)
	}
}

// What a column is stands in its declaration; its name means nothing.
func TestNothingIsReadOutOfAColumnsName(t *testing.T) {
	extra := []record.ExtraColumn{
		{Name: "x1", Kind: record.DecimalColumn, Unit: UnitUSD, Sum: record.LPProfit, Source: "price"},
		{Name: "misleading_usd", Kind: record.FloatColumn, Unit: UnitCount},
		{Name: "attribution_fake_usd", Kind: record.DecimalColumn, Unit: UnitUSD},
	}
	for _, x := range extra {
		m := extraMetric(x)
		if m.Unit != x.Unit {
			t.Errorf("%s is in %s, want %s", x.Name, m.Unit, x.Unit)
		}
	}
	if _, err := Check(ForThreshold, "var95(misleading_usd) < 5", extra); err == nil {
		t.Error("a count has a value at risk")
	}
}
