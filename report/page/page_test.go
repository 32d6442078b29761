package page

import (
	"bytes"
	"testing"

	"backtest/report"
	"backtest/report/internal/synthetic"
	"backtest/report/threshold"
	"backtest/runner/record"
)

// load writes a synthetic run and reads it back.
func load(t *testing.T, w synthetic.World, rules ...threshold.Rule) *report.Data {
	t.Helper()
	dir := t.TempDir()
	if err := synthetic.Write(dir, w); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var o report.Options
	for _, rule := range rules {
		parsed, err := threshold.ParseRule(rule)
		if err != nil {
			t.Fatal(err)
		}
		o.Thresholds = append(o.Thresholds, parsed)
	}
	d, err := report.Load(r, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// crash is a run in which everything happens, and a threshold of each verdict.
func crash(t *testing.T) *report.Data {
	t.Helper()
	d := load(t, synthetic.World{Name: "crash", Paths: 300, Seed: 3, Drop: 0.7},
		threshold.Rule{Expr: "vault_liquidation.probability < 99%"},
		threshold.Rule{Expr: "stop_loss_exit.probability < 1%"},
		threshold.Rule{Expr: "p99(bad_debt_usd) < 1", Severity: "warn"})
	d.Manifest.Configuration = []byte(configuration)
	return d
}

const configuration = `{"name":"crash","question":"What if all falls?","start":"2020-01-01T00:00:00Z","horizon":"30d","step":"1h",
"collaterals":[{"id":"SNX","issuance_ratio":"3","liquidation_ratio":1.5},{"id":"ETH","issuance_ratio":"2","liquidation_ratio":"1.25"}],
"markets":[{"id":"perps","kind":"perps"},{"id":"spot-eth","kind":"spot"}],
"pools":[{"id":"main","markets":[{"market":"perps","weight":"3","max_debt_share_value":"0.1"},{"market":"spot-eth","weight":1,"max_debt_share_value":"0.05"}]}],
"lps":[{"pool":"main","collateral":"SNX"}]}`

func written(t *testing.T, d *report.Data) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
