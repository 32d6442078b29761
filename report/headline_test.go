package report_test

import (
	"context"
	"testing"

	"backtest/configs"
	"backtest/report"
	"backtest/runner"
	"backtest/runner/record"
)

func quickstartOf(t *testing.T, sets ...string) *report.Cell {
	t.Helper()
	l, err := configs.Load(configs.Source{Preset: "quickstart", Sets: append([]string{"paths=120", "horizon=7d", "record.every=7d"}, sets...)})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := runner.Run(context.Background(), l, runner.Options{Out: dir}); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	d, err := report.Load(r, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d.Cells[0]
}

// TestHeadlinesMoveWithTheirParameters: a limit of a pool moves the time out of
// range; how often a keeper rebalances moves exits tenfold, spells hardly, and
// blocked pools altogether.
func TestHeadlinesMoveWithTheirParameters(t *testing.T) {
	base := quickstartOf(t)
	wide := quickstartOf(t, "pools[spot].markets[spot-eth].max_debt_share_value=0.08", "pools[spot].markets[spot-btc].max_debt_share_value=0.08")
	change, err := report.ChangeBetween(base, wide, figure(t, "mean(time_out_of_range)"))
	if err != nil || !change.Certain() || change.Difference.Value > -0.02 {
		t.Errorf("a wider limit moves the time out of range by %v (%v)", change.Difference, err)
	}
	hourly := quickstartOf(t, "keepers[rebalance].every=1h")
	read := func(c *report.Cell, text string) float64 {
		m, err := c.Measure(figure(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return m.Estimate.Value
	}
	if daily, hours := read(base, "mean(stop_loss_exit)"), read(hourly, "mean(stop_loss_exit)"); hours < 5*daily {
		t.Errorf("%v exits with daily, %v with hourly rebalances", daily, hours)
	}
	if daily, hours := read(base, "mean(out_of_range_spell)"), read(hourly, "mean(out_of_range_spell)"); hours > 2*daily {
		t.Errorf("%v spells with daily, %v with hourly rebalances", daily, hours)
	}
	if daily, hours := read(base, "blocked_pool.probability"), read(hourly, "blocked_pool.probability"); daily < 0.2 || hours > 0.02 {
		t.Errorf("%v of paths have a blocked pool with daily, %v with hourly rebalances", daily, hours)
	}
	if beyond, total := read(base, "var95(lp_loss_beyond_holding_usd)"), read(base, "var95(lp_loss_usd)"); beyond > total/3 {
		t.Errorf("beyond holding LPs lose %v of %v", beyond, total)
	}
}
