package report_test

import (
	"math"
	"strings"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/report/threshold"
)

func figure(t *testing.T, text string) threshold.Figure {
	t.Helper()
	f, err := threshold.ParseFigure(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEntitiesAddUpToTheWhole(t *testing.T) {
	c := load(t, synthetic.World{Name: "w", Paths: 200, Seed: 9, Drop: 0.6}, report.Options{}).Cells[0]
	value := func(text string) float64 {
		m, err := c.Measure(figure(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return m.Estimate.Value
	}
	whole := value("mean(debt_liquidated_usd)")
	parts := value("mean(debt_liquidated_usd[main/SNX])") + value("mean(debt_liquidated_usd[main/ETH])")
	if whole == 0 || math.Abs(whole-parts) > 1e-6*whole || math.Abs(whole-value("mean(debt_liquidated_usd[main])")) > 1e-6*whole {
		t.Errorf("whole %v, vaults %v, pool %v", whole, parts, value("mean(debt_liquidated_usd[main])"))
	}
	if p, all := value("position_liquidation[SNX].probability"), value("position_liquidation"); p <= 0 || p >= all {
		t.Errorf("probability of one vault %v, of all %v", p, all)
	}
	if a, b := value("mean(lp_loss_usd)"), value("mean(lp_pnl_usd)"); a != -b {
		t.Errorf("loss %v, profit %v", a, b)
	}
	if a, b := value("var95(lp_loss_usd)"), value("es95(lp_loss_usd)"); a >= b {
		t.Errorf("VaR %v is not below the shortfall %v", a, b)
	}
	if low, high := value("p5(c_ratio[main/SNX])"), value("p75(c_ratio[main/SNX])"); !(0 < low && low < high) {
		t.Errorf("C-ratio quantiles %v, %v", low, high)
	}
}

func TestFiguresThatCannotBeMeasured(t *testing.T) {
	c := load(t, synthetic.World{Name: "w", Paths: 64, Seed: 1}, report.Options{}).Cells[0]
	for text, want := range map[string]string{
		"mean(nonsense)":                       "there is no metric",
		"mean(bad_debt_usd[main])":             "metric of the whole system",
		"stop_loss_exit[typo]":                 "no such pool, vault or market",
		"p5(c_ratio[typo])":                    "no such vault",
		"mean(c_ratio)":                        "known by its quantiles",
		"p5(capital_efficiency)":               "one ratio for all paths",
		"es95(min_vault_c_ratio)":              "does not have the statistic",
		"median(bad_debt_usd)":                 "does not have the statistic",
		"p(bad_debt_usd)":                      "does not have the statistic",
		"first_vault_liquidation_seconds.mean": "does not have the statistic",
	} {
		if _, err := c.Measure(figure(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	if _, err := c.Sample("c_ratio"); err == nil {
		t.Error("the C-ratio has a sample by path")
	}
	if _, err := c.Sample("nonsense"); err == nil {
		t.Error("an unknown metric has a sample")
	}
	bad, _ := threshold.Parse("mean(nonsense) < 1")
	percent, _ := threshold.Parse("mean(lp_pnl_usd) > -5%")
	for _, th := range []threshold.Threshold{bad, percent} {
		if _, err := report.Load(open(t, synthetic.World{Name: "w", Paths: 64, Seed: 1}), report.Options{Thresholds: []threshold.Threshold{th}}); err == nil {
			t.Errorf("%s was judged", th)
		}
	}
}

func TestWeightedRun(t *testing.T) {
	d := load(t, synthetic.World{Name: "tilted", Paths: 200, Seed: 2, Tilted: true}, report.Options{Confidence: 0.9})
	c := d.Cells[0]
	if !c.Weighted || c.EffectivePaths >= 200 || c.EffectivePaths < 150 {
		t.Errorf("weighted %v, effective %v", c.Weighted, c.EffectivePaths)
	}
	m, err := c.Measure(figure(t, "stop_loss_exit.probability"))
	if err != nil || !strings.Contains(m.Estimate.Method, "importance-sampled") || m.Estimate.Confidence != 0.9 {
		t.Errorf("%+v, %v", m.Estimate, err)
	}
	if text := d.Markdown(); !strings.Contains(text, "weighted: as informative") || !strings.Contains(text, "90 % interval") {
		t.Error("the summary does not tell of weights or of its confidence")
	}
}

func TestEveryPathFailed(t *testing.T) {
	d := load(t, synthetic.World{Name: "broken", Paths: 10, Failed: 10, Seed: 1}, report.Options{Thresholds: gates(t, "p99(bad_debt_usd) < 1")})
	if c := d.Cells[0]; c.Paths != 0 || c.Failed != 10 || !d.Failed() {
		t.Errorf("%d paths, %d failed, run failed %v", c.Paths, c.Failed, d.Failed())
	}
	if _, err := d.Summary().JSON(); err != nil {
		t.Error(err)
	}
	if text := d.Markdown(); !strings.Contains(text, "10 failed paths are left out") || !strings.Contains(text, "none") {
		t.Errorf("got\n%s", text)
	}
}

func TestFiles(t *testing.T) {
	d := load(t, synthetic.World{Name: "<b>|`x`", Paths: 64, Seed: 1}, report.Options{})
	files, err := d.Files()
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v", files, err)
	}
	if text := string(files[1].Bytes); files[1].Name != report.SummaryMarkdownName || strings.Contains(text, "<b>") || strings.Contains(text, "`x`") {
		t.Errorf("a name is markup: %.80s", text)
	}
}

func TestMetricsAreDeclaredOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range report.Metrics() {
		if seen[m.Name] || m.Title == "" || m.Unit == "" || !strings.HasSuffix(m.Definition, ".") || len(m.Estimators) == 0 {
			t.Errorf("metric %q is declared twice or lacks something: %+v", m.Name, m)
		}
		seen[m.Name] = true
		for _, h := range m.Headline {
			if !strings.Contains(" "+strings.Join(m.Estimators, " ")+" ", " "+h+" ") {
				t.Errorf("%s: the headline %s is no estimator", m.Name, h)
			}
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		x    float64
		unit string
		want string
	}{
		{0.01234, report.UnitRatio, "1.23 %"}, {0, report.UnitRatio, "0 %"}, {1.6, report.UnitRatio, "160.0 %"}, {0.00001, report.UnitRatio, "0.001 %"},
		{1234567, report.UnitUSD, "$1,234,567"}, {-999, report.UnitUSD, "-$999"}, {12_345_678, report.UnitUSD, "$12.35M"}, {2.5e9, report.UnitUSD, "$2.50B"},
		{0.25, report.UnitUSD, "$0.25"}, {-0.4e13, report.UnitUSD, "-$4.00T"}, {7200, report.UnitSeconds, "2.0 h"}, {86400 * 3, report.UnitSeconds, "3.0 d"},
		{math.NaN(), report.UnitUSD, "none"}, {math.Inf(1), report.UnitUSD, "open"}, {math.Inf(1), report.UnitSeconds, "after the end"}, {2.5, report.UnitCount, "2.50"},
	} {
		if got := report.Format(c.x, c.unit); got != c.want {
			t.Errorf("Format(%v, %s) = %q, want %q", c.x, c.unit, got, c.want)
		}
	}
}
